"""Many takers of one factory's weeks at the same moment: what is promised is there."""

import os
import random

import pytest
from django.db import connection, transaction
from django.db.models import F

from matchmaking.core.errors import Conflict
from matchmaking.core.service_calls import call_service
from matchmaking.core.trade_day import trade_week
from matchmaking.deals.models import Intention, Quote
from matchmaking.deals.services import base, quote_answers
from matchmaking.deals.services.base import NotEnoughWeeks
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer, LedgerEntry
from tests.deals.conftest import Talk, quote_terms, submit
from tests.factories import MembershipFactory
from tests.matching.test_races import together

TAKERS, WEEKLY, WEEKS = 24, 10_000, 4
# ROUNDS=200 takes some minutes; as many as the suite has time for find a lost lock within a few.
ROUNDS = int(os.environ.get("ROUNDS", "30"))
pytestmark = pytest.mark.django_db(transaction=True)


def takers(at, count=TAKERS):
    """Return conversations of one factory with ``count`` brands, about one offer of 40,000 pairs."""
    first = Talk(at, weekly=WEEKLY, weeks=WEEKS)
    found = [first]
    for _ in range(count - 1):
        talk = Talk(at, factory=first.factory, weekly=WEEKLY, weeks=WEEKS)
        talk.match.offer = talk.offer = first.offer
        talk.match.save()
        talk.maker = first.maker
        found.append(talk)
    MembershipFactory(company=first.factory)
    return found


def quotes_of(talks):
    """Hand in a quote for each, of which the brand may take any part."""
    terms = quote_terms(pairs=12_000, first=0, last=WEEKS - 1)
    return [submit(talk, terms) for talk in talks]


def taking(talk, quote, size):
    def take():
        while True:
            try:
                return call_service(
                    quote_answers.accept,
                    quote=quote, number=1, pairs=size, by=talk.buyer, at=talk.at,
                )  # fmt: skip
            except Conflict as refused:
                # A queue of 24 may be longer than the lock's patience: the page says "try again".
                if refused.code != "busy":
                    raise

    return take


def take_all(talks, quotes, sizes):
    return together(*(taking(*one) for one in zip(talks, quotes, sizes, strict=True)))


def drawn(draw):
    return [draw.choice((1_000, 3_000, 5_000, 8_000, 12_000)) for _ in range(TAKERS)]


def forget(offer):
    """Bring all back to where nothing was accepted yet."""
    with transaction.atomic():
        Quote.objects.update(state="submitted", ended_at=None, accepted_pairs=None, intention=None)
        Intention.objects.update(
            terms=None,
            confirmed=None,
            confirmed_at=None,
            state="proposed",
            hold=None,
            held_until=None,
        )
        Intention.objects.all().delete()
        LedgerEntry.objects.filter(offer=offer).exclude(kind="publish").delete()
        rows = CapacityOffer.objects.filter(pk=offer.pk)
        rows.update(free=F("published"), held=[0] * ledger.HORIZON)


def promised():
    return sum(row.confirmed.pairs for row in Intention.objects.exclude(confirmed=None))


@pytest.mark.timeout(900)  # 4,800 takers, one after the other at one lock
def test_takers_of_mixed_sizes_never_oversell_and_losers_are_told_what_is_left(at):
    talks, draw = takers(at), random.Random(11)
    offer, whole = talks[0].offer, WEEKLY * WEEKS
    quotes = quotes_of(talks)
    for _round in range(ROUNDS):
        sizes = drawn(draw)
        results = take_all(talks, quotes, sizes)

        won = [result for result in results if isinstance(result, Quote)]
        lost = [result for result in results if not isinstance(result, Quote)]
        offer.refresh_from_db()
        taken = sum(quote.accepted_pairs for quote in won)
        assert {type(result) for result in lost} <= {NotEnoughWeeks}
        assert taken == promised() == sum(offer.held) <= whole
        assert [f + h for f, h in zip(offer.free, offer.held, strict=True)] == offer.published
        # Whoever lost asked for more than was free; nobody was turned away for nothing.
        refused = zip(sizes, results, strict=True)
        asked = [size for size, result in refused if not isinstance(result, Quote)]
        assert min(asked, default=whole + 1) > whole - taken
        assert {refusal.field for refusal in lost} <= {"pairs"}
        assert Quote.objects.filter(state="accepted").count() == len(won)
        forget(offer)
    assert trade_week() <= offer.anchor_week


def test_control_that_checks_and_then_inserts_oversells(at, monkeypatch):
    """The same takers with a check of what is free before the lock, and no lock after it."""
    talks, draw = takers(at), random.Random(11)
    offer, whole = talks[0].offer, WEEKLY * WEEKS

    def check_then_insert(intention, terms, *, by, at):
        free = sum(CapacityOffer.objects.get(pk=intention.offer_id).free)
        taken = promised()
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(0.01)")
        if terms.pairs > free - taken:
            raise NotEnoughWeeks("none left")

    monkeypatch.setattr(base, "hold_weeks", check_then_insert)
    monkeypatch.setattr(base, "lock_match_and_offer", base.lock_match)
    monkeypatch.setattr(base, "lock_post", lambda post: post)
    oversold, quotes = 0, quotes_of(talks)
    for _round in range(5):
        take_all(talks, quotes, drawn(draw))
        oversold += promised() > whole
        forget(offer)
    assert oversold > 0


def test_two_proposals_to_one_factory_do_not_wait_for_each_other(at):
    """Each holds a key share of the offer first: with that lock alone both deadlocked."""
    for _round in range(20):
        talks = takers(at, 2)
        results = together(*(lambda talk=talk: talk.propose() for talk in talks))
        assert {type(result) for result in results} == {Intention}
        Intention.objects.update(terms=None)
        Intention.objects.all().delete()
