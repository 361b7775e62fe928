"""Periodic runs under their name, and random codes, made by the database."""

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0004_scheduled_runs"),
        ("notifications", "0005_random_codes"),
    ]

    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.RenameModel("Tick", "ScheduledRun"),
        migrations.AlterField(
            model_name="notification",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
    ]
