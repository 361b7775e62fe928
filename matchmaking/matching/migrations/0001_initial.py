"""Matches, near misses and conversations, the profile that scores from the start, and notes of what changed.

Triggers write the notes: a worker keeps the market in memory and reads only these.
"""

import re
import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

import matchmaking.matching.models.fields


def create(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    ScoringProfile = apps.get_model("matching", "ScoringProfile")
    ScoringProfile.objects.create(
        version=1, name="标准 / Standard", state="active", activated_at=timezone.now()
    )
    apps.get_model("matching", "Scoring").objects.create(pk=1)


def remove(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("matching", "ScoringProfile").objects.all().delete()
    apps.get_model("matching", "Scoring").objects.all().delete()


TABLE = """
create table matching_marketchange (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    kind text not null,
    ref bigint not null,
    at timestamptz not null default clock_timestamp()
);
create index market_change_by_transaction on matching_marketchange (xid);
create index market_change_by_age on matching_marketchange (at);
"""
# Table, kind, column of the id, and which rows the engine may read.
ROWS = [
    ("listings_processingorder", "order", "id", "{row}.state = 'published'"),
    ("listings_processingorder_certifications", "order", "processingorder_id", "true"),
    ("listings_capacityoffer", "offer", "id", "{row}.state = 'published'"),
    ("listings_capacityoffer_categories", "offer", "capacityoffer_id", "true"),
    ("listings_capacityoffer_constructions", "offer", "capacityoffer_id", "true"),
    ("accounts_company", "company", "id", "true"),
    ("accounts_certificate", "company", "company_id", "true"),
    ("accounts_cluster", "all", "id", "true"),
]
TRIGGERS = """
create function market_change_{table}() returns trigger language plpgsql as $$
begin
    if tg_op <> 'DELETE' then
        if {new} then
            insert into matching_marketchange (kind, ref) values ('{kind}', new.{column});
        end if;
    end if;
    if tg_op <> 'INSERT' then
        if {old} and (tg_op = 'DELETE' or new.{column} <> old.{column} or not {new_or}) then
            insert into matching_marketchange (kind, ref) values ('{kind}', old.{column});
        end if;
    end if;
    return null;
end $$;
create trigger market_change after insert or update or delete on {table}
    for each row execute function market_change_{table}();
"""
# A row that goes leaves two lists shorter than they were.
LISTS = """
create function market_change_{table}() returns trigger language plpgsql as $$
begin
    insert into matching_marketchange (kind, ref)
        select 'order_list', order_id from gone where order_rank is not null
        union select 'offer_list', offer_id from gone where offer_rank is not null;
    return null;
end $$;
create trigger market_change after delete on {table}
    referencing old table as gone
    for each statement execute function market_change_{table}();
"""
DROP = """
drop trigger market_change on {table};
drop function market_change_{table}();
"""
KEPT = ["matching_match", "matching_nearmiss"]


def _triggers(table: str, kind: str, column: str, condition: str) -> migrations.RunSQL:
    new, old = condition.format(row="new"), condition.format(row="old")
    sql = TRIGGERS.format(table=table, kind=kind, column=column, new=new, old=old, new_or=new)
    return migrations.RunSQL(sql, DROP.format(table=table))


class Migration(migrations.Migration):
    replaces = [
        ("matching", "0002_first_profile"),
        ("matching", "0003_conversation"),
        ("matching", "0004_act_on_match"),
        ("matching", "0005_time_for_old_proposals"),
        ("matching", "0006_names_of_fields"),
        ("matching", "0007_parts_of_a_scoring"),
        ("matching", "0008_reasons_as_records"),
        ("matching", "0009_market_changes"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("listings", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scoring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=120)),
                ("scored_at", models.DateTimeField(null=True)),
                (
                    "left",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("run", models.CharField(blank=True, max_length=12)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="scoring_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoringProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "volume",
                    models.FloatField(
                        default=0.3,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of volume",
                    ),
                ),
                (
                    "category",
                    models.FloatField(
                        default=0.2,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of category",
                    ),
                ),
                (
                    "lead_time",
                    models.FloatField(
                        default=0.25,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of lead time",
                    ),
                ),
                (
                    "price",
                    models.FloatField(
                        default=0.1,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of price",
                    ),
                ),
                (
                    "place",
                    models.FloatField(
                        default=0.08,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of place",
                    ),
                ),
                (
                    "freshness",
                    models.FloatField(
                        default=0.07,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of freshness",
                    ),
                ),
                (
                    "wished_buffer_days",
                    models.PositiveSmallIntegerField(
                        default=21, verbose_name="days of slack that give full marks"
                    ),
                ),
                (
                    "min_score",
                    models.FloatField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="lowest score that is proposed",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("activated_at", models.DateTimeField(null=True, verbose_name="activated")),
                (
                    "activated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="activated by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "scoring profile",
                "verbose_name_plural": "scoring profiles",
                "permissions": [("activate_profile", "Can activate a scoring profile")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("state",),
                        name="profile_one_active",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NearMiss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score_now", models.DecimalField(decimal_places=2, max_digits=5)),
                ("order_rank", models.PositiveSmallIntegerField(null=True)),
                ("offer_rank", models.PositiveSmallIntegerField(null=True)),
                ("gate", models.CharField(blank=True, max_length=20)),
                ("change", matchmaking.matching.models.fields.ChangeField(default=dict)),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("order_version", models.PositiveIntegerField()),
                ("offer_version", models.PositiveIntegerField()),
                ("scored_at", models.DateTimeField()),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="near_misses",
                        to="listings.capacityoffer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="near_misses",
                        to="listings.processingorder",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.scoringprofile",
                    ),
                ),
            ],
            options={
                "verbose_name": "near miss",
                "verbose_name_plural": "near misses",
                "indexes": [
                    models.Index(fields=["order", "-score"], name="near_miss_of_order"),
                    models.Index(fields=["offer", "-score"], name="near_miss_of_offer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "offer"), name="near_miss_once_per_pair"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("order_rank__isnull", False),
                            ("offer_rank__isnull", False),
                            _connector="OR",
                        ),
                        name="near_miss_stands_by_a_rank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("gate", ""), ("score", None)),
                            models.Q(
                                models.Q(("gate", ""), _negated=True), ("score__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="near_miss_change_has_gate_and_score",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("withdrawn", "Withdrawn: no longer among the best, may come back"),
                            ("interested", "One side is interested"),
                            ("mutual", "Both sides are interested"),
                            ("declined", "Declined"),
                            ("expired", "Expired without an answer"),
                            ("ended", "Ended"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "score",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="score"),
                ),
                (
                    "order_rank",
                    models.PositiveSmallIntegerField(
                        null=True, verbose_name="place among the offers of the order"
                    ),
                ),
                (
                    "offer_rank",
                    models.PositiveSmallIntegerField(
                        null=True, verbose_name="place among the orders of the offer"
                    ),
                ),
                ("assessment", matchmaking.matching.models.fields.AssessmentField()),
                ("order_version", models.PositiveIntegerField(verbose_name="version of the order")),
                ("offer_version", models.PositiveIntegerField(verbose_name="version of the offer")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                ("scored_at", models.DateTimeField(verbose_name="scored")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="listings.capacityoffer",
                        verbose_name="offer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="listings.processingorder",
                        verbose_name="order",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matching.scoringprofile",
                        verbose_name="scoring profile",
                    ),
                ),
                ("answer_by", models.DateTimeField(null=True, verbose_name="answer by")),
                (
                    "end_cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("declined", "A side declined"),
                            ("unanswered", "Nobody answered in time"),
                            ("partner", "A side ended the conversation"),
                            ("officer", "The association withdrew it"),
                            ("changed", "The figures of a post changed"),
                            ("post_left", "A post left the market"),
                            ("company_left", "A company is no longer active"),
                            ("blocked", "A side blocked the other"),
                        ],
                        max_length=12,
                        verbose_name="why it ended",
                    ),
                ),
                ("end_note", models.TextField(blank=True, verbose_name="note on the end")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                ("mutual_at", models.DateTimeField(null=True, verbose_name="mutual since")),
                (
                    "offer_seen_at",
                    models.DateTimeField(null=True, verbose_name="seen by the factory"),
                ),
                (
                    "order_seen_at",
                    models.DateTimeField(null=True, verbose_name="seen by the brand"),
                ),
                ("reminded_at", models.DateTimeField(null=True, verbose_name="reminded")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["order", "order_rank"],
                        name="match_of_order",
                    ),
                    models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["offer", "offer_rank"],
                        name="match_of_offer",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                        name="match_score_between_0_and_100",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("order", "offer"),
                        name="match_lives_once_per_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "withdrawn"), ("withdrawn_at", None), _connector="XOR"
                        ),
                        name="match_withdrawn_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "proposed"),
                            models.Q(("offer_rank__isnull", True), ("order_rank__isnull", True)),
                            _connector="XOR",
                        ),
                        name="match_has_a_rank_while_proposed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "mutual"), _negated=True),
                            ("mutual_at__isnull", False),
                            _connector="OR",
                        ),
                        name="match_mutual_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("state__in", ("declined", "expired", "ended")),
                                models.Q(("end_cause", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ("declined", "expired", "ended")), _negated=True
                                ),
                                ("end_cause", ""),
                                ("ended_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="match_ended_is_dated_with_its_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "interested"), _negated=True),
                            ("answer_by__isnull", False),
                            _connector="OR",
                        ),
                        name="match_waits_until_a_day_while_one_side_is_interested",
                    ),
                ],
                "permissions": [("act_on_match", "Can answer for a company, remind and withdraw")],
                "verbose_name": "match",
                "verbose_name_plural": "matches",
            },
        ),
        migrations.CreateModel(
            name="ScoringProfileEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "volume",
                    models.FloatField(
                        default=0.3,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of volume",
                    ),
                ),
                (
                    "category",
                    models.FloatField(
                        default=0.2,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of category",
                    ),
                ),
                (
                    "lead_time",
                    models.FloatField(
                        default=0.25,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of lead time",
                    ),
                ),
                (
                    "price",
                    models.FloatField(
                        default=0.1,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of price",
                    ),
                ),
                (
                    "place",
                    models.FloatField(
                        default=0.08,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of place",
                    ),
                ),
                (
                    "freshness",
                    models.FloatField(
                        default=0.07,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="weight of freshness",
                    ),
                ),
                (
                    "wished_buffer_days",
                    models.PositiveSmallIntegerField(
                        default=21, verbose_name="days of slack that give full marks"
                    ),
                ),
                (
                    "min_score",
                    models.FloatField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="lowest score that is proposed",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("activated_at", models.DateTimeField(null=True, verbose_name="activated")),
                (
                    "activated_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="activated by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="matching.scoringprofile",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("order", "Brand"), ("offer", "Factory")],
                        max_length=5,
                        verbose_name="side",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("interested", "Interested"), ("declined", "Declined")],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("price", "Price"),
                            ("timing", "Timing"),
                            ("capability", "Capability"),
                            ("place", "Place"),
                            ("placed", "Already placed"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        max_length=1000,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="note",
                    ),
                ),
                (
                    "shares_note",
                    models.BooleanField(
                        default=False, verbose_name="the other side may read the note"
                    ),
                ),
                (
                    "is_on_behalf",
                    models.BooleanField(default=False, verbose_name="given by the association"),
                ),
                ("answered_at", models.DateTimeField(verbose_name="answered")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="matching.match",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "indexes": [
                    models.Index(fields=["company", "-answered_at"], name="answer_of_company")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("match", "side", "kind"), name="answer_once_per_side_and_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "declined"), ("reason", ""), _connector="XOR"),
                        name="answer_has_a_reason_when_declined",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "side",
                    models.CharField(
                        choices=[("order", "Brand"), ("offer", "Factory")],
                        max_length=5,
                        verbose_name="side",
                    ),
                ),
                (
                    "is_on_behalf",
                    models.BooleanField(default=False, verbose_name="written by the association"),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="message",
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="written")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="matching.match",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [models.Index(fields=["match", "id"], name="message_of_match")],
            },
        ),
        migrations.CreateModel(
            name="MessageFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file", models.FileField(upload_to="messages/%Y/%m/")),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="matching.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ThreadMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read_at", models.DateTimeField()),
                (
                    "last_read",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matching.message",
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="matching.match",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("match", "user"), name="mark_once_per_person")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scoringprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_scoringprofileevent" ("activated_at", "activated_by_id", "category", "created_at", "created_by_id", "freshness", "id", "lead_time", "min_score", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "price", "state", "version", "volume", "wished_buffer_days") VALUES (NEW."activated_at", NEW."activated_by_id", NEW."category", NEW."created_at", NEW."created_by_id", NEW."freshness", NEW."id", NEW."lead_time", NEW."min_score", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."price", NEW."state", NEW."version", NEW."volume", NEW."wished_buffer_days"); RETURN NULL;',
                    hash="0925895df2e094f2b550b66ea68082c2a2fe21a8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_cc69b",
                    table="matching_scoringprofile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scoringprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "matching_scoringprofileevent" ("activated_at", "activated_by_id", "category", "created_at", "created_by_id", "freshness", "id", "lead_time", "min_score", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "price", "state", "version", "volume", "wished_buffer_days") VALUES (NEW."activated_at", NEW."activated_by_id", NEW."category", NEW."created_at", NEW."created_by_id", NEW."freshness", NEW."id", NEW."lead_time", NEW."min_score", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."price", NEW."state", NEW."version", NEW."volume", NEW."wished_buffer_days"); RETURN NULL;',
                    hash="272965f53ba82b794a7688438ff2e4bf8a16a322",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_389e0",
                    table="matching_scoringprofile",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(TABLE, "drop table matching_marketchange"),
        *(_triggers(*row) for row in ROWS),
        *(migrations.RunSQL(LISTS.format(table=table), DROP.format(table=table)) for table in KEPT),
        migrations.RunPython(create, remove),
    ]
