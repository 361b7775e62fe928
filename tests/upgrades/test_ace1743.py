"""A database of commit ace1743, with a small demonstration in it, becomes one of today.

``ace1743.sql.gz`` is what pg_dump wrote of it (plain SQL with INSERT, without psql's own
commands): made-up companies, and by hand an import, its job, message, mapping and permission,
and saved searches by bands.
"""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from accounts.models import User
from matchmaking.core.models import Job
from matchmaking.imports.models import ImportBatch
from matchmaking.listings import reconciliation
from matchmaking.listings.models import CapacityOffer, SavedSearch
from matchmaking.matching.models import Match
from matchmaking.notifications.models import OutboxMessage

pytestmark = pytest.mark.django_db

DUMP = Path(__file__).with_name("ace1743.sql.gz")
RENAMED = {
    "listings_importbatch": "imports_importbatch",
    "listings_importrow": "imports_importrow",
    "listings_columnmapping": "imports_columnmapping",
    "notifications_tick": "notifications_scheduledrun",
}
# A new model adds rows to Django's own tables, with officers' rights on it; likeness is set where classes of shoes part, and a
# profile that has scored is retired, not edited.
MAY_GROW = {
    "django_migrations", "django_content_type", "auth_permission", "auth_group_permissions",
    "listings_categorylikeness",
    "listings_categorylikenessevent", "matching_scoringprofile", "matching_scoringprofileevent",
    "listings_capacityofferevent",
}  # fmt: skip
# A column's place in its table says only when it came.
SCHEMA = """
    SELECT 'column', table_name, column_name, concat_ws(
        ' ', udt_name, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
        column_default, identity_generation, generation_expression
    ) FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', tablename, indexname, indexdef
    FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname, '', pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
# A restored condition has its casts in other places than the same condition when it was made.
CASTS = re.compile(r"::[a-z]+( varying)?(\[\])?|[()]")


@dataclass(frozen=True)
class Upgrade:
    """Rows of each table before and after, and the schema of a database that was always new."""

    before: dict[str, int]
    after: dict[str, int]
    schema_of_new: set[tuple[str, ...]]


def schema():
    return {(*names, CASTS.sub("", text)) for *names, text in rows(SCHEMA)}


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def counts():
    tables = connection.introspection.table_names()
    return {table: rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}  # noqa: S608


@pytest.fixture(scope="module")
def upgraded(django_db_setup, django_db_blocker):
    """Let the module's tests see a dump that was migrated; each gives back what it changes."""
    with django_db_blocker.unblock():
        schema_of_new = schema()
        usual = connection.settings_dict["NAME"]
        name = f"{usual}_ace1743"
        quoted = connection.ops.quote_name(name)
        with connection._nodb_cursor() as server:  # noqa: SLF001 -- Django's own way to make databases
            server.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            with connection.cursor() as cursor:
                cursor.execute(gzip.decompress(DUMP.read_bytes()).decode())
            connection.close()  # the dump set a search path of its own
            before = counts()
            call_command("migrate", verbosity=0, interactive=False)
            yield Upgrade(before, counts(), schema_of_new)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
            with connection._nodb_cursor() as server:  # noqa: SLF001 -- and to remove them
                server.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def test_no_row_is_lost(upgraded):
    before, after = upgraded.before, upgraded.after
    assert before["matching_match"] > 20
    assert before["listings_importrow"] == 1
    for table, number in before.items():
        if table in MAY_GROW:
            assert after[table] >= number, table
        else:
            assert after[RENAMED.get(table, table)] == number, table


def test_nothing_is_left_to_migrate(upgraded):
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_its_schema_is_that_of_a_new_database(upgraded):
    assert len(upgraded.schema_of_new) > 1000
    assert sorted(schema() ^ upgraded.schema_of_new) == []


def test_what_moved_says_so(upgraded):
    batch = ImportBatch.objects.select_related("job").get()
    assert batch.job.kind == "imports.run"
    assert not Job.objects.filter(kind__startswith="listings.import").exists()
    assert OutboxMessage.objects.get(dedupe_key="import:1:0").kind == "imports.sheet"
    assert batch.created_by.has_perm("imports.view_importbatch")
    edges = {each.name: (each.pairs_from, each.pairs_to) for each in SavedSearch.objects.all()}
    assert edges == {
        "50000-100000": (50_000, 100_000),
        "1000000-": (1_000_000, None),
        "all": (None, None),
    }


def test_pairs_add_up(upgraded):
    offers = list(CapacityOffer.objects.all())
    assert any(offer.free_pairs for offer in offers)
    assert [offer.pk for offer in offers if reconciliation.reconcile(offer)] == []


@pytest.mark.parametrize("email", ["brand@example.com", "factory@example.com"])
def test_pages_answer(upgraded, email):
    user = User.objects.get(email=email)
    matches = list(Match.objects.visible_to(user))[:3]
    client = Client()
    client.force_login(user)
    paths = ["/", "/matches/", "/market/", "/market/searches/", "/orders/", "/offers/"]
    paths += [f"/matches/{match.code}/" for match in matches]
    assert matches
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_a_new_row_gets_a_random_code(upgraded):
    user = User.objects.get(email="officer@example.com")
    batch = ImportBatch.objects.create(kind="companies", name="b.csv", created_by=user)
    batch.refresh_from_db()
    assert batch.code.version == 4
