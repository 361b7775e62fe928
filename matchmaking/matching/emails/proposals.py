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
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching import queries
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import cards
from matchmaking.matching.services.announcements import MATCH_FOUND
from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import MailContent, MailKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.matching.presentation.cards import MatchCard, SideName
    from matchmaking.notifications.models import Notification

SHOWN_PER_POST = 10


@dataclass(frozen=True, slots=True)
class PostProposals:
    """The new matches of one own post; ``more`` tells how many are left out."""

    title: str
    url: str
    cards: Sequence[MatchCard]
    more: int


def matches_page(side: SideName, match: Match) -> str:
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


def _sections(found: Sequence[MatchCard]) -> list[PostProposals]:
    by_post: dict[str, list[MatchCard]] = defaultdict(list)
    for card in found:
        by_post[settings.SITE_URL + matches_page(card.own, card.match)].append(card)
    return [
        PostProposals(
            title=rows[0].mine.title,
            url=url,
            cards=rows[:SHOWN_PER_POST],
            more=max(0, len(rows) - SHOWN_PER_POST),
        )
        for url, rows in by_post.items()
    ]


def _subject(sections: Sequence[PostProposals], count: int) -> str:
    if len(sections) == 1:
        return ngettext(
            "%(count)s new match for “%(title)s”", "%(count)s new matches for “%(title)s”", count
        ) % {"count": count, "title": sections[0].title}
    return ngettext("%(count)s new match", "%(count)s new matches", count) % {"count": count}


def prepare(notifications: Sequence[Notification]) -> None:
    """Load the posts that inbox lines are about at once; none of a company that one left."""
    topics = [tuple(row.topic.split(":")) for row in notifications]
    posts: dict[tuple[str, ...], Any] = {}
    for side, model in (("order", ProcessingOrder), ("offer", CapacityOffer)):
        ids = {int(topic[1]) for topic in topics if topic[0] == side}
        if ids:
            rows = model._default_manager.filter(pk__in=ids).only("title", "code", "company_id")  # noqa: SLF001
            posts |= {(side, str(row.pk)): row for row in rows}
    places = queries.companies_of_people({row.recipient_id for row in notifications})
    for row, topic in zip(notifications, topics, strict=True):
        post = posts.get(topic)
        is_own = post and (row.recipient_id, post.company_id) in places
        row.about = post if is_own else None  # type: ignore[attr-defined]


def headline(notification: Notification) -> tuple[Any, str]:
    """Give title and address of an inbox line: one for all matches of a post."""
    post: ProcessingOrder | CapacityOffer | None = getattr(notification, "about", None)
    if post is None:
        return gettext("A match that no longer stands"), ""
    new = getattr(notification, "alike_unread", 1)
    every = getattr(notification, "alike", 1)
    if new:
        title = ngettext(
            "%(count)s new match for “%(title)s”", "%(count)s new matches for “%(title)s”", new
        )
    else:
        title = ngettext(
            "%(count)s match for “%(title)s”", "%(count)s matches for “%(title)s”", every
        )
    side = notification.subject["side"]
    values = {"count": new or every, "title": post.title}
    return title % values, reverse(f"matching:{side}-matches", args=[post.code])


kinds.register(
    MailKind(
        name=MATCH_FOUND,
        label=_("New matches"),
        help_text=_("Orders or capacity that fit one of your posts, with the reasons."),
        build=build,
        headline=headline,
        prepare=prepare,
        one_line_per_topic=True,
    )
)
