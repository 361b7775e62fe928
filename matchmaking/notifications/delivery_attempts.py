"""Delivery attempts of mails: recorded before the server can have them, then with its answer.

A worker may die at any moment. The mail that it is about to hand over is marked by a commit of
its own; a mark without an answer says that the mail may have arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models.functions import Now

from matchmaking.notifications.db_retry import retry_database
from matchmaking.notifications.models import OutboxMessage, SentMail
from matchmaking.notifications.outbox import Retry

LONGEST_TITLE = 200

# The mail is written only where every row of it is still ours, and by one statement: between a
# look at the lease and the mark another worker could take the rows.
# Whoever lost the lease sends nothing.
BEGIN = """
    WITH sending AS (
        UPDATE notifications_outboxmessage SET sending_at = now()
        WHERE id = ANY(%(ids)s) AND state = 'leased' AND lease_token = %(token)s
            AND lease_until > now()
        RETURNING id
    ), mail AS (
        INSERT INTO notifications_sentmail
            (message_id, recipient_id, kind, title, company_id, uncertain)
        SELECT %(message_id)s, %(recipient)s, %(kind)s, %(title)s, %(company)s, true
        WHERE (SELECT count(*) FROM sending) = cardinality(%(ids)s)
        RETURNING id
    ), carried AS (
        INSERT INTO notifications_sentmail_messages (sentmail_id, outboxmessage_id)
        SELECT mail.id, sending.id FROM mail CROSS JOIN sending
    )
    SELECT id FROM mail
"""


@dataclass(slots=True)
class DeliveryAttempt:
    """One mail of leased ``rows`` on its way to the mail server."""

    rows: Sequence[OutboxMessage]
    message_id: str
    recipient_id: int | None
    title: str = ""
    company_id: int | None = None
    _mark: int = field(default=0, init=False)

    def begin(self) -> None:
        """Record that the server may have the mail from now on; called right before DATA.

        :raises Retry: when the lease is no longer ours
        """
        with connection.cursor() as cursor:
            cursor.execute(
                BEGIN,
                {
                    "ids": [row.pk for row in self.rows],
                    "token": self.rows[0].lease_token,
                    "message_id": self.message_id,
                    "recipient": self.recipient_id,
                    "kind": self.rows[0].kind,
                    "title": self.title[:LONGEST_TITLE],
                    "company": self.company_id,
                },
            )
            found = cursor.fetchone()
        if found is None:
            raise Retry("the lease ended before the mail was handed over")
        self._mark = found[0]

    def accept(self) -> None:
        """Record that the server accepted the mail, waiting out a short absence of the database."""
        if not self._mark:  # a backend without a server has no moment before
            self.begin()
        marks = SentMail.objects.filter(pk=self._mark)
        retry_database(lambda: marks.update(uncertain=False, accepted_at=Now()))

    def take_back(self) -> None:
        if self._mark:
            marks = SentMail.objects.filter(pk=self._mark)
            retry_database(marks.delete)


def earlier_attempts(message_id: str) -> list[bool]:
    tries = SentMail.objects.filter(message_id=message_id)
    return list(tries.values_list("uncertain", flat=True))
