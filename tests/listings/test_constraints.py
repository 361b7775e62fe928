"""The database refuses impossible posts, by the name of the constraint, whatever the code does."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.expressions import RawSQL

from matchmaking.listings.models import (
    CapacityOffer,
    CategoryFamily,
    CategoryLikeness,
    LedgerEntry,
    Material,
    ProcessingOrder,
)
from tests.factories import OfferFactory, category, this_monday

pytestmark = pytest.mark.django_db

TUESDAY = dt.date(2026, 12, 1)
NAN = RawSQL("'NaN'::numeric", ())
ORDERS = [
    ("order_state_known", {"state": "x"}),
    ("order_rejected_with_reason", {"state": "rejected"}),
    ("order_published_is_dated", {"expires_on": None}),
    ("order_pairs_above_zero", {"pairs": 0}),
    ("order_price_above_zero", {"target_unit_price_cny": 0}),
    ("order_price_is_a_number", {"target_unit_price_cny": NAN}),
    ("order_weeks_are_mondays", {"due_week": TUESDAY + dt.timedelta(weeks=80)}),
    ("order_due_not_before_start", {"due_week": dt.date(2020, 1, 6)}),
    ("order_part_fits_order", {"splittable": True, "smallest_part": 60_001, "most_factories": 2}),
    ("order_split_is_described", {"splittable": True}),
    ("order_complete_unless_draft", {"title": ""}),
    ("order_complete_unless_draft", {"category": None}),
]
OFFERS = [
    ("offer_state_known", {"state": "x"}),
    ("offer_rejected_with_reason", {"state": "rejected"}),
    ("offer_published_is_dated", {"published_at": None}),
    ("offer_anchor_is_a_monday", {"anchor_week": TUESDAY}),
    ("offer_weeks_add_up", {"free": [1] * 103}),
    ("offer_minimum_above_zero", {"min_order_pairs": 0}),
    ("offer_price_range_in_order", {"price_low_cny": 60}),
    ("offer_price_range_in_order", {"price_high_cny": 0}),
    ("offer_prices_are_numbers", {"price_low_cny": NAN, "price_high_cny": NAN}),
    ("offer_weeks_add_up", {"published": [None] * 104}),
    ("offer_complete_unless_draft", {"confirmed_at": None}),
]


@pytest.mark.parametrize(("name", "changes"), ORDERS)
def test_order_constraints(order, name, changes):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ProcessingOrder.objects.filter(pk=order.pk).update(**changes)


@pytest.mark.parametrize(("name", "changes"), OFFERS)
def test_offer_constraints(offer, name, changes):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CapacityOffer.objects.filter(pk=offer.pk).update(**changes)


def test_reference_is_once_per_company(order):
    ProcessingOrder.objects.filter(pk=order.pk).update(own_reference="PO-1")

    with pytest.raises(IntegrityError, match="order_reference_once_per_company"):
        ProcessingOrder.objects.create(company=order.company, own_reference="PO-1")


def entry(offer, **fields):
    values = {"kind": "hold", "anchor_week": this_monday(), "pairs": [1]} | fields
    return LedgerEntry.objects.create(offer=offer, **values)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("ledger_entry_follows_where_it_must", {"kind": "book"}),
        ("ledger_entry_follows_where_it_must", {"kind": "release"}),
        ("ledger_entry_week_is_a_monday", {"anchor_week": TUESDAY}),
        ("ledger_entry_pairs_are_counted", {"pairs": [5, -1]}),
        ("ledger_entry_pairs_are_counted", {"pairs": [5, None]}),
        ("ledger_entry_pairs_are_counted", {"pairs": []}),
        ("ledger_entry_pairs_are_counted", {"pairs": [1] * 105}),
    ],
)
def test_ledger_constraints(offer, at, name, fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        entry(offer, at=at, **fields)


def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("set constraints all immediate")


def test_an_entry_follows_one_of_its_own_offer(offer, at):
    hold, other = entry(offer, at=at), OfferFactory()

    with pytest.raises(IntegrityError, match="ledger_entry_follows_within"), transaction.atomic():
        raw(
            "insert into listings_ledgerentry (offer_id, kind, anchor_week, pairs, of_id, reference, at)"
            " values (%s, 'book', %s, '{1}', %s, '', now())",
            other.pk,
            this_monday(),
            hold.pk,
        )


def test_weeks_of_several_dimensions_are_refused(offer):
    with pytest.raises(IntegrityError, match="ledger_entry_pairs_are"), transaction.atomic():
        raw(
            "insert into listings_ledgerentry (offer_id, kind, anchor_week, pairs, reference, at)"
            " values (%s, 'hold', %s, '{{1,2},{3,4}}', '', now())",
            offer.pk,
            this_monday(),
        )


def test_a_published_offer_keeps_a_category(offer):
    without = "delete from listings_capacityoffer_categories where capacityoffer_id = %s"
    with pytest.raises(IntegrityError, match="has_category"), transaction.atomic():
        raw(without, offer.pk)
    raw("update listings_capacityoffer set state = 'paused' where id = %s", offer.pk)
    raw(without, offer.pk)
    with pytest.raises(IntegrityError, match="has_category"), transaction.atomic():
        raw("update listings_capacityoffer set state = 'published' where id = %s", offer.pk)


def test_an_entry_is_followed_once_per_kind(offer, at):
    hold = entry(offer, at=at)
    entry(offer, at=at, kind="release", of=hold)

    with pytest.raises(IntegrityError, match="ledger_entry_followed_once_per_kind"):
        entry(offer, at=at, kind="release", of=hold)


def test_likeness_is_written_once_smaller_id_first():
    first, second = sorted([category(), category("sandals")], key=lambda row: row.pk)
    for name, fields in (
        ("likeness_written_once_smaller_id_first", {"first": second, "second": first}),
        ("likeness_between_0_and_1", {"first": first, "second": second, "likeness": 2}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            CategoryLikeness.objects.create(**{"likeness": 1} | fields)
    CategoryLikeness.objects.create(first=first, second=second, likeness=1)
    with pytest.raises(IntegrityError, match="likeness_once_per_pair"):
        CategoryLikeness.objects.create(first=first, second=second, likeness=0)


def test_family_likeness_lies_between_0_and_1():
    with pytest.raises(IntegrityError, match="family_likeness_between_0_and_1"):
        CategoryFamily.objects.update(likeness=2)


def test_a_material_stands_once_per_part():
    with pytest.raises(IntegrityError, match="material_once_per_part"):
        Material.objects.create(part="upper", code="pu", name_zh="x", name_en="x")
