"""The tables of imports go to the imports app, with their rows.

Renamed, not copied: a batch keeps its number, and rows, jobs and messages that point to it stay
true. The content types are renamed too, so that permissions that somebody was given and the
admin's log follow. No table of imports has a history, so there are no triggers to move.
"""

from typing import Any

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0003_visit"),
        ("listings", "0008_one_word_each"),
        ("notifications", "0004_scheduled_runs"),
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
    ]
