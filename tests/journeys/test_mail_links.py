"""Links in mails: renew, confirm, stop mails, have them once a day."""

import datetime as dt
import urllib.parse
import urllib.request

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaking.listings.services import transitions
from matchmaking.notifications.models import OutboxMessage
from tests.factories import OfferFactory, OrderFactory
from tests.journeys.people import come_back

PUBLISHED = "Your post is published"


@pytest.fixture
def publish(brand, brand_company, officer, stack):
    """Let an order be approved, and all that follows from it be done."""

    def act(title):
        order = OrderFactory(
            company=brand_company, title=title, state="pending", published_at=None, expires_on=None
        )
        transitions.approve_post(post=order, by=officer, at=timezone.now())
        stack.rest()

    return act


def unsubscribe_link(mail):
    return mail["List-Unsubscribe"].strip(" <>")


def mode(page):
    return page.get_by_role("group", name=PUBLISHED).locator("input:checked")


def test_one_click_ends_mails_and_a_digest_comes_in_the_morning(
    visit, mails, stack, brand, publish
):
    publish("First")
    mail = mails.wait(brand.email, "First")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = unsubscribe_link(mail)
    page = visit()
    page.goto(address)  # as a scanner of mails does; it changes nothing
    expect(page.get_by_role("heading", name="Stop these mails?")).to_be_visible()
    publish("Second")
    assert mails.wait(brand.email, "Second")

    form = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urllib.request.urlopen(address, form, timeout=10) as answer:  # noqa: S310 -- our own site
        assert answer.status == 200
    publish("Third")
    come_back(page, brand, "/inbox/preferences/")
    expect(mode(page)).to_have_value("off")
    page.goto("/inbox/")
    expect(page.get_by_text("Published: Third")).to_be_visible()

    page.goto("/inbox/preferences/")
    page.get_by_role("group", name=PUBLISHED).get_by_label("Once a day").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It applies from the next mail on")).to_be_visible()
    publish("Fourth")
    publish("Fifth")
    assert len(mails.to(brand.email)) == 2
    waiting = OutboxMessage.objects.filter(state="pending", next_at__gt=timezone.now())
    assert waiting.count() == 2
    stack.morning()
    digest = mails.wait(brand.email, "Fourth")
    assert "Fifth" in digest.get_body(("plain",)).get_content()

    page.goto(unsubscribe_link(digest))
    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_text("These mails are switched off")).to_be_visible()
    publish("Sixth")
    assert len(mails.to(brand.email)) == 3


def test_old_figures_and_ending_posts_are_mended_by_one_tap(
    visit, mails, stack, brand, brand_company, factory, factory_company
):
    today = timezone.localdate()
    order = OrderFactory(company=brand_company, expires_on=today + dt.timedelta(days=3))
    then = timezone.now() - dt.timedelta(days=15)
    offer = OfferFactory(company=factory_company, confirmed_at=then)
    stack.tick("remind_expiry")
    stack.tick("ask_weekly")
    stack.morning(people=2)
    stranger = visit()  # signed in nowhere: the link is enough

    stranger.goto(mails.link(brand.email, "/posts/renew/"))
    order.refresh_from_db()
    assert order.expires_on == today + dt.timedelta(days=3)
    stranger.get_by_role("button", name="Renew").click()
    expect(stranger.get_by_role("heading", name="All done")).to_be_visible()
    order.refresh_from_db()
    assert order.expires_on > today + dt.timedelta(days=30)

    stranger.goto(mails.link(factory.email, "/posts/confirm/"))
    stranger.get_by_role("button", name="The figures are still right").click()
    expect(stranger.get_by_role("heading", name="All done")).to_be_visible()
    offer.refresh_from_db()
    assert offer.confirmed_at > then + dt.timedelta(days=14)
    stranger.reload()
    expect(stranger.get_by_role("button", name="The figures are still right")).to_have_count(0)
