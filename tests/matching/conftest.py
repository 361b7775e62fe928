"""What the tests of matching share: a small market, and its state in comparable form."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from matchmaking.matching.models import Match, NearMiss, ScoringProfile
from matchmaking.matching.services import rescore_market, rescore_posts

# What the engine says of a pair of the factories, for tests that do not score.
ASSESSMENT = {"gates": {}, "factors": [], "terms": {}}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def at():
    """Noon of today, so that no test crosses a day."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def rescore(at):
    """Score everything, or the posts that are given."""

    def run(*, orders=(), offers=(), moment=at):
        if not orders and not offers:
            return rescore_market(at=moment)
        return rescore_posts(
            orders=[post.pk for post in orders],
            offers=[post.pk for post in offers],
            at=moment,
        )

    return run


def state_of_market():
    """Everything that a scoring decides, in one comparable value."""
    matches = Match.objects.proposed().order_by("order", "offer")
    near = NearMiss.objects.order_by("order", "offer")
    versions = ("order_rank", "offer_rank", "order_version", "offer_version", "profile")
    return (
        list(matches.values_list("order", "offer", "score", "assessment", *versions)),
        list(near.values_list("order", "offer", "score_now", "score", "change", *versions)),
    )


def later(at, days):
    return at + dt.timedelta(days=days)


def propose(order, offer, *, at=None):
    """Let a match stand as the worker would write it."""
    at = at or timezone.now()
    return Match.objects.create(
        order=order,
        offer=offer,
        score="81.50",
        order_rank=1,
        offer_rank=1,
        assessment=ASSESSMENT,
        order_version=order.version,
        offer_version=offer.version,
        profile=ScoringProfile.objects.get(state="active"),
        proposed_at=at,
        scored_at=at,
        answer_by=at + dt.timedelta(days=30),
    )
