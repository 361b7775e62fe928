"""Orders, capacity and their ledger, with the terms of the trade."""

import csv
import re
import uuid
from decimal import Decimal
from pathlib import Path

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import matchmaking.listings.models.offers

DATA = Path(__file__).resolve().parent.parent / "data"

# A family is what like lines make: the engine reads "same family" as kinship.
FAMILIES = {
    "sport": (
        "运动鞋类",
        "Sport",
        ["athletic", "casual_sport", "skate_vulcanised", "football_cleats"],
    ),
    "outdoor": ("户外鞋类", "Outdoor and snow", ["outdoor_hiking", "ski_snowboard"]),
    "dress": ("时装与正装鞋类", "Fashion and dress", ["women_fashion", "men_dress"]),
    "boots": ("靴类", "Boots", ["boots_leather", "boots_women", "boots_synthetic", "rain_boots"]),
    "open": (
        "凉拖鞋类",
        "Open shoes",
        ["sandals", "leather_strap_sandal", "slippers", "flip_flop", "eva_clog"],
    ),
    "work": ("劳保与胶鞋类", "Work and safety", ["safety", "rubber_liberation"]),
    "everyday": (
        "童鞋、布鞋及其他",
        "Children, cloth and others",
        ["children", "cloth_shoes", "wood_other"],
    ),
    "parts": ("鞋材与部件", "Uppers, soles and parts", ["upper_only", "sole_heel", "parts_other"]),
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    CategoryFamily = apps.get_model("listings", "CategoryFamily")
    Category = apps.get_model("listings", "Category")
    Construction = apps.get_model("listings", "Construction")
    Material = apps.get_model("listings", "Material")
    family_of = {}
    for position, (code, (name_zh, name_en, members)) in enumerate(FAMILIES.items(), start=1):
        family = CategoryFamily.objects.create(
            code=code, name_zh=name_zh, name_en=name_en, position=position * 10
        )
        family_of |= {
            member: (family, position * 100 + place)
            for place, member in enumerate(members, start=1)
        }
    for row in read("categories"):
        family, position = family_of[row["code"]]
        Category.objects.create(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            family=family,
            position=position,
            hs4=row["hs4"].split(";"),
            hs6=row["hs6"].split(";"),
            note=row["note"] or "",
        )
    for position, row in enumerate(read("constructions"), start=1):
        Construction.objects.create(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            typical_for=row["typical_for"] or "",
            typical_for_en=row["typical_for_en"] or "",
            position=position * 10,
        )
    for position, row in enumerate(read("materials"), start=1):
        Material.objects.create(
            part=row["part"],
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            position=position * 10,
        )


def unload(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Category", "CategoryFamily", "Construction", "Material"):
        apps.get_model("listings", name).objects.all().delete()


class Migration(migrations.Migration):
    replaces = [
        ("listings", "0002_taxonomy"),
        ("listings", "0003_terms_version"),
        ("listings", "0004_market_figures"),
        ("listings", "0005_saved_searches"),
        ("listings", "0006_names_of_fields"),
        ("listings", "0007_terms_in_two_languages"),
        ("listings", "0008_one_word_each"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="offered for new posts"),
                ),
                (
                    "hs4",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=4),
                        default=list,
                        size=None,
                        verbose_name="HS 4",
                    ),
                ),
                (
                    "hs6",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6),
                        default=list,
                        size=None,
                        verbose_name="HS 6",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=160, verbose_name="note")),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
            },
        ),
        migrations.CreateModel(
            name="Construction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="offered for new posts"),
                ),
                (
                    "typical_for",
                    models.CharField(blank=True, max_length=120, verbose_name="typical for"),
                ),
                (
                    "typical_for_en",
                    models.CharField(
                        blank=True,
                        max_length=120,
                        verbose_name="typical for, in English",
                    ),
                ),
            ],
            options={
                "verbose_name": "construction",
                "verbose_name_plural": "constructions",
            },
        ),
        migrations.CreateModel(
            name="CapacityOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        max_length=120,
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
                        verbose_name="title",
                    ),
                ),
                (
                    "own_reference",
                    models.CharField(
                        blank=True,
                        help_text="Your own number for it. An import with the same number updates it.",
                        max_length=60,
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
                        verbose_name="own reference",
                    ),
                ),
                (
                    "notes",
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
                        verbose_name="notes",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending", "Waiting for approval"),
                            ("published", "Published"),
                            ("paused", "Paused"),
                            ("closed", "Closed"),
                            ("expired", "Expired"),
                            ("rejected", "Sent back"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "reject_reason",
                    models.TextField(blank=True, verbose_name="what has to be corrected"),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="submitted"),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="decided"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("reminded_for", models.DateField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("anchor_week", models.DateField(blank=True, null=True, verbose_name="first week")),
                (
                    "published",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=matchmaking.listings.models.offers.empty_weeks,
                        editable=False,
                        size=104,
                    ),
                ),
                (
                    "free",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=matchmaking.listings.models.offers.empty_weeks,
                        editable=False,
                        size=104,
                    ),
                ),
                (
                    "held",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=matchmaking.listings.models.offers.empty_weeks,
                        editable=False,
                        size=104,
                    ),
                ),
                (
                    "booked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=matchmaking.listings.models.offers.empty_weeks,
                        editable=False,
                        size=104,
                    ),
                ),
                (
                    "free_pairs",
                    models.GeneratedField(
                        db_persist=True,
                        expression=matchmaking.listings.models.offers.WeeksTotal(models.F("free")),
                        output_field=models.BigIntegerField(),
                        verbose_name="free pairs",
                    ),
                ),
                (
                    "free_from",
                    models.GeneratedField(
                        db_persist=True,
                        expression=matchmaking.listings.models.offers.WeeksFirst(
                            models.F("free"), models.F("anchor_week")
                        ),
                        output_field=models.DateField(null=True),
                    ),
                ),
                (
                    "free_until",
                    models.GeneratedField(
                        db_persist=True,
                        expression=matchmaking.listings.models.offers.WeeksLast(
                            models.F("free"), models.F("anchor_week")
                        ),
                        output_field=models.DateField(null=True),
                    ),
                ),
                (
                    "min_order_pairs",
                    models.PositiveIntegerField(
                        default=1,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minimum order, pairs",
                    ),
                ),
                (
                    "lead_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="lead time before the first week, days",
                    ),
                ),
                (
                    "price_low_cny",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="price from, yuan a pair",
                    ),
                ),
                (
                    "price_high_cny",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="price to, yuan a pair",
                    ),
                ),
                (
                    "lines",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="lasting lines"
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="figures confirmed"),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "categories",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="listings.category",
                        verbose_name="categories",
                    ),
                ),
                (
                    "constructions",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="listings.construction",
                        verbose_name="constructions",
                    ),
                ),
                ("terms_version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "capacity offer",
                "verbose_name_plural": "capacity offers",
                "indexes": [
                    models.Index(fields=["company", "-id"], name="offer_own_list"),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["submitted_at"],
                        name="offer_queue",
                    ),
                    models.Index(
                        condition=models.Q(("state", "published")),
                        fields=["-published_at", "-id"],
                        name="offer_market",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["published", "paused"])),
                        fields=["expires_on"],
                        name="offer_expiry",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("own_reference", ""), _negated=True),
                        fields=("company", "own_reference"),
                        name="offer_reference_once_per_company",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "pending",
                                    "published",
                                    "paused",
                                    "closed",
                                    "expired",
                                    "rejected",
                                ],
                            )
                        ),
                        name="offer_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "rejected"), _negated=True),
                            models.Q(("reject_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="offer_rejected_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("expires_on__isnull", False), ("published_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="offer_published_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("anchor_week", None), ("anchor_week__iso_week_day", 1), _connector="OR"
                        ),
                        name="offer_anchor_is_a_monday",
                    ),
                    models.CheckConstraint(
                        condition=matchmaking.listings.models.offers.WeeksAddUp(
                            models.F("free"),
                            models.F("held"),
                            models.F("booked"),
                            models.F("published"),
                        ),
                        name="offer_weeks_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("min_order_pairs__gt", 0)),
                        name="offer_minimum_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("price_low_cny", None), ("price_low_cny__gt", 0), _connector="OR"
                            ),
                            models.Q(
                                ("price_high_cny", None), ("price_high_cny__gt", 0), _connector="OR"
                            ),
                            models.Q(
                                ("price_low_cny", None),
                                ("price_high_cny", None),
                                ("price_high_cny__gte", models.F("price_low_cny")),
                                _connector="OR",
                            ),
                        ),
                        name="offer_price_range_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "closed"]),
                            models.Q(
                                models.Q(("title", ""), _negated=True),
                                ("anchor_week__isnull", False),
                                ("confirmed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="offer_complete_unless_draft",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CapacityOfferEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        max_length=120,
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
                        verbose_name="title",
                    ),
                ),
                (
                    "own_reference",
                    models.CharField(
                        blank=True,
                        help_text="Your own number for it. An import with the same number updates it.",
                        max_length=60,
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
                        verbose_name="own reference",
                    ),
                ),
                (
                    "notes",
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
                        verbose_name="notes",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending", "Waiting for approval"),
                            ("published", "Published"),
                            ("paused", "Paused"),
                            ("closed", "Closed"),
                            ("expired", "Expired"),
                            ("rejected", "Sent back"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "reject_reason",
                    models.TextField(blank=True, verbose_name="what has to be corrected"),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="submitted"),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="decided"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("reminded_for", models.DateField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("anchor_week", models.DateField(blank=True, null=True, verbose_name="first week")),
                (
                    "min_order_pairs",
                    models.PositiveIntegerField(
                        default=1,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minimum order, pairs",
                    ),
                ),
                (
                    "lead_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="lead time before the first week, days",
                    ),
                ),
                (
                    "price_low_cny",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="price from, yuan a pair",
                    ),
                ),
                (
                    "price_high_cny",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="price to, yuan a pair",
                    ),
                ),
                (
                    "lines",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="lasting lines"
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="figures confirmed"),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
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
                        to="listings.capacityoffer",
                    ),
                ),
                ("terms_version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CategoryFamily",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="offered for new posts"),
                ),
                (
                    "likeness",
                    models.DecimalField(
                        decimal_places=2,
                        default="0.60",
                        max_digits=3,
                        verbose_name="likeness inside the family",
                    ),
                ),
            ],
            options={
                "verbose_name": "family of categories",
                "verbose_name_plural": "families of categories",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("likeness__gte", 0), ("likeness__lte", 1)),
                        name="family_likeness_between_0_and_1",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=40, verbose_name="code")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="offered for new posts"),
                ),
                (
                    "hs4",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=4),
                        default=list,
                        size=None,
                        verbose_name="HS 4",
                    ),
                ),
                (
                    "hs6",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6),
                        default=list,
                        size=None,
                        verbose_name="HS 6",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=160, verbose_name="note")),
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
                        to="listings.category",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.categoryfamily",
                        verbose_name="family",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="category",
            name="family",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="categories",
                to="listings.categoryfamily",
                verbose_name="family",
            ),
        ),
        migrations.CreateModel(
            name="CategoryLikeness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "likeness",
                    models.DecimalField(decimal_places=2, max_digits=3, verbose_name="likeness"),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="listings.category",
                        verbose_name="first category",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="listings.category",
                        verbose_name="second category",
                    ),
                ),
            ],
            options={
                "verbose_name": "likeness of categories",
                "verbose_name_plural": "likenesses of categories",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="likeness_written_once_smaller_id_first",
                    ),
                    models.UniqueConstraint(
                        fields=("first", "second"), name="likeness_once_per_pair"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("likeness__gte", 0), ("likeness__lte", 1)),
                        name="likeness_between_0_and_1",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryLikenessEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "likeness",
                    models.DecimalField(decimal_places=2, max_digits=3, verbose_name="likeness"),
                ),
                (
                    "first",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.category",
                        verbose_name="first category",
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
                        to="listings.categorylikeness",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.category",
                        verbose_name="second category",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("companies", "Companies"),
                            ("orders", "Processing orders"),
                            ("offers", "Capacity"),
                        ],
                        max_length=10,
                    ),
                ),
                ("header_hash", models.CharField(max_length=64)),
                ("mapping", models.JSONField()),
                ("used_at", models.DateTimeField(auto_now=True)),
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
                    models.UniqueConstraint(
                        fields=("user", "kind", "header_hash"), name="mapping_once_per_header"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("companies", "Companies"),
                            ("orders", "Processing orders"),
                            ("offers", "Capacity"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="sent")),
                ("name", models.CharField(max_length=120, verbose_name="file")),
                ("content", models.BinaryField(null=True)),
                ("options", models.JSONField(default=dict)),
                ("header", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "company",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "indexes": [models.Index(fields=["company", "-id"], name="import_own_list")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["companies", "orders", "offers"])),
                        name="import_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "companies"), _negated=True),
                            ("company", None),
                            _connector="OR",
                        ),
                        name="import_of_companies_by_officers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="row")),
                ("cells", models.JSONField(default=list)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("ready", "Ready"),
                            ("created", "Created"),
                            ("updated", "Updated"),
                            ("unchanged", "Unchanged"),
                            ("skipped", "Skipped"),
                            ("failed", "Wrong"),
                        ],
                        default="ready",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("problems", models.JSONField(default=list)),
                ("made", models.UUIDField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="listings.importbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of an import",
                "verbose_name_plural": "rows of imports",
                "indexes": [
                    models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "number"), name="import_row_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["ready", "created", "updated", "unchanged", "skipped", "failed"],
                            )
                        ),
                        name="import_row_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ["failed", "skipped"]), _negated=True),
                            models.Q(("problems", []), _negated=True),
                            _connector="OR",
                        ),
                        name="import_row_refused_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("publish", "Capacity entered"),
                            ("hold", "Held"),
                            ("book", "Booked"),
                            ("release", "Released"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("anchor_week", models.DateField(verbose_name="first week")),
                (
                    "pairs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=104, verbose_name="pairs"
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=80, verbose_name="reference"),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="listings.ledgerentry",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="listings.capacityoffer",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "ledger entries",
                "indexes": [models.Index(fields=["offer", "id"], name="ledger_entry_of_offer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["publish", "hold"]), ("of__isnull", True)),
                            models.Q(("kind__in", ["book", "release"]), ("of__isnull", False)),
                            _connector="OR",
                        ),
                        name="ledger_entry_follows_where_it_must",
                    ),
                    models.UniqueConstraint(
                        fields=("of", "kind"), name="ledger_entry_followed_once_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("anchor_week__iso_week_day", 1)),
                        name="ledger_entry_week_is_a_monday",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="offered for new posts"),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("upper", "Upper"),
                            ("lining", "Lining"),
                            ("insole", "Insole"),
                            ("midsole", "Midsole"),
                            ("outsole", "Outsole"),
                        ],
                        max_length=10,
                        verbose_name="part",
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
            ],
            options={
                "verbose_name": "material",
                "verbose_name_plural": "materials",
                "constraints": [
                    models.UniqueConstraint(fields=("part", "code"), name="material_once_per_part")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcessingOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        max_length=120,
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
                        verbose_name="title",
                    ),
                ),
                (
                    "own_reference",
                    models.CharField(
                        blank=True,
                        help_text="Your own number for it. An import with the same number updates it.",
                        max_length=60,
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
                        verbose_name="own reference",
                    ),
                ),
                (
                    "notes",
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
                        verbose_name="notes",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending", "Waiting for approval"),
                            ("published", "Published"),
                            ("paused", "Paused"),
                            ("closed", "Closed"),
                            ("expired", "Expired"),
                            ("rejected", "Sent back"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "reject_reason",
                    models.TextField(blank=True, verbose_name="what has to be corrected"),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="submitted"),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="decided"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("reminded_for", models.DateField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "pairs",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50000000),
                        ],
                        verbose_name="pairs",
                    ),
                ),
                (
                    "colourways",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="colourways",
                    ),
                ),
                (
                    "size_run",
                    models.CharField(
                        blank=True,
                        max_length=120,
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
                        verbose_name="size run",
                    ),
                ),
                (
                    "target_unit_price_cny",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="target price, yuan a pair",
                    ),
                ),
                (
                    "earliest_start",
                    models.DateField(blank=True, null=True, verbose_name="earliest start (week)"),
                ),
                ("due_week", models.DateField(blank=True, null=True, verbose_name="due week")),
                (
                    "splittable",
                    models.BooleanField(
                        default=False, verbose_name="may be split over several factories"
                    ),
                ),
                (
                    "smallest_part",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="smallest part, pairs",
                    ),
                ),
                (
                    "most_factories",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(2)],
                        verbose_name="most factories",
                    ),
                ),
                (
                    "moulds_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("brand", "The brand provides them"),
                            ("factory", "The factory provides them"),
                            ("open", "To be agreed"),
                        ],
                        max_length=8,
                        verbose_name="moulds",
                    ),
                ),
                (
                    "lasts_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("brand", "The brand provides them"),
                            ("factory", "The factory provides them"),
                            ("open", "To be agreed"),
                        ],
                        max_length=8,
                        verbose_name="lasts",
                    ),
                ),
                (
                    "sample_need",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No sample"),
                            ("confirm", "Confirmation sample"),
                            ("develop", "Development with new tooling"),
                        ],
                        max_length=8,
                        verbose_name="samples",
                    ),
                ),
                (
                    "destination_markets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="destination markets",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="listings.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "certifications",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="accounts.certification",
                        verbose_name="required certificates",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "construction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="listings.construction",
                        verbose_name="construction",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "sole_material",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="listings.material",
                        verbose_name="sole material",
                    ),
                ),
                (
                    "upper_material",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="listings.material",
                        verbose_name="upper material",
                    ),
                ),
                ("terms_version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "processing order",
                "verbose_name_plural": "processing orders",
                "permissions": [("moderate_posts", "Can approve and reject posts")],
                "indexes": [
                    models.Index(fields=["company", "-id"], name="order_own_list"),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["submitted_at"],
                        name="order_queue",
                    ),
                    models.Index(
                        condition=models.Q(("state", "published")),
                        fields=["-published_at", "-id"],
                        name="order_market",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["published", "paused"])),
                        fields=["expires_on"],
                        name="order_expiry",
                    ),
                    models.Index(
                        condition=models.Q(("state", "published")),
                        fields=["category", "due_week"],
                        name="order_candidates",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("own_reference", ""), _negated=True),
                        fields=("company", "own_reference"),
                        name="order_reference_once_per_company",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "pending",
                                    "published",
                                    "paused",
                                    "closed",
                                    "expired",
                                    "rejected",
                                ],
                            )
                        ),
                        name="order_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "rejected"), _negated=True),
                            models.Q(("reject_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="order_rejected_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("expires_on__isnull", False), ("published_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="order_published_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pairs", None),
                            models.Q(("pairs__gt", 0), ("pairs__lte", 50000000)),
                            _connector="OR",
                        ),
                        name="order_pairs_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target_unit_price_cny", None),
                            ("target_unit_price_cny__gt", 0),
                            _connector="OR",
                        ),
                        name="order_price_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_week", None), ("due_week__iso_week_day", 1), _connector="OR"
                            ),
                            models.Q(
                                ("earliest_start", None),
                                ("earliest_start__iso_week_day", 1),
                                _connector="OR",
                            ),
                        ),
                        name="order_weeks_are_mondays",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_week", None),
                            ("earliest_start", None),
                            ("due_week__gte", models.F("earliest_start")),
                            _connector="OR",
                        ),
                        name="order_due_not_before_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("smallest_part", None),
                            models.Q(
                                ("smallest_part__gt", 0),
                                ("smallest_part__lte", models.F("pairs")),
                                ("splittable", True),
                            ),
                            _connector="OR",
                        ),
                        name="order_part_fits_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("most_factories", None),
                                ("smallest_part", None),
                                ("splittable", False),
                            ),
                            models.Q(
                                ("most_factories__gte", 2),
                                ("smallest_part__isnull", False),
                                ("splittable", True),
                            ),
                            _connector="OR",
                        ),
                        name="order_split_is_described",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "closed"]),
                            models.Q(
                                models.Q(("title", ""), _negated=True),
                                ("category__isnull", False),
                                ("due_week__isnull", False),
                                ("pairs__isnull", False),
                                ("target_unit_price_cny__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="order_complete_unless_draft",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file", models.FileField(upload_to="attachments/", verbose_name="file")),
                (
                    "name",
                    models.CharField(
                        max_length=120,
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
                        verbose_name="name",
                    ),
                ),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField(verbose_name="size, bytes")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="listings.processingorder",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
            },
        ),
        migrations.CreateModel(
            name="ProcessingOrderEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        max_length=120,
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
                        verbose_name="title",
                    ),
                ),
                (
                    "own_reference",
                    models.CharField(
                        blank=True,
                        help_text="Your own number for it. An import with the same number updates it.",
                        max_length=60,
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
                        verbose_name="own reference",
                    ),
                ),
                (
                    "notes",
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
                        verbose_name="notes",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending", "Waiting for approval"),
                            ("published", "Published"),
                            ("paused", "Paused"),
                            ("closed", "Closed"),
                            ("expired", "Expired"),
                            ("rejected", "Sent back"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "reject_reason",
                    models.TextField(blank=True, verbose_name="what has to be corrected"),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="submitted"),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="decided"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("reminded_for", models.DateField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "pairs",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50000000),
                        ],
                        verbose_name="pairs",
                    ),
                ),
                (
                    "colourways",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="colourways",
                    ),
                ),
                (
                    "size_run",
                    models.CharField(
                        blank=True,
                        max_length=120,
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
                        verbose_name="size run",
                    ),
                ),
                (
                    "target_unit_price_cny",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="target price, yuan a pair",
                    ),
                ),
                (
                    "earliest_start",
                    models.DateField(blank=True, null=True, verbose_name="earliest start (week)"),
                ),
                ("due_week", models.DateField(blank=True, null=True, verbose_name="due week")),
                (
                    "splittable",
                    models.BooleanField(
                        default=False, verbose_name="may be split over several factories"
                    ),
                ),
                (
                    "smallest_part",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="smallest part, pairs",
                    ),
                ),
                (
                    "most_factories",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(2)],
                        verbose_name="most factories",
                    ),
                ),
                (
                    "moulds_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("brand", "The brand provides them"),
                            ("factory", "The factory provides them"),
                            ("open", "To be agreed"),
                        ],
                        max_length=8,
                        verbose_name="moulds",
                    ),
                ),
                (
                    "lasts_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("brand", "The brand provides them"),
                            ("factory", "The factory provides them"),
                            ("open", "To be agreed"),
                        ],
                        max_length=8,
                        verbose_name="lasts",
                    ),
                ),
                (
                    "sample_need",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No sample"),
                            ("confirm", "Confirmation sample"),
                            ("develop", "Development with new tooling"),
                        ],
                        max_length=8,
                        verbose_name="samples",
                    ),
                ),
                (
                    "destination_markets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="destination markets",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "construction",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.construction",
                        verbose_name="construction",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
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
                        to="listings.processingorder",
                    ),
                ),
                (
                    "sole_material",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.material",
                        verbose_name="sole material",
                    ),
                ),
                (
                    "upper_material",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.material",
                        verbose_name="upper material",
                    ),
                ),
                ("terms_version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MarketSnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("taken_at", models.DateTimeField(verbose_name="counted")),
                ("figures", models.JSONField(verbose_name="figures")),
            ],
            options={
                "verbose_name": "figures of the market",
                "verbose_name_plural": "figures of the market",
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "name",
                    models.CharField(
                        max_length=60,
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
                        verbose_name="name",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("orders", "Open orders"), ("offers", "Free capacity")],
                        max_length=8,
                        verbose_name="list",
                    ),
                ),
                ("family", models.CharField(blank=True, max_length=40, verbose_name="family")),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="category")),
                ("cluster", models.CharField(blank=True, max_length=40, verbose_name="cluster")),
                ("week", models.DateField(blank=True, null=True, verbose_name="weeks")),
                ("pairs", models.CharField(blank=True, max_length=24, verbose_name="pairs")),
                ("is_on", models.BooleanField(default=True, verbose_name="tells of new posts")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_on", True)),
                        fields=["side", "cluster"],
                        name="search_listening",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "name"), name="search_name_once_per_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["orders", "offers"])),
                        name="search_side_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="search_is_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("family", ""), ("category", ""), _connector="OR"),
                        name="search_family_or_category",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "listings_categoryevent" ("code", "family_id", "hs4", "hs6", "id", "is_active", "name_en", "name_zh", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."code", NEW."family_id", NEW."hs4", NEW."hs6", NEW."id", NEW."is_active", NEW."name_en", NEW."name_zh", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="a493a5da8adf917226f6c5f02c835447abdca629",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b818b",
                    table="listings_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "listings_categoryevent" ("code", "family_id", "hs4", "hs6", "id", "is_active", "name_en", "name_zh", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."code", NEW."family_id", NEW."hs4", NEW."hs6", NEW."id", NEW."is_active", NEW."name_en", NEW."name_zh", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="7dfa55b52f5f3b00ef354ddd66529a77962be224",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_aa470",
                    table="listings_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorylikeness",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "listings_categorylikenessevent" ("first_id", "id", "likeness", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_id") VALUES (NEW."first_id", NEW."id", NEW."likeness", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."second_id"); RETURN NULL;',
                    hash="8d03b64959c00a95af5a50cdf2acc90cf5eccd0b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_331d0",
                    table="listings_categorylikeness",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorylikeness",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "listings_categorylikenessevent" ("first_id", "id", "likeness", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_id") VALUES (NEW."first_id", NEW."id", NEW."likeness", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."second_id"); RETURN NULL;',
                    hash="9713a42f3319b8a39290bfa03e82fcb68398e30c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_21ae4",
                    table="listings_categorylikeness",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="capacityoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "listings_capacityofferevent" ("anchor_week", "code", "company_id", "confirmed_at", "created_at", "created_by_id", "decided_at", "decided_by_id", "expires_on", "id", "lead_days", "lines", "min_order_pairs", "notes", "own_reference", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_high_cny", "price_low_cny", "published_at", "reject_reason", "reminded_for", "state", "submitted_at", "terms_version", "title", "updated_at", "version") VALUES (NEW."anchor_week", NEW."code", NEW."company_id", NEW."confirmed_at", NEW."created_at", NEW."created_by_id", NEW."decided_at", NEW."decided_by_id", NEW."expires_on", NEW."id", NEW."lead_days", NEW."lines", NEW."min_order_pairs", NEW."notes", NEW."own_reference", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price_high_cny", NEW."price_low_cny", NEW."published_at", NEW."reject_reason", NEW."reminded_for", NEW."state", NEW."submitted_at", NEW."terms_version", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;',
                    hash="e7a4fb951fa9335c8f08b7e970e8cc5744f17675",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_13507",
                    table="listings_capacityoffer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="capacityoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."anchor_week" IS DISTINCT FROM (NEW."anchor_week") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."confirmed_at" IS DISTINCT FROM (NEW."confirmed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_days" IS DISTINCT FROM (NEW."lead_days") OR OLD."lines" IS DISTINCT FROM (NEW."lines") OR OLD."min_order_pairs" IS DISTINCT FROM (NEW."min_order_pairs") OR OLD."notes" IS DISTINCT FROM (NEW."notes") OR OLD."own_reference" IS DISTINCT FROM (NEW."own_reference") OR OLD."price_high_cny" IS DISTINCT FROM (NEW."price_high_cny") OR OLD."price_low_cny" IS DISTINCT FROM (NEW."price_low_cny") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."reject_reason" IS DISTINCT FROM (NEW."reject_reason") OR OLD."reminded_for" IS DISTINCT FROM (NEW."reminded_for") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."terms_version" IS DISTINCT FROM (NEW."terms_version") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "listings_capacityofferevent" ("anchor_week", "code", "company_id", "confirmed_at", "created_at", "created_by_id", "decided_at", "decided_by_id", "expires_on", "id", "lead_days", "lines", "min_order_pairs", "notes", "own_reference", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_high_cny", "price_low_cny", "published_at", "reject_reason", "reminded_for", "state", "submitted_at", "terms_version", "title", "updated_at", "version") VALUES (NEW."anchor_week", NEW."code", NEW."company_id", NEW."confirmed_at", NEW."created_at", NEW."created_by_id", NEW."decided_at", NEW."decided_by_id", NEW."expires_on", NEW."id", NEW."lead_days", NEW."lines", NEW."min_order_pairs", NEW."notes", NEW."own_reference", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price_high_cny", NEW."price_low_cny", NEW."published_at", NEW."reject_reason", NEW."reminded_for", NEW."state", NEW."submitted_at", NEW."terms_version", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;',
                    hash="f5be2369d677c6f68d0df6ec9648cd022de09fca",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_19a93",
                    table="listings_capacityoffer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processingorder",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "listings_processingorderevent" ("category_id", "code", "colourways", "company_id", "construction_id", "created_at", "created_by_id", "decided_at", "decided_by_id", "destination_markets", "due_week", "earliest_start", "expires_on", "id", "lasts_by", "most_factories", "moulds_by", "notes", "own_reference", "pairs", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "reject_reason", "reminded_for", "sample_need", "size_run", "smallest_part", "sole_material_id", "splittable", "state", "submitted_at", "target_unit_price_cny", "terms_version", "title", "updated_at", "upper_material_id", "version") VALUES (NEW."category_id", NEW."code", NEW."colourways", NEW."company_id", NEW."construction_id", NEW."created_at", NEW."created_by_id", NEW."decided_at", NEW."decided_by_id", NEW."destination_markets", NEW."due_week", NEW."earliest_start", NEW."expires_on", NEW."id", NEW."lasts_by", NEW."most_factories", NEW."moulds_by", NEW."notes", NEW."own_reference", NEW."pairs", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."reject_reason", NEW."reminded_for", NEW."sample_need", NEW."size_run", NEW."smallest_part", NEW."sole_material_id", NEW."splittable", NEW."state", NEW."submitted_at", NEW."target_unit_price_cny", NEW."terms_version", NEW."title", NEW."updated_at", NEW."upper_material_id", NEW."version"); RETURN NULL;',
                    hash="1b3375f81f60a6336e4032ec0e86ac299cbe0d80",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3ad7f",
                    table="listings_processingorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processingorder",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "listings_processingorderevent" ("category_id", "code", "colourways", "company_id", "construction_id", "created_at", "created_by_id", "decided_at", "decided_by_id", "destination_markets", "due_week", "earliest_start", "expires_on", "id", "lasts_by", "most_factories", "moulds_by", "notes", "own_reference", "pairs", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "reject_reason", "reminded_for", "sample_need", "size_run", "smallest_part", "sole_material_id", "splittable", "state", "submitted_at", "target_unit_price_cny", "terms_version", "title", "updated_at", "upper_material_id", "version") VALUES (NEW."category_id", NEW."code", NEW."colourways", NEW."company_id", NEW."construction_id", NEW."created_at", NEW."created_by_id", NEW."decided_at", NEW."decided_by_id", NEW."destination_markets", NEW."due_week", NEW."earliest_start", NEW."expires_on", NEW."id", NEW."lasts_by", NEW."most_factories", NEW."moulds_by", NEW."notes", NEW."own_reference", NEW."pairs", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."reject_reason", NEW."reminded_for", NEW."sample_need", NEW."size_run", NEW."smallest_part", NEW."sole_material_id", NEW."splittable", NEW."state", NEW."submitted_at", NEW."target_unit_price_cny", NEW."terms_version", NEW."title", NEW."updated_at", NEW."upper_material_id", NEW."version"); RETURN NULL;',
                    hash="0b21160531ba06b6d116c6a735c59a72fc4979ee",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8742c",
                    table="listings_processingorder",
                    when="AFTER",
                ),
            ),
        ),
        # Rows last: no table can change while a key of its new rows waits to be checked.
        migrations.RunPython(load, unload),
    ]
