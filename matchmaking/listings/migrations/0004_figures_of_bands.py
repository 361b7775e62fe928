"""The figures of past days go: they were rounded sums of exact pairs, and no page reads two rules."""

from typing import Any

from django.db import migrations


def delete_old_snapshots(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("listings", "MarketSnapshot").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("listings", "0003_terms_not_said")]

    operations = [migrations.RunPython(delete_old_snapshots, migrations.RunPython.noop)]
