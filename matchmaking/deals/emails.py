"""Mail and inbox lines about deals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.core.links import absolute
from matchmaking.deals import presentation, rules
from matchmaking.deals.models import Intention, RecordObjection
from matchmaking.deals.services.base import (
    DEAL_CONFIRMED,
    DEAL_ENDED,
    DEAL_PROGRESS,
    DEAL_PROPOSED,
    HOLD_ENDING,
)
from matchmaking.deals.services.objections import OBJECTION_DECIDED
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
    """Write about each deal as it stands now; None when the person has none of them any more."""
    sides = {row.subject["intention"]: MatchSide(row.subject["side"]) for row in notifications}
    rows = Intention.objects.visible_to(user).filter(pk__in=list(sides)).in_full().order_by("pk")
    found = [row for row in rows if sides[row.pk] in rules.own_sides(user, row)]
    if not found:
        return None
    blocks: list[Heading | Paragraph | Action] = []
    for row in found:
        side = sides[row.pk]
        card = presentation.card_of(row, side)
        if len(found) > 1:
            blocks.append(Heading(row.company(side.other).name))
        blocks += [
            Paragraph(_line(kind, row, side)),
            Paragraph(presentation.sentence(row.terms) if row.terms else ""),
            Paragraph(card.headline),
            Action(_("See the deal"), absolute(_page(row))),
        ]
    if len(found) == 1:
        subject = _line(kind, found[0], sides[found[0].pk])
    else:
        count = len(found)
        subject = ngettext("News of %(count)s deal", "News of %(count)s deals", count) % {
            "count": count
        }
    return Email(subject, blocks, subject)


def headlines(kind: str, rows: Sequence[InboxRow]) -> list[Headline]:
    """Return title and address of inbox lines."""
    ids = {row.notification.subject["intention"] for row in rows}
    known = {one.pk: one for one in Intention.objects.filter(pk__in=ids).in_full()}
    found = []
    for row in rows:
        intention = known.get(row.notification.subject["intention"])
        if intention is None:
            found.append(Headline(_("A deal that no longer stands"), ""))
            continue
        side = MatchSide(row.notification.subject["side"])
        found.append(Headline(_line(kind, intention, side), _page(intention)))
    return found


def _line(kind: str, intention: Intention, side: MatchSide) -> str:
    words = {
        DEAL_PROPOSED: _("%(company)s proposes figures for a deal"),
        DEAL_CONFIRMED: _("%(company)s has confirmed the deal"),
        DEAL_PROGRESS: _("News of your deal with %(company)s"),
        HOLD_ENDING: _("The weeks held for your deal with %(company)s are free again soon"),
        DEAL_ENDED: _("Your deal with %(company)s has ended"),
    }
    return words[kind] % {"company": intention.company(side.other).name}


def _page(intention: Intention) -> str:
    return reverse("deals:intention-detail", args=[intention.code])


for name, label, help_text, default in (
    (
        DEAL_PROPOSED,
        gettext_lazy("Figures of a deal"),
        gettext_lazy("The other side proposes figures and waits for your confirmation."),
        MailMode.IMMEDIATE,
    ),
    (
        DEAL_CONFIRMED,
        gettext_lazy("Confirmed deals"),
        gettext_lazy("The other side has confirmed the figures; the weeks are held."),
        MailMode.IMMEDIATE,
    ),
    (
        DEAL_PROGRESS,
        gettext_lazy("Contracts and deliveries"),
        gettext_lazy("The other side recorded a contract or a delivery, or kept the figures."),
        MailMode.DAILY,
    ),
    (
        HOLD_ENDING,
        gettext_lazy("Ends of holds"),
        gettext_lazy("Weeks held for a deal without a contract are free again in a few days."),
        MailMode.IMMEDIATE,
    ),
    (
        DEAL_ENDED,
        gettext_lazy("Ended deals"),
        gettext_lazy("The other side withdrew, or nobody confirmed in time."),
        MailMode.IMMEDIATE,
    ),
):
    kinds.register(
        MailKind(
            name=name,
            label=label,
            help_text=help_text,
            write=partial(write_mail, name),
            headlines=partial(headlines, name),
            default=default,
        )
    )


def write_decision(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write what the association decided about objections; None when the person may read none."""
    ids = [row.subject["objection"] for row in notifications]
    rows = RecordObjection.objects.visible_to(user).filter(pk__in=ids).order_by("pk")
    blocks: list[Paragraph | Action] = []
    for row in rows:
        blocks.append(Paragraph(f"{row.get_fact_display()}: {row.get_state_display()}"))
        if row.decision_note:
            blocks.append(Paragraph(row.decision_note))
    if not blocks:
        return None
    subject = _("The association has decided about your objection")
    page = absolute(reverse("deals:record"))
    return Email(subject, [*blocks, Action(_("See the record"), page)], subject)


def decision_headlines(rows: Sequence[InboxRow]) -> list[Headline]:
    title = _("The association has decided about your objection")
    return [Headline(title, reverse("deals:record")) for _row in rows]


kinds.register(
    MailKind(
        name=OBJECTION_DECIDED,
        label=gettext_lazy("Objections to your record"),
        help_text=gettext_lazy("The association decided about a case of your record of facts."),
        write=write_decision,
        headlines=decision_headlines,
        default=MailMode.DAILY,
    )
)
