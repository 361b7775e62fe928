"""Shared steps of a match: lock, refusals, notices to both sides, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from accounts.services import consents
from matchmaking.core.errors import Conflict
from matchmaking.core.protections import Protection, is_on
from matchmaking.core.transitions import check_transition
from matchmaking.listings.states import PostState
from matchmaking.matching import decline_bands, queries, rules
from matchmaking.matching.end_causes import END_WORDS, EndCause
from matchmaking.matching.models import Match
from matchmaking.matching.states import (
    MATCH_TRANSITIONS,
    AnswerKind,
    MatchSide,
    MatchState,
)
from matchmaking.notifications import outbox
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from accounts.models import User

PAIR_RELEASED = "matching.pair_released"
MATCH_INTEREST = "match_interest"
MATCH_MUTUAL = "match_mutual"
MATCH_DECLINED = "match_declined"
MATCH_REMINDER = "match_reminder"
MATCH_EXPIRED = "match_expired"
MATCH_ENDED = "match_ended"
MATCH_MESSAGE = "match_message"
CONVERSATION_KINDS = (
    MATCH_INTEREST,
    MATCH_MUTUAL,
    MATCH_DECLINED,
    MATCH_REMINDER,
    MATCH_EXPIRED,
    MATCH_ENDED,
    MATCH_MESSAGE,
)
SIDES = (MatchSide.ORDER, MatchSide.OFFER)

# Key shares keep posts and companies as they are until the transaction ends: their services
# lock for update. They do not hinder a scoring, which locks its posts after match rows.
SHARE_LOCKS = """
    select from accounts_company c where c.id in (
        select company_id from listings_processingorder where id = %(order)s
        union all select company_id from listings_capacityoffer where id = %(offer)s
    ) order by c.id for key share;
    select from listings_processingorder where id = %(order)s for key share;
    select from listings_capacityoffer where id = %(offer)s for key share;
"""


class NotAnswerable(Conflict):
    """The match cannot be answered so (any more); the sentence says what happened."""

    code = "ended"

    @classmethod
    def because(cls, cause: EndCause) -> NotAnswerable:
        """Return the refusal for a cause that is there while the match has not ended by it."""
        words = END_WORDS[cause]
        return cls(words.refusal, code=words.code)


def lock_match(match: Match) -> Match:
    """Return the match as it is now, locked, with posts and companies that hold still.

    Order of locks: companies, order, offer, match.
    """
    with connection.cursor() as cursor:
        for statement in filter(str.strip, SHARE_LOCKS.split(";")):
            cursor.execute(statement, {"order": match.order_id, "offer": match.offer_id})
    # No key: answers and messages that refer to the row may still be inserted by others.
    rows = Match.objects.select_related("order__company", "offer__company")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=match.pk)


def check_version(match: Match, seen: int | None) -> None:
    """Return when nobody has acted on the match since ``seen``, None being any version.

    :raises Conflict: otherwise
    """
    if seen is not None and queries.version_of(match) != seen:
        raise Conflict(
            _("Something has happened since you opened the page: look at it first."),
            code="version_conflict",
        )


def is_blocked(match: Match) -> bool:
    return Match.objects.filter(pk=match.pk).with_block().exists()


def heeds_blocks(match: Match) -> bool:
    """Return whether a block hinders an answer: the refusal of a first one would tell of it."""
    is_open = match.state in {MatchState.INTERESTED, MatchState.MUTUAL}
    return is_open or not is_on(Protection.EXCLUSIONS_WITH_THE_DAY)


def obstacle(match: Match, *, blocks: bool) -> EndCause | None:
    """Return what hinders an open answer as the cause that would end it, None when nothing does.

    ``blocks`` says whether a block counts.
    """
    order, offer = match.order, match.offer
    # The first cause is the one that is told: nothing shines through a block, and a company that
    # left explains why its posts did.
    if blocks and is_blocked(match):
        return EndCause.BLOCKED
    if not (order.company.is_active and offer.company.is_active):
        return EndCause.COMPANY_LEFT
    if order.terms_version > match.order_version or offer.terms_version > match.offer_version:
        return EndCause.CHANGED
    if not order.state == offer.state == PostState.PUBLISHED:
        return EndCause.POST_LEFT
    return None


def refusal(match: Match, side: MatchSide) -> NotAnswerable:
    """Return the refusal for a match that is over, in words that ``side`` may know."""
    if match.state == MatchState.WITHDRAWN:
        return NotAnswerable(
            _("This match no longer stands: better ones have taken its place."), code="gone"
        )
    own = match.answers.filter(side=side, kind=AnswerKind.DECLINED)
    if match.state == MatchState.DECLINED and own.exists():
        return NotAnswerable(_("Your company has declined this match already."))
    return NotAnswerable(END_WORDS[EndCause(match.end_cause)].refusal)


def move(match: Match, target: MatchState) -> None:
    check_transition(MATCH_TRANSITIONS, MatchState(match.state), target)
    match.state = target
    # Ranks belong to proposals alone, as a constraint says; the next scoring closes the gap.
    match.order_rank = match.offer_rank = None


def end(
    match: Match,
    target: MatchState,
    cause: EndCause,
    *,
    at: dt.datetime,
    by: User | None = None,
    note: str = "",
) -> None:
    """End a locked match for good: contacts close, and the lists of both posts fill up.

    A conversation may outlive changes of its posts. Its end is about the posts as they are
    now, so the row takes their versions: the pair is free again after the next change.
    """
    # See above: otherwise the old versions would let the pair be proposed again at once.
    if match.state == MatchState.MUTUAL:
        match.order_version, match.offer_version = match.order.version, match.offer.version
    move(match, target)
    match.ended_at, match.end_cause, match.ended_by, match.end_note = at, cause, by, note
    match.answer_by = None
    if cause == EndCause.DECLINED:
        match.declined_bands = decline_bands.topics_of(match.order, match.offer)
    match.save()
    consents.end_consents(source=match.code, at=at)
    publish_pair_released(match, at)


def publish_pair_released(match: Match, at: dt.datetime) -> None:
    outbox.publish_many([pair_released(match, at)])


def pair_released(match: Match, at: dt.datetime) -> outbox.Fact:
    """Return the fact that :func:`publish_pair_released` publishes."""
    return outbox.Fact(
        kind=PAIR_RELEASED,
        # With the moment: what was taken back may come to the same state again.
        dedupe_key=f"pair_released:{match.code}:{match.state}:{at.isoformat()}",
        subject={"match": match.pk, "order": match.order_id, "offer": match.offer_id},
        bundle_key="market",
    )


def notify_sides(
    match: Match,
    sides: Iterable[MatchSide],
    kind: str,
    fact: str = "v1",
    *,
    but: User | None = None,
) -> int:
    """Notify the people of these sides of a fact about the match, once; return how many.

    ``but`` is who made it true, and has it before the eyes: colleagues are told. A side from which the
    match is hidden hears nothing.
    """
    # A person hears a fact about a match once, however often a service or a task runs again.
    told = 0
    for side in sides:
        if side == match.hidden_from:
            continue
        company = match.post(side).company
        members = accounts.members_of(company).values_list("pk", flat=True)
        told += notify(
            kind=kind,
            recipients=[pk for pk in members if but is None or pk != but.pk],
            fact=f"{match.code}:{company.code}:{fact}",
            subject={"match": match.pk, "side": str(side)},
            company_id=company.pk,
            topic=conversation_topic(match),
        )
    return told


def conversation_topic(match: Match) -> str:
    return f"match:{match.code}"


def check_speaker(match: Match, side: MatchSide, by: User, *, on_behalf: bool) -> None:
    """Return when the person may speak for that side.

    :raises NotAnswerable: otherwise
    """
    may = rules.can_act_on_matches(by) if on_behalf else rules.can_answer(by, match, side)
    if not may:
        raise NotAnswerable(_("Only the company itself can say this."), code="not_yours")
