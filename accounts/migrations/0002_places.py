"""Load the clusters and certifications of the trade."""

import csv
from pathlib import Path
from typing import Any

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"


def read(name: str) -> list[tuple[int, dict[str, str]]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(enumerate(csv.DictReader(file)))


def load(apps: Any, _schema_editor: Any) -> None:
    cluster = apps.get_model("accounts", "Cluster")
    certification = apps.get_model("accounts", "Certification")
    cluster.objects.bulk_create(
        cluster(
            code=row["division_code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            speciality=row["speciality"],
            source=row["source"],
            position=position,
        )
        for position, row in read("clusters")
    )
    certification.objects.bulk_create(
        certification(
            code=row["code"],
            name_zh=row["name"],
            name_en=row["name"],
            kind=row["type"],
            scope=row["scope"],
            validity_hint=row["validity_hint"],
            position=position,
        )
        for position, row in read("certifications")
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
