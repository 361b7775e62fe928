"""Keep the numbers of a score as records: rows that stand stay as JSON, read by the same field."""

import json
from typing import Any

from django.db import migrations

import matchmaking.matching.models.fields

COLUMNS = (("match", "assessment"), ("nearmiss", "change"))
TO_BYTES = """
    alter table matching_{model} alter column {column} type bytea
    using convert_to({column}::text, 'UTF8')
"""
TO_JSON = """
    alter table matching_{model} alter column {column} type jsonb
    using convert_from({column}, 'UTF8')::jsonb
"""


def write_as_json(apps: Any, schema_editor: Any) -> None:
    """Turn records back into JSON, which the older field reads."""
    for name, column in COLUMNS:
        model = apps.get_model("matching", name)
        rows = model.objects.using(schema_editor.connection.alias).only("pk", column)
        for row in rows.iterator(chunk_size=1000):
            value = json.dumps(getattr(row, column)).encode()
            model.objects.filter(pk=row.pk).update(**{column: value})


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0007_parts_of_a_scoring"),
    ]

    operations = [
        migrations.RunSQL(
            [TO_BYTES.format(model=model, column=column) for model, column in COLUMNS],
            [TO_JSON.format(model=model, column=column) for model, column in COLUMNS],
            state_operations=[
                migrations.AlterField(
                    model_name="match",
                    name="assessment",
                    field=matchmaking.matching.models.fields.AssessmentField(),
                ),
                migrations.AlterField(
                    model_name="nearmiss",
                    name="change",
                    field=matchmaking.matching.models.fields.ChangeField(default=dict),
                ),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, write_as_json),
    ]
