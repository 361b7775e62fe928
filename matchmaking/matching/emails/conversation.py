"""The kinds of mail about answers and conversations, each with its line in the inbox."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.matching import queries, rules
from matchmaking.matching.emails import conversation_texts
from matchmaking.matching.emails.conversation_texts import Reader
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
from matchmaking.notifications.email.content import Email, Heading
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.utils.functional import _StrPromise

    from accounts.models import User
    from matchmaking.notifications.models import Notification

    Write = Callable[[Match, Reader], Email | None]
    Line = Callable[[Match, str, int], str]  # the last is how many it stands for

# A yes and the words that follow it are one piece of news.
CONVERSATION = "conversation"


def write_mail(write: Write, user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write about each match that still says it, in one email; None when none does."""
    news: dict[int, list[Notification]] = defaultdict(list)
    for row in notifications:
        news[row.subject["match"]].append(row)
    rows = queries.match_in_full(Match.objects.visible_to(user).filter(pk__in=list(news)))
    names = queries.term_names()
    user.load_roles()  # every card asks for the person's role
    written = []
    for match in rows.prefetch_related("answers").order_by("pk"):
        # Who left one of two companies keeps the other's news alone.
        told = [row for row in news[match.pk] if rules.can_answer(user, match, row.subject["side"])]
        if not told:
            continue
        email = write(match, Reader(user, MatchSide(told[0].subject["side"]), names, told))
        if email is not None:
            written.append(email)
    return _joined(written) if written else None


def _joined(written: Sequence[Email]) -> Email:
    """Return one email of all, each under its own subject."""
    if len(written) == 1:
        return written[0]
    more = len(written) - 1
    subject = ngettext("%(title)s, and %(count)s more", "%(title)s, and %(count)s more", more)
    blocks = [block for one in written for block in (Heading(one.subject), *one.blocks)]
    values = {"title": written[0].subject, "count": more}
    return Email(subject % values, blocks, written[0].preheader)


def headlines(line: Line, anchor: str, rows: Sequence[InboxRow]) -> list[Headline]:
    """Return title and address of inbox lines.

    Matches with a blocked partner are gone, and so are those of a company that the person left.
    """
    ids = [row.notification.subject["match"] for row in rows]
    matches = Match.objects.filter(pk__in=ids).unblocked()
    known = {one.pk: one for one in matches.select_related("order__company", "offer__company")}
    places = queries.companies_of_people({row.notification.recipient_id for row in rows})
    found = []
    for row in rows:
        told = row.notification
        match, side = known.get(told.subject["match"]), told.subject["side"]
        is_shown = match is not None and match.hidden_from != side
        if match and is_shown and (told.recipient_id, told.company_id) in places:
            found.append(
                Headline(line(match, side, row.unread), conversation_texts.page(match, anchor))
            )
        else:
            found.append(Headline(_("A match that no longer stands"), ""))
    return found


def _register(
    name: str,
    label: _StrPromise,
    help_text: _StrPromise,
    write: Write,
    line: Line,
    anchor: str = "",
    *,
    default: MailMode = MailMode.DAILY,
    **options: Any,
) -> None:
    kinds.register(
        MailKind(
            name=name,
            label=label,
            help_text=help_text,
            write=partial(write_mail, write),
            headlines=partial(headlines, line, anchor),
            default=default,
            **options,
        )
    )


_register(
    MATCH_INTEREST,
    gettext_lazy("Interest in one of your posts"),
    gettext_lazy("The other side of a match is interested and waits for your answer."),
    conversation_texts.interest,
    conversation_texts.interest_line,
    "answer",
    default=MailMode.IMMEDIATE,
    has_deadline=True,
)
_register(
    MATCH_MUTUAL,
    gettext_lazy("Both sides are interested"),
    gettext_lazy("Names and contacts are open, and you can write to each other."),
    conversation_texts.mutual,
    conversation_texts.mutual_line,
    "conversation",
    default=MailMode.IMMEDIATE,
    bundle=CONVERSATION,
    leads=True,
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
    has_deadline=True,
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
_register(
    MATCH_MESSAGE,
    gettext_lazy("Messages"),
    gettext_lazy("The other side of a match wrote to you."),
    conversation_texts.message,
    conversation_texts.message_line,
    "conversation",
    default=MailMode.IMMEDIATE,
    one_line_per_topic=True,
    bundle=CONVERSATION,
)
