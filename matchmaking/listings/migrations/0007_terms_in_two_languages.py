"""Say in Chinese what a construction is typical for, with the English beside it."""

import csv
import re
from pathlib import Path
from typing import Any

from django.db import migrations, models

DATA = Path(__file__).resolve().parent.parent / "data"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def read(name: str) -> dict[str, dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def load(apps: Any, _schema_editor: Any) -> None:
    known = read("constructions")
    for one in apps.get_model("listings", "Construction").objects.filter(code__in=known):
        one.typical_for_en = known[one.code]["typical_for_en"]
        if not CHINESE.search(one.typical_for):
            one.typical_for = known[one.code]["typical_for"]
        one.save()
    notes = {code: row["note"] for code, row in read("categories").items() if row["note"]}
    for category in apps.get_model("listings", "Category").objects.filter(code__in=notes):
        if category.note and not CHINESE.search(category.note):
            category.note = notes[category.code]
            category.save()


class Migration(migrations.Migration):
    dependencies = [("listings", "0006_names_of_fields")]
    operations = [
        migrations.AddField(
            model_name="construction",
            name="typical_for_en",
            field=models.CharField(
                blank=True, default="", max_length=120, verbose_name="typical for, in English"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
