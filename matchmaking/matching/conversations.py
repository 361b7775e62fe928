"""Stages of a match between its two sides, and the lists that follow from them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from matchmaking.listings.disclosure import company_name
from matchmaking.listings.states import PostState
from matchmaking.matching import queries, rules
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Answer, Match, Message, ThreadMark
from matchmaking.matching.models.matches import ENDED_STATES
from matchmaking.matching.states import AnswerKind, MatchSide, MatchState

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from accounts.models import Company, User
    from matchmaking.listings.models import CapacityOffer, ProcessingOrder
    from matchmaking.matching.models import MatchQuerySet

GROUPS = {
    "to_answer": _("To answer"),
    "waiting": _("Waiting for the other side"),
    "conversation": _("In conversation"),
    "ended": _("Ended"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideStatus:
    """The status of a match, as one side may know it.

    ``mine`` is the side's own last word. ``theirs_kind`` and ``theirs_reason`` are the other
    side's; ``theirs_note`` is its free text, empty unless its writer shares it.
    ``whose_turn`` is "mine", "theirs", or empty when nobody's answer is awaited; a plain
    proposal is everybody's turn and says "mine".
    """

    side: MatchSide
    mine: Answer | None
    theirs_kind: str
    theirs_reason: str
    theirs_note: str
    theirs_at: dt.datetime | None
    whose_turn: str
    answer_by: dt.datetime | None
    can_answer: bool
    can_write: bool

    @property
    def can_decline(self) -> bool:
        return self.can_answer or self.whose_turn == "theirs"


@dataclass(frozen=True, slots=True)
class SideNames:
    """The title of a side's own post, and the other company's name: "" while it is hidden."""

    title: str
    partner: str


def side_names(match: Match, side: str) -> SideNames:
    own = MatchSide(side)
    partner = match.post(own.other).company
    depth = rules.depth_for_partner(match, own.other)
    return SideNames(match.post(own).title, company_name(partner, depth))


def has_caused_end(match: Match, side: str) -> bool:
    """Return whether the match ended by the side's own post or company.

    Reads what these are now: a post that is back on the market is nobody's fault any more.
    """
    mine = match.post(side)
    scored = match.order_version if side == MatchSide.ORDER else match.offer_version
    return {
        EndCause.CHANGED: mine.terms_version > scored,
        EndCause.POST_LEFT: mine.state != PostState.PUBLISHED,
        EndCause.COMPANY_LEFT: not mine.company.is_active,
    }.get(EndCause(match.end_cause), False)


def side_status(match: Match, side: str) -> SideStatus:
    """Return the status of the match for a side; reads its answers and companies alone."""
    own = MatchSide(side)
    mine = theirs = None
    # Sorted here: order_by() would leave the prefetched answers aside and ask for each match.
    for answer in sorted(match.answers.all(), key=lambda row: row.answered_at):
        if answer.side == own:
            mine = answer
        else:
            theirs = answer
    turn = _turn(match, mine)
    return SideStatus(
        side=own,
        mine=mine,
        theirs_kind=theirs.kind if theirs else "",
        theirs_reason=theirs.reason if theirs else "",
        theirs_note=shared_note(theirs, match),
        theirs_at=theirs.answered_at if theirs else None,
        whose_turn=turn,
        answer_by=match.due_at if turn else None,
        can_answer=turn == "mine",
        can_write=match.state == MatchState.MUTUAL and rules.has_active_sides(match),
    )


def _turn(match: Match, mine: Answer | None) -> str:
    if match.state not in rules.OPEN_STATES:
        return ""
    return "theirs" if mine else "mine"


def shared_note(answer: Answer | None, match: Match) -> str:
    """Return the free text of an answer as the other side may read it.

    A note on interest waits until both are interested: it may say who writes.
    """
    if answer is None or not answer.shares_note:
        return ""
    # Free text may name its writer.
    if answer.kind == AnswerKind.INTERESTED and match.mutual_at is None:
        return ""
    return answer.note


def matches_of_company(company: Company, group: str) -> QuerySet[Match]:
    """Return the company's matches of one group of :data:`GROUPS`, the most urgent first.

    Proposals that nobody answered leave nothing behind when they end.
    """
    rows = _grouped(company).filter(_group(group))
    order: tuple[Any, ...] = {
        "to_answer": (F("answer_by").asc(nulls_last=True), "-pk"),
        "waiting": ("answer_by", "-pk"),
        "conversation": ("-last_at", "-pk"),
        "ended": ("-ended_at", "-pk"),
    }[group]
    if group == "conversation":
        rows = rows.annotate(last_at=Coalesce(Max("messages__written_at"), "mutual_at"))
    # Who has a company waiting answers that first. Plain proposals follow, which pages sort by
    # what their reader may see of them.
    if group == "to_answer":
        order = ("-is_asked", *order)
        rows = rows.annotate(is_asked=Q(state=MatchState.INTERESTED))
    loaded = queries.with_orders(queries.with_offers(rows.prefetch_related("answers")))
    found: QuerySet[Match] = loaded.select_related("profile").order_by(*order)
    return found


def counts_of_company(company: Company) -> dict[str, int]:
    """Count the company's matches by group, by one query."""
    counts: dict[str, int] = _grouped(company).aggregate(
        **{name: Count("pk", filter=_group(name)) for name in GROUPS}
    )
    return counts


@dataclass(frozen=True, slots=True)
class OpenMatches:
    """How many open matches a post has, and in how many the other side waits for an answer."""

    count: int
    awaited: int


def open_matches(
    company: Company, side: MatchSide, posts: Collection[int]
) -> dict[int, OpenMatches]:
    """Count the open matches of the company's own posts by post, by one query."""
    open_now = Q(state__in=(MatchState.PROPOSED, MatchState.INTERESTED, MatchState.MUTUAL))
    rows = (
        _grouped(company)
        .filter(open_now, **{f"{side}__in": posts})
        .values(f"{side}_id")
        .annotate(
            count=Count("pk"),
            awaited=Count("pk", filter=Q(state=MatchState.INTERESTED, is_mine=False)),
        )
    )
    return {row[f"{side}_id"]: OpenMatches(row["count"], row["awaited"]) for row in rows}


@dataclass(frozen=True, slots=True)
class AwaitedAnswers:
    """The number of companies that wait for an answer, and when the first of them stops waiting."""

    count: int
    first: dt.datetime | None


def awaited_answers(company: Company) -> AwaitedAnswers:
    """Count by one query the interested companies that wait for this one's answer."""
    asked = Q(state=MatchState.INTERESTED, is_mine=False)
    rows = _grouped(company).filter(asked)
    found = rows.aggregate(count=Count("pk"), first=Min("answer_by"))
    return AwaitedAnswers(found["count"], found["first"])


def _grouped(company: Company) -> MatchQuerySet:
    own = Q(order__company=company) & ~Q(hidden_from=MatchSide.ORDER)
    own |= Q(offer__company=company) & ~Q(hidden_from=MatchSide.OFFER)
    answers = Answer.objects.filter(match=OuterRef("pk"))
    return (
        Match.objects.filter(own)
        .unblocked()
        .annotate(
            is_mine=Exists(answers.filter(company=company, kind=AnswerKind.INTERESTED)),
            is_answered=Exists(answers),
        )
    )


def _group(name: str) -> Q:
    interested = Q(state=MatchState.INTERESTED)
    return {
        "to_answer": Q(state=MatchState.PROPOSED) | interested & Q(is_mine=False),
        "waiting": interested & Q(is_mine=True),
        "conversation": Q(state=MatchState.MUTUAL),
        "ended": Q(state__in=ENDED_STATES, is_answered=True),
    }[name]


def with_unread(matches: QuerySet[Match], user: User) -> QuerySet[Any]:
    """Add ``unread``: whether the other side wrote what the person has not read."""
    # Messages are read in their order, so one mark a person and conversation is enough.
    read = ThreadMark.objects.filter(match=OuterRef("match"), user=user).values("last_read")
    theirs = Message.objects.filter(match=OuterRef("pk")).exclude(
        Q(side=MatchSide.ORDER, match__order__company__memberships__user=user)
        | Q(side=MatchSide.OFFER, match__offer__company__memberships__user=user)
    )
    new = theirs.filter(pk__gt=Coalesce(Subquery(read), 0))
    return matches.annotate(unread=Exists(new))


def threads_unread(user: User, company: Company) -> int:
    going_on = _grouped(company).filter(_group("conversation"))
    return with_unread(going_on, user).filter(unread=True).count()


def seconds_to_undo(match: Match, side: str | None, at: dt.datetime) -> int:
    """Return for how many seconds the side may still undo what it said last, 0 for not any more."""
    if side is None:
        return 0
    last = None
    if match.state == MatchState.DECLINED:
        last = (
            match.ended_at
            if any(_is_own_decline(row, side) for row in match.answers.all())
            else None
        )
    elif match.state == MatchState.PROPOSED:
        taken = match.withdrawn_answers.filter(
            side=side, kind=AnswerKind.INTERESTED, undone_at=None
        )
        last = taken.aggregate(last=Max("withdrawn_at"))["last"]
    if last is None:
        return 0
    left = last + dt.timedelta(seconds=settings.ANSWER_UNDO_SECONDS) - at
    return max(0, math.ceil(left.total_seconds()))


def _is_own_decline(answer: Answer, side: str) -> bool:
    return answer.side == side and answer.kind == AnswerKind.DECLINED


def spoke_for(match: Match, side: str) -> User | None:
    """Return who of the side's company said yes; None where the association did, or who left."""
    answers = match.answers.filter(side=side, kind=AnswerKind.INTERESTED, is_on_behalf=False)
    answer = answers.select_related("answered_by").first()
    person = answer.answered_by if answer else None
    return person if person is not None and person.is_active else None


def thread(match: Match) -> QuerySet[Message]:
    return match.messages.select_related("author").prefetch_related("files").order_by("pk")


def is_read(match: Match, side: str) -> bool:
    """Return whether somebody of the other side has read this side's last message."""
    last = match.messages.filter(side=side).order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return False
    other = match.post(MatchSide(side).other).company_id
    readers = ThreadMark.objects.filter(match=match, last_read__gte=last)
    return readers.filter(user__memberships__company=other).exists()


def standing_between(
    company: Company, own: str, post: ProcessingOrder | CapacityOffer
) -> QuerySet[Match]:
    """Return the open and mutual matches of the company's ``own`` posts with another's post."""
    states = (*rules.OPEN_STATES, MatchState.MUTUAL)
    other = MatchSide(own).other
    rows = Match.objects.filter(
        **{f"{own}__company": company, other: post.pk}, state__in=states
    ).exclude(hidden_from=own)
    rows = rows.unblocked()
    loaded = queries.with_orders(queries.with_offers(rows.prefetch_related("answers")))
    found: QuerySet[Match] = loaded.select_related("profile").order_by("code")
    return found


def live_of_post(side: str, post: ProcessingOrder | CapacityOffer) -> QuerySet[Match]:
    """Return a post's matches that somebody is interested in: who waits first, then conversations."""
    rows = Match.objects.filter(
        **{side: post.pk}, state__in=(MatchState.INTERESTED, MatchState.MUTUAL)
    ).exclude(hidden_from=side)
    rows = rows.unblocked()
    loaded = queries.with_orders(queries.with_offers(rows.prefetch_related("answers")))
    # By name of the state, "interested" comes before "mutual".
    found: QuerySet[Match] = loaded.select_related("profile").order_by(
        "state", F("answer_by").asc(nulls_last=True), "-pk"
    )
    return found
