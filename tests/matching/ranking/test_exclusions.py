"""Vetoed pairs leave lists exact, and a scoring never writes over an answer."""

import pytest

from matchmaking.matching.models import Match
from matchmaking.matching.ranking import sync_targets
from matchmaking.matching.services import answers
from tests.factories import MembershipFactory, OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(brand, brand_company):
    return OrderFactory(company=brand_company)


def decline(match, by, at):
    return answers.answer_match(
        match=match, side="order", kind="declined", reason="price", by=by, at=at
    )


def listed(order):
    rows = Match.objects.proposed().filter(order=order, order_rank__isnull=False)
    return list(rows.order_by("order_rank").values_list("offer", flat=True))


@pytest.mark.parametrize("is_full", [False, True])
def test_a_list_fills_up_behind_any_number_of_declines(
    order, brand, at, settings, rescore, is_full
):
    settings.MATCHES_PER_POST = 3
    OfferFactory.create_batch(12)
    rescore()
    gone = set()
    for rounds_left in (3, 2, 1, 0):
        best = listed(order)
        assert len(best) == 3
        assert not gone & set(best)
        if not rounds_left:
            break
        for match in Match.objects.proposed().filter(order=order, offer__in=best):
            gone.add(match.offer_id)
            decline(match, brand, at)
            rescore(**({} if is_full else {"orders": [order], "offers": [match.offer]}))
    ranks = Match.objects.proposed().filter(order=order).values_list("order_rank", flat=True)
    assert sorted(rank for rank in ranks if rank) == [1, 2, 3]


@pytest.fixture
def answered_meanwhile(order, brand, at, rescore, monkeypatch):
    """Score a changed pair that is declined after it was read and before it is written."""
    offer = OfferFactory()
    MembershipFactory(company=offer.company)
    rescore()
    match = Match.objects.get()
    judge = sync_targets.MatchSync.judge

    def answer_then_judge(ranking_sync, run, pairs):
        judged = judge(ranking_sync, run, pairs)
        decline(match, brand, at)
        return judged

    def score():
        monkeypatch.setattr(sync_targets.MatchSync, "judge", answer_then_judge)
        offer.min_order_pairs, offer.version = 100, offer.version + 1
        offer.free = [pairs - 1 for pairs in offer.free]
        offer.held = [1] * len(offer.free)
        offer.save()
        rescore(offers=[offer])
        return list(Match.objects.order_by("pk").values_list("state", flat=True))

    return score


def test_a_scoring_does_not_write_over_an_answer(answered_meanwhile):
    assert answered_meanwhile() == ["declined"]


def test_control_an_unguarded_write_proposes_the_declined_pair(answered_meanwhile, monkeypatch):
    def write_anyway(sync, pks, rows, updated):
        sync_targets.upsert("matching_match", rows, updated, live="ended_at is null")

    monkeypatch.setattr(sync_targets, "update_rows", write_anyway)

    assert answered_meanwhile() == ["declined", "proposed"]


@pytest.fixture
def answered_before_it_is_missed(order, brand, at, rescore, monkeypatch):
    """Decline a pair after a full scoring read the exclusions, and before it reads what stands."""
    OfferFactory()
    rescore()
    stored_rows = sync_targets.MatchSync.stored_rows

    def answer_then_read(ranking_sync):
        decline(Match.objects.proposed().get(), brand, at)
        return stored_rows(ranking_sync)

    def score():
        monkeypatch.setattr(sync_targets.MatchSync, "stored_rows", answer_then_read)
        rescore()
        return list(Match.objects.order_by("pk").values_list("state", flat=True))

    return score


def test_a_scoring_proposes_no_pair_that_was_answered_after_it_began(answered_before_it_is_missed):
    assert answered_before_it_is_missed() == ["declined"]


def test_control_a_blind_insert_proposes_the_declined_pair(
    answered_before_it_is_missed, monkeypatch
):
    monkeypatch.setattr(sync_targets, "UNANSWERED", "true")

    assert answered_before_it_is_missed() == ["declined", "proposed"]
