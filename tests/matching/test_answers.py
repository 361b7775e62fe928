"""Answers: interest, consent, declines; what each side may know, and what is refused."""

import datetime as dt

import pytest

from accounts.contacts import contacts_visible_to, open_contacts
from accounts.models import ContactConsent, ContactDisclosure
from matchmaking.core.errors import InvalidInput
from matchmaking.listings.disclosure import Depth
from matchmaking.matching import rules, talks
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.services import NotAnswerable, answer_match
from matchmaking.matching.states import EndCause, MatchState
from matchmaking.notifications.models import Notification
from tests.factories import OfferFactory, OrderFactory
from tests.matching.conftest import propose


@pytest.fixture
def match(brand, factory, brand_company, factory_company):
    order = OrderFactory(company=brand_company, title="Own order")
    offer = OfferFactory(company=factory_company, title="SECRET line")
    return propose(order, offer)


def told(user):
    return list(
        Notification.objects.visible_to(user).order_by("pk").values_list("kind", flat=True)
    )


def test_first_interest_waits_for_the_other_side(match, brand, factory, at):
    answer_match(match=match, side="order", kind="interested", by=brand, at=at)

    match.refresh_from_db()
    assert (match.state, match.order_rank, match.offer_rank) == ("interested", None, None)
    assert match.answer_by == at + dt.timedelta(days=7)
    assert (told(factory), told(brand)) == (["match_interest"], [])
    assert rules.depth_of(factory, match.order, match) == Depth.MATCHED
    assert not ContactConsent.objects.exists()
    mine, theirs = talks.standing_of(match, "order"), talks.standing_of(match, "offer")
    assert (mine.whose_turn, mine.can_answer, theirs.whose_turn) == ("theirs", False, "mine")
    assert (mine.mine.kind, theirs.theirs_kind) == ("interested", "interested")


def test_second_interest_opens_names_and_contacts_to_both(match, brand, factory, at):
    answer_match(match=match, side="order", kind="interested", by=brand, at=at)
    answer_match(match=match, side="offer", kind="interested", by=factory, at=at)

    match.refresh_from_db()
    assert (match.state, match.mutual_at, match.answer_by) == ("mutual", at, None)
    assert ContactConsent.objects.filter(source=match.code, ended_at=None).count() == 2
    assert told(brand) == ["match_mutual"]
    assert told(factory) == ["match_interest", "match_mutual"]
    assert rules.depth_of(factory, match.order, match) == Depth.MUTUAL
    assert talks.standing_of(match, "order").can_talk
