"""Pages on which two sides answer each other: what each of them sees and may do."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from accounts.models import Contact
from matchmaking.core.formatting import unbroken
from matchmaking.listings.states import PostState
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.services import endings
from tests.matching.conftest import see, url


@pytest.fixture(autouse=True)
def reachable(brand_company, factory_company):
    """Both have said how they are reached: a yes asks no more."""
    for company in (brand_company, factory_company):
        Contact.objects.create(company=company, person="Li", kind="phone", value="13800001111")


NOTE = "Our line is full in spring"


def answer(client, user, match, **data):
    client.force_login(user)
    return client.post(url("answer", match), data)


def test_a_new_match_says_what_to_do_and_what_it_rests_on(client, match, brand, factory):
    html = see(client, brand, match)

    assert "Fits your order with" in html
    assert "We are interested" in html
    assert html.count('name="reason"') == 6
    assert unbroken("Room for all 60,000 pairs; 500,000–1,000,000 pairs free in") in html
    assert "Your free weeks, and when the order is asked for" in see(client, factory, match)


def test_open_figures_say_how_the_order_fills_the_weeks(client, match, say, brand):
    say("offer")

    html = see(client, brand, match)

    assert unbroken("60,000 pairs fit into") in html
    assert "This order" in html


def test_interest_takes_one_button_and_the_page_says_what_is_next(client, match, brand, factory):
    response = answer(client, brand, match, kind="interested")

    assert response["Location"] == url("detail", match) + "#answer"
    html = see(client, brand, match)
    assert "You are interested. The other side has until" in html
    assert "We are interested" not in html
    assert "Withdraw our interest" in html
    assert "A brand is interested in your capacity" in see(client, factory, match)


def test_both_interests_open_names_and_the_conversation(client, mutual, brand, factory):
    html = see(client, brand, mutual)
    assert f"You and {mutual.offer.company.name_en} are both interested" in html
    assert "Line two" in html
    assert 'id="compose"' in html
    assert "Show the contacts" in html

    html = see(client, factory, mutual)
    assert f"You and {mutual.order.company.name_en} are both interested" in html
    assert "Two colours" in html


def test_a_decline_takes_one_reason_and_keeps_its_note_to_itself(
    client, match, say, brand, factory
):
    say("offer")
    answer(client, brand, match, kind="declined", reason="timing", note=NOTE)

    assert Answer.objects.get(kind="declined").note == NOTE
    html = see(client, factory, match)
    assert "The factory declined" not in html
    assert "The brand declined: Timing" in html
    assert NOTE not in html
    assert "You declined on" in see(client, brand, match)


def test_a_note_is_shown_once_its_writer_shares_it(client, match, brand, factory):
    answer(client, brand, match, kind="declined", reason="other", note=NOTE, shares_note="on")

    assert NOTE in see(client, factory, match)


def test_after_the_end_figures_and_reasons_close_again(client, match, say, factory):
    say("order", "declined", reason="price")

    html = see(client, factory, match)
    assert "60,000" not in html
    assert "Why it fits" not in html
    assert "You are not proposed to each other again" in html


def test_a_decline_without_a_reason_keeps_what_was_typed(client, match, brand):
    response = answer(client, brand, match, kind="declined", note=NOTE, shares_note="on")

    html = response.content.decode()
    assert response.status_code == 422
    assert "Tap the reason why it does not fit." in html
    assert NOTE in html
    assert re.search(r'name="shares_note"[^>]*checked', html)
    assert not Answer.objects.exists()


def test_who_comes_too_late_is_told_what_happened(client, match, say, brand):
    say("order")
    say("offer", "declined", reason="price")

    response = answer(client, brand, match, kind="interested")

    html = response.content.decode()
    assert response.status_code == 409
    assert "The other side declined a moment ago." in html
    assert "The factory declined: Price" in html


def test_a_post_that_paused_cannot_be_answered(client, match, order, brand):
    order.state = PostState.PAUSED
    order.save()

    response = answer(client, brand, match, kind="interested")

    assert response.status_code == 409
    assert "A post of this match has left the market." in response.content.decode()


@pytest.mark.parametrize("name", ["detail", "answer", "end", "messages", "contacts"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_nothing(client, mutual, stranger, name, method):
    client.force_login(stranger)

    status = getattr(client, method)(url(name, mutual)).status_code

    assert status in {404, 405}
    assert status == 404 or (name, method) in {
        ("answer", "get"), ("detail", "post"), ("contacts", "post"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["answer", "end", "messages"])
def test_officers_read_and_do_not_speak_here(client, settings, mutual, officer, name):
    settings.OFFICERS_NEED_TOTP = False
    html = see(client, officer, mutual)
    assert "Both sides are interested since" in html
    assert 'id="compose"' not in html

    response = client.post(url(name, mutual), {"kind": "declined", "reason": "price", "text": "x"})

    assert response.status_code == 403


def test_an_open_page_hears_only_of_news(client, match, say, brand):
    html = see(client, brand, match)
    shown = re.search(r'"X-Shown": "(\w+)"', html)[1]
    assert client.get(url("detail", match), headers={"X-Shown": shown}).status_code == 204

    say("offer")

    response = client.get(url("detail", match), headers={"X-Shown": shown})
    assert "A factory is interested in your order" in response.content.decode()


def test_an_expired_match_says_who_did_not_answer(client, match, say, brand, factory, at):
    say("order")
    Match.objects.update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    assert endings.expire_due_matches(at=timezone.now()) == 1
    match.refresh_from_db()

    assert "The factory did not answer in time" in see(client, brand, match)
    assert "You did not answer in time" in see(client, factory, match)
