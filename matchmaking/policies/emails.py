"""Mail and inbox lines about policies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.links import absolute
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Email, Heading, Paragraph
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode
from matchmaking.policies.models import Policy
from matchmaking.policies.services.applications import POLICY_DEADLINE, POLICY_FOLLOW_UP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.notifications.models import Notification


def write_mail(kind: str, user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write about the policies that are published still; None when there is none."""
    ids = [row.subject["policy"] for row in notifications]
    rows = list(Policy.objects.visible_to(user).filter(pk__in=ids).order_by("deadline", "pk"))
    if not rows:
        return None
    blocks: list[Heading | Paragraph | Action] = []
    for row in rows:
        blocks += [
            Heading(row.measure),
            Paragraph(_line(kind, row)),
            Action(_("See the policy"), absolute(_page(row))),
        ]
    subject = _line(kind, rows[0]) if len(rows) == 1 else _subject(kind)
    return Email(subject, blocks, subject)


def headlines(kind: str, rows: Sequence[InboxRow]) -> list[Headline]:
    """Return title and address of inbox lines."""
    ids = {row.notification.subject["policy"] for row in rows}
    known = {one.pk: one for one in Policy.objects.filter(pk__in=ids)}
    found = []
    for row in rows:
        policy = known.get(row.notification.subject["policy"])
        if policy is None:
            found.append(Headline(_("A policy that is no longer listed"), ""))
        else:
            found.append(Headline(f"{policy.measure}: {_line(kind, policy)}", _page(policy)))
    return found


def _subject(kind: str) -> str:
    words = {
        POLICY_DEADLINE: _("Policies that end soon"),
        POLICY_FOLLOW_UP: _("What came of your applications?"),
    }
    return words[kind]


def _line(kind: str, policy: Policy) -> str:
    if kind == POLICY_FOLLOW_UP:
        return _("Did you apply, and did you get it?")
    if policy.deadline is None:
        return _("It may concern you.")
    day = date_format(policy.deadline, "DATE_FORMAT")
    return _("Apply by %(day)s: it may concern you.") % {"day": day}


def _page(policy: Policy) -> str:
    return reverse("policies:policy-detail", args=[policy.code])


for name, label, help_text in (
    (
        POLICY_DEADLINE,
        gettext_lazy("Policies that end soon"),
        gettext_lazy("A policy that may concern you can be applied for 14 more days."),
    ),
    (
        POLICY_FOLLOW_UP,
        gettext_lazy("What came of an application"),
        gettext_lazy("Two weeks after you meant to apply the association asks what came of it."),
    ),
):
    kinds.register(
        MailKind(
            name=name,
            label=label,
            help_text=help_text,
            write=partial(write_mail, name),
            headlines=partial(headlines, name),
            default=MailMode.DAILY,
        )
    )
