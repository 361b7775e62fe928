"""Proposals from before answers were awaited get the full time, as if proposed today."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import migrations
from django.utils import timezone


def give_time(apps: Any, schema_editor: Any) -> None:
    """Else the first tick would let every proposal older than that end in silence."""
    matches = apps.get_model("matching", "Match").objects.using(schema_editor.connection.alias)
    until = timezone.now() + dt.timedelta(days=settings.PROPOSAL_DAYS)
    matches.filter(state="proposed", answer_by=None).update(answer_by=until)


class Migration(migrations.Migration):
    dependencies = [("matching", "0004_act_on_match")]

    operations = [migrations.RunPython(give_time, migrations.RunPython.noop, elidable=True)]
