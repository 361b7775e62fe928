"""Mails of every kind as a mail program shows them: written to files, never sent."""

from __future__ import annotations

import uuid

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.emails.invitations import invitation
from accounts.emails.sign_in import ACCOUNT_EMAILS
from accounts.models import Invitation
from matchmaking.core.localized import locale_of_reader
from matchmaking.notifications import kinds
from matchmaking.notifications.email.compose import compose
from matchmaking.notifications.email.personal import DigestPart, digest
from matchmaking.notifications.models import Notification
from matchmaking.notifications.unsubscribe_links import unsubscribe_url

# The mail that the development page of one mail shows.
SAMPLE = uuid.UUID("01990000-0000-4000-8000-000000000001")


def written_emails(scenario, folder, *, widths):
    """Write each kind of mail in each language; return how they are looked at."""
    from tests.screens.sights import Sight  # noqa: PLC0415 - sights know of mails

    sights, number = [], 0
    for language in dict(settings.LANGUAGES):
        with locale_of_reader(language, settings.TIME_ZONE):
            for name, email, link in _contents(scenario):
                mail = compose(
                    email, to="reader@example.com", message_id="<1@127.0.0.1>",
                    unsubscribe_url=link,
                )  # fmt: skip
                number += 1
                mail.from_email = settings.DEFAULT_FROM_EMAIL
                kept = uuid.UUID(int=SAMPLE.int + number - 1)
                (folder / "mail" / f"{kept}.eml").write_bytes(mail.message().as_bytes())
                path = folder / f"{name}.{language}.html"
                path.write_text(mail.alternatives[0][0], encoding="utf-8")
                sights.append(
                    Sight(
                        f"mail:{name}", "reader", path.as_uri(), status=0,
                        widths=widths, languages=(language,),
                    )
                )  # fmt: skip
    return sights


def _contents(scenario):
    """Yield name, words and unsubscribe link of a mail of every kind."""
    parts = []
    for kind in sorted(kinds.all_kinds(), key=lambda one: one.name):
        for rows in _told(kind, scenario):
            email = kind.write(rows[0].recipient, rows)
            if email is None:
                continue
            link = "" if kind.mandatory else unsubscribe_url(rows[0].recipient, [kind.name])
            yield kind.name, email, link
            parts.append(DigestPart(kind, rows, email))
            break
    yield (
        "digest",
        digest(parts[:4]),
        unsubscribe_url(scenario.people["brand"], ["match_found"]),
    )
    address = EmailAddress.objects.get(user=scenario.people["brand"])
    for name, account_email in ACCOUNT_EMAILS.items():
        yield name.rsplit("/", 1)[1], account_email.email(address), ""
    yield "invitation", invitation(Invitation.objects.get(email="colleague@example.com")), ""


def _told(kind, scenario):
    """Yield groups of notifications of the kind, those of the people on stage first."""
    rows = Notification.objects.filter(kind=kind.name).select_related("recipient").order_by("pk")
    people = [person.pk for person in scenario.people.values()]
    firsts = [*rows.filter(recipient__in=people)[:20], *rows[:20]]
    for first in firsts:
        yield list(rows.filter(recipient=first.recipient_id)[:3])
