"""A small market for the tests of matching, and its state in comparable form."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from matchmaking.matching.models import Match, NearMiss, Scoring, ScoringProfile
from matchmaking.matching.ranking import rescore_market, rescore_posts
from matchmaking.matching.services import answers
from tests.factories import OfferFactory, OrderFactory

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
def never_scored(db):
    """Forget what tests that commit left in the one row of the scoring."""
    Scoring.objects.update(basis="", scored_at=None, run="", left=[], seen=[])


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


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company, title="Spring runner", notes="Two colours")


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company, title="Line two")


@pytest.fixture
def match(order, offer, rescore):
    rescore()
    return Match.objects.get()


@pytest.fixture
def say(match, brand, factory):
    """Let a side answer through the service."""

    def run(side, kind="interested", **more):
        by = brand if side == "order" else factory
        answers.answer_match(match=match, side=side, kind=kind, by=by, at=timezone.now(), **more)
        match.refresh_from_db()

    return run


@pytest.fixture
def mutual(match, say):
    say("order")
    say("offer")
    return match


def url(name, match, *more):
    return reverse(f"matching:match-{name}", args=[match.code, *more])


def see(client, user, match):
    """Return what the match's page shows to the user."""
    client.force_login(user)
    return client.get(url("detail", match)).content.decode()


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
