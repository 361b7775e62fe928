"""From the mail about a match to a conversation, and the ways in which it comes to none."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Contact, ContactDisclosure
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.states import MatchState
from matchmaking.notifications import outbox
from tests.factories import OfferFactory, OrderFactory
from tests.faults.conftest import eventually
from tests.journeys.people import come_back

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PROMISE_MS = 8_000


@pytest.fixture
def match(site, stack, brand, factory, brand_company, factory_company):
    """An order and an offer that the worker has just found to fit, told by mail."""
    order = OrderFactory(company=brand_company, title="Spring runner")
    OfferFactory(company=factory_company, title="Line two")
    for company in (brand_company, factory_company):
        Contact.objects.create(company=company, person="Wu", kind="phone", value="13800001111")
    with transaction.atomic():
        outbox.publish(
            kind="listings.post_changed",
            dedupe_key=f"post_changed:{order.code}:1:published",
            subject={"model": "order", "id": order.pk, "version": 1, "state": "published"},
            bundle_key="market",
        )
    eventually(Match.objects.exists, 30)
    stack.morning()
    return Match.objects.get()


def path(match):
    return f"/matches/{match.code}/"


def open_from_mail(page, mails, person, part):
    """Follow the link of the mail."""
    come_back(page, person, mails.link(person.email, part))


def test_both_sides_go_from_mail_to_conversation(visit, mails, match, brand, factory):
    buyer, maker = visit(**PHONE), visit()
    # Two taps: the match in the mail, the answer.
    open_from_mail(buyer, mails, brand, "/matches/")
    buyer.get_by_role("button", name="We are interested").click()
    expect(buyer.get_by_role("heading", name="You are interested")).to_be_visible()
    assert "Factory Co." not in buyer.content()

    open_from_mail(maker, mails, factory, f"{path(match)}")
    maker.get_by_role("button", name="We are interested").click()
    expect(maker.get_by_role("heading", name="You and Brand Co.")).to_be_visible()
    # The other page learns it by itself, and so does the mail.
    expect(buyer.get_by_role("heading", name="You and Factory Co.")).to_be_visible(
        timeout=PROMISE_MS
    )
    assert mails.wait(brand.email, "Factory Co.")

    buyer.get_by_label("Message").fill("Could you send samples?")
    buyer.get_by_role("button", name="Send").click()
    log = maker.get_by_role("log")
    expect(log.get_by_text("Could you send samples?")).to_be_visible(timeout=PROMISE_MS)
    expect(buyer.get_by_text("Read by the other side")).to_be_visible(timeout=PROMISE_MS)
    maker.get_by_label("Files").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    )
    maker.get_by_role("button", name="Send").click()
    expect(buyer.get_by_role("link", name="plan.pdf")).to_be_visible(timeout=PROMISE_MS)
    expect(maker.get_by_role("log").get_by_role("link", name="plan.pdf")).to_have_count(1)

    assert not ContactDisclosure.objects.exists()
    buyer.get_by_role("link", name="Show the contacts").click()
    expect(buyer.get_by_role("link", name="13800001111")).to_be_visible()
    assert ContactDisclosure.objects.count() == 1
    buyer.get_by_role("link", name="End the conversation").click()
    buyer.get_by_role("button", name="End it").click()
    expect(maker.get_by_role("heading", name="The conversation was ended")).to_be_visible(
        timeout=PROMISE_MS
    )


def test_a_decline_takes_a_reason_and_works_without_scripts(
    visit, mails, stack, match, brand, factory
):
    buyer = visit(java_script_enabled=False, **PHONE)
    open_from_mail(buyer, mails, brand, "/matches/")
    buyer.get_by_text("Decline", exact=True).click()
    buyer.get_by_text("Add a note first").click()
    buyer.get_by_label("Note", exact=True).fill("Too dear for us")
    buyer.get_by_role("button", name="Price").click()
    expect(buyer.get_by_role("heading", name="You declined on")).to_be_visible()

    answer = Answer.objects.get()
    assert (answer.reason, answer.note, answer.shares_note) == ("price", "Too dear for us", False)
    maker = visit()
    come_back(maker, factory, path(match))
    expect(maker.get_by_role("heading", name="The brand declined: Price")).to_be_visible()
    assert "Too dear for us" not in maker.content()
    stack.morning()
    assert mails.wait(factory.email, "The reason it gave: Price")
    assert all("Too dear for us" not in str(mail) for mail in mails.to(factory.email))


def test_time_runs_out_and_both_are_told(visit, stack, mails, match, brand, factory):
    buyer = visit()
    come_back(buyer, brand, path(match))
    buyer.get_by_role("button", name="We are interested").click()
    expect(buyer.get_by_role("heading", name="You are interested")).to_be_visible()
    Match.objects.update(answer_by=timezone.now() - dt.timedelta(minutes=1))

    stack.tick("expire_matches")

    expect(buyer.get_by_role("heading", name="The factory did not answer in time")).to_be_visible(
        timeout=20_000
    )
    maker = visit()
    come_back(maker, factory, path(match))
    expect(maker.get_by_role("heading", name="You did not answer in time")).to_be_visible()
    expect(maker.get_by_role("button", name="We are interested")).to_have_count(0)
    assert Match.objects.get().state == MatchState.EXPIRED


def test_an_officer_answers_for_a_company_that_called(visit, mails, match, brand, officer):
    desk, buyer = visit(), visit()
    come_back(buyer, brand, path(match))
    come_back(desk, officer, f"/admin/matching/match/{match.pk}/change/")
    desk.locator(".wb-actions").get_by_role("link", name="Answer for a company").click()
    desk.wait_for_url("**/step/**")
    desk.locator("[name=side][value=offer]").check()
    desk.locator("[name=kind][value=interested]").check()
    form = desk.locator("form.wb-form")
    form.get_by_role("button", name="Answer for a company", exact=True).click()

    expect(
        buyer.get_by_role("heading", name="A factory is interested in your order")
    ).to_be_visible(timeout=PROMISE_MS)
    assert Answer.objects.get().is_on_behalf
