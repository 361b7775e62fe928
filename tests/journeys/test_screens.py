"""Every main page fits a phone, reads without a barrier, and speaks both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from matchmaking.matching.ranking import rescore_market
from tests.factories import OfferFactory, OrderFactory
from tests.journeys.people import come_back

PUBLIC = ["/", "/how-it-works/", "/market/orders/", "/market/offers/", "/account/signup/"]
OWN = ["/dashboard/", "/orders/", "/orders/new/", "/matches/", "/inbox/", "/company/", "/profile/"]
PHONE = {"width": 360, "height": 740}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def order(brand_company, factory_company):
    order = OrderFactory(company=brand_company)
    OfferFactory(company=factory_company)
    rescore_market(at=timezone.now())
    return order


@pytest.fixture
def pages(order):
    return [*PUBLIC, *OWN, f"/orders/{order.code}/", f"/orders/{order.code}/matches/"]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_pages_fit_a_phone_and_are_open_to_all(language, visit, brand, pages):
    brand.language = "en" if language == "en-GB" else "zh-hans"
    brand.save()
    page = visit(locale=language, viewport=PHONE)
    come_back(page, brand, "/")
    wide, barriers = [], []
    for path in pages:
        page.goto(path)
        if page.evaluate(OVERFLOW) > 0:
            wide.append(path)
        if language != "zh-CN":
            continue  # the same elements in other words: `make access` reads them all
        barriers += [
            (path, found["id"], found["nodes"][0]["html"][:120])
            for found in Axe().run(page).response["violations"]
            if found["impact"] in {"serious", "critical"}
        ]
    assert (wide, barriers) == ([], [])
