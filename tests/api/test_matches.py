import pytest
from django.utils import timezone

from matchmaking.matching.ranking import rescore_market
from tests.factories import OfferFactory, OrderFactory

URL = "/api/v1/matches/"


@pytest.fixture
def market(brand_company, factory_company):
    order = OrderFactory(company=brand_company, title="Secret order title", notes="Call Ms Li")
    offer = OfferFactory(company=factory_company, title="Secret line title")
    rescore_market(at=timezone.now())
    return order, offer


def test_both_sides_read_the_match_with_reasons(brand_api, factory_api, market):
    for client, side, partner in (
        (brand_api, "order", "partner_offer"),
        (factory_api, "offer", "partner_order"),
    ):
        (row,) = client.get(URL).json()["results"]
        detail = client.get(f"{URL}{row['code']}/").json()
        assert detail["side"] == side
        assert [factor["code"] for factor in detail["factors"]][:3] == [
            "volume",
            "category",
            "lead_time",
        ]
        assert detail[partner]["company"]["cluster"] == "350300"


def test_a_match_never_names_the_other_side(brand_api, factory_api, market):
    order, offer = market
    code = brand_api.get(URL).json()["results"][0]["code"]

    seen_by_brand = brand_api.get(f"{URL}{code}/").content.decode()
    seen_by_factory = factory_api.get(f"{URL}{code}/").content.decode()

    for private in (offer.company.name_zh, offer.company.name_en, offer.title):
        assert private not in seen_by_brand
    for private in (order.company.name_zh, order.company.name_en, order.title, order.notes):
        assert private not in seen_by_factory


def test_strangers_matches_do_not_exist(api_for, stranger, stranger_company, brand_api, market):
    code = brand_api.get(URL).json()["results"][0]["code"]
    client = api_for(stranger, stranger_company)

    assert client.get(URL).json()["results"] == []
    assert client.get(f"{URL}{code}/").status_code == 404


def test_filters(brand_api, market):
    order, _ = market

    assert len(brand_api.get(f"{URL}?order={order.code}").json()["results"]) == 1
    assert brand_api.get(f"{URL}?proposed_since=2040-01-01").json()["results"] == []
    assert brand_api.get(f"{URL}?min_score=100").status_code == 400  # it would find out scores


def test_taxonomy_and_company(brand_api, brand_company):
    terms = brand_api.get("/api/v1/taxonomy/").json()

    assert len(terms["categories"]) == 25
    assert terms["categories"][0]["family"] in {row["code"] for row in terms["families"]}
    assert brand_api.get("/api/v1/company/").json()["code"] == str(brand_company.code)


def test_the_docs_are_open(client, db):
    assert client.get("/api/v1/schema/").status_code == 200
    assert client.get("/api/v1/docs/").status_code == 200
    assert b"swagger-ui" in client.get("/api/v1/swagger/").content
