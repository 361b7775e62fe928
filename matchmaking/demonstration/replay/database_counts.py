"""Counts in the database, which :mod:`accounting` compares with the accepted mails."""

from __future__ import annotations

from collections import defaultdict

from accounts.models import Membership, User
from matchmaking.demonstration.replay.accounting import Announcement, SentEmail
from matchmaking.listings import reconciliation
from matchmaking.listings.models import CapacityOffer
from matchmaking.matching.models import Match
from matchmaking.matching.services.announcements import MATCH_FOUND
from matchmaking.notifications.email.send import message_id_of
from matchmaking.notifications.models import Notification, OutboxMessage, SentMail
from matchmaking.notifications.states import OutboxState

MAIL = "mail"
UNSETTLED = (OutboxState.PENDING, OutboxState.LEASED, OutboxState.UNCERTAIN)


def open_messages() -> int:
    return OutboxMessage.objects.filter(state__in=UNSETTLED).count()


def dead_messages() -> list[str]:
    rows = OutboxMessage.objects.filter(state=OutboxState.DEAD)
    return [f"{row.kind} {row.pk}: {row.last_error}" for row in rows[:20]]


def facts_due() -> set[Announcement]:
    """Return the announcements that are due: each proposed match, to each member of both sides."""
    people: dict[int, list[str]] = defaultdict(list)
    members = Membership.objects.filter(user__is_active=True, user__email__isnull=False)
    for company, address in members.values_list("company_id", "user__email"):
        people[company].append(address or "")
    rows = Match.objects.proposed().values_list(
        "code",
        "order__company_id",
        "order__company__code",
        "offer__company_id",
        "offer__company__code",
    )
    due = set()
    for code, brand, brand_code, factory, factory_code in rows:
        for company, company_code in ((brand, brand_code), (factory, factory_code)):
            due |= {
                Announcement(f"{code}:{company_code}:v1", address) for address in people[company]
            }
    return due


def sent_emails() -> dict[str, SentEmail]:
    """Return every mail that the outbox counts as sent, by the Message-ID that follows from it.

    The id is computed anew from the rows that the mail carries, not read from the record:
    a record that names other rows than were sent shows up as a strange mail.
    """
    addresses = {pk: email or "" for pk, email in User.objects.values_list("pk", "email")}
    facts = {
        row.pk: Announcement(row.fact, addresses[row.recipient_id])
        for row in Notification.objects.filter(kind=MATCH_FOUND).only("pk", "fact", "recipient_id")
    }
    found = {}
    for mail in SentMail.objects.prefetch_related("messages"):
        rows = list(mail.messages.all())
        carried = {facts.get(int(row.subject.get("notification", 0))) for row in rows}
        found[message_id_of(rows)] = SentEmail(
            to=addresses.get(mail.recipient_id or 0, ""),
            facts=frozenset(fact for fact in carried if fact),
        )
    return found


def rows_without_mail() -> list[str]:
    rows = OutboxMessage.objects.filter(kind=MAIL, state=OutboxState.DONE, mails=None)
    return [f"outbox row {pk}" for pk in rows.values_list("pk", flat=True)]


def ledger_differences() -> int:
    offers = CapacityOffer.objects.prefetch_related("entries").order_by("pk")
    return sum(len(reconciliation.reconcile(offer)) for offer in offers)


def mail_seconds() -> list[float]:
    """Return, for every mail, the seconds from its oldest row's commit to acceptance, sorted."""
    waits = []
    for mail in SentMail.objects.prefetch_related("messages"):
        oldest = min(row.created_at for row in mail.messages.all())
        waits.append((mail.accepted_at - oldest).total_seconds())
    return sorted(waits)
