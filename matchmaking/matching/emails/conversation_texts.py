"""Texts of the mails about answers and conversations; None where a fact no longer holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, cast

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.links import absolute
from matchmaking.matching import conversations, rules
from matchmaking.matching.conversations import has_caused_end, side_names
from matchmaking.matching.emails.match_cards import match_block
from matchmaking.matching.end_causes import END_WORDS, EndCause
from matchmaking.matching.presentation import cards
from matchmaking.matching.states import DeclineReason, MatchSide, MatchState
from matchmaking.notifications.email.content import (
    Action,
    Card,
    Email,
    Message,
    Paragraph,
    SmallPrint,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from matchmaking.matching.models import Match
    from matchmaking.matching.models import Message as MessageRow
    from matchmaking.matching.presentation.cards import MatchCard, SideName
    from matchmaking.notifications.email.content import Block
    from matchmaking.notifications.models import Notification

FIRST_WORDS = 300
WORDS_OF_PREHEADER = 120


@dataclass(frozen=True, slots=True)
class Reader:
    """The recipient of an email about a match: the person, its side, the names of terms."""

    user: User
    side: MatchSide
    names: Mapping[str, str]
    news: Sequence[Notification]

    def shown(self, match: Match) -> MatchCard:
        own = cast("SideName", self.side.value)
        return cards.match_card(match, user=self.user, own=own, names=self.names)

    def card(self, match: Match) -> Card:
        found = self.shown(match)
        return match_block(found, title=found.other.company.name)


def _email(subject: str, *blocks: Block) -> Email:
    said = next((block.text for block in blocks if isinstance(block, Message)), "")
    first = next((block.text for block in blocks if isinstance(block, Paragraph)), "")
    return Email(subject, blocks, Truncator(said).chars(WORDS_OF_PREHEADER) or first)


def _see(match: Match) -> Action:
    return Action(_("See the match"), absolute(page(match)))


def page(match: Match, anchor: str = "") -> str:
    return reverse("matching:match-detail", args=[match.code]) + (anchor and f"#{anchor}")


def day(moment: dt.datetime | None) -> str:
    return date_format(timezone.localtime(moment), "MONTH_DAY_FORMAT") if moment else ""


def hidden_names() -> str:
    return _("Names and contacts stay hidden until both sides have said that they are interested.")


def interest(match: Match, reader: Reader) -> Email | None:
    """Return the mail that the other side is interested; None once it is answered or over."""
    standing = conversations.side_status(match, reader.side)
    if match.state != MatchState.INTERESTED or standing.mine:
        return None
    return _email(
        interest_line(match, reader.side),
        Paragraph(
            _("Please answer by %(day)s: interested, or declined with a reason.")
            % {"day": day(match.due_at)}
        ),
        Paragraph(_("If you are interested too, both sides learn each other's name and contacts.")),
        reader.card(match),
        Action(_("Answer now"), absolute(page(match, "answer"))),
        SmallPrint(hidden_names()),
    )


def interest_line(match: Match, side: str, _count: int = 1) -> str:
    text = (
        _("A factory is interested in “%(title)s”")
        if side == MatchSide.ORDER
        else _("A brand is interested in “%(title)s”")
    )
    return text % {"title": side_names(match, side).title}


def mutual(match: Match, reader: Reader) -> Email | None:
    """Return the mail that both are interested; None while a company is not active."""
    if not rules.knows_partner(match):
        return None
    return _email(
        mutual_line(match, reader.side),
        Paragraph(_("Both sides are interested. Names and contacts are open to both from now on.")),
        Paragraph(
            _(
                "Next: look up the contacts, or write on the page of the match. What is written "
                "and sent there stays with the match."
            )
        ),
        reader.card(match),
        Action(_("Open the conversation"), absolute(page(match, "conversation"))),
    )


def mutual_line(match: Match, side: str, _count: int = 1) -> str:
    names = asdict(side_names(match, side))
    if names["partner"]:
        return _("%(partner)s is interested too: %(title)s") % names
    return _("Both sides are interested: %(title)s") % names


def declined(match: Match, reader: Reader) -> Email | None:
    """Return the mail that the other side declined, with its reason and the note it shares."""
    if match.state != MatchState.DECLINED:
        return None
    standing = conversations.side_status(match, reader.side)
    note = [Message(_("Note from the other side:"), standing.theirs_note)]
    return _email(
        declined_line(match, reader.side),
        Paragraph(
            _("The reason it gave: %(reason)s.") % {"reason": reason(standing.theirs_reason)}
        ),
        *(note if standing.theirs_note else ()),
        Paragraph(not_again()),
        _see(match),
    )


def declined_line(match: Match, side: str, _count: int = 1) -> str:
    text = (
        _("A factory has declined: %(title)s")
        if side == MatchSide.ORDER
        else _("A brand has declined: %(title)s")
    )
    return text % {"title": side_names(match, side).title}


def reason(code: str) -> str:
    return str(DeclineReason(code).label) if code else ""


def reminder(match: Match, reader: Reader) -> Email | None:
    """Return the reminder of an answer; None when it was given or its time is over."""
    if match.state not in rules.OPEN_STATES or conversations.side_status(match, reader.side).mine:
        return None
    if match.due_at <= timezone.now():
        return None
    is_asked = match.state == MatchState.INTERESTED
    return _email(
        reminder_line(match, reader.side),
        Paragraph(
            _("The other side is interested and waits for your answer.")
            if is_asked
            else _("The association asks you to look at this match.")
        ),
        Paragraph(
            _("After %(day)s it ends, and its place goes to another match.")
            % {"day": day(match.due_at)}
        ),
        reader.card(match),
        Action(_("Answer now"), absolute(page(match, "answer"))),
        SmallPrint(hidden_names()),
    )


def reminder_line(match: Match, side: str, _count: int = 1) -> str:
    """Return the line of a reminder, which stays in the inbox after the answer."""
    if match.state not in rules.OPEN_STATES:
        return _("Your answer was awaited: %(title)s") % {"title": side_names(match, side).title}
    return _("Please answer by %(day)s: %(title)s") % {
        "day": day(match.due_at),
        "title": side_names(match, side).title,
    }


def expired(match: Match, reader: Reader) -> Email | None:
    """Return the mail that the time is over, for the side that waited and the one that was asked."""
    if match.state != MatchState.EXPIRED:
        return None
    waited = conversations.side_status(match, reader.side).mine is not None
    return _email(
        expired_line(match, reader.side),
        Paragraph(
            _("You were interested; the other side did not answer in time.")
            if waited
            else _("The other side was interested; your company did not answer in time.")
        ),
        Paragraph(not_again()),
        _see(match),
    )


def expired_line(match: Match, side: str, _count: int = 1) -> str:
    return _("No answer in time: %(title)s") % {"title": side_names(match, side).title}


def ended(match: Match, reader: Reader) -> Email | None:
    """Return the mail that a match has ended, with its cause."""
    if match.state != MatchState.ENDED:
        return None
    return _email(
        ended_line(match, reader.side),
        Paragraph(cause(match, reader.side)),
        Paragraph(next_after(match)),
        _see(match),
    )


def ended_line(match: Match, side: str, _count: int = 1) -> str:
    return _("The match has ended: %(title)s") % {"title": side_names(match, side).title}


def cause(match: Match, side: str) -> str:
    words = END_WORDS[EndCause(match.end_cause)]
    if words.mail_to_causer and has_caused_end(match, side):
        return str(words.mail_to_causer)
    return str(words.mail)


def not_again() -> str:
    return _(
        "The place in your list is free again, and the next best match takes it. This match "
        "is proposed again only after one of you has changed the figures."
    )


def next_after(match: Match) -> str:
    if outlook := END_WORDS[EndCause(match.end_cause)].outlook:
        return str(outlook)
    if match.mutual_at:
        return _("What was written stays readable on the page of the match.")
    return _("The place in your list is free again, and the next best match takes it.")


def message(match: Match, reader: Reader) -> Email | None:
    """Return the mail of new messages; None when all are read, or the two may not write now."""
    if not rules.knows_partner(match):
        return None
    codes = [row.fact.rpartition(":")[2] for row in reader.news if row.read_at is None]
    rows = list(conversations.thread(match).filter(code__in=codes))
    if not rows:
        return None
    shown = reader.shown(match)
    return _email(
        message_line(match, reader.side, len(rows)),
        *(_message(row, shown) for row in rows),
        Action(_("Reply"), absolute(page(match, "conversation"))),
    )


def message_line(match: Match, side: str, count: int) -> str:
    """Return the line of messages; one whose messages were all read speaks of one."""
    count = count or 1
    names = {"count": count, **asdict(side_names(match, side))}
    if not names["partner"]:
        return (
            ngettext("New message: %(title)s", "%(count)s new messages: %(title)s", count) % names
        )
    return (
        ngettext(
            "%(partner)s wrote to you: %(title)s",
            "%(partner)s wrote %(count)s messages: %(title)s",
            count,
        )
        % names
    )


def _message(row: MessageRow, shown: MatchCard) -> Message:
    company = (shown.order if row.side == MatchSide.ORDER else shown.offer).company.name
    if row.is_on_behalf:
        author = _("The association for %(company)s") % {"company": company}
    else:
        author = f"{row.author.name} · {company}" if row.author and row.author.name else company
    text = Truncator(row.text).chars(FIRST_WORDS)
    return Message(author, text, [file.name for file in row.files.all()])
