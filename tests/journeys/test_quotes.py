"""From a match to a deal by way of a question, a quote, its revision, and a sealed opening."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaking.deals.models import Intention, Quote, SealedRound
from matchmaking.matching.models import Match
from matchmaking.matching.ranking import rescore_market
from matchmaking.matching.services import answers
from tests.factories import OfferFactory, OrderFactory
from tests.faults.conftest import eventually
from tests.journeys.people import come_back

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def talk(site, brand, factory, brand_company, factory_company):
    """A conversation that both sides have opened."""
    OrderFactory(company=brand_company, title="Spring runner")
    OfferFactory(company=factory_company, title="Line two")
    rescore_market(at=timezone.now())
    match = Match.objects.get()
    for side, by in (("order", brand), ("offer", factory)):
        answers.answer_match(match=match, side=side, kind="interested", by=by, at=timezone.now())
    return match


def path(match):
    return f"/matches/{match.code}/"


def quote(maker, talk, price):
    """Hand in a quote from the page of the match: the form is filled in, a price is typed."""
    come_back(maker, talk.maker, path(talk))
    maker.get_by_role("link", name="Quote on the order").click()
    maker.get_by_label("Yuan a pair").first.fill(price)
    maker.get_by_role("button", name="Hand in").first.click()


def test_question_quote_revision_and_deal(visit, mails, talk, brand, factory):
    talk.maker = factory
    buyer, maker = visit(), visit(java_script_enabled=False, **PHONE)
    come_back(maker, factory, path(talk))
    maker.get_by_role("link", name="Ask a question").click()
    maker.get_by_label("Your question").fill("Call 13800000000")
    maker.get_by_role("button", name="Ask", exact=True).click()
    expect(maker.get_by_role("alert")).to_contain_text("Leave out contacts")
    maker.get_by_label("Your question").fill("Do you provide the lasts?")
    maker.get_by_role("button", name="Ask", exact=True).click()

    come_back(buyer, brand, path(talk))
    buyer.get_by_role("link", name="Read and answer").click()
    buyer.get_by_role("link", name="Answer", exact=True).click()
    buyer.get_by_label("Your answer").fill("Yes, before the sample.")
    buyer.get_by_role("button", name="Answer", exact=True).click()
    expect(buyer.get_by_text("Yes, before the sample.")).to_be_visible()

    quote(maker, talk, "47.00")
    expect(maker.get_by_text("It waits for the brand.")).to_be_visible()
    assert mails.wait(brand.email, "has handed in a quote")
    found = Quote.objects.get()
    come_back(buyer, brand, f"/quotes/{found.code}/")
    buyer.get_by_role("link", name="Ask for a revision").click()
    buyer.get_by_label("What should be different?").fill("One yuan less?")
    buyer.get_by_role("button", name="Ask", exact=True).click()

    come_back(maker, factory, f"/quotes/{found.code}/")
    expect(maker.get_by_text("One yuan less?").first).to_be_visible()
    maker.get_by_role("link", name="Revise it").click()
    maker.get_by_label("Yuan a pair").first.fill("46.00")
    maker.get_by_role("button", name="Hand in").first.click()

    come_back(buyer, brand, f"/orders/{talk.order.code}/quotes/")
    expect(buyer.get_by_text("¥46.00").first).to_be_visible()
    buyer.get_by_role("link", name="Accept", exact=True).click()
    buyer.get_by_role("button", name="Accept", exact=True).click()
    expect(buyer.get_by_text("the weeks are held until").first).to_be_visible()
    deal = Intention.objects.get()
    assert (deal.state, str(deal.confirmed.unit_price)) == ("confirmed", "46.00")


def test_sealed_quotes_open_together_and_a_receipt_is_checked(visit, stack, talk, brand, factory):
    talk.maker = factory
    buyer, maker, anybody = visit(), visit(), visit()
    come_back(buyer, brand, f"/orders/{talk.order.code}/")
    buyer.get_by_role("link", name="Collect sealed quotes").click()
    day = timezone.localdate() + dt.timedelta(days=2)
    buyer.get_by_label("Opening day").fill(day.isoformat())
    buyer.get_by_role("button", name="Collect sealed quotes").click()
    expect(buyer.get_by_text("Nobody reads a figure before")).to_be_visible()

    quote(maker, talk, "47.00")
    expect(maker.get_by_role("heading", name="Sealed: nobody reads it before")).to_be_visible()
    receipt = maker.locator("code.digest").first.inner_text()
    buyer.reload()
    assert "47.00" not in buyer.content() + maker.content()

    past = timezone.now() - dt.timedelta(minutes=1)
    SealedRound.objects.update(opens_at=past)
    stack.tick("open_sealed_quotes")
    eventually(SealedRound.objects.filter(opened_at__isnull=False).exists, 30)

    buyer.reload()
    expect(buyer.get_by_text("¥47.00").first).to_be_visible()
    anybody.goto(f"/quotes/rounds/{SealedRound.objects.get().code}/")
    anybody.get_by_label("Receipt, 64 characters").fill(receipt)
    anybody.get_by_role("button", name="Check", exact=True).click()
    expect(anybody.get_by_text("The receipt counts")).to_be_visible()
