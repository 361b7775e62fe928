"""The mail about new matches: their reasons and a link, no name of the other side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.states import CompanyStatus
from matchmaking.core.links import absolute
from matchmaking.matching import queries
from matchmaking.matching.emails.conversation_texts import hidden_names
from matchmaking.matching.emails.match_cards import proposal_block
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import cards
from matchmaking.matching.services.announcements import MATCH_FOUND
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import (
    Action,
    Block,
    CardList,
    Email,
    Heading,
    SmallPrint,
)
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import User
    from matchmaking.matching.presentation.cards import MatchCard
    from matchmaking.notifications.models import Notification

SHOWN_PER_POST = 3


@dataclass(frozen=True, slots=True)
class PostProposals:
    """The new matches of one own post; ``more`` tells how many are left out."""

    title: str
    url: str
    cards: Sequence[MatchCard]
    more: int

    @property
    def blocks(self) -> list[Block]:
        more = ngettext("and %(more)s more", "and %(more)s more", self.more)
        return [
            CardList(
                [proposal_block(card) for card in self.cards],
                more % {"more": self.more} if self.more else "",
            ),
            Action(gettext("See the matches"), self.url),
        ]


def matches_page(side: str, post: UUID) -> str:
    return reverse(f"matching:{side}-matches", args=[post])


def new_matches(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Return the mail of new matches that still stand; None when none does."""
    sides = {row.subject["match"]: row.subject["side"] for row in notifications}
    rows = queries.match_in_full(
        Match.objects.visible_to(user)
        .proposed()
        .filter(
            pk__in=list(sides),
            order__company__status=CompanyStatus.ACTIVE,
            offer__company__status=CompanyStatus.ACTIVE,
        )
    ).order_by("code")
    names = queries.term_names()
    user.load_roles()  # every card asks for the person's role
    found = cards.by_score(
        [cards.match_card(row, user=user, own=sides[row.pk], names=names) for row in rows]
    )
    if not found:
        return None
    sections = _sections(found)
    blocks: list[Block] = []
    for section in sections:
        if len(sections) > 1:
            blocks.append(Heading(section.title))
        blocks += section.blocks
    blocks.append(SmallPrint(hidden_names()))
    return Email(_subject(sections, len(found)), blocks, preheader=found[0].reasons)


def _sections(found: Sequence[MatchCard]) -> list[PostProposals]:
    by_post: dict[str, list[MatchCard]] = defaultdict(list)
    for card in found:
        by_post[absolute(matches_page(card.own, card.mine.code))].append(card)
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


def headlines(rows: Sequence[InboxRow]) -> list[Headline]:
    """Name the post of each row, which stands for all of its matches.

    A post that is gone, or of a company that the person has left, leads nowhere.
    """
    topics = [row.notification.topic.partition(":") for row in rows]
    posts = queries.post_titles((side, int(pk)) for side, _colon, pk in topics if pk)
    places = queries.companies_of_people({row.notification.recipient_id for row in rows})
    found = []
    for row, (side, _colon, pk) in zip(rows, topics, strict=True):
        post = posts.get((side, int(pk or 0)))
        is_own = post and (row.notification.recipient_id, post.company_id) in places
        found.append(_headline(row, post if is_own else None))
    return found


def _headline(row: InboxRow, post: queries.PostTitle | None) -> Headline:
    if post is None:
        return Headline(gettext("A match that no longer stands"), "")
    if row.unread:
        title = ngettext(
            "%(count)s new match for “%(title)s”",
            "%(count)s new matches for “%(title)s”",
            row.unread,
        )
    else:
        title = ngettext(
            "%(count)s match for “%(title)s”", "%(count)s matches for “%(title)s”", row.count
        )
    side = row.notification.subject["side"]
    values = {"count": row.unread or row.count, "title": post.title}
    return Headline(title % values, matches_page(side, post.code))


kinds.register(
    MailKind(
        name=MATCH_FOUND,
        label=_("New matches"),
        help_text=_("Orders or capacity that fit one of your posts, with the reasons."),
        write=new_matches,
        headlines=headlines,
        # A market refills its lists all day long: what is news is told once, the best of it first.
        default=MailMode.DAILY,
        one_line_per_topic=True,
        whole_in_digest=True,
    )
)
