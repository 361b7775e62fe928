"""The kinds of mail about answers and conversations, each with its line in the inbox."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.matching import queries, rules
from matchmaking.matching.emails import conversation_texts
from matchmaking.matching.emails.conversation_texts import MatchEmail, Reader
from matchmaking.matching.models import Match
from matchmaking.matching.services.base import (
    MATCH_DECLINED,
    MATCH_ENDED,
    MATCH_EXPIRED,
    MATCH_INTEREST,
    MATCH_MESSAGE,
    MATCH_MUTUAL,
    MATCH_REMINDER,
)
from matchmaking.matching.states import MatchSide
from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import MailContent, MailKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.utils.functional import _StrPromise

    from accounts.models import User
    from matchmaking.notifications.models import Notification

    Write = Callable[[Match, Reader], MatchEmail | None]
    Line = Callable[[Match, str], str]


def build(write: Write, user: User, notifications: Sequence[Notification]) -> MailContent | None:
    """Write an email for each match that still says it; None when none does."""
    news: dict[int, list[Notification]] = defaultdict(list)
    for row in notifications:
        news[row.subject["match"]].append(row)
    rows = queries.match_in_full(Match.objects.visible_to(user).filter(pk__in=list(news)))
    names = queries.term_names()
    # As the middleware does within a request: every card asks for the person's role.
    user.roles_at_hand = dict(user.memberships.values_list("company_id", "role"))  # type: ignore[attr-defined]
    written = []
    for match in rows.prefetch_related("answers").order_by("pk"):
        # Who left one of two companies keeps the other's news alone.
        told = [row for row in news[match.pk] if rules.can_answer(user, match, row.subject["side"])]
        if not told:
            continue
        match_email = write(match, Reader(user, MatchSide(told[0].subject["side"]), names, told))
        if match_email is not None:
            written.append(match_email)
    if not written:
        return None
    return MailContent(
        subject=_subject(written),
        template="matching/mail/talk",
        context={"match_emails": written, "names": names},
    )


def _subject(written: Sequence[MatchEmail]) -> str:
    if len(written) == 1:
        return written[0].subject
    return ngettext(
        "%(title)s, and %(count)s more", "%(title)s, and %(count)s more", len(written) - 1
    ) % {"title": written[0].subject, "count": len(written) - 1}


def prepare(notifications: Sequence[Notification]) -> None:
    """Load the matches of inbox lines at once; those with a blocked partner are gone.

    So are those of a company that the person has left.
    """
    ids = [row.subject["match"] for row in notifications]
    rows = Match.objects.filter(pk__in=ids).unblocked()
    known = {row.pk: row for row in rows.select_related("order__company", "offer__company")}
    places = queries.companies_of_people({row.recipient_id for row in notifications})
    for row in notifications:
        match = known.get(row.subject["match"])
        is_own = match and (row.recipient_id, match.post(row.subject["side"]).company_id) in places
        row.about = match if is_own else None  # type: ignore[attr-defined]


def headline(line: Line, anchor: str, notification: Notification) -> tuple[str, str]:
    """Give title and address of an inbox line."""
    match: Match | None = getattr(notification, "about", None)
    if match is None:
        return _("A match that no longer stands"), ""
    return line(match, notification.subject["side"]), conversation_texts.page(match, anchor)


def headline_of_messages(notification: Notification) -> tuple[str, str]:
    """Give title and address of the one line for all messages of a conversation."""
    count = getattr(notification, "alike_unread", 0) or 1

    def line(match: Match, side: str) -> str:
        return conversation_texts.message_line(match, side, count)

    return headline(line, "talk", notification)


def _register(
    name: str,
    label: _StrPromise,
    help_text: _StrPromise,
    write: Write,
    line: Line,
    anchor: str = "",
) -> None:
    kinds.register(
        MailKind(
            name=name,
            label=label,
            help_text=help_text,
            build=partial(build, write),
            headline=partial(headline, line, anchor),
            prepare=prepare,
        )
    )


_register(
    MATCH_INTEREST,
    gettext_lazy("Interest in one of your posts"),
    gettext_lazy("The other side of a match is interested and waits for your answer."),
    conversation_texts.interest,
    conversation_texts.interest_line,
    "answer",
)
_register(
    MATCH_MUTUAL,
    gettext_lazy("Both sides are interested"),
    gettext_lazy("Names and contacts are open, and you can write to each other."),
    conversation_texts.mutual,
    conversation_texts.mutual_line,
    "talk",
)
_register(
    MATCH_DECLINED,
    gettext_lazy("Declined matches"),
    gettext_lazy("The other side of a match has declined, with its reason."),
    conversation_texts.declined,
    conversation_texts.declined_line,
)
_register(
    MATCH_REMINDER,
    gettext_lazy("Reminders of answers"),
    gettext_lazy("Your answer to a match is awaited, and its time is nearly over."),
    conversation_texts.reminder,
    conversation_texts.reminder_line,
    "answer",
)
_register(
    MATCH_EXPIRED,
    gettext_lazy("Matches without an answer"),
    gettext_lazy("An answer did not come in time."),
    conversation_texts.expired,
    conversation_texts.expired_line,
)
_register(
    MATCH_ENDED,
    gettext_lazy("Ended matches"),
    gettext_lazy("A post or a company left the market, figures changed, or a side ended it."),
    conversation_texts.ended,
    conversation_texts.ended_line,
)
kinds.register(
    MailKind(
        name=MATCH_MESSAGE,
        label=gettext_lazy("Messages"),
        help_text=gettext_lazy("The other side of a match wrote to you."),
        build=partial(build, conversation_texts.message),
        headline=headline_of_messages,
        prepare=prepare,
        one_line_per_topic=True,
    )
)
