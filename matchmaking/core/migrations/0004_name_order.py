"""Names by pinyin in SQL: the order of lists that the database pages."""

import json

from django.db import migrations

from matchmaking.core.homophones import COMMON, RARE

# A table of jsonb is searched in halves; translate() would walk all of it for each character. Bound to
# what it calls, so that a restore with an empty search path reads it.
NAME_ORDER = """
create function name_order(name text) returns bytea language sql immutable parallel safe
return (
    select convert_to(
        coalesce(string_agg(coalesce('{alike}'::jsonb ->> letter, letter), '' order by place), ''),
        'GB18030'
    )
    from unnest(string_to_array(lower(name), null)) with ordinality as letters(letter, place)
)
"""
ALIKE = json.dumps(dict(zip(RARE, COMMON, strict=True)), ensure_ascii=False)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_limit_counters")]

    operations = [
        migrations.RunSQL(NAME_ORDER.replace("{alike}", ALIKE), "drop function name_order(text)")
    ]
