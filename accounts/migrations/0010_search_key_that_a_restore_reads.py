"""The search key bound to the function that it calls, wherever the search path leads."""

from django.db import migrations

# A body that is parsed when it is written: pg_restore works with an empty search path, where the
# name fold_name in a body of text is found by nobody.
BOUND = """
create or replace function company_search_key(
    name_zh text, name_en text, uscc text, registration text, reference text
) returns text language sql immutable parallel safe
return '|' || fold_name(name_zh) || '|' || fold_name(name_en) || '|'
    || fold_name(coalesce(uscc, '')) || '|' || fold_name(registration) || '|'
    || fold_name(reference) || '|'
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_search_key")]

    operations = [migrations.RunSQL(BOUND, migrations.RunSQL.noop)]
