"""Imports as models of this app; listings' migration 0002 brings the tables."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("imports", "0002_random_codes"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("listings", "0002_imports_apart_and_edges_of_searches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ImportBatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "code",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
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
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="sent"),
                        ),
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
                    },
                ),
                migrations.CreateModel(
                    name="ImportRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                                to="imports.importbatch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row of an import",
                        "verbose_name_plural": "rows of imports",
                    },
                ),
                migrations.CreateModel(
                    name="ColumnMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                                fields=("user", "kind", "header_hash"),
                                name="mapping_once_per_header",
                            )
                        ],
                    },
                ),
                migrations.AddIndex(
                    model_name="importbatch",
                    index=models.Index(fields=["company", "-id"], name="import_own_list"),
                ),
                migrations.AddConstraint(
                    model_name="importbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ["companies", "orders", "offers"])),
                        name="import_kind_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "companies"), _negated=True),
                            ("company", None),
                            _connector="OR",
                        ),
                        name="import_of_companies_by_officers",
                    ),
                ),
                migrations.AddIndex(
                    model_name="importrow",
                    index=models.Index(
                        fields=["batch", "outcome", "number"], name="import_row_outcome"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importrow",
                    constraint=models.UniqueConstraint(
                        fields=("batch", "number"), name="import_row_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importrow",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["ready", "created", "updated", "unchanged", "skipped", "failed"],
                            )
                        ),
                        name="import_row_outcome_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importrow",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ["failed", "skipped"]), _negated=True),
                            models.Q(("problems", []), _negated=True),
                            _connector="OR",
                        ),
                        name="import_row_refused_with_reason",
                    ),
                ),
            ]
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
    ]
