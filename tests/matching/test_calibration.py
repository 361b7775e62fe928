"""Interest and declines by the value of each factor."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaking.matching.calibration import BANDS, UNSAID, calibrate
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db
PRICES = ((45, 55), (51, 60), (None, None))


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def answered(brand, brand_company, factory, factory_company, rescore, at):
    """Three lines for one order: inside the band, just below it, and without a price."""
    order = OrderFactory(company=brand_company, target_unit_price_cny=Decimal(50))
    offers = [
        OfferFactory(company=factory_company, price_low_cny=low, price_high_cny=high)
        for low, high in PRICES
    ]
    rescore()
    inside, above, unsaid = (Match.objects.get(order=order, offer=offer) for offer in offers)
    for match, kind, reason in (
        (inside, "interested", ""),
        (above, "declined", "price"),
        (unsaid, "interested", ""),
    ):
        answers.answer_match(match=match, side="order", kind=kind, reason=reason, by=brand, at=at)
    return order


def record_of(records, label):
    return next(record for record in records if record.label == label)


def test_every_factor_counts_every_answer_once(answered, at):
    records = calibrate(days=None, at=at)

    assert len(records) == 6
    assert [record.answers for record in records] == [3] * 6


def test_the_bands_of_a_factor_hold_interest_declines_and_reasons(answered, at):
    price = record_of(calibrate(days=None, at=at), "Price")

    unsaid = price.bands[UNSAID]
    assert (unsaid.interested, unsaid.declined, unsaid.share) == (1, 0, 1)
    (declined,) = [band for band in price.bands if band.declined]
    assert [(reason.value, count) for reason, count in declined.by_reason] == [("price", 1)]
    assert price.mean_of_interest > price.mean_of_declines
    assert price.bands.index(declined) < BANDS


def test_who_was_interested_and_declined_later_has_declined(answered, brand, at):
    match = Match.objects.get(state="interested", offer__price_low_cny=45)
    answers.answer_match(
        match=match,
        side="order",
        kind="declined",
        reason="timing",
        by=brand,
        at=at + dt.timedelta(hours=1),
    )

    volume = record_of(calibrate(days=None, at=at), "Volume")

    assert volume.answers == 3
    assert sum(band.declined for band in volume.bands) == 2


def test_a_period_leaves_out_what_was_answered_before(answered, at):
    assert calibrate(days=30, at=at + dt.timedelta(days=31)) == []


def test_officers_read_the_page_and_others_do_not(client, answered, officer, brand):
    url = reverse("admin:matching_match_calibration")
    client.force_login(officer)
    page = client.get(url, headers={"accept-language": "en"}).content.decode()
    assert "3 answers" in page or "3 条答复" in page
    assert client.get(f"{url}?days=all").status_code == 200

    client.force_login(brand)
    assert client.get(url).status_code in {302, 403}
