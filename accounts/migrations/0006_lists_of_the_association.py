"""What the lists of the association name, apart from what the companies became."""

from typing import Any

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models


def copy_lists(apps: Any, _schema_editor: Any) -> None:
    """List the companies that came by a list, or for which nobody acts yet, as they are called now."""
    Company = apps.get_model("accounts", "Company")
    ListEntry = apps.get_model("accounts", "ListEntry")
    rows = Company.objects.filter(~models.Q(source="") | models.Q(memberships=None)).distinct()
    ListEntry.objects.bulk_create(
        [
            ListEntry(
                company_id=company.pk,
                uscc=company.uscc or "",
                name_zh=company.name_zh,
                name_en=company.name_en,
                cluster_id=company.cluster_id,
            )
            for company in rows.order_by("pk").iterator(1000)
        ],
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_size_as_its_source_says"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        unique=True,
                    ),
                ),
                ("uscc", models.CharField(blank=True, max_length=18)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=160)),
                (
                    "cluster",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.cluster",
                    ),
                ),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listing",
                        to="accounts.company",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="listentry",
            index=models.Index(
                condition=models.Q(("uscc", ""), _negated=True),
                fields=["uscc"],
                name="listed_by_uscc",
            ),
        ),
        migrations.AddIndex(
            model_name="listentry",
            index=models.Index(fields=["name_zh"], name="listed_by_name"),
        ),
        migrations.RunPython(copy_lists, migrations.RunPython.noop),
    ]
