"""Load the terms of the trade: families, categories, constructions, materials."""

import csv
from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

DATA = Path(__file__).resolve().parent.parent / "data"

# A family is what like lines make: the engine reads "same family" as kinship.
FAMILIES = {
    "sport": (
        "运动鞋类",
        "Sport",
        ["athletic", "casual_sport", "skate_vulcanised", "football_cleats"],
    ),
    "outdoor": ("户外鞋类", "Outdoor and snow", ["outdoor_hiking", "ski_snowboard"]),
    "dress": ("时装与正装鞋类", "Fashion and dress", ["women_fashion", "men_dress"]),
    "boots": ("靴类", "Boots", ["boots_leather", "boots_women", "boots_synthetic", "rain_boots"]),
    "open": (
        "凉拖鞋类",
        "Open shoes",
        ["sandals", "leather_strap_sandal", "slippers", "flip_flop", "eva_clog"],
    ),
    "work": ("劳保与胶鞋类", "Work and safety", ["safety", "rubber_liberation"]),
    "everyday": (
        "童鞋、布鞋及其他",
        "Children, cloth and others",
        ["children", "cloth_shoes", "wood_other"],
    ),
    "parts": ("鞋材与部件", "Uppers, soles and parts", ["upper_only", "sole_heel", "parts_other"]),
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    CategoryFamily = apps.get_model("listings", "CategoryFamily")
    Category = apps.get_model("listings", "Category")
    Construction = apps.get_model("listings", "Construction")
    Material = apps.get_model("listings", "Material")
    family_of = {}
    for position, (code, (name_zh, name_en, members)) in enumerate(FAMILIES.items(), start=1):
        family = CategoryFamily.objects.create(
            code=code, name_zh=name_zh, name_en=name_en, position=position * 10
        )
        family_of |= {
            member: (family, position * 100 + place)
            for place, member in enumerate(members, start=1)
        }
    for row in read("categories"):
        family, position = family_of[row["code"]]
        Category.objects.create(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            family=family,
            position=position,
            hs4=row["hs4"].split(";"),
            hs6=row["hs6"].split(";"),
            note=row["note"] or "",
        )
    for position, row in enumerate(read("constructions"), start=1):
        Construction.objects.create(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            typical_for=row["typical_for"] or "",
            position=position * 10,
        )
    for position, row in enumerate(read("materials"), start=1):
        Material.objects.create(
            part=row["part"],
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            position=position * 10,
        )


def unload(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Category", "CategoryFamily", "Construction", "Material"):
        apps.get_model("listings", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
