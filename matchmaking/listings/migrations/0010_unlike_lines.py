"""Categories of one family that are made on unlike lines are not alike, unless officers say so."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Moulded or injected whole against lasted; vulcanised against cemented.
UNLIKE = {
    "rain_boots": ("boots_leather", "boots_women", "boots_synthetic"),
    "skate_vulcanised": ("athletic", "casual_sport", "football_cleats"),
    "rubber_liberation": ("safety",),
    "ski_snowboard": ("outdoor_hiking",),
    "eva_clog": ("sandals", "leather_strap_sandal"),
    "flip_flop": ("sandals", "leather_strap_sandal"),
}


def part(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write a likeness of 0 for each pair; one that officers set stays as it is."""
    Category = apps.get_model("listings", "Category")
    CategoryLikeness = apps.get_model("listings", "CategoryLikeness")
    keys = dict(Category.objects.values_list("code", "pk"))
    for one, others in UNLIKE.items():
        for other in others:
            if one not in keys or other not in keys:
                continue
            first, second = sorted((keys[one], keys[other]))
            CategoryLikeness.objects.get_or_create(
                first_id=first, second_id=second, defaults={"likeness": 0}
            )


class Migration(migrations.Migration):
    dependencies = [("listings", "0009_cards_shared_by_several")]

    operations = [migrations.RunPython(part, migrations.RunPython.noop)]
