"""One line as it would go to the group becomes a submitted order, by four taps on a phone."""

import datetime as dt
import re
import time

import pytest
from playwright.sync_api import expect

from matchmaking.core.trade_day import trade_day
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.states import PostState
from tests.journeys.people import come_back

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "permissions": ["clipboard-read", "clipboard-write"],
}
MOST_TAPS = 4
MOST_SECONDS = 20


def due():
    day = trade_day() + dt.timedelta(days=110)
    return f"{day.year}年{day.month}月{day.day}号"


class Finger:
    """Taps, counted; a paste out of the phone's menu is one too."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, where):
        where.tap()
        self.taps += 1

    def paste(self, words):
        self.page.evaluate("words => navigator.clipboard.writeText(words)", words)
        self.page.keyboard.press("Control+v")
        self.taps += 1


def test_a_message_becomes_a_submitted_order_in_four_taps(visit, brand):
    page = visit(**PHONE)
    come_back(page, brand, "/orders/new/")
    finger, began = Finger(page), time.monotonic()
    finger.tap(page.locator("[data-paste]"))
    finger.paste(f"急找莆田工厂 跑鞋冷粘 3万双 两色 价45-48 {due()}前出货 要有BSCI 电话13800000000")
    finger.tap(page.get_by_text("¥48.00", exact=True))
    expect(page.locator("#id_target_unit_price_cny")).to_have_value("48.00")
    finger.tap(page.locator(".text-panel").get_by_role("button", name="Submit for approval"))
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/$"))
    assert finger.taps <= MOST_TAPS
    assert time.monotonic() - began < MOST_SECONDS
    order = ProcessingOrder.objects.get()
    assert (order.state, order.pairs, str(order.target_unit_price_cny)) == (
        PostState.PENDING, 30_000, "48.00",
    )  # fmt: skip
    assert "13800000000" not in page.content()


def test_words_and_fields_light_each_other_up(visit, brand):
    page = visit(**PHONE)
    come_back(page, brand, "/orders/new/")
    page.locator("[data-paste]").fill(f"找厂 跑鞋冷粘 3万双 48块 {due()}前")
    page.get_by_role("button", name="Fill in the form").tap()
    page.locator("#id_pairs").focus()
    expect(page.locator(".said.lit")).to_have_text("3万双")
    page.locator(".said", has_text="冷粘").tap()
    expect(page.locator("#id_construction")).to_be_focused()
    expect(page.locator(".said.lit")).to_have_text("冷粘")


@pytest.mark.parametrize("javascript", [True, False])
def test_capacity_goes_the_same_way_also_without_javascript(visit, factory, javascript):
    page = visit(**{**PHONE, "java_script_enabled": javascript})
    come_back(page, factory, "/offers/new/")
    page.locator("[name=text]").first.fill(
        "莆田工厂找单 2条线 冷粘运动鞋 两条线合计日产3000双 现在有空 起订3000双 交期25-30天"
    )
    page.get_by_role("button", name="Fill in the form").tap()
    page.locator(".answer", has_text="25").first.tap()
    page.locator(".text-panel").get_by_role("button", name="Submit for approval").tap()
    page.wait_for_url(re.compile(r"/offers/[0-9a-f-]{36}/$"))
    offer = CapacityOffer.objects.get()
    assert (offer.state, offer.lead_days, offer.lines) == (PostState.PENDING, 25, 2)
    assert max(offer.published) == 18_000
