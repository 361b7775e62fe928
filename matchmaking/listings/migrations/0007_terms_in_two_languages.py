"""Say in Chinese what a construction is typical for, with the English beside it."""

import csv
from pathlib import Path
from typing import Any

from django.db import migrations, models

DATA = Path(__file__).resolve().parent.parent / "data"
# With what the notes began. What officers wrote since is theirs, and stays.
BEGAN = {
    "6402.30 was merged away in HS 2007",
    "Chengdu cluster",
    "leather sole -> 6403.59",
    "not designed for sport -> outside 6404.11",
    "plugged straps -> 6402.20",
    "size segment, not an HS line",
    "spikes/studs -> sports footwear in all three headings",
    "textile mesh or knit upper is the usual case -> 6404.11",
}


def read(name: str) -> dict[str, dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def load(apps: Any, _schema_editor: Any) -> None:
    known = read("constructions")
    for one in apps.get_model("listings", "Construction").objects.filter(code__in=known):
        chinese, english = known[one.code]["typical_for"], known[one.code]["typical_for_en"]
        if one.typical_for in (chinese, english):  # it began in English
            one.typical_for, one.typical_for_en = chinese, english
            one.save()
    notes = read("categories")
    for category in apps.get_model("listings", "Category").objects.filter(note__in=BEGAN):
        if category.code in notes:
            category.note = notes[category.code]["note"]
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
