"""Terms that a factory left empty are not said, and shoes of another class are not alike."""

import django.core.validators
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# A family is what like lines make: these of one family come out of a mould, the vulcaniser or a
# stitching room, where their sisters are lasted and cemented.
ANOTHER_CLASS = (
    ("skate_vulcanised", ("athletic", "casual_sport", "football_cleats")),
    ("rain_boots", ("boots_leather", "boots_women", "boots_synthetic")),
    ("eva_clog", ("sandals", "leather_strap_sandal")),
    ("flip_flop", ("sandals", "leather_strap_sandal")),
    ("rubber_liberation", ("safety",)),
    ("ski_snowboard", ("outdoor_hiking",)),
    ("upper_only", ("sole_heel", "parts_other")),
    ("sole_heel", ("parts_other",)),
)


def part_classes(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Set the likeness of such pairs to 0, but for those that officers have set."""
    CategoryLikeness = apps.get_model("listings", "CategoryLikeness")
    ids = dict(apps.get_model("listings", "Category").objects.values_list("code", "pk"))
    for code, others in ANOTHER_CLASS:
        for other in others:
            if code in ids and other in ids:
                first, second = sorted((ids[code], ids[other]))
                CategoryLikeness.objects.get_or_create(
                    first_id=first, second_id=second, defaults={"likeness": 0}
                )


def unsay_untouched(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Empty what the form had filled in for those who left it: one pair, no days."""
    CapacityOffer = apps.get_model("listings", "CapacityOffer")
    CapacityOffer.objects.filter(min_order_pairs=1).update(min_order_pairs=None)
    CapacityOffer.objects.filter(lead_days=0).update(lead_days=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_random_codes"),
        ("listings", "0002_imports_apart_and_edges_of_searches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="capacityoffer",
            name="offer_minimum_above_zero",
        ),
        migrations.AlterField(
            model_name="capacityoffer",
            name="lead_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="lead time before the first week, days",
            ),
        ),
        migrations.AlterField(
            model_name="capacityoffer",
            name="min_order_pairs",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="minimum order, pairs",
            ),
        ),
        migrations.AlterField(
            model_name="capacityofferevent",
            name="lead_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="lead time before the first week, days",
            ),
        ),
        migrations.AlterField(
            model_name="capacityofferevent",
            name="min_order_pairs",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="minimum order, pairs",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("min_order_pairs", None), ("min_order_pairs__gt", 0), _connector="OR"
                ),
                name="offer_minimum_above_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("lead_days", None), ("lead_days__lte", 365), _connector="OR"),
                name="offer_prepared_within_a_year",
            ),
        ),
        migrations.RunPython(part_classes, migrations.RunPython.noop),
        migrations.RunPython(unsay_untouched, migrations.RunPython.noop),
    ]
