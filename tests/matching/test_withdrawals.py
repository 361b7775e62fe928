"""An interest is taken back, a decline is undone: the match is what it was before."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Contact
from matchmaking.matching import conversations, queries
from matchmaking.matching.models import Answer, WithdrawnAnswer
from matchmaking.matching.services import withdrawals
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.notifications.models import Notification
from tests.factories import OfferFactory
from tests.matching.conftest import see, url


def take_back(act, match, user, *, later=0):
    service = {"withdraw": withdrawals.withdraw_interest, "undo": withdrawals.undo_answer}[act]
    side = "order" if user == match.order.company.members.get() else "offer"
    at = timezone.now() + dt.timedelta(seconds=later)
    service(match=match, side=side, by=user, at=at)
    match.refresh_from_db()


def told(user):
    return list(Notification.objects.filter(recipient=user).values_list("kind", flat=True))


def standing(match):
    return (match.state, match.answer_by, match.ended_at, match.end_cause, match.ended_by)


def test_an_interest_taken_back_is_no_decline(match, say, brand, factory, rescore):
    say("order")
    take_back("withdraw", match, brand)

    assert (match.state, match.end_cause) == ("proposed", "")
    assert told(factory) == []
    assert not Answer.objects.exists()
    assert WithdrawnAnswer.objects.get().kind == "interested"
    # The pair is in the lists again, as any other, and both may answer it anew.
    rescore(orders=[match.order])
    match.refresh_from_db()
    assert (match.state, match.order_rank) == ("proposed", 1)
    say("offer")
    say("order")
    assert match.state == "mutual"


def test_a_withdrawal_is_undone_with_its_date(match, say, brand, factory):
    say("order")
    before = standing(match)
    take_back("withdraw", match, brand)
    take_back("undo", match, brand)

    assert standing(match) == before
    assert told(factory) == ["match_interest"]
    with pytest.raises(NotAnswerable) as refused:
        take_back("undo", match, brand)
    assert refused.value.code == "too_late"


@pytest.mark.parametrize("before", [[], ["offer"], ["order"]])
def test_a_decline_is_undone_within_its_seconds(match, say, brand, factory, before):
    for side in before:
        say(side)
    state, answers = standing(match), list(match.answers.values_list("side", "kind"))
    say("order", "declined", reason="price")
    take_back("undo", match, brand, later=9)

    assert standing(match) == state
    assert list(match.answers.values_list("side", "kind")) == answers
    assert "match_declined" not in told(factory)
    say("order", "declined", reason="timing")
    assert told(factory).count("match_declined") == 1


@pytest.mark.parametrize("act", ["decline", "withdraw"])
def test_after_ten_seconds_nothing_is_undone(match, say, brand, act):
    say("order")
    if act == "decline":
        say("order", "declined", reason="price")
    else:
        take_back("withdraw", match, brand)
    before = standing(match)

    with pytest.raises(NotAnswerable) as refused:
        take_back("undo", match, brand, later=12)

    assert refused.value.code == "too_late"
    match.refresh_from_db()
    assert standing(match) == before


def test_nobody_undoes_what_the_other_side_said(match, say, factory):
    say("order", "declined", reason="price")

    with pytest.raises(NotAnswerable):
        take_back("undo", match, factory)
    with pytest.raises(NotAnswerable):
        take_back("withdraw", match, factory)


def test_a_mutual_match_is_not_taken_back(mutual, brand):
    for act in ("withdraw", "undo"):
        with pytest.raises(NotAnswerable):
            take_back(act, mutual, brand)

    mutual.refresh_from_db()
    assert mutual.state == "mutual"


def test_each_act_makes_older_pages_old(match, say, brand):
    versions = [queries.version_of(match)]
    for act in ("say", "withdraw", "undo", "decline", "undo"):
        if act == "say":
            say("order")
        elif act == "decline":
            say("order", "declined", reason="price")
        else:
            take_back(act, match, brand)
        versions.append(queries.version_of(match))

    assert versions == sorted(set(versions))


def test_the_page_offers_to_undo_and_shows_the_next_match(
    client, match, brand, brand_company, factory_company, rescore
):
    Contact.objects.create(company=brand_company, person="Li", kind="phone", value="13800001111")
    OfferFactory(company=factory_company)
    rescore()
    client.force_login(brand)
    client.post(url("answer", match), {"kind": "declined", "reason": "price"})

    page = see(client, brand, match)
    assert "The next match" in page
    assert url("undo", match) in page
    client.post(url("undo", match))
    assert "We are interested" in see(client, brand, match)

    client.post(url("answer", match), {"kind": "interested"})
    assert "Withdraw our interest" in see(client, brand, match)
    client.post(url("withdraw", match))
    match.refresh_from_db()
    assert match.state == "proposed"
    assert conversations.seconds_to_undo(match, "order", timezone.now()) > 0
    assert conversations.seconds_to_undo(match, "offer", timezone.now()) == 0


def test_a_yes_asks_for_a_contact_where_there_is_none(client, match, brand, brand_company):
    client.force_login(brand)
    refused = client.post(url("answer", match), {"kind": "interested"})

    assert refused.status_code == 422
    assert "Say how the other side reaches you" in refused.content.decode()
    assert not Answer.objects.exists()

    client.post(
        url("answer", match),
        {"kind": "interested", "contact_person": "Lin", "contact": "lin_shoes88"},
    )
    contact = Contact.objects.get(company=brand_company)
    assert (contact.person, contact.kind, contact.value) == ("Lin", "wechat", "lin_shoes88")
    match.refresh_from_db()
    assert match.state == "interested"


def test_a_company_without_contacts_is_reached_by_who_said_yes(client, mutual, brand, factory):
    client.force_login(brand)

    page = client.get(url("contacts", mutual)).content.decode()

    assert factory.email in page
    assert factory.name in page
