"""The mail of one person: what it says now, and whether it may still be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext

from matchmaking.notifications import kinds, mailer, services
from matchmaking.notifications.kinds import MailKind
from matchmaking.notifications.mailer import MailContent
from matchmaking.notifications.models import MailMode, Notification, OutboxMessage
from matchmaking.notifications.outbox import Discard

UNSUBSCRIBE_SALT = "notifications.unsubscribe"


@dataclass(frozen=True, slots=True)
class DigestPart:
    """What one kind of mail has to say to the person."""

    kind: MailKind
    notifications: Sequence[Notification]
    content: MailContent


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One headline of a digest."""

    title: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class DigestSection:
    """The headlines of one kind."""

    label: str | Promise
    lines: Sequence[DigestLine]


def send(messages: Sequence[OutboxMessage]) -> None:
    """Send the one mail that stands for ``messages``, all to the same person.

    Looks at everything again: the person and the company are active, the mail is still wanted,
    the rows still say it.

    :raises Discard: when nothing is left to say, or nobody to say it to
    """
    user = get_user_model().objects.filter(pk=messages[0].subject["user"]).first()
    if user is None or not user.is_active:
        raise Discard("the person is not active")
    with mailer.reading(user.language, user.time_zone):
        parts = _parts(user, messages)
        if not parts:
            raise Discard("nothing is left to say")
        content = parts[0].content if len(parts) == 1 else _digest(parts)
    optional = [part.kind.name for part in parts if not part.kind.mandatory]
    mailer.deliver(
        messages,
        to=user.email,
        content=content,
        language=user.language,
        time_zone=user.time_zone,
        recipient_id=user.pk,
        unsubscribe_url=unsubscribe_url(user.pk, optional) if optional else "",
    )


def unsubscribe_url(user_id: int, names: Sequence[str]) -> str:
    token = signing.dumps([user_id, *names], salt=UNSUBSCRIBE_SALT, compress=True)
    return settings.SITE_URL + reverse("notifications:unsubscribe", args=[token])


def read_unsubscribe_token(token: str) -> tuple[int, list[str]]:
    """Return whom and which kinds the token names.

    :raises BadSignature: when it is not ours
    """
    user_id, *names = signing.loads(token, salt=UNSUBSCRIBE_SALT)
    return int(user_id), [str(name) for name in names]


def _parts(user: Any, messages: Sequence[OutboxMessage]) -> list[DigestPart]:
    """Return what each kind still has to say, in order of the kinds' names."""
    ids = [message.subject["notification"] for message in messages]
    may_hear = cache(partial(kinds.may_receive, user))  # many rows, few companies
    rows = Notification.objects.visible_to(user).filter(pk__in=ids).order_by("kind", "pk")
    parts = []
    for name, group in groupby(rows, key=lambda row: row.kind):
        kind = kinds.get(name)
        if kind is None or services.modes_of(name, [user.pk])[user.pk] == MailMode.OFF:
            continue
        wanted = [row for row in group if not kind.is_gated or may_hear(row.company_id)]
        content = kind.build(user, wanted) if wanted else None
        if content is not None:
            parts.append(DigestPart(kind, wanted, content))
    return parts


def _digest(parts: Sequence[DigestPart]) -> MailContent:
    """Return the day's mail about several kinds: their headlines, each with its link."""
    sections = [DigestSection(part.kind.label, _lines(part)) for part in parts]
    count = sum(len(section.lines) for section in sections)
    return MailContent(
        subject=ngettext("Your day: %(count)s new item", "Your day: %(count)s new items", count)
        % {"count": count},
        template="mail/digest",
        context={
            "sections": sections,
            "inbox_url": settings.SITE_URL + reverse("notifications:inbox"),
        },
    )


def _lines(part: DigestPart) -> list[DigestLine]:
    if part.kind.prepare:
        part.kind.prepare(part.notifications)
    headlines = [part.kind.headline(row) for row in part.notifications]
    return [DigestLine(title, absolute(url)) for title, url in headlines]


def absolute(url: str) -> str:
    return settings.SITE_URL + url if url.startswith("/") else url
