"""Activity on a match: its story with authors and times, and who was first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import ContactConsent
from matchmaking.matching import queries
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.states import AnswerKind, MatchSide, MatchState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that happened. ``who`` is None where no person did it."""

    at: dt.datetime
    who: Any
    what: str


def with_progress(rows: QuerySet[Match]) -> QuerySet[Match]:
    """Add who has answered, since when the match waits, and its version.

    ``waiting_since`` is NULL when nothing is open.
    """
    answers = Answer.objects.filter(match=OuterRef("pk")).order_by("answered_at")
    said = {
        f"{side.value}_says": Subquery(answers.filter(side=side).reverse().values("kind")[:1])
        for side in MatchSide
    }
    return queries.with_version(rows).annotate(
        **said,
        waiting_since=Case(
            When(state=MatchState.PROPOSED, then=F("proposed_at")),
            When(state=MatchState.INTERESTED, then=Subquery(answers.values("answered_at")[:1])),
        ),
    )


def owed_by(side: MatchSide) -> Q:
    is_open = Q(state__in=(MatchState.PROPOSED, MatchState.INTERESTED))
    return is_open & Q(**{f"{side.value}_says__isnull": True})


def sides_that_owe(match: Any) -> list[MatchSide]:
    if match.state not in {MatchState.PROPOSED, MatchState.INTERESTED}:
        return []
    return [side for side in MatchSide if getattr(match, f"{side.value}_says") is None]


def activities_of(match: Match) -> list[Activity]:
    """Return everything that happened to a match, the newest first."""
    found = [
        *_system_activities(match),
        *_people_activities(match),
        *_reminders(match),
        *_views(match),
    ]
    return sorted(found, key=lambda act: act.at, reverse=True)


def who_was_first(match: Match) -> str:
    """Return the sentence that names who acted on the match last, "" where nobody has."""
    fresh = Match.objects.select_related("ended_by").get(pk=match.pk)
    people = [
        act for act in (*_people_activities(fresh), *_reminders(fresh)) if act.who is not None
    ]
    if not people:
        return ""
    last = max(people, key=lambda act: act.at)
    at = date_format(timezone.localtime(last.at), "H:i")
    return _("%(person)s was first, at %(at)s.") % {"person": last.who, "at": at}


def _system_activities(match: Match) -> Iterator[Activity]:
    moments = (
        (match.proposed_at, _("proposed by the engine")),
        (match.order_seen_at, _("seen by the brand")),
        (match.offer_seen_at, _("seen by the factory")),
        (match.reminded_at, _("reminded before the time runs out")),
        (match.mutual_at, _("both are interested: names and contacts are open")),
        (match.withdrawn_at, _("withdrawn: better ones have taken its place")),
    )
    for at, what in moments:
        if at is not None:
            yield Activity(at, None, what)


def _people_activities(match: Match) -> Iterator[Activity]:
    for answer in match.answers.select_related("answered_by", "company"):
        yield Activity(answer.answered_at, answer.answered_by, words_of(answer))
    is_by_answer = match.state == MatchState.DECLINED
    if match.ended_at is not None and not is_by_answer:
        yield Activity(
            match.ended_at,
            match.ended_by,
            " · ".join(filter(None, (match.get_end_cause_display(), match.end_note))),
        )


def words_of(answer: Answer) -> str:
    """Return an answer in words: whose, what, why."""
    company = answer.company
    if answer.kind == AnswerKind.DECLINED:
        said = _("%(company)s declined: %(reason)s") % {
            "company": company,
            "reason": answer.get_reason_display(),
        }
    else:
        said = _("%(company)s is interested") % {"company": company}
    return f"{said} ({_('given by the association')})" if answer.is_on_behalf else said


def _reminders(match: Match) -> Iterator[Activity]:
    for row in match.reminders.select_related("reminded_by"):
        yield Activity(
            row.reminded_at, row.reminded_by, _("the companies that owe an answer were reminded")
        )


def _views(match: Match) -> Iterator[Activity]:
    for consent in consents_of(match):
        for look in consent.disclosures.all():
            yield Activity(
                look.seen_at,
                look.user,
                _("looked at the contacts of %(company)s") % {"company": consent.company},
            )


def consents_of(match: Match) -> Iterable[ContactConsent]:
    rows = ContactConsent.objects.filter(source=match.code).order_by("pk")
    return rows.select_related("company", "to_company").prefetch_related("disclosures__user")
