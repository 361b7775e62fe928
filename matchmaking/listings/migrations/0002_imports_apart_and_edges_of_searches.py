"""The tables of imports go to their app, saved searches keep edges, and codes are random.

Renamed, not copied: a batch keeps its number, and rows, jobs and messages that point to it stay
true. The content types are renamed too, so that permissions that somebody was given and the
admin's log follow. No table of imports has a history, so there are no triggers to move.

Saved searches keep the edges of their band, not its name: a name is lost with its edges.
"""

from typing import Any

import django.contrib.postgres.functions
from django.db import migrations, models
from django.db.models import F, Q

MODELS = ("ImportBatch", "ImportRow", "ColumnMapping")
KINDS = {
    "listings.import": "imports.sheet",
    "listings.import.read": "imports.read",
    "listings.import.check": "imports.check",
    "listings.import.run": "imports.run",
}


def rename(apps: Any, *, before: str, after: str, kinds: dict[str, str]) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    models = [name.lower() for name in MODELS]
    content_types.filter(app_label=before, model__in=models).update(app_label=after)
    for old, new in kinds.items():
        apps.get_model("core", "Job").objects.filter(kind=old).update(kind=new)
        apps.get_model("notifications", "OutboxMessage").objects.filter(kind=old).update(kind=new)


def forwards(apps: Any, _schema_editor: Any) -> None:
    rename(apps, before="listings", after="imports", kinds=KINDS)


def backwards(apps: Any, _schema_editor: Any) -> None:
    kinds = {new: old for old, new in KINDS.items()}
    rename(apps, before="imports", after="listings", kinds=kinds)


def read_names(apps: Any, _schema_editor: Any) -> None:
    for search in apps.get_model("listings", "SavedSearch").objects.exclude(pairs=""):
        low, _, high = search.pairs.partition("-")
        search.pairs_from, search.pairs_to = int(low), int(high) if high else None
        search.save(update_fields=["pairs_from", "pairs_to"])


def write_names(apps: Any, _schema_editor: Any) -> None:
    for search in apps.get_model("listings", "SavedSearch").objects.exclude(pairs_from=None):
        search.pairs = f"{search.pairs_from}-{search.pairs_to or ''}"
        search.save(update_fields=["pairs"])


class Migration(migrations.Migration):
    replaces = [
        ("listings", "0009_imports_apart"),
        ("listings", "0010_edges_of_searches"),
        ("listings", "0011_random_codes"),
    ]

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0001_initial"),
        ("listings", "0001_initial"),
        ("notifications", "0002_scheduled_runs_and_random_codes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable(name, f"imports_{name.lower()}") for name in MODELS
            ],
            state_operations=[
                migrations.DeleteModel("ColumnMapping"),
                migrations.DeleteModel("ImportRow"),
                migrations.DeleteModel("ImportBatch"),
            ],
        ),
        migrations.RunPython(forwards, backwards),
        migrations.AddField(
            model_name="savedsearch",
            name="pairs_from",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="pairs from"),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="pairs_to",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="pairs below"),
        ),
        migrations.RunPython(read_names, write_names),
        migrations.RemoveField(model_name="savedsearch", name="pairs"),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=Q(pairs_from=None, pairs_to=None)
                | Q(pairs_from__isnull=False, pairs_to=None)
                | Q(pairs_from__isnull=False, pairs_to__gt=F("pairs_from")),
                name="search_pairs_are_a_range",
            ),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="capacityoffer",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="capacityofferevent",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="processingorder",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="processingorderevent",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
            ),
        ),
        migrations.AlterField(
            model_name="savedsearch",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
    ]
