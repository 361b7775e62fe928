"""The profile that scores the market from the start, and the row that all rescoring locks."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone


def create(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    ScoringProfile = apps.get_model("matching", "ScoringProfile")
    ScoringProfile.objects.create(
        version=1, name="标准 / Standard", state="active", activated_at=timezone.now()
    )
    apps.get_model("matching", "Scoring").objects.create(pk=1)


def remove(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("matching", "ScoringProfile").objects.all().delete()
    apps.get_model("matching", "Scoring").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
