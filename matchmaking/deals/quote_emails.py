"""Mail and inbox lines about quotes. Figures stand on the page alone, behind its door."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.core.links import absolute
from matchmaking.deals import quote_presentation, rules
from matchmaking.deals.models import Quote
from matchmaking.deals.services.quote_base import (
    QUOTE_ANSWERED,
    QUOTE_ENDED,
    QUOTE_RECEIVED,
    QUOTE_UNANSWERED,
    QUOTES_OPENED,
)
from matchmaking.matching.states import MatchSide
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Email, Heading, Paragraph
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.notifications.models import Notification


def write_mail(kind: str, user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write about each quote as it stands now; None when the person has none of them any more."""
    sides = {row.subject["quote"]: MatchSide(row.subject["side"]) for row in notifications}
    rows = Quote.objects.visible_to(user).filter(pk__in=list(sides)).in_full().order_by("pk")
    found = [row for row in rows if sides[row.pk] in rules.own_sides_of_quote(user, row)]
    if not found:
        return None
    blocks: list[Heading | Paragraph | Action] = []
    for row in found:
        side = sides[row.pk]
        if len(found) > 1:
            blocks.append(Heading(row.company(side.other).name))
        blocks += [
            Paragraph(_line(kind, row, side)),
            Paragraph(quote_presentation.card_of(row, side).headline),
            Action(_("See the quote"), absolute(_page(row))),
        ]
    count = len(found)
    many = ngettext("News of %(count)s quote", "News of %(count)s quotes", count) % {"count": count}
    subject = many if count > 1 else _line(kind, found[0], sides[found[0].pk])
    return Email(subject, blocks, subject)


def headlines(kind: str, rows: Sequence[InboxRow]) -> list[Headline]:
    """Return title and address of inbox lines."""
    ids = {row.notification.subject["quote"] for row in rows}
    known = {one.pk: one for one in Quote.objects.filter(pk__in=ids).in_full()}
    found = []
    for row in rows:
        quote = known.get(row.notification.subject["quote"])
        if quote is None:
            found.append(Headline(_("A quote that no longer stands"), ""))
            continue
        side = MatchSide(row.notification.subject["side"])
        found.append(Headline(_line(kind, quote, side), _page(quote)))
    return found


def _line(kind: str, quote: Quote, side: MatchSide) -> str:
    words = {
        QUOTE_RECEIVED: _("%(company)s has handed in a quote"),
        QUOTE_ANSWERED: _("%(company)s has answered your quote"),
        QUOTE_UNANSWERED: _("%(company)s has changed its order: confirm your quote again"),
        QUOTE_ENDED: _("A quote between you and %(company)s has ended"),
        QUOTES_OPENED: _("Sealed quotes are open: %(company)s"),
    }
    return words[kind] % {"company": quote.company(side.other).name}


def _page(quote: Quote) -> str:
    return reverse("deals:quote-detail", args=[quote.code])


for name, label, help_text in (
    (
        QUOTE_RECEIVED,
        gettext_lazy("Quotes on your orders"),
        gettext_lazy("A factory hands in a quote, revises it, or confirms it again."),
    ),
    (
        QUOTE_ANSWERED,
        gettext_lazy("Answers to your quotes"),
        gettext_lazy("A brand accepts, declines, or asks for a revision."),
    ),
    (
        QUOTE_UNANSWERED,
        gettext_lazy("Quotes to be confirmed again"),
        gettext_lazy("A brand changed its order; your quote counts once you stand by it again."),
    ),
    (
        QUOTE_ENDED,
        gettext_lazy("Ended quotes"),
        gettext_lazy("A quote was withdrawn, or its validity is over."),
    ),
    (
        QUOTES_OPENED,
        gettext_lazy("Opened quotes"),
        gettext_lazy("The moment of a sealed round has come."),
    ),
):
    kinds.register(
        MailKind(
            name=name,
            label=label,
            help_text=help_text,
            write=partial(write_mail, name),
            headlines=partial(headlines, name),
            default=MailMode.IMMEDIATE,
        )
    )
