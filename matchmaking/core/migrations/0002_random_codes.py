"""Random codes, made by the database."""

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("core", "0004_random_codes"),
    ]

    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
    ]
