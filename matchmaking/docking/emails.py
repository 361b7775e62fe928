"""Mail and inbox lines about docking days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.links import absolute
from matchmaking.docking import queries
from matchmaking.docking.models import Registration
from matchmaking.docking.presentation import agendas, days
from matchmaking.docking.services.meetings import AGENDA_CHANGED
from matchmaking.docking.services.preferences import PARTNER_ASKS
from matchmaking.docking.services.refills import TABLE_FREE
from matchmaking.docking.services.registrations import REGISTRATION_DECIDED
from matchmaking.docking.states import TOLD_PHASES, EventPhase, RegistrationState
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Email, Paragraph, Quote
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.docking.models import DockingEvent
    from matchmaking.notifications.models import Notification


def _newest(user: User, notifications: Sequence[Notification]) -> Registration | None:
    """Return the registration of the last notification, as it is now, if it is the person's."""
    pk = notifications[-1].subject["registration"]
    return Registration.objects.visible_to(user).in_full().filter(pk=pk).first()


def page_of(event: DockingEvent) -> str:
    return reverse("docking:event-detail", args=[event.code])


def when_and_where(event: DockingEvent) -> str:
    slots = list(queries.slots_of(event))
    begins = slots[0].starts_at if slots else None
    ends = slots[-1].ends_at if slots else None
    return f"{days.days_of(begins, ends)}, {event.venue}"


def write_decision(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write whether the company was let in; nothing once it has taken its registration back."""
    row = _newest(user, notifications)
    if row is None or row.state not in (RegistrationState.APPROVED, RegistrationState.DECLINED):
        return None
    subject = _decision(row)
    blocks: list[Paragraph | Quote | Action] = [
        Paragraph(subject),
        Paragraph(when_and_where(row.event)),
    ]
    if row.state == RegistrationState.DECLINED and row.decision_note:
        blocks.append(Quote(row.decision_note))
    blocks.append(Action(_("To the docking day"), absolute(page_of(row.event))))
    return Email(subject, blocks, subject)


def _decision(row: Registration) -> str:
    said = (
        _("%(company)s takes part in %(event)s")
        if row.state == RegistrationState.APPROVED
        else _("%(company)s was not let in to %(event)s")
    )
    return said % {"company": row.company.name, "event": row.event.name}


def headlines_of_decisions(rows: Sequence[InboxRow]) -> list[Headline]:
    known = registrations_of(rows)
    found = []
    for row in rows:
        one = known.get(row.notification.subject["registration"])
        if one is None:
            found.append(Headline(_("A registration that no longer stands"), ""))
        else:
            found.append(Headline(_decision(one), page_of(one.event)))
    return found


def registrations_of(rows: Sequence[InboxRow]) -> dict[int, Registration]:
    ids = {row.notification.subject["registration"] for row in rows}
    return {one.pk: one for one in Registration.objects.filter(pk__in=ids).in_full()}


kinds.register(
    MailKind(
        name=REGISTRATION_DECIDED,
        label=gettext_lazy("Registration for a docking day"),
        help_text=gettext_lazy("The association has let your company in, or declined."),
        write=write_decision,
        headlines=headlines_of_decisions,
        default=MailMode.IMMEDIATE,
    )
)


def write_request(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write that others ask to meet the company; nothing once it may no longer answer.

    The mail names the day alone, its page the companies: who answers with a "no" is then told
    apart from nobody by what was mailed.
    """
    row = _newest(user, notifications)
    if row is None or row.event.phase != EventPhase.PREFERENCES:
        return None
    subject = _asked(row)
    until = days.day_and_hour(row.event.preferences_until)
    return Email(
        subject,
        [
            Paragraph(subject),
            Paragraph(
                _("Answer until %(moment)s; a request that is not answered expires.")
                % {"moment": until}
            ),
            Action(_("See who asks"), absolute(_requests(row.event))),
        ],
        subject,
    )


def _asked(row: Registration) -> str:
    return _("%(company)s is asked for meetings at %(event)s") % {
        "company": row.company.name,
        "event": row.event.name,
    }


def _requests(event: DockingEvent) -> str:
    return reverse("docking:partner-list", args=[event.code]) + "?show=asked"


def headlines_of_requests(rows: Sequence[InboxRow]) -> list[Headline]:
    known = registrations_of(rows)
    found = []
    for row in rows:
        one = known.get(row.notification.subject["registration"])
        if one is None:
            found.append(Headline(_("A registration that no longer stands"), ""))
        else:
            found.append(Headline(_asked(one), _requests(one.event)))
    return found


kinds.register(
    MailKind(
        name=PARTNER_ASKS,
        label=gettext_lazy("Requests for meetings"),
        help_text=gettext_lazy("Another participant of a docking day asks to meet you."),
        write=write_request,
        headlines=headlines_of_requests,
        default=MailMode.DAILY,
    )
)


def write_agenda(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write the company's meetings as they stand now; nothing before they are published."""
    row = _newest(user, notifications)
    if row is None or row.state != RegistrationState.APPROVED:
        return None
    if row.event.phase not in TOLD_PHASES:
        return None
    subject = _agenda(row)
    lines = agendas.lines_of(queries.meetings_of(row.event, row), row, None)
    said = [f"{line.hours} {line.place}: {line.partner.name}" for line in lines]
    return Email(
        subject,
        [
            Paragraph(when_and_where(row.event)),
            *(Paragraph(text) for text in said or [_("You have no meeting yet.")]),
            Action(_("To your agenda"), absolute(_agenda_page(row.event))),
        ],
        subject,
    )


def _agenda(row: Registration) -> str:
    return _("Agenda of %(company)s at %(event)s") % {
        "company": row.company.name,
        "event": row.event.name,
    }


def _agenda_page(event: DockingEvent) -> str:
    return reverse("docking:agenda", args=[event.code])


def headlines_of_agendas(rows: Sequence[InboxRow]) -> list[Headline]:
    known = registrations_of(rows)
    found = []
    for row in rows:
        one = known.get(row.notification.subject["registration"])
        if one is None:
            found.append(Headline(_("A registration that no longer stands"), ""))
        else:
            # Back in an earlier phase the agenda is nobody's: then the event's page is.
            is_told = one.event.phase in (*TOLD_PHASES, EventPhase.CLOSED)
            page = _agenda_page(one.event) if is_told else page_of(one.event)
            found.append(Headline(_agenda(one), page))
    return found


kinds.register(
    MailKind(
        name=AGENDA_CHANGED,
        label=gettext_lazy("Agenda of a docking day"),
        help_text=gettext_lazy("Your meetings are set, or one of them has changed."),
        write=write_agenda,
        headlines=headlines_of_agendas,
        default=MailMode.IMMEDIATE,
    )
)


def write_table(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write that a table is free; nothing once it is settled, since the offer lives seconds."""
    row = _newest(user, notifications)
    if row is None or row.event.phase != EventPhase.RUNNING:
        return None
    if queries.open_offer_of(row) is None:
        return None
    subject = _table(row)
    return Email(
        subject,
        [Paragraph(subject), Action(_("Look and answer"), absolute(_today(row.event)))],
        subject,
    )


def _table(row: Registration) -> str:
    return _("A table is free for %(company)s now") % {"company": row.company.name}


def _today(event: DockingEvent) -> str:
    return reverse("docking:today", args=[event.code])


def headlines_of_tables(rows: Sequence[InboxRow]) -> list[Headline]:
    known = registrations_of(rows)
    found = []
    for row in rows:
        one = known.get(row.notification.subject["registration"])
        if one is None:
            found.append(Headline(_("A registration that no longer stands"), ""))
        else:
            is_on = one.event.phase == EventPhase.RUNNING
            found.append(Headline(_table(one), _today(one.event) if is_on else page_of(one.event)))
    return found


kinds.register(
    MailKind(
        name=TABLE_FREE,
        label=gettext_lazy("Free tables on the day"),
        help_text=gettext_lazy("A table has fallen free, and you said that you fill free slots."),
        write=write_table,
        headlines=headlines_of_tables,
        default=MailMode.OFF,
    )
)
