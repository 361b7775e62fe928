"""Notes of what changed, by triggers: a worker keeps the market in memory and reads only these."""

from django.db import migrations

TABLE = """
create table matching_marketchange (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    kind text not null,
    ref bigint not null,
    at timestamptz not null default clock_timestamp()
);
create index market_change_by_transaction on matching_marketchange (xid);
create index market_change_by_age on matching_marketchange (at);
"""
# Table, kind, column of the id, and which rows the engine may read.
ROWS = [
    ("listings_processingorder", "order", "id", "{row}.state = 'published'"),
    ("listings_processingorder_certifications", "order", "processingorder_id", "true"),
    ("listings_capacityoffer", "offer", "id", "{row}.state = 'published'"),
    ("listings_capacityoffer_categories", "offer", "capacityoffer_id", "true"),
    ("listings_capacityoffer_constructions", "offer", "capacityoffer_id", "true"),
    ("accounts_company", "company", "id", "true"),
    ("accounts_certificate", "company", "company_id", "true"),
    ("accounts_cluster", "all", "id", "true"),
]
TRIGGERS = """
create function market_change_{table}() returns trigger language plpgsql as $$
begin
    if tg_op <> 'DELETE' then
        if {new} then
            insert into matching_marketchange (kind, ref) values ('{kind}', new.{column});
        end if;
    end if;
    if tg_op <> 'INSERT' then
        if {old} and (tg_op = 'DELETE' or new.{column} <> old.{column} or not {new_or}) then
            insert into matching_marketchange (kind, ref) values ('{kind}', old.{column});
        end if;
    end if;
    return null;
end $$;
create trigger market_change after insert or update or delete on {table}
    for each row execute function market_change_{table}();
"""
# A row that goes leaves two lists shorter than they were.
LISTS = """
create function market_change_{table}() returns trigger language plpgsql as $$
begin
    insert into matching_marketchange (kind, ref)
        select 'order_list', order_id from gone where order_rank is not null
        union select 'offer_list', offer_id from gone where offer_rank is not null;
    return null;
end $$;
create trigger market_change after delete on {table}
    referencing old table as gone
    for each statement execute function market_change_{table}();
"""
DROP = """
drop trigger market_change on {table};
drop function market_change_{table}();
"""
KEPT = ["matching_match", "matching_nearmiss"]


def _triggers(table: str, kind: str, column: str, condition: str) -> migrations.RunSQL:
    new, old = condition.format(row="new"), condition.format(row="old")
    sql = TRIGGERS.format(table=table, kind=kind, column=column, new=new, old=old, new_or=new)
    return migrations.RunSQL(sql, DROP.format(table=table))


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0008_reasons_as_records"),
        ("listings", "0006_names_of_fields"),
        ("accounts", "0006_names_of_fields"),
    ]

    operations = [
        migrations.RunSQL(TABLE, "drop table matching_marketchange"),
        *(_triggers(*row) for row in ROWS),
        *(migrations.RunSQL(LISTS.format(table=table), DROP.format(table=table)) for table in KEPT),
    ]
