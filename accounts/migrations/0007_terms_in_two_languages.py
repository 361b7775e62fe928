"""Say what a place and a certificate are known for in Chinese, with the English beside it."""

import csv
import re
from pathlib import Path
from typing import Any

from django.db import migrations, models

DATA = Path(__file__).resolve().parent.parent / "data"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def read(name: str, key: str) -> dict[str, dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def chosen(present: str, chinese: str) -> str:
    """Return the Chinese text for the English one with which the list began."""
    return present if CHINESE.search(present) else chinese


def load(apps: Any, _schema_editor: Any) -> None:
    places = read("clusters", "division_code")
    for cluster in apps.get_model("accounts", "Cluster").objects.filter(code__in=places):
        row = places[cluster.code]
        cluster.speciality = chosen(cluster.speciality, row["speciality"])
        cluster.speciality_en = row["speciality_en"]
        if cluster.source.startswith(("seed", "http")) or not CHINESE.search(cluster.source):
            cluster.source = row["source"]
        cluster.save()
    papers = read("certifications", "code")
    for one in apps.get_model("accounts", "Certification").objects.filter(code__in=papers):
        row = papers[one.code]
        one.kind = chosen(one.kind, row["type"])
        one.kind_en = row["type_en"]
        one.scope = chosen(one.scope, row["scope"])
        one.validity_hint = chosen(one.validity_hint, row["validity_hint"])
        if CHINESE.search(one.name_en):
            one.name_en = row["name_en"]
        one.save()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_names_of_fields")]
    operations = [
        migrations.AddField(
            model_name="cluster",
            name="speciality_en",
            field=models.CharField(
                blank=True, default="", max_length=120, verbose_name="speciality in English"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="certification",
            name="kind_en",
            field=models.CharField(
                blank=True, default="", max_length=60, verbose_name="type in English"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
