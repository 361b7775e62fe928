"""The email of one person about their notifications: of one kind, or a digest of several."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from matchmaking.core.links import absolute
from matchmaking.core.localized import locale_of_reader
from matchmaking.notifications import kinds, services
from matchmaking.notifications.email.content import Action, Block, Card, CardList, Email, Heading
from matchmaking.notifications.email.send import send
from matchmaking.notifications.kinds import InboxRow, MailKind
from matchmaking.notifications.models import MailMode, Notification, OutboxMessage
from matchmaking.notifications.outbox import Discard
from matchmaking.notifications.unsubscribe_links import unsubscribe_url


@dataclass(frozen=True, slots=True)
class DigestPart:
    """The notifications of one kind that still hold, and their email."""

    kind: MailKind
    notifications: Sequence[Notification]
    email: Email


def send_personal(messages: Sequence[OutboxMessage]) -> None:
    """Send the one mail that stands for ``messages``, all to the same person.

    Checks everything again: the person and the company are active, the mail is still wanted,
    the rows still say it.

    :raises Discard: when nothing is left to say, or nobody to say it to
    """
    user = get_user_model().objects.filter(pk=messages[0].subject["user"]).first()
    if user is None or not user.is_active:
        raise Discard("the person is not active")
    if not user.email:
        raise Discard("the person has given no address")
    with locale_of_reader(user.language, user.time_zone):
        parts = _parts(user, messages)
        if not parts:
            raise Discard("nothing is left to say")
        email = _whole(parts)
    optional = [part.kind.name for part in parts if not part.kind.mandatory]
    if len(parts) > 1 and optional and not _is_bundle(parts):
        optional = [services.DIGEST]  # its link ends the day's mail, not what it stood for
    send(
        messages,
        to=user.email,
        email=email,
        language=user.language,
        time_zone=user.time_zone,
        recipient_id=user.pk,
        company_id=_company_of(parts),
        unsubscribe_url=unsubscribe_url(user, optional) if optional else "",
    )


def _whole(parts: Sequence[DigestPart]) -> Email:
    if len(parts) == 1:
        return parts[0].email
    return joined(parts) if _is_bundle(parts) else digest(parts)


def _is_bundle(parts: Sequence[DigestPart]) -> bool:
    return len({part.kind.bundle for part in parts}) == 1 and parts[0].kind.bundle != ""


def joined(parts: Sequence[DigestPart]) -> Email:
    """Return one mail of a bundle: the leading kind's subject, all words, and the last button."""
    ordered = sorted(parts, key=lambda part: not part.kind.leads)
    blocks: list[Block] = []
    for part in ordered:
        blocks = [block for block in blocks if not isinstance(block, Action)]
        blocks += part.email.blocks
    return Email(ordered[0].email.subject, blocks, ordered[0].email.preheader)


def _company_of(parts: Sequence[DigestPart]) -> int | None:
    found = {row.company_id for part in parts for row in part.notifications}
    return found.pop() if len(found) == 1 else None


def _parts(user: Any, messages: Sequence[OutboxMessage]) -> list[DigestPart]:
    """Return the email of each kind that still holds, in order of the kinds' names."""
    ids = [message.subject["notification"] for message in messages]
    may_hear = cache(partial(kinds.may_receive, user))  # many rows, few companies
    rows = Notification.objects.visible_to(user).filter(pk__in=ids).order_by("kind", "pk")
    parts = []
    for name, group in groupby(rows, key=lambda row: row.kind):
        kind = kinds.get(name)
        if kind is None or services.modes_of(name, [user.pk])[user.pk] == MailMode.OFF:
            continue
        wanted = [row for row in group if not kind.is_gated or may_hear(row.company_id)]
        email = kind.write(user, wanted) if wanted else None
        if email is not None:
            parts.append(DigestPart(kind, wanted, email))
    return parts


def digest(parts: Sequence[DigestPart]) -> Email:
    """Return the day's mail about several kinds: their blocks, or headlines with their links."""
    blocks: list[Block] = []
    for part in parts:
        blocks.append(Heading(part.kind.label))
        blocks += part.email.blocks if part.kind.whole_in_digest else [CardList(_cards(part))]
    blocks.append(Action(gettext("To my inbox"), absolute(reverse("notifications:inbox"))))
    count = sum(len(_rows(part)) for part in parts)
    return Email(
        ngettext("Your day: %(count)s new item", "Your day: %(count)s new items", count)
        % {"count": count},
        blocks,
    )


def _cards(part: DigestPart) -> list[Card]:
    headlines = part.kind.headlines(_rows(part))
    return [Card(title=title, url=absolute(url) if url else "") for title, url in headlines]


def _rows(part: DigestPart) -> list[InboxRow]:
    """Return the lines of the part as the inbox would show them: one a topic, where it does so."""
    if not part.kind.one_line_per_topic:
        return [InboxRow(row) for row in part.notifications]
    topics: dict[object, list[Notification]] = defaultdict(list)
    for row in part.notifications:
        topics[row.topic or row.pk].append(row)
    return [InboxRow(rows[-1], len(rows), len(rows)) for rows in topics.values()]
