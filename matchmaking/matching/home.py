"""The part of matching in the front page and the dashboard."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matchmaking.core.dashboard_registry import Todo, Total
from matchmaking.matching import conversations, queries, rules
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import cards, match_status
from matchmaking.matching.services.announcements import MATCH_FOUND
from matchmaking.notifications.models import Notification

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Company, User

WEIGHT = 60
ANSWER_WEIGHT = 85
MESSAGE_WEIGHT = 75


def totals() -> Iterable[Total]:
    """Return how many firms have begun to talk, as of the last midnight.

    No count of matches: who moves a post or blocks a firm would see at once what it did.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    firms = queries.count_talking_firms(before=midnight)
    return [Total("talking", firms, _("firms have begun to talk"))]


def own_totals(_user: User, company: Company | None) -> Iterable[Total]:
    """Return the company's counts from match to conversation, by one query."""
    if company is None:
        return []
    counts = conversations.counts_of_company(company)
    group = reverse("matching:match-list") + "?group="
    return [
        Total(key, counts[name], label, url=f"{group}{name}")
        for key, name, label in (
            ("own_matches", "to_answer", _("matches to answer")),
            ("own_waiting", "waiting", _("waiting for the other side")),
            ("own_conversations", "conversation", _("conversations")),
        )
    ]


def answers_due(user: User, company: Company | None) -> Iterable[Todo]:
    """Return the answers that the company owes and its unread messages, by two queries."""
    if company is None:
        return []
    group = reverse("matching:match-list") + "?group="
    asked = conversations.awaited_answers(company)
    unread = conversations.threads_unread(user, company)
    found = []
    if asked.count:
        title = ngettext(
            "%(count)s company is waiting for your answer",
            "%(count)s companies are waiting for your answer",
            asked.count,
        )
        found.append(
            Todo(
                kind="match",
                title=title % {"count": asked.count},
                url=f"{group}to_answer",
                detail=gettext("The first by %(day)s") % {"day": match_status.day(asked.first)},
                weight=ANSWER_WEIGHT,
            )
        )
    if unread:
        title = ngettext(
            "New messages in %(count)s conversation",
            "New messages in %(count)s conversations",
            unread,
        )
        found.append(
            Todo(
                kind="mail",
                title=title % {"count": unread},
                url=f"{group}conversation",
                weight=MESSAGE_WEIGHT,
            )
        )
    return found


def todos(user: User, company: Company | None) -> Iterable[Todo]:
    """Return each own post with matches that the person has not looked at."""
    if company is None:
        return []
    unseen = Notification.objects.visible_to(user).unread()
    told = unseen.filter(kind=MATCH_FOUND, company_id=company.pk).order_by("pk")
    by_topic: dict[str, list[Notification]] = defaultdict(list)
    for row in told:
        by_topic[row.topic].append(row)
    ids = [row.subject["match"] for rows in by_topic.values() for row in rows]
    # Lines of the inbox outlive their matches.
    matches = Match.objects.visible_to(user).filter(pk__in=ids, state__in=rules.OPEN_STATES)
    known = {row.pk: row for row in queries.match_in_full(matches).prefetch_related("answers")}
    user.load_roles()  # every card asks for the person's role
    found = (_todo(user, rows, known) for rows in by_topic.values())
    return [todo for todo in found if todo is not None]


def _todo(user: User, rows: list[Notification], known: dict[int, Match]) -> Todo | None:
    side = rows[0].subject["side"]
    standing = [
        cards.match_card(known[row.subject["match"]], user=user, own=side)
        for row in rows
        if row.subject["match"] in known
    ]
    if not standing:
        return None
    best = cards.by_score(standing)[0]
    title = ngettext(
        "%(count)s new match for “%(title)s”",
        "%(count)s new matches for “%(title)s”",
        len(standing),
    )
    return Todo(
        kind="match",
        title=title % {"count": len(standing), "title": best.mine.title},
        url=reverse(f"matching:{side}-matches", args=[best.mine.code]),
        detail=gettext("Best: %(reasons)s") % {"reasons": best.reasons},
        at=rows[0].created_at,
        weight=WEIGHT,
    )
