"""Keys of pairs, promised by triggers: each test tries to break one."""

import pytest
from django.db import IntegrityError, connection, transaction

from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.models import Match, NearMiss, ScoringProfile
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db
NOBODY = 2_000_000_000
KEYS = ["order_id", "offer_id", "profile_id"]
NAMED = [ProcessingOrder, CapacityOffer, ScoringProfile]


@pytest.fixture(params=[Match, NearMiss])
def pair(request, rescore):
    """A row of either table."""
    OrderFactory()
    OfferFactory()
    OfferFactory(min_order_pairs=500_000)
    rescore()
    return request.param.objects.get()


def is_refused(change):
    with pytest.raises(IntegrityError, match="a pair names"), transaction.atomic():
        change()
    return True


@pytest.mark.parametrize("key", KEYS)
def test_no_row_comes_that_names_what_is_not_there(pair, key):
    type(pair).objects.all().delete()
    pair.pk = None
    setattr(pair, key, NOBODY)

    assert is_refused(pair.save)
    assert list(type(pair).objects.all()) == []


@pytest.mark.parametrize("key", KEYS)
def test_no_row_changes_to_name_what_is_not_there(pair, key):
    before = list(type(pair).objects.values())

    assert is_refused(lambda: type(pair).objects.update(**{key: NOBODY}))
    assert list(type(pair).objects.values()) == before


@pytest.mark.parametrize("model", NAMED)
def test_nothing_goes_that_a_row_names(pair, model):
    count = model.objects.count()
    with (
        pytest.raises(IntegrityError, match="still names the row"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        # Django would delete the pairs first; this is the way of psql.
        cursor.execute(f"delete from {model._meta.db_table}")  # noqa: S608, SLF001 - Meta is documented

    assert model.objects.count() == count


def test_a_post_goes_with_its_pairs_as_django_deletes(pair):
    ProcessingOrder.objects.all().delete()

    assert list(type(pair).objects.all()) == []
