"""The officers' figures, each counted a second time from the rows, one by one."""

import datetime as dt
import itertools
import random
import statistics as plain

import pytest

from accounts.models import Cluster
from matchmaking.matching import statistics
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Answer, Match, ScoringProfile
from matchmaking.matching.states import (
    AnswerKind,
    DeclineReason,
    MatchSide,
    MatchState,
)
from tests.factories import (
    CompanyFactory,
    OfferFactory,
    OrderFactory,
    category,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
CATEGORIES = ("athletic", "casual_sport", "women_fashion", "sandals")
CLUSTERS = ("350300", "350582", None)


def make_match(order, offer, state, at, **fields):
    """Put a row down as the services would leave it."""
    if state == MatchState.PROPOSED:
        fields |= {"order_rank": 1, "offer_rank": 1}
    if state == MatchState.WITHDRAWN:
        fields |= {"withdrawn_at": at + HOUR}
    if state == MatchState.INTERESTED:
        fields |= {"answer_by": at + 24 * 7 * HOUR}
    if state in {MatchState.DECLINED, MatchState.EXPIRED, MatchState.ENDED}:
        causes = {MatchState.DECLINED: EndCause.DECLINED, MatchState.EXPIRED: EndCause.UNANSWERED}
        fields |= {"ended_at": at + HOUR, "end_cause": causes.get(state, EndCause.OFFICER)}
    return Match.objects.create(
        order=order,
        offer=offer,
        state=state,
        score=80,
        assessment={},
        order_version=1,
        offer_version=1,
        profile=ScoringProfile.objects.get(state="active"),
        proposed_at=at,
        scored_at=at,
        **fields,
    )


def say(match, side, kind, at, reason="", **fields):
    post = match.order if side == MatchSide.ORDER else match.offer
    return Answer.objects.create(
        match=match,
        side=side,
        company=post.company,
        kind=kind,
        reason=reason,
        answered_at=at,
        **fields,
    )


@pytest.fixture
def market(at):
    """Some hundred matches of all fates, drawn with a fixed seed."""
    dice = random.Random(7)
    clusters = [code and Cluster.objects.get(code=code) for code in CLUSTERS]
    orders = [
        OrderFactory(category=category(code) if code else None, state=state)
        for code, state in [*((code, "published") for code in CATEGORIES), (None, "closed")]
    ]
    offers = [
        OfferFactory(company=CompanyFactory(kind="factory", cluster=cluster))
        for cluster in clusters
        for _ in range(7)
    ]
    for order, offer in itertools.product(orders, offers):
        then = at - dt.timedelta(days=dice.randint(0, 120), minutes=dice.randint(0, 900))
        state = dice.choice(list(MatchState))
        first, second = dice.sample(list(MatchSide), 2)
        seen = {"order_seen_at": then} if dice.random() < 0.4 else {}
        if state == MatchState.MUTUAL:
            seen["mutual_at"] = then + HOUR
        match = make_match(order, offer, state, then, **seen)
        wait = dice.randint(1, 400) * HOUR / 4
        is_answered = state in {MatchState.INTERESTED, MatchState.MUTUAL} or dice.random() < 0.2
        if is_answered and state not in {MatchState.PROPOSED, MatchState.WITHDRAWN}:
            say(match, first, AnswerKind.INTERESTED, then + wait)
        if state == MatchState.MUTUAL:
            say(match, second, AnswerKind.INTERESTED, then + wait * 2)
        if state == MatchState.DECLINED:
            decliner = dice.choice([first, second])
            reason = dice.choice(list(DeclineReason))
            say(match, decliner, AnswerKind.DECLINED, then + wait * 3, reason)


def rows_since(at, days):
    since = at - dt.timedelta(days=days or 100_000)
    return [
        match
        for match in Match.objects.select_related(
            "order__category__family", "offer__company__cluster"
        ).prefetch_related("answers")
        if match.proposed_at >= since
    ]


def counted(matches):
    """Count matches one by one."""
    firsts, replies, seen, answered = [], [], 0, 0
    for match in matches:
        by_side = {}
        for answer in match.answers.all():
            known = by_side.get(answer.side, answer.answered_at)
            by_side[answer.side] = min(known, answer.answered_at)
        times = sorted(by_side.values())
        answered += bool(times)
        seen += bool(times or match.order_seen_at or match.offer_seen_at)
        if times:
            firsts.append(times[0] - match.proposed_at)
        if len(times) == 2:
            replies.append(times[1] - times[0])
    return statistics.MatchFigures(
        proposed=len(matches),
        seen=seen,
        answered=answered,
        mutual=sum(match.mutual_at is not None for match in matches),
        first_answer=plain.median(firsts) if firsts else None,
        reply=plain.median(replies) if replies else None,
    )


@pytest.mark.parametrize("days", [30, 90, None])
def test_every_figure_is_a_count_of_rows(market, at, days):
    rows = rows_since(at, days)

    report = statistics.report(days=days, at=at)

    assert report.total == counted(rows)
    assert report.total.proposed > 20
    for part in report.families:
        family = [m for m in rows if part.name == (m.order.category and m.order.category.family)]
        assert part.figures == counted(family)
        for leaf in part.parts:
            assert leaf.figures == counted([m for m in family if m.order.category == leaf.name])
    for part in report.clusters:
        own = [m for m in rows if m.offer.company.cluster == part.name]
        assert part.figures == counted(own)


@pytest.mark.parametrize("days", [30, 90, None])
def test_every_table_adds_up_to_its_total(market, at, days):
    report = statistics.report(days=days, at=at)

    total = report.total.steps
    for parts in (report.families, report.clusters):
        assert tuple(map(sum, zip(*(part.figures.steps for part in parts), strict=True))) == total
    for family in report.families:
        if family.name is not None:
            sums = map(sum, zip(*(part.figures.steps for part in family.parts), strict=True))
            assert tuple(sums) == family.figures.steps
    assert sum(count for _state, count in report.states) == report.total.proposed
    declined = dict(report.states)[MatchState.DECLINED]
    assert sum(row.total for row in report.declines) == declined
    assert report.total.steps == tuple(sorted(report.total.steps, reverse=True))


def test_reasons_are_counted_by_side(market, at):
    said = list(Answer.objects.filter(kind=AnswerKind.DECLINED))

    for row in statistics.report(days=None, at=at).declines:
        own = [answer.side for answer in said if answer.reason == row.reason]
        assert (row.by_brand, row.by_factory) == (own.count("order"), own.count("offer"))


@pytest.mark.parametrize("days", [30, 90, None])
def test_silent_companies_are_those_without_any_answer(market, at, days):
    rows = rows_since(at, days)
    since = at - dt.timedelta(days=days or 100_000)
    answering = {answer.company_id for answer in Answer.objects.filter(answered_at__gte=since)}
    left = {}
    for match in rows:
        for side, post in (("order", match.order), ("offer", match.offer)):
            is_owed = match.state in {"proposed", "interested", "expired"}
            said = any(answer.side == side for answer in match.answers.all())
            is_old = match.proposed_at < at - statistics.SILENT_AFTER
            if is_owed and is_old and not said and post.company_id not in answering:
                left.setdefault(post.company, []).append(match)

    silent = statistics.report(days=days, at=at).silent

    assert {row.company: (row.left, row.waiting, row.since) for row in silent} == {
        company: (
            len(matches),
            sum(match.state != "expired" for match in matches),
            min(match.proposed_at for match in matches),
        )
        for company, matches in left.items()
    }


def test_an_answer_of_the_association_is_no_answer_of_the_company(at):
    match = make_match(OrderFactory(), OfferFactory(), MatchState.PROPOSED, at - 24 * 9 * HOUR)
    other = make_match(match.order, OfferFactory(), MatchState.INTERESTED, at - 24 * 9 * HOUR)
    say(other, "order", AnswerKind.INTERESTED, at - HOUR, is_on_behalf=True)

    silent = [row.company for row in statistics.report(days=30, at=at).silent]
    Answer.objects.update(is_on_behalf=False)
    after = [row.company for row in statistics.report(days=30, at=at).silent]

    assert match.order.company in silent
    assert match.order.company not in after


def test_companies_that_left_and_young_proposals_are_not_counted_as_silent(at):
    left = make_match(OrderFactory(), OfferFactory(), MatchState.PROPOSED, at - 24 * 9 * HOUR)
    make_match(OrderFactory(), OfferFactory(), MatchState.PROPOSED, at - 24 * 6 * HOUR)
    for post in (left.order, left.offer):
        post.company.status = "suspended"
        post.company.save()

    assert statistics.report(days=30, at=at).silent == []


def test_nothing_proposed_is_nothing_counted(at):
    report = statistics.report(days=30, at=at)

    assert report.total == statistics.MatchFigures()
    assert (report.total.share(0), report.families, report.clusters) == (None, [], [])


@pytest.mark.parametrize("size", [1, 3])
def test_the_report_asks_a_constant_number_of_queries(at, size, django_assert_num_queries):
    for _ in range(size):
        order = OrderFactory()
        match = make_match(order, OfferFactory(), MatchState.DECLINED, at - 24 * 9 * HOUR)
        say(match, "offer", AnswerKind.DECLINED, at - HOUR, "price")
        make_match(order, OfferFactory(), MatchState.PROPOSED, at - 24 * 9 * HOUR)

    with django_assert_num_queries(7):
        report = statistics.report(days=30, at=at)

    assert report.total.proposed == 2 * size
