"""The database refuses impossible imports."""

import pytest
from django.db import IntegrityError, transaction

from matchmaking.imports.models import ColumnMapping, ImportBatch, ImportKind, ImportRow, RowOutcome


@pytest.fixture
def batch(brand, brand_company):
    return ImportBatch.objects.create(
        kind=ImportKind.ORDERS, company=brand_company, created_by=brand, name="a.csv"
    )


def refused(constraint, manager, **fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        manager.create(**fields)


def test_an_import_has_a_known_kind(batch):
    refused(
        "import_kind_known", ImportBatch.objects, kind="x", created_by=batch.created_by, name="a"
    )


def test_companies_are_imported_for_the_association_alone(batch):
    refused(
        "import_of_companies_by_officers",
        ImportBatch.objects,
        kind=ImportKind.COMPANIES,
        company=batch.company,
        created_by=batch.created_by,
        name="a",
    )


def test_a_row_stands_once_in_an_import(batch):
    ImportRow.objects.create(batch=batch, number=2)
    refused("import_row_once", ImportRow.objects, batch=batch, number=2)


def test_a_row_has_a_known_outcome(batch):
    refused("import_row_outcome_known", ImportRow.objects, batch=batch, number=2, outcome="x")


@pytest.mark.parametrize("outcome", [RowOutcome.FAILED, RowOutcome.SKIPPED])
def test_a_refused_row_says_why(batch, outcome):
    refused(
        "import_row_refused_with_reason",
        ImportRow.objects,
        batch=batch,
        number=2,
        outcome=outcome,
    )


def test_a_header_is_mapped_once_per_person(batch):
    fields = {"user": batch.created_by, "kind": ImportKind.ORDERS, "header_hash": "a"}
    ColumnMapping.objects.create(**fields, mapping={})
    refused("mapping_once_per_header", ColumnMapping.objects, **fields, mapping={})


def test_imports_are_seen_by_members_and_officers(batch, brand, factory, officer):
    seen = [ImportBatch.objects.visible_to(user).count() for user in (brand, factory, officer)]

    assert seen == [1, 0, 1]
