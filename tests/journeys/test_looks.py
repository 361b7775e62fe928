"""Every main page fits a phone, reads without a barrier, and speaks both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from matchmaking.matching.services import rescore_market
from tests.factories import OfferFactory, OrderFactory

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
def test_pages_fit_a_phone_and_are_open_to_all(language, site, browser, brand, sign_in, pages):
    brand.language = "en" if language == "en-GB" else "zh-hans"
    brand.save()
    context = browser.new_context(locale=language, viewport=PHONE)
    sign_in(context, brand)
    page = context.new_page()
    wide, barriers = [], []
    for path in pages:
        page.goto(site + path)
        if page.evaluate(OVERFLOW) > 0:
            wide.append(path)
        barriers += [
            (path, found["id"], found["nodes"][0]["html"][:120])
            for found in Axe().run(page).response["violations"]
            if found["impact"] in {"serious", "critical"}
        ]
    assert (wide, barriers) == ([], [])


def test_another_language_keeps_the_page(site, browser):
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{site}/market/orders/?pairs=50000-100000")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("form[data-language] button[value=zh-hans]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url == f"{site}/market/orders/?pairs=50000-100000"
