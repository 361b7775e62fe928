"""Make the group of association staff; its rights follow in ``accounts.officers``."""

from typing import Any

from django.db import migrations


def make(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.get_or_create(name="Officers")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_places"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
