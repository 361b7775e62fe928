"""Keys of pairs, checked once a statement, indexes that queries use, reminders and random codes.

A foreign key asks the other table once a row and key: a third of the time of a first scoring.
The triggers promise the same: no row without its posts and its profile, and none of these goes
while a row names it. They take the locks that the keys took.
"""

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Arrays, not joins: a plan that was made for one row serves ten thousand, and the reverse.
CHECK_ROWS = """
create function matching_keys_of_rows() returns trigger language plpgsql as $$
declare
    ids bigint[];
    found_rows bigint;
begin
    -- Orders, then offers by id: as all services lock them.
    ids := array(select distinct order_id from made order by 1);
    perform from listings_processingorder where id = any(ids) order by id for key share;
    get diagnostics found_rows = row_count;
    if found_rows < cardinality(ids) then
        raise foreign_key_violation using message = 'a pair names an order that is not there';
    end if;
    ids := array(select distinct offer_id from made order by 1);
    perform from listings_capacityoffer where id = any(ids) order by id for key share;
    get diagnostics found_rows = row_count;
    if found_rows < cardinality(ids) then
        raise foreign_key_violation using message = 'a pair names an offer that is not there';
    end if;
    ids := array(select distinct profile_id from made order by 1);
    perform from matching_scoringprofile where id = any(ids) order by id for key share;
    get diagnostics found_rows = row_count;
    if found_rows < cardinality(ids) then
        raise foreign_key_violation using message = 'a pair names a profile that is not there';
    end if;
    return null;
end $$;
"""
CHECK_ROW = """
create function matching_keys_of_row() returns trigger language plpgsql as $$
begin
    perform from listings_processingorder where id = new.order_id for key share;
    if not found then
        raise foreign_key_violation using message = 'a pair names an order that is not there';
    end if;
    perform from listings_capacityoffer where id = new.offer_id for key share;
    if not found then
        raise foreign_key_violation using message = 'a pair names an offer that is not there';
    end if;
    perform from matching_scoringprofile where id = new.profile_id for key share;
    if not found then
        raise foreign_key_violation using message = 'a pair names a profile that is not there';
    end if;
    return null;
end $$;
"""
ON_ROWS = """
create trigger keys_are_there after insert on {table}
    referencing new table as made
    for each statement execute function matching_keys_of_rows();
create trigger changed_keys_are_there after update of order_id, offer_id, profile_id on {table}
    for each row when ((old.order_id, old.offer_id, old.profile_id)
        is distinct from (new.order_id, new.offer_id, new.profile_id))
    execute function matching_keys_of_row();
"""
OFF_ROWS = """
drop trigger keys_are_there on {table};
drop trigger changed_keys_are_there on {table};
"""
# Django deletes rows before what they name, so nothing has to wait for the end of a transaction.
ON_NAMED = """
create function matching_keys_of_{table}() returns trigger language plpgsql as $$
declare
    ids bigint[] := array(select id from gone);
begin
    if exists (select from matching_match where {column} = any(ids))
        or exists (select from matching_nearmiss where {column} = any(ids))
    then
        raise foreign_key_violation using message = 'a match or a near miss still names the row';
    end if;
    return null;
end $$;
create trigger is_named_by_no_pair after delete on {table}
    referencing old table as gone
    for each statement execute function matching_keys_of_{table}();
"""
OFF_NAMED = """
drop trigger is_named_by_no_pair on {table};
drop function matching_keys_of_{table}();
"""
ROWS = ["matching_match", "matching_nearmiss"]
NAMED = {
    "listings_processingorder": "order_id",
    "listings_capacityoffer": "offer_id",
    "matching_scoringprofile": "profile_id",
}


class Migration(migrations.Migration):
    replaces = [
        ("matching", "0010_keys_checked_once"),
        ("matching", "0011_random_codes"),
        ("matching", "0012_reminders"),
    ]

    dependencies = [
        ("listings", "0001_initial"),
        ("matching", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="match",
            name="match_of_order",
        ),
        migrations.RemoveIndex(
            model_name="match",
            name="match_of_offer",
        ),
        migrations.RemoveIndex(
            model_name="nearmiss",
            name="near_miss_of_order",
        ),
        migrations.RemoveIndex(
            model_name="nearmiss",
            name="near_miss_of_offer",
        ),
        migrations.AlterField(
            model_name="match",
            name="ended_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="offer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matches",
                to="listings.capacityoffer",
                verbose_name="offer",
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matches",
                to="listings.processingorder",
                verbose_name="order",
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="profile",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="matching.scoringprofile",
                verbose_name="scoring profile",
            ),
        ),
        migrations.AlterField(
            model_name="nearmiss",
            name="offer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="near_misses",
                to="listings.capacityoffer",
            ),
        ),
        migrations.AlterField(
            model_name="nearmiss",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="near_misses",
                to="listings.processingorder",
            ),
        ),
        migrations.AlterField(
            model_name="nearmiss",
            name="profile",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="matching.scoringprofile",
            ),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(fields=["order", "order_rank"], name="match_of_order"),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(fields=["offer", "offer_rank"], name="match_of_offer"),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                condition=models.Q(("ended_by__isnull", False)),
                fields=["ended_by"],
                name="match_by_who_ended_it",
            ),
        ),
        migrations.AddIndex(
            model_name="nearmiss",
            index=models.Index(fields=["offer", "offer_rank"], name="near_miss_of_offer"),
        ),
        migrations.RunSQL(CHECK_ROWS, "drop function matching_keys_of_rows()"),
        migrations.RunSQL(CHECK_ROW, "drop function matching_keys_of_row()"),
        *(
            migrations.RunSQL(ON_ROWS.format(table=table), OFF_ROWS.format(table=table))
            for table in ROWS
        ),
        *(
            migrations.RunSQL(
                ON_NAMED.format(table=table, column=column), OFF_NAMED.format(table=table)
            )
            for table, column in NAMED.items()
        ),
        migrations.AlterField(
            model_name="match",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="messagefile",
            name="code",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                unique=True,
            ),
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reminded_at", models.DateTimeField(verbose_name="reminded")),
                ("reminded_on", models.DateField()),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="matching.match",
                    ),
                ),
                (
                    "reminded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reminded by",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("match", "reminded_on"), name="reminder_once_per_match_and_day"
                    )
                ],
            },
        ),
    ]
