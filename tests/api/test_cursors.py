"""Cursors lead through the pages and tell nothing of what others make."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing

from matchmaking.core.api import CursorPagination
from matchmaking.core.protections import Protection
from tests.factories import OrderFactory

URL = "/api/v1/orders/"


@pytest.fixture
def orders(brand_company):
    return OrderFactory.create_batch(5, company=brand_company)


def cursor_of(link):
    return parse_qs(urlsplit(link).query)["cursor"][0]


def codes(page):
    return [row["code"] for row in page["results"]]


def test_cursors_lead_on_and_back(brand_api, orders):
    first = brand_api.get(f"{URL}?page_size=2").json()
    second = brand_api.get(first["next"]).json()
    third = brand_api.get(second["next"]).json()
    back = brand_api.get(third["previous"]).json()

    newest = [str(order.code) for order in reversed(orders)]
    assert codes(first) + codes(second) + codes(third) == newest
    assert third["next"] is None
    assert codes(back) == codes(second)


def test_a_cursor_holds_a_code_and_no_number(brand_api, orders, settings):
    link = brand_api.get(f"{URL}?page_size=2").json()["next"]
    settings.PROTECTIONS_OFF = [Protection.NO_ROW_NUMBERS.value]
    old = brand_api.get(f"{URL}?page_size=2").json()["next"]

    assert signing.loads(cursor_of(link), salt=CursorPagination.salt) == [
        orders[3].code.hex,
        0,
        False,
    ]
    assert base64.b64decode(cursor_of(old)) == f"p={orders[3].pk}".encode()


@pytest.mark.parametrize("cursor", ["cD0x", "", "x:y:z", "\x00", "p=1"])
def test_a_cursor_that_is_not_ours_is_not_found(brand_api, orders, cursor):
    assert brand_api.get(URL, {"cursor": cursor, "page_size": 2}).status_code == 404


def test_a_strangers_order_is_no_place_to_read_on_from(brand_api, orders, stranger_company):
    code = OrderFactory(company=stranger_company).code

    assert brand_api.get(URL, {"cursor": code.hex}).status_code == 404
