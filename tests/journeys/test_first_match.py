"""Two strangers sign up, post, and read why they fit: the main job, in a browser."""

import re
import time

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Company
from accounts.services import approve_company
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import Weeks, approve_post, save_offer
from tests.factories import category, this_monday
from tests.journeys.people import post_order, register, sign_up

PATIENCE_MS = 15_000


def link_for(mails, address, part):
    """Return the first link with ``part`` in a mail to the address, once it stands there."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        for mail in mails.kept:
            text = mail.get_body(("plain",)).get_content()
            found = re.search(rf"http\S*{part}\S*", text)
            if address in mail["To"] and found:
                return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address} with {part}")


def test_visitors_become_partners(site, mails, browser, officer):
    brand, factory = (browser.new_context(locale="en-GB").new_page() for _ in range(2))
    for page, email, name, kind in (
        (brand, "brand@example.net", "新潮鞋业有限公司", "brand"),
        (factory, "factory@example.net", "快制鞋业有限公司", "factory"),
    ):
        sign_up(page, site, email)
        page.goto(link_for(mails, email, "confirm-email"))
        page.get_by_role("button", name="Yes, confirm").click()
        register(page, site, name, kind)
        approve_company(company=Company.objects.get(name_zh=name), by=officer, at=timezone.now())

    maker = Company.objects.get(kind="factory")
    offer = save_offer(
        company=maker,
        data={"title": "Line 2", "categories": [category()], "min_order_pairs": 3_000},
        weeks=Weeks(this_monday(), [6_000] * 30),
        by=maker.members.get(),
        at=timezone.now(),
        submit=True,
    )
    approve_post(post=offer, by=officer, at=timezone.now())

    post_order(brand, site, weeks_ahead=20)
    order = ProcessingOrder.objects.get()
    assert (order.state, order.pairs) == ("pending", 60_000)
    brand.goto(f"{site}/orders/{order.code}/matches/")
    expect(brand.get_by_text("The association looks at this post first")).to_be_visible()

    began = time.monotonic()
    approve_post(post=order, by=officer, at=timezone.now())
    # Nobody reloads: the page asks by itself.
    expect(brand.locator("#best")).to_be_visible(timeout=PATIENCE_MS)
    seconds = time.monotonic() - began
    expect(brand.get_by_text("all 60,000 pairs free by week").first).to_be_visible()
    assert "快制" not in brand.content()
    factory.goto(f"{site}/offers/{CapacityOffer.objects.get().code}/matches/")
    expect(factory.locator("#best")).to_be_visible()
    assert "新潮" not in factory.content()
    for address in ("brand@example.net", "factory@example.net"):
        assert "/matches/" in link_for(mails, address, "/matches/")
    assert seconds < PATIENCE_MS / 1000


def test_an_order_is_posted_without_javascript(site, browser, brand, sign_in):
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    sign_in(context, brand)
    page = context.new_page()
    post_order(page, site, weeks_ahead=20)
    assert list(ProcessingOrder.objects.values_list("state", "pairs")) == [("pending", 60_000)]
