"""Jobs, keys of idempotence and visits, and the SQL functions that constraints of other areas use."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WEEKS_ADD_UP = """
create function weeks_add_up(
    free integer[], held integer[], booked integer[], published integer[]
) returns boolean language sql immutable parallel safe as $$
    select cardinality(free) = 104
        and cardinality(held) = 104
        and cardinality(booked) = 104
        and cardinality(published) = 104
        and not exists (
            select from unnest(free, held, booked, published) as week(f, h, b, p)
            where f is null or h is null or b is null or p is null
                or f < 0 or h < 0 or b < 0 or f + h + b <> p
        )
$$
"""

WEEKS_TOTAL = """
create function weeks_total(weeks integer[]) returns bigint
language sql immutable parallel safe as $$
    select coalesce(sum(n), 0)::bigint from unnest(weeks) as week(n)
$$
"""
WEEKS_EDGE = """
create function weeks_{edge}(weeks integer[], anchor date) returns date
language sql immutable parallel safe as $$
    select anchor + 7 * ({side}(place)::integer - 1)
    from unnest(weeks) with ordinality as week(n, place) where n > 0
$$
"""


class Migration(migrations.Migration):
    replaces = [("core", "0002_functions"), ("core", "0003_visit")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            WEEKS_ADD_UP,
            "drop function weeks_add_up(integer[], integer[], integer[], integer[])",
        ),
        migrations.RunSQL(WEEKS_TOTAL, "drop function weeks_total(integer[])"),
        migrations.RunSQL(
            WEEKS_EDGE.format(edge="first", side="min"),
            "drop function weeks_first(integer[], date)",
        ),
        migrations.RunSQL(
            WEEKS_EDGE.format(edge="last", side="max"),
            "drop function weeks_last(integer[], date)",
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=120)),
                ("method", models.CharField(max_length=8)),
                ("path", models.CharField(max_length=300)),
                ("body_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="idempotency_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "key"), name="idempotency_key_once_per_owner"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("result", models.JSONField(blank=True, default=dict, verbose_name="result")),
                ("cancel_requested", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                ("started_at", models.DateTimeField(null=True, verbose_name="begun")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total", 0), ("done__lte", models.F("total")), _connector="OR"
                        ),
                        name="job_done_within_total",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="last seen")),
                (
                    "before_at",
                    models.DateTimeField(null=True, verbose_name="end of the visit before"),
                ),
            ],
            options={
                "verbose_name": "visit",
                "verbose_name_plural": "visits",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("before_at", None),
                            ("before_at__lt", models.F("seen_at")),
                            _connector="OR",
                        ),
                        name="visit_before_is_earlier",
                    )
                ],
            },
        ),
    ]
