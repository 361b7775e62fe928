"""A database of before the imports stood apart keeps its rows when it is migrated."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from matchmaking.imports.models import ColumnMapping, ImportBatch, ImportRow
from matchmaking.listings.models import SavedSearch
from tests.factories import MembershipFactory

BEFORE = [("listings", "0001_initial"), ("imports", None)]
MODELS = {"importbatch", "importrow", "columnmapping"}
# Tables that came later have triggers of their own.
TRIGGERS = """
    SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT IN
    ('offer_published_has_category', 'offer_published_keeps_category')
    AND tgrelid::regclass::text NOT IN ('listings_tradeword', 'listings_exchangerate')
"""


def migrate(targets=None):
    """Return the models of the state that ``targets`` names; without any, the present one."""
    executor = MigrationExecutor(connection)
    state = executor.migrate(targets or executor.loader.graph.leaf_nodes())
    ContentType.objects.clear_cache()
    return state.apps


@pytest.fixture
def old(transactional_db):
    yield migrate(BEFORE).get_model
    migrate()


def count(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def owners():
    return dict(ContentType.objects.filter(model__in=MODELS).values_list("model", "app_label"))


def test_imports_and_searches_are_kept(old):
    company = MembershipFactory(company__card=False).company  # a table of later
    user = company.memberships.get().user
    assert owners() == dict.fromkeys(MODELS, "listings")
    permission = Permission.objects.get(codename="view_importbatch")
    user.user_permissions.add(permission)
    job = old("core", "Job").objects.create(kind="listings.import.run")
    batch = old("listings", "ImportBatch").objects.create(
        kind="orders", name="a.csv", company_id=company.pk, created_by_id=user.pk, job_id=job.pk
    )
    row = old("listings", "ImportRow").objects.create(batch=batch, number=2, cells=["60000"])
    old("listings", "ColumnMapping").objects.create(
        user_id=user.pk, kind="orders", header_hash="a", mapping={"pairs": 0}
    )
    message = old("notifications", "OutboxMessage").objects.create(
        kind="listings.import", dedupe_key="import:1:0", subject={"batch": batch.pk}
    )
    for name in ("50000-100000", "1000000-", ""):
        old("listings", "SavedSearch").objects.create(
            user_id=user.pk, name=name or "all", side="orders", pairs=name,
            week=dt.date(2027, 2, 1),
        )  # fmt: skip
    triggers = count(TRIGGERS)

    migrate()

    kept = ImportBatch.objects.select_related("job").get()
    assert (kept.pk, kept.code, kept.created_by_id, kept.company_id) == (
        batch.pk, batch.code, user.pk, company.pk,
    )  # fmt: skip
    assert kept.job.kind == "imports.run"
    assert ImportRow.objects.get().cells == ["60000"]
    assert ColumnMapping.objects.get().mapping == {"pairs": 0}
    message.refresh_from_db()
    assert message.kind == "imports.sheet"
    assert ImportRow.objects.create(batch=kept, number=3).pk > row.pk
    assert owners() == dict.fromkeys(MODELS, "imports")
    assert User.objects.get(pk=user.pk).has_perm("imports.view_importbatch")
    assert count(TRIGGERS) == triggers
    edges = {each.name: (each.pairs_from, each.pairs_to) for each in SavedSearch.objects.all()}
    assert edges == {
        "50000-100000": (50_000, 100_000),
        "1000000-": (1_000_000, None),
        "all": (None, None),
    }


def test_the_way_back_keeps_them_too(transactional_db):
    user = MembershipFactory().user
    ImportBatch.objects.create(kind="companies", created_by=user, name="b.csv")
    SavedSearch.objects.create(user=user, name="a", side="orders", pairs_from=1, pairs_to=1_000)

    old = migrate(BEFORE).get_model
    try:
        assert old("listings", "ImportBatch").objects.get().name == "b.csv"
        assert old("listings", "SavedSearch").objects.get().pairs == "1-1000"
    finally:
        migrate()
    assert ImportBatch.objects.get().name == "b.csv"
