"""Answers to matches through the API, on both sides."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.choices import TokenScope
from matchmaking.listings.services import transitions
from matchmaking.matching import ranking
from matchmaking.matching.models import Answer, Message
from matchmaking.matching.states import MatchState
from tests.api.matches_support import URL, YES, problem, url
from tests.api.test_orders import post
from tests.factories import OfferFactory, OrderFactory


def test_a_proposal_is_everybodys_turn(brand_api, match):
    (row,) = brand_api.get(URL).json()["results"]

    shown = {name: row[name] for name in ("state", "whose_turn", "mine", "theirs", "end_cause")}
    assert shown == {
        "state": "proposed",
        "whose_turn": "mine",
        "mine": None,
        "theirs": None,
        "end_cause": "",
    }
    assert row["answer_by"] is not None


def test_interest_of_both_makes_it_mutual(brand_api, factory_api, match):
    first = post(brand_api, url(match, "answer/"), {**YES, "note": "We like it"}).json()
    asked = factory_api.get(url(match)).json()
    second = post(factory_api, url(match, "answer/"), YES).json()

    assert (first["state"], first["whose_turn"]) == ("interested", "theirs")
    assert first["mine"]["note"] == "We like it"
    assert (asked["whose_turn"], asked["theirs"]["kind"]) == ("mine", "interested")
    assert (second["state"], second["whose_turn"]) == ("mutual", "")
    assert Answer.objects.count() == 2


@pytest.mark.parametrize(("shares", "note"), [(False, ""), (True, "Too cheap for us")])
def test_a_decline_tells_its_reason_and_its_note_only_when_shared(
    brand_api, factory_api, match, shares, note
):
    body = {
        "kind": "declined", "reason": "price", "note": "Too cheap for us", "shares_note": shares,
    }  # fmt: skip
    post(factory_api, url(match, "answer/"), body)

    seen = brand_api.get(url(match)).json()

    theirs = seen["theirs"]
    assert (seen["state"], theirs["reason"], theirs["note"]) == ("declined", "price", note)
    assert seen["partner_offer"]["free"] == []
    assert seen["partner_offer"]["min_order_pairs"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "declined"}, "/reason"),
        ({"kind": "declined", "reason": "mood"}, "/reason"),
        ({"kind": "perhaps"}, "/kind"),
        ({}, "/kind"),
        ({"kind": "interested", "note": "a\x07b"}, "/note"),
        ({"kind": "interested", "note": "x" * 1001}, "/note"),
    ],
)
def test_an_answer_names_what_is_wrong(brand_api, match, body, pointer):
    answer = post(brand_api, url(match, "answer/"), body)

    assert answer.status_code in {400, 422}
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert Answer.objects.count() == 0


def test_what_cannot_be_answered_is_a_conflict_with_a_code(brand_api, factory_api, match, factory):
    post(brand_api, url(match, "answer/"), {"kind": "declined", "reason": "placed"})
    factory_api.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    over = post(factory_api, url(match, "answer/"), YES)

    assert problem(over) == (409, "ended")
    assert over.json()["title"] == "The other side declined a moment ago."
    assert Answer.objects.count() == 1


def test_a_paused_post_pauses_the_answer(brand_api, match, factory):
    transitions.pause_post(post=match.offer, by=factory, at=timezone.now())

    assert problem(post(brand_api, url(match, "answer/"), YES)) == (409, "paused")
    assert Answer.objects.count() == 0


def test_answers_need_a_key_and_a_repeat_is_harmless(brand_api, match):
    missing = brand_api.post(url(match, "answer/"), YES, content_type="application/json")
    first = post(brand_api, url(match, "answer/"), YES, key="one")
    again = post(brand_api, url(match, "answer/"), YES, key="one")
    other = post(brand_api, url(match, "answer/"), {"kind": "declined", "reason": "price"}, "one")

    assert problem(missing) == (400, "idempotency_key_missing")
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"
    assert other.status_code == 422
    assert Answer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_once_make_one_conversation(brand_api, factory_api, match):
    clients = [Client(headers={"authorization": api.defaults["HTTP_AUTHORIZATION"]})
               for api in (brand_api, factory_api)]  # fmt: skip
    answers = []

    def say(client):
        try:
            answers.append(post(client, url(match, "answer/"), YES).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=say, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    match.refresh_from_db()
    assert (answers, match.state) == ([200, 200], MatchState.MUTUAL)


@pytest.mark.parametrize("tail", ["answer/", "end/", "messages/"])
def test_a_reading_token_answers_nothing(api_for, brand, brand_company, mutual, tail):
    client = api_for(brand, brand_company, TokenScope.READ)

    assert post(client, url(mutual, tail), {**YES, "text": "Hello"}).status_code == 403
    mutual.refresh_from_db()
    assert (mutual.state, Message.objects.count()) == (MatchState.MUTUAL, 0)


@pytest.mark.parametrize("tail", ["answer/", "end/", "messages/"])
def test_a_stranger_finds_nothing_to_answer(api_for, stranger, stranger_company, mutual, tail):
    client = api_for(stranger, stranger_company)

    assert post(client, url(mutual, tail), {**YES, "text": "Hello"}).status_code == 404
    for name in ("", "messages/", "contacts/"):
        assert client.get(url(mutual, name)).status_code == 404
    assert Message.objects.count() == 0


def test_matches_are_filtered_by_state(brand_api, mutual):
    assert len(brand_api.get(f"{URL}?state=mutual").json()["results"]) == 1
    assert brand_api.get(f"{URL}?state=proposed").json()["results"] == []
    assert brand_api.get(f"{URL}?state=nonsense").status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_constant_number_of_queries(
    brand_api, brand_company, django_assert_num_queries, count
):
    OrderFactory(company=brand_company)
    OfferFactory.create_batch(count)
    ranking.rescore_market(at=timezone.now())
    brand_api.get(URL)  # the token's day of use is written once

    with django_assert_num_queries(9):  # token, role, matches, what cards show of both posts
        assert len(brand_api.get(URL).json()["results"]) == count
