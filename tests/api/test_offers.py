import datetime as dt

from django.utils import timezone

from matchmaking.core import weeks
from matchmaking.listings.models import CapacityOffer, LedgerEntry
from tests.api.test_orders import post
from tests.factories import OfferFactory, this_monday

URL = "/api/v1/offers/"


def plan(*pairs):
    return {"first_week": weeks.label(this_monday()), "pairs": list(pairs)}


def test_create_offer_with_its_weeks(factory_api, factory_company):
    answer = post(
        factory_api,
        URL,
        {
            "title": "Line 3",
            "categories": ["athletic", "casual_sport"],
            "min_order_pairs": 3000,
            "lead_days": 10,
            "weeks": plan(5000, 6000),
            "submit": True,
        },
    )

    assert answer.status_code == 201
    assert answer.json()["categories"] == ["athletic", "casual_sport"]
    offer = CapacityOffer.objects.get()
    assert (offer.company, offer.free[:3]) == (factory_company, [5000, 6000, 0])


def test_push_weeks_writes_the_ledger(factory_api, factory_company):
    offer = OfferFactory(company=factory_company)
    url = f"{URL}{offer.code}/weeks/"

    answer = factory_api.put(url, plan(7000, 0, 7000), content_type="application/json")

    assert answer.status_code == 200
    assert answer.json()["free"][:4] == [7000, 0, 7000, 0]
    assert LedgerEntry.objects.filter(offer=offer).count() == 1
    assert factory_api.get(url).json()["published"][:3] == [7000, 0, 7000]


def test_push_weeks_outside_the_horizon_is_refused(factory_api, factory_company):
    offer = OfferFactory(company=factory_company)
    body = {"first_week": "2020-W01", "pairs": [1000]}

    answer = factory_api.put(f"{URL}{offer.code}/weeks/", body, content_type="application/json")

    assert answer.status_code == 422
    offer.refresh_from_db()
    assert offer.free[0] == 5000


def test_push_weeks_of_a_stranger_does_not_exist(brand_api):
    offer = OfferFactory()

    answer = brand_api.put(f"{URL}{offer.code}/weeks/", plan(1), content_type="application/json")

    assert answer.status_code == 404


def test_confirm_figures(factory_api, factory_company):
    before = timezone.now() - dt.timedelta(days=5)
    offer = OfferFactory(company=factory_company, confirmed_at=before)

    assert post(factory_api, f"{URL}{offer.code}/confirm/").status_code == 200
    offer.refresh_from_db()
    assert offer.confirmed_at > before
