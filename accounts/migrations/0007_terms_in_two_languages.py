"""Say what a place and a certificate are known for in Chinese, with the English beside it."""

import csv
from pathlib import Path
from typing import Any

from django.db import migrations, models

DATA = Path(__file__).resolve().parent.parent / "data"
# With what the lists began. What officers wrote since is theirs, and stays.
BEGAN = {
    "speciality": {
        "Huidu park",
        "brand OEM head offices, Houjie materials",
        "export sports/casual",
        "injection, casual",
        "injection, safety, casual",
        "leather shoes, safety, casual",
        "relocated OEM",
        "relocated OEM (Yudu)",
        "sports OEM",
        "sports OEM (Korean groups)",
        "sports brands, materials",
        "sports brands, soles, materials (Chendai)",
        "sports shoes, OEM",
        "western shoe city",
        "women shoes (title 2005, >1,700 firms)",
        "women shoes base",
        "women shoes, Baiyun market",
    },
    "source": {
        "Nike list",
        "Nike/VF lists",
        "VF list",
        "http://www.dybbs8.com/excel/7627.html",
        "https://m.fqmxn.com/1/49980.html",
        "seed 001",
        "seed 002",
        "seed 003",
        "seed 003; 中国鞋都 title 2023 http://m.tw06k.cn/2023-06-23/114749.html",
    },
    "kind": {
        "brand audit",
        "chemical compliance",
        "chemicals/environment",
        "environment management",
        "environment self-assessment",
        "health and safety",
        "material chain of custody",
        "product chemicals",
        "product standard",
        "quality management",
        "safety footwear",
        "social audit",
        "social certificate",
        "tannery audit",
    },
    "scope": {
        "material",
        "organisation",
        "product",
        "site",
        "site/material",
        "supplier/system",
        "tannery",
    },
    "validity_hint": {
        "1 year",
        "2- or 4-pillar report, no certificate",
        "3 years with surveillance",
        "Gold/Silver/Bronze",
        "Platinum/Gold/Silver",
        "grade A-E; audit cycle 1-2 years",
        "national/industry standards",
        "per brand",
        "yearly",
    },
    "name_zh": {"验厂(品牌自审)"},
    "name_en": {
        "GB/T 15107 旅游鞋 / GB/T 22756 皮凉鞋 / QB/T 1002 皮鞋",
        "验厂(品牌自审)",
        "验厂（品牌自审）",
    },
}


def read(name: str, key: str) -> dict[str, dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def renew(row: Any, texts: dict[str, str]) -> None:
    """Give the fields their new texts where they say what they began with."""
    for field, text in texts.items():
        if getattr(row, field) in BEGAN[field]:
            setattr(row, field, text)


def load(apps: Any, _schema_editor: Any) -> None:
    places = read("clusters", "division_code")
    for cluster in apps.get_model("accounts", "Cluster").objects.filter(code__in=places):
        texts = places[cluster.code]
        renew(cluster, {name: texts[name] for name in ("speciality", "source")})
        if cluster.speciality == texts["speciality"]:
            cluster.speciality_en = texts["speciality_en"]
        cluster.save()
    papers = read("certifications", "code")
    for paper in apps.get_model("accounts", "Certification").objects.filter(code__in=papers):
        texts = papers[paper.code]
        texts |= {"kind": texts["type"], "name_zh": texts["name"]}
        renew(paper, {name: texts[name] for name in BEGAN if name in texts})
        if paper.kind == texts["type"]:
            paper.kind_en = texts["type_en"]
        paper.save()


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
