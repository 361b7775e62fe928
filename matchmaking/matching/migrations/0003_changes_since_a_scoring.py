"""Notes of all that a full scoring would see, so that the next one scores what changed alone."""

from django.db import migrations, models

# A row that somebody deletes leaves two lists to make anew; a scoring makes them itself.
GONE = """
create or replace function market_change_{table}() returns trigger language plpgsql as $$
begin
    if current_setting('matching.is_scoring', true) = 'on' then
        return null;
    end if;
    insert into matching_marketchange (kind, ref)
        select 'order', order_id from gone union select 'offer', offer_id from gone;
    return null;
end $$;
"""
GONE_BEFORE = """
create or replace function market_change_{table}() returns trigger language plpgsql as $$
begin
    insert into matching_marketchange (kind, ref)
        select 'order_list', order_id from gone where order_rank is not null
        union select 'offer_list', offer_id from gone where offer_rank is not null;
    return null;
end $$;
"""
# An answer takes a pair out of both lists, its end may bring it back.
ANSWERS = """
create function market_change_of_answer() returns trigger language plpgsql as $$
begin
    insert into matching_marketchange (kind, ref)
        values ('order', new.order_id), ('offer', new.offer_id);
    return null;
end $$;
create trigger market_change_of_answer
    after update of state, end_cause, order_version, offer_version on matching_match
    for each row when (
        (old.state not in ('proposed', 'withdrawn') or new.state not in ('proposed', 'withdrawn'))
        and (old.state, old.end_cause, old.order_version, old.offer_version)
            is distinct from (new.state, new.end_cause, new.order_version, new.offer_version)
    )
    execute function market_change_of_answer();
"""
NO_ANSWERS = """
drop trigger market_change_of_answer on matching_match;
drop function market_change_of_answer();
"""
# All pairs of two companies have a post of the one that blocks.
BLOCKS = """
create function market_change_accounts_block() returns trigger language plpgsql as $$
begin
    if tg_op <> 'DELETE' then
        insert into matching_marketchange (kind, ref) values ('company', new.company_id);
    end if;
    if tg_op <> 'INSERT' then
        insert into matching_marketchange (kind, ref) values ('company', old.company_id);
    end if;
    return null;
end $$;
create trigger market_change after insert or update or delete on accounts_block
    for each row execute function market_change_accounts_block();
"""
NO_BLOCKS = """
drop trigger market_change on accounts_block;
drop function market_change_accounts_block();
"""
KEPT = ["matching_match", "matching_nearmiss"]


class Migration(migrations.Migration):
    replaces = [("matching", "0013_changes_since_a_scoring")]

    dependencies = [
        ("accounts", "0001_initial"),
        ("matching", "0002_keys_checked_once_and_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="scoring",
            name="seen",
            field=models.JSONField(blank=True, default=list),
        ),
        *(
            migrations.RunSQL(GONE.format(table=table), GONE_BEFORE.format(table=table))
            for table in KEPT
        ),
        migrations.RunSQL(ANSWERS, NO_ANSWERS),
        migrations.RunSQL(BLOCKS, NO_BLOCKS),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                condition=models.Q(("state__in", ("proposed", "withdrawn")), _negated=True),
                fields=["order", "offer"],
                name="match_answered",
            ),
        ),
    ]
