"""What raw SQL may not do to the ledger, and the record of its nightly check."""

from django.db import migrations, models

ENTRIES = """
alter table listings_ledgerentry
    add constraint ledger_entry_pairs_are_counted check (
        array_ndims(pairs) = 1
        and cardinality(pairs) between 1 and 104
        and array_position(pairs, null) is null
        and 0 <= all (pairs)
    ),
    add constraint ledger_entry_of_one_offer unique (id, offer_id);
-- A booking or release follows an entry of its own offer: a key of both columns says so.
alter table listings_ledgerentry
    add constraint ledger_entry_follows_within_its_offer
    foreign key (of_id, offer_id) references listings_ledgerentry (id, offer_id)
    deferrable initially deferred;
"""
ENTRIES_BACK = """
alter table listings_ledgerentry
    drop constraint ledger_entry_follows_within_its_offer,
    drop constraint ledger_entry_of_one_offer,
    drop constraint ledger_entry_pairs_are_counted;
"""
# Deferred: a form replaces the categories of an offer by a delete and an insert.
CATEGORIES = """
create function offer_published_has_category() returns trigger language plpgsql as $$
declare
    checked bigint := case when tg_table_name = 'listings_capacityoffer'
        then (to_jsonb(new)->>'id')::bigint else (to_jsonb(old)->>'capacityoffer_id')::bigint end;
begin
    if exists (select from listings_capacityoffer where id = checked and state = 'published')
        and not exists (
            select from listings_capacityoffer_categories where capacityoffer_id = checked
        )
    then
        raise integrity_constraint_violation using
            message = 'a published offer has a category: offer_published_has_category',
            constraint = 'offer_published_has_category';
    end if;
    return null;
end
$$;
create constraint trigger offer_published_has_category
    after insert or update of state on listings_capacityoffer
    deferrable initially deferred
    for each row when (new.state = 'published')
    execute function offer_published_has_category();
create constraint trigger offer_published_keeps_category
    after delete on listings_capacityoffer_categories
    deferrable initially deferred
    for each row execute function offer_published_has_category();
"""
CATEGORIES_BACK = """
drop trigger offer_published_keeps_category on listings_capacityoffer_categories;
drop trigger offer_published_has_category on listings_capacityoffer;
drop function offer_published_has_category();
"""


class Migration(migrations.Migration):
    dependencies = [("listings", "0007_version_on_market")]

    operations = [
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("checked", models.PositiveIntegerField(verbose_name="offers checked")),
                ("wrong", models.PositiveIntegerField(verbose_name="offers that differ")),
                ("differences", models.JSONField(default=list, verbose_name="differences")),
            ],
            options={
                "verbose_name": "check of the ledgers",
                "verbose_name_plural": "checks of the ledgers",
                "indexes": [models.Index(fields=["at"], name="ledger_check_at")],
            },
        ),
        migrations.AddConstraint(
            model_name="ledgercheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("wrong__lte", models.F("checked"))),
                name="ledger_check_counts_fit",
            ),
        ),
        migrations.AddConstraint(
            model_name="processingorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("target_unit_price_cny", None),
                    ("target_unit_price_cny__lte", 1000000),
                    _connector="OR",
                ),
                name="order_price_is_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("price_low_cny", None), ("price_low_cny__lte", 1000000), _connector="OR"
                    ),
                    models.Q(
                        ("price_high_cny", None), ("price_high_cny__lte", 1000000), _connector="OR"
                    ),
                ),
                name="offer_prices_are_numbers",
            ),
        ),
        migrations.RunSQL(ENTRIES, ENTRIES_BACK),
        migrations.RunSQL(CATEGORIES, CATEGORIES_BACK),
    ]
