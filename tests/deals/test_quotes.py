"""A quote from its draft to the deal that it becomes, counted once."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.registry import isolated
from matchmaking.core.trade_day import trade_week
from matchmaking.core.transitions import IllegalTransition
from matchmaking.deals import results
from matchmaking.deals.models import Intention, Quote
from matchmaking.deals.quote_terms import Payment, PriceBreak, QuoteTerms
from matchmaking.deals.results import Stage
from matchmaking.deals.services import intentions, quote_answers, quote_base, quote_upkeep, quotes
from matchmaking.deals.services.base import NotEnoughWeeks
from matchmaking.matching.services import endings
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.notifications import outbox
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.deals.conftest import Talk, accept, quote_terms, submit

WEEK = dt.timedelta(weeks=1)


def told(user, kind):
    return Notification.objects.filter(recipient=user, kind=kind).count()


def free(offer):
    offer.refresh_from_db()
    return sum(offer.free)


def test_accepted_quote_is_a_deal_confirmed_by_both_that_holds_the_weeks(talk):
    before = free(talk.offer)
    quote = accept(talk, submit(talk))

    found = Intention.objects.get()
    assert (quote.state, quote.intention, quote.accepted_pairs) == ("accepted", found, 60_000)
    assert found.state == "confirmed"
    assert found.terms == found.confirmed
    assert (found.terms.pairs, found.terms.unit_price) == (60_000, Decimal("46.50"))
    assert set(found.terms.confirmations.values_list("side", "name")) == {
        ("offer", talk.maker.name),
        ("order", talk.buyer.name),
    }
    assert before - free(talk.offer) == 60_000
    assert told(talk.maker, "quote_answered") == 1


def test_accepted_quotes_are_counted_as_any_other_deal(talk):
    accept(talk, submit(talk))
    accept(talk, submit(talk, pairs=80_000))

    whole = results.count(Intention.objects.all()).whole[Stage.CONFIRMED]
    assert (whole.firms, whole.intentions, whole.pairs) == (2, 1, 80_000)


def test_accept_revises_the_deal_that_stands(talk):
    deal = talk.agree(pairs=50_000)
    accept(talk, submit(talk))

    deal.refresh_from_db()
    assert Intention.objects.get() == deal
    assert (deal.confirmed.number, deal.confirmed.pairs) == (2, 60_000)


def test_part_of_a_quote_has_the_price_of_its_pairs(talk):
    breaks = (
        PriceBreak(unit_price=Decimal("45.00"), from_pairs=50_000),
        PriceBreak(unit_price=Decimal("43.80"), from_week=trade_week() + 14 * WEEK),
    )
    quote = submit(talk, breaks=breaks, least_pairs=20_000)
    later = trade_week() + 14 * WEEK
    for pairs in (19_999, 60_001):
        with pytest.raises(InvalidInput) as refused:
            accept(talk, quote, pairs=pairs)
        assert "20,000 to 60,000" in str(refused.value)
    with pytest.raises(InvalidInput):
        accept(talk, quote, last_week=later + WEEK)
    assert not Intention.objects.exists()

    accept(talk, quote, pairs=30_000, last_week=later)

    terms = Intention.objects.get().confirmed
    assert (terms.pairs, terms.unit_price, terms.last_week) == (30_000, Decimal("43.80"), later)


@pytest.mark.parametrize(
    ("pairs", "week", "price"),
    [(10_000, 12, "46.50"), (50_000, 12, "45.00"), (10_000, 14, "44.00"), (50_000, 14, "42.00")],
)
def test_lowest_price_whose_conditions_are_met_counts(pairs, week, price):
    terms = quote_terms(
        breaks=(
            PriceBreak(unit_price=Decimal("45.00"), from_pairs=50_000),
            PriceBreak(unit_price=Decimal("44.00"), from_week=trade_week() + 14 * WEEK),
            PriceBreak(
                unit_price=Decimal("42.00"), from_pairs=50_000, from_week=trade_week() + 14 * WEEK
            ),
        )
    )
    assert terms.price_for(pairs, trade_week() + week * WEEK) == Decimal(price)
    assert QuoteTerms.from_document(terms.as_document()) == terms


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pairs": 0}, "pairs"),
        ({"least_pairs": 60_001}, "least_pairs"),
        ({"unit_price": Decimal("46.505")}, "unit_price"),
        ({"unit_price": Decimal(0)}, "unit_price"),
        ({"tooling_cost": Decimal(-1)}, "tooling_cost"),
        ({"sample_days": 400}, "sample_days"),
        ({"last_week": trade_week()}, "last_week"),
        ({"payment": Payment(deposit=30, before_shipping=40, after_delivery=20)}, "after_delivery"),
        (
            {"payment": Payment(deposit=-10, before_shipping=80, after_delivery=30)},
            "after_delivery",
        ),
        ({"breaks": (PriceBreak(unit_price=Decimal(40)),)}, "breaks"),
        ({"breaks": (PriceBreak(unit_price=Decimal(40), from_pairs=70_000),)}, "breaks"),
        ({"first_week": trade_week() + dt.timedelta(days=1)}, "first_week"),
    ],
)
def test_terms_that_no_quote_can_have_name_their_field(changes, field):
    with pytest.raises(InvalidInput) as refused:
        replace(quote_terms(), **changes)
    assert refused.value.field == field


def test_loser_is_told_what_is_left_and_in_which_weeks(talk, at):
    other = Talk(at, factory=talk.factory)
    other.match.offer = talk.offer
    other.match.save()
    other.offer = talk.offer
    first, second = submit(talk, pairs=110_000), submit(other, pairs=60_000)
    accept(talk, first)

    with pytest.raises(NotEnoughWeeks) as refused:
        accept(other, second)

    assert "20,000 pairs are free" in str(refused.value)
    assert "10,000 in" in str(refused.value)
    second.refresh_from_db()
    assert second.state == "submitted"
    assert Intention.objects.count() == 1


def test_revision_keeps_every_version(talk, at):
    quote = submit(talk)
    quote_answers.ask_for_revision(quote=quote, wish="Two yuan less?", by=talk.buyer, at=at)
    quote.refresh_from_db()
    assert quote.wish == "Two yuan less?"

    again = submit(talk, price="45.00")

    again.refresh_from_db()
    assert (again, again.state, again.wish) == (quote, "revised", "")
    assert [row.terms["unit_price"] for row in again.versions.order_by("number")] == [
        "46.50",
        "45.00",
    ]
    with pytest.raises(Conflict) as refused:
        quote_answers.accept(quote=again, number=1, by=talk.buyer, at=at)
    assert refused.value.code == "version_conflict"
    with pytest.raises(Conflict):
        submit(talk, price="45.00")


def test_draft_is_the_factorys_alone(talk, at):
    quote = quotes.save_draft(match=talk.match, typed={"pairs": "6 wan"}, by=talk.maker, at=at)

    assert Quote.objects.visible_to(talk.buyer).count() == 0
    assert Quote.objects.visible_to(talk.maker).get() == quote
    assert submit(talk) == quote
    quote.refresh_from_db()
    assert (quote.state, quote.draft) == ("submitted", None)
    with pytest.raises(Conflict):
        quotes.save_draft(match=talk.match, typed={}, by=talk.maker, at=at)


def test_decline_and_withdrawal_end_it_and_a_new_one_may_follow(talk, at):
    quote = quote_answers.decline(
        quote=submit(talk), reason="price", note="Too dear", by=talk.buyer, at=at
    )
    assert (quote.state, quote.decline_reason) == ("declined", "price")
    assert told(talk.maker, "quote_answered") == 1

    second = quotes.withdraw(quote=submit(talk), by=talk.maker, at=at)
    assert second.pk != quote.pk
    assert told(talk.buyer, "quote_ended") == 1
    with pytest.raises(Conflict):
        accept(talk, second)
    with pytest.raises(IllegalTransition):
        quotes.withdraw(quote=second, by=talk.maker, at=at)


def test_each_side_speaks_for_itself_alone(talk, at):
    quote = submit(talk)
    with pytest.raises(NotAllowed):
        quotes.withdraw(quote=quote, by=talk.buyer, at=at)
    with pytest.raises(NotAllowed):
        quote_answers.decline(quote=quote, reason="price", by=talk.maker, at=at)
    with pytest.raises(NotAnswerable):
        quotes.submit(match=talk.match, terms=quote_terms(), by=talk.buyer, at=at)
    quote.refresh_from_db()
    assert quote.state == "submitted"


def test_quote_expires_after_its_last_day(talk, at):
    quote = submit(talk, valid=3)
    assert quote_upkeep.expire_due(at=at + dt.timedelta(days=3)) == 0
    late = at + dt.timedelta(days=4)
    with pytest.raises(Conflict) as refused:
        accept(talk, quote, at=late)
    assert refused.value.code == "expired"

    assert quote_upkeep.expire_due(at=late) == 1
    quote.refresh_from_db()
    assert quote.state == "expired"
    assert told(talk.buyer, "quote_ended") == told(talk.maker, "quote_ended") == 1
    assert quote_upkeep.expire_due(at=late) == 0


def test_end_of_the_conversation_ends_its_quotes_and_no_deal(talk, at):
    deal = accept(talk, submit(talk)).intention
    quote = submit(talk, pairs=70_000)
    endings.end_match(match=talk.match, side="order", by=talk.buyer, at=at, note="")

    assert quote_upkeep.follow_matches(matches=[talk.match.pk], at=at) == 1
    quote.refresh_from_db()
    deal.refresh_from_db()
    assert (quote.state, deal.state) == ("withdrawn", "confirmed")


def test_withdrawn_deal_of_a_quote_gives_its_weeks_back(talk, at):
    before = free(talk.offer)
    deal = accept(talk, submit(talk)).intention
    intentions.withdraw(intention=deal, side="order", reason="price", by=talk.buyer, at=at)
    assert free(talk.offer) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "accepted"},
        {"state": "declined"},
        {"ended_at": dt.datetime.now(dt.UTC)},
        {"decline_reason": "price"},
        {"accepted_pairs": 4},
        {"current": None},
    ],
)
def test_database_keeps_quotes_whole(talk, changes):
    quote = submit(talk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(**changes)


def test_second_open_quote_of_a_factory_on_an_order_is_refused(talk):
    quote = submit(talk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.create(
            match=talk.match, order=talk.order, brand=talk.brand, factory=talk.factory
        )
    assert quote_base.terms_of(quote) == quote_terms()


def test_steps_of_a_quote_are_facts_without_a_figure(talk, at):
    heard = ("handed_in", "answered")
    with isolated():
        for kind in heard:
            outbox.subscribe(f"deals.quote_{kind}", lambda _rows: None)
        quote = submit(talk)
        quotes.withdraw(quote=quote, by=talk.maker, at=at)
        accept(talk, submit(talk))

    rows = OutboxMessage.objects.filter(kind__startswith="deals.quote_").order_by("pk")
    assert [row.kind for row in rows] == [
        "deals.quote_handed_in",
        "deals.quote_handed_in",
        "deals.quote_answered",
    ]
    assert {tuple(row.subject) for row in rows} == {("quote",)}
