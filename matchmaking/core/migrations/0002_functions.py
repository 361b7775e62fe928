"""SQL functions that constraints of other areas use."""

from django.db import migrations

WEEKS_ADD_UP = """
create function weeks_add_up(
    free integer[], held integer[], booked integer[], published integer[]
) returns boolean language sql immutable parallel safe as $$
    select cardinality(free) = 104
        and cardinality(held) = 104
        and cardinality(booked) = 104
        and cardinality(published) = 104
        and not exists (
            select from unnest(free, held, booked, published) as week(f, h, b, p)
            where f is null or h is null or b is null or p is null
                or f < 0 or h < 0 or b < 0 or f + h + b <> p
        )
$$
"""

WEEKS_TOTAL = """
create function weeks_total(weeks integer[]) returns bigint
language sql immutable parallel safe as $$
    select coalesce(sum(n), 0)::bigint from unnest(weeks) as week(n)
$$
"""
WEEKS_EDGE = """
create function weeks_{edge}(weeks integer[], anchor date) returns date
language sql immutable parallel safe as $$
    select anchor + 7 * ({side}(place)::integer - 1)
    from unnest(weeks) with ordinality as week(n, place) where n > 0
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    run_before = [("listings", "0001_initial")]
    operations = [
        migrations.RunSQL(
            WEEKS_ADD_UP,
            "drop function weeks_add_up(integer[], integer[], integer[], integer[])",
        ),
        migrations.RunSQL(WEEKS_TOTAL, "drop function weeks_total(integer[])"),
        migrations.RunSQL(
            WEEKS_EDGE.format(edge="first", side="min"),
            "drop function weeks_first(integer[], date)",
        ),
        migrations.RunSQL(
            WEEKS_EDGE.format(edge="last", side="max"),
            "drop function weeks_last(integer[], date)",
        ),
    ]
