"""Mail and inbox lines about connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.connections.models import Endpoint
from matchmaking.connections.services.endpoints import CONNECTION_OFF
from matchmaking.core.links import absolute
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Email, Paragraph
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaking.notifications.models import Notification


def write_off(user: Any, notifications: Sequence[Notification]) -> Email | None:
    """Write about the connections of the person that are still off."""
    ids = [row.subject["connection"] for row in notifications]
    rows = Endpoint.objects.visible_to(user).filter(pk__in=ids, off_at__isnull=False)
    found = list(rows.order_by("pk"))
    if not found:
        return None
    subject = _("“%(name)s” hears nothing any more") % {"name": found[0].name}
    blocks: list[Paragraph | Action] = []
    for row in found:
        facts = {"name": row.name, "why": row.get_off_reason_display()}
        text = _("The connection “%(name)s” was switched off: %(why)s.") % facts
        blocks += [Paragraph(text), Action(_("See its calls"), absolute(_page(row)))]
    blocks.append(
        Paragraph(
            _("Mail and inbox go on as before. Repair the other side, then switch it on again.")
        )
    )
    return Email(subject, blocks)


def headlines(rows: Sequence[InboxRow]) -> list[Headline]:
    ids = [row.notification.subject["connection"] for row in rows]
    known = {row.pk: row for row in Endpoint.objects.filter(pk__in=ids)}
    found = []
    for row in rows:
        endpoint = known.get(row.notification.subject["connection"])
        if endpoint is None:
            found.append(Headline(_("A connection that was removed"), ""))
            continue
        title = _("“%(name)s” hears nothing any more") % {"name": endpoint.name}
        found.append(Headline(title, _page(endpoint)))
    return found


def _page(endpoint: Endpoint) -> str:
    return reverse("connections:endpoint-detail", args=[endpoint.code])


def register() -> None:
    kinds.register(
        MailKind(
            CONNECTION_OFF,
            gettext_lazy("Connection switched off"),
            write_off,
            headlines,
            mandatory=True,
        )
    )
