"""The mail about new matches: their reasons and a link, no name of the other side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.states import CompanyStatus
from matchmaking.matching import cards, queries
from matchmaking.matching.models import Match
from matchmaking.matching.services import MATCH_FOUND
from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import MailContent, MailKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from matchmaking.matching.cards import MatchCard, Side
    from matchmaking.notifications.models import Notification

SHOWN_PER_POST = 10


@dataclass(frozen=True, slots=True)
class Section:
    """The new matches of one own post; ``more`` tells how many are left out."""

    title: str
    url: str
    cards: Sequence[MatchCard]
    more: int


def matches_page(side: Side, match: Match) -> str:
    """Return the page on which the owner of a side finds the match."""
    post = match.order if side == "order" else match.offer
    return reverse(f"matching:{side}-matches", args=[post.code])


def build(user: User, notifications: Sequence[Notification]) -> MailContent | None:
    """Say which matches are new and stand now; None when none does any more."""
    sides = {row.subject["match"]: row.subject["side"] for row in notifications}
    rows = queries.match_in_full(
        Match.objects.visible_to(user)
        .proposed()
        .filter(
            pk__in=list(sides),
            order__company__status=CompanyStatus.ACTIVE,
            offer__company__status=CompanyStatus.ACTIVE,
        )
    ).order_by("-score", "code")
    names = queries.term_names()
    # As the middleware does within a request: every card asks for the person's role.
    user.roles_at_hand = dict(user.memberships.values_list("company_id", "role"))  # type: ignore[attr-defined]
    found = [cards.match_card(row, user=user, own=sides[row.pk], names=names) for row in rows]
    if not found:
        return None
    sections = _sections(found)
    return MailContent(
        subject=_subject(sections, len(found)),
        template="matching/mail/match_found",
        context={"sections": sections, "names": names},
    )


def _sections(found: Sequence[MatchCard]) -> list[Section]:
    by_post: dict[str, list[MatchCard]] = defaultdict(list)
    for card in found:
        by_post[settings.SITE_URL + matches_page(card.own, card.match)].append(card)
    return [
        Section(
            title=rows[0].mine.title,
            url=url,
            cards=rows[:SHOWN_PER_POST],
            more=max(0, len(rows) - SHOWN_PER_POST),
        )
        for url, rows in by_post.items()
    ]


def _subject(sections: Sequence[Section], count: int) -> str:
    if len(sections) == 1:
        return ngettext(
            "%(count)s new match for %(title)s", "%(count)s new matches for %(title)s", count
        ) % {"count": count, "title": sections[0].title}
    return ngettext("%(count)s new match", "%(count)s new matches", count) % {"count": count}


def prepare(notifications: Sequence[Notification]) -> None:
    """Load the matches of inbox lines at once."""
    ids = [row.subject["match"] for row in notifications]
    rows = Match.objects.proposed().filter(pk__in=ids).select_related("order", "offer")
    known: Mapping[int, Match] = {row.pk: row for row in rows}
    for row in notifications:
        row.about = known.get(row.subject["match"])  # type: ignore[attr-defined]


def headline(notification: Notification) -> tuple[Any, str]:
    """Give title and address of an inbox line."""
    match: Match | None = getattr(notification, "about", None)
    if match is None:
        return gettext("A match that no longer stands"), ""
    side: Side = notification.subject["side"]
    post = match.order if side == "order" else match.offer
    title = gettext("New match for %(title)s, score %(score)s") % {
        "title": post.title,
        "score": round(match.score),
    }
    return title, f"{matches_page(side, match)}#m-{match.code}"


kinds.register(
    MailKind(
        name=MATCH_FOUND,
        label=_("New matches"),
        help_text=_("Orders or capacity that fit one of your posts, with the reasons."),
        build=build,
        headline=headline,
        prepare=prepare,
    )
)
