"""Saved searches keep the edges of their band, not its name: a name is lost with its edges."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q


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
    dependencies = [("listings", "0009_imports_apart")]

    operations = [
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
    ]
