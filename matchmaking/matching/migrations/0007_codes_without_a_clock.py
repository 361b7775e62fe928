"""Random codes in the place of those that have a clock, which told what was made together.

The highest area does it for all: its dependencies name the tables of every other.
"""

from collections.abc import Iterator
from typing import Any

from django.db import migrations, models

DAYS = 90  # links of mails go on so long
REMEMBER = """
    insert into notifications_replacedcode (old, new, ends_on)
    select code, gen_random_uuid(), current_date + %s from {table}
    where substr(code::text, 15, 1) = '7'
"""
REPLACE = """
    update {table} t set {column} = r.new from notifications_replacedcode r where t.{column} = r.old
"""
# The memory of what was told: a key with another code would be told again.
REPLACE_IN_TEXT = """
    update {table} t set {column} = replace(t.{column}, r.old::text, r.new::text)
    from notifications_replacedcode r
    where r.old = substring(t.{column} from
        '[0-9a-f]{{8}}-[0-9a-f]{{4}}-7[0-9a-f]{{3}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}')::uuid
"""
TEXTS = (
    ("notifications_outboxmessage", "dedupe_key"),
    ("notifications_notification", "fact"),
    ("notifications_notification", "topic"),
)
CODES_IN_A_TEXT = 2  # a match and a company


def replace_codes(apps: Any, schema_editor: Any) -> None:
    columns = list(_columns(apps))
    quote = schema_editor.quote_name
    with schema_editor.connection.cursor() as cursor:
        # ALTER TABLE refuses a table of which checks are still due.
        cursor.execute("set constraints all immediate")
        for table, _column, is_own in columns:
            if is_own:
                cursor.execute(REMEMBER.format(table=quote(table)), [DAYS])
        if not _any_replaced(cursor):
            return
        for table, column, _is_own in columns:
            # No row became another: neither history nor scoring is to hear of it.
            cursor.execute(f"alter table {quote(table)} disable trigger user")
            cursor.execute(REPLACE.format(table=quote(table), column=quote(column)))
            cursor.execute(f"alter table {quote(table)} enable trigger user")
        for table, column in TEXTS * CODES_IN_A_TEXT:
            cursor.execute(REPLACE_IN_TEXT.format(table=table, column=column))


def _columns(apps: Any) -> Iterator[tuple[str, str, bool]]:
    """Yield table and column of each code, and whether it is the row's own and not a copy of it."""
    for model in apps.get_models():
        options = model._meta  # noqa: SLF001 - Django's documented name
        if options.proxy or not options.managed or options.model_name == "replacedcode":
            continue
        for field in options.local_fields:
            if isinstance(field, models.UUIDField):
                yield options.db_table, field.column, field.name == "code" and field.unique


def _any_replaced(cursor: Any) -> bool:
    cursor.execute("select exists (select from notifications_replacedcode)")
    return bool(cursor.fetchone()[0])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_password_reset_requests"),
        ("core", "0002_random_codes"),
        ("imports", "0002_questions_answers_and_undo"),
        ("listings", "0009_cards_shared_by_several"),
        ("matching", "0006_answers_that_reach_nobody"),
        ("notifications", "0003_replaced_codes"),
    ]

    operations = [migrations.RunPython(replace_codes, migrations.RunPython.noop)]
