"""Writes of notifications: notifying people, and what they do with inbox and preferences."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.notifications import kinds, outbox
from matchmaking.notifications.models import (
    MailMode,
    MailPreference,
    Notification,
    OutboxMessage,
)
from matchmaking.notifications.states import OutboxState

log = structlog.get_logger(__name__)

MAIL = "mail"
DIGEST_HOUR = 8
DIGEST = "digest"  # in the token of the day's mail, instead of the kinds in it
LONGEST_BUNDLE_KEY = 160

# In one order: two transactions that tell the same people the same facts wait for each other at
# the unique key, and in different orders would deadlock there.
INSERT = """
    INSERT INTO notifications_notification
        (recipient_id, kind, fact, topic, subject, company_id)
    SELECT fresh.recipient_id, %s, fresh.fact, fresh.topic, fresh.subject,
        fresh.company_id
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::bigint[])
        AS fresh (recipient_id, fact, topic, subject, company_id)
    ORDER BY fresh.recipient_id, fresh.fact
    ON CONFLICT (recipient_id, kind, fact) DO NOTHING
    RETURNING recipient_id, fact, topic, id
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact for some recipients (user ids), for :func:`notify_many`."""

    recipients: Iterable[int]
    fact: str
    subject: outbox.Subject
    company_id: int | None
    topic: str = ""


def notify(
    *,
    kind: str,
    recipients: Iterable[int],
    fact: str,
    subject: outbox.Subject,
    company_id: int | None,
    topic: str = "",
) -> int:
    """Notify ``recipients`` (user ids) of a fact, in the transaction that makes it true.

    Writes one inbox line per person and fact and, as each person prefers, the mail's outbox
    row: at once (mails of one kind, topic and person become one), or in the digest of the next
    08:00 of the person. Nobody is notified twice of a fact. The number of queries does not
    depend on the number of recipients. Return how many people were notified.

    :raises RuntimeError: outside a transaction
    """
    notice = Notice(recipients, fact, subject, company_id, topic)
    return notify_many(kind=kind, notices=[notice])


def notify_many(*, kind: str, notices: Iterable[Notice]) -> int:
    """Notify of many facts of one kind as :func:`notify` does of one, by as many queries.

    Return how many lines were written.

    :raises RuntimeError: outside a transaction
    """
    # The line, the mail's row and the change that they report stand or fall together.
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("notify() must be called inside a transaction")
    lines = [(user, notice) for notice in notices for user in sorted(set(notice.recipients))]
    if not lines:
        return 0
    columns: list[Any] = [
        [user for user, _notice in lines],
        [notice.fact for _user, notice in lines],
        [notice.topic for _user, notice in lines],
        [json.dumps(notice.subject) for _user, notice in lines],
        [notice.company_id for _user, notice in lines],
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [kind, *columns])
        told: list[tuple[int, str, str, int]] = cursor.fetchall()
    modes = modes_of(kind, {user for user, _fact, _topic, _pk in told})
    mornings = _next_mornings(user for user, mode in modes.items() if mode == MailMode.DAILY)
    mails = [
        _mail(kind, fact, topic, user, pk, mornings.get(user))
        for user, fact, topic, pk in told
        if modes[user] != MailMode.OFF
    ]
    outbox.publish_many(mails)
    known = kinds.get(kind)
    if known and known.bundle and not known.leads:
        # What waited for company need wait no longer.
        outbox.hasten([mail.bundle_key for mail in mails if mail.not_before is None])
    _tell_listeners(kind, told, lines)
    return len(told)


def _tell_listeners(
    kind: str, told: Iterable[tuple[int, str, str, int]], lines: Iterable[tuple[int, Notice]]
) -> None:
    by_fact = {(user, notice.fact): notice for user, notice in lines}
    # One person for all of a company: a listener hears of a fact and not of its readers.
    facts = {
        (fact, by_fact[user, fact].company_id): kinds.ToldFact(
            kind, fact, topic, by_fact[user, fact].subject, by_fact[user, fact].company_id, user
        )
        for user, fact, topic, _pk in told
    }
    for listener in kinds.told_listeners.ordered():
        listener(list(facts.values()))


def modes_of(kind: str, users: Iterable[int]) -> Mapping[int, str]:
    """Return when each of ``users`` gets mail of ``kind``; nobody of an unknown kind."""
    known = kinds.get(kind)
    if known is None:
        log.error("mail_kind_unknown", kind=kind)
        return dict.fromkeys(users, MailMode.OFF)
    if known.mandatory:
        return dict.fromkeys(users, MailMode.IMMEDIATE)
    modes: dict[int, str] = dict.fromkeys(users, known.default)
    chosen = MailPreference.objects.filter(kind=kind, user__in=list(modes))
    modes.update(chosen.values_list("user_id", "mode"))
    return modes


def next_morning(now: dt.datetime, time_zone: str) -> dt.datetime:
    """Return the first 08:00 after ``now`` on the clocks of ``time_zone``."""
    here = now.astimezone(ZoneInfo(time_zone))
    morning = here.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning += dt.timedelta(days=1)
    return morning


def _next_mornings(users: Iterable[int]) -> dict[int, dt.datetime]:
    ids = list(users)
    if not ids:
        return {}
    # The database's clock decides when rows are due, so it decides which morning is next.
    people = get_user_model().objects.filter(pk__in=ids).annotate(now=Now())
    rows = people.values_list("pk", "time_zone", "now")
    return {pk: next_morning(now, time_zone) for pk, time_zone, now in rows}


def _mail(
    kind: str, fact: str, topic: str, user: int, notification: int, morning: dt.datetime | None
) -> outbox.Fact:
    """Return the outbox row of one person's mail about one inbox line."""
    known, not_before = kinds.get(kind), morning
    if morning is not None:
        bundle = f"digest:{user}:{morning:%Y-%m-%d}"
    else:
        name = (known.bundle if known else "") or kind
        bundle = (
            outbox.fitting_key("mail", name, topic, str(user), longest=LONGEST_BUNDLE_KEY)
            if topic
            else ""
        )
        if known and known.leads:
            not_before = timezone.now() + dt.timedelta(seconds=settings.LEADING_MAIL_SECONDS)
    return outbox.Fact(
        kind=MAIL,
        dedupe_key=outbox.fitting_key("mail", kind, fact, str(user), longest=outbox.LONGEST_KEY),
        subject={"notification": notification, "user": user},
        bundle_key=bundle,
        not_before=not_before,
    )


@transaction.atomic
def mark_read(*, notification: Notification, by: AbstractBaseUser) -> None:
    """Mark the notification as read by ``by``; the first time counts.

    A line that stands for all of its topic marks all of them.
    """
    kind = kinds.get(notification.kind)
    if kind and kind.one_line_per_topic and notification.topic:
        mark_topic_read(kinds=[kind.name], topic=notification.topic, by=by)
        return
    Notification.objects.visible_to(by).filter(pk=notification.pk, read_at=None).update(
        read_at=Now()
    )


@transaction.atomic
def mark_all_read(*, by: AbstractBaseUser) -> int:
    return Notification.objects.visible_to(by).unread().update(read_at=Now())


@transaction.atomic
def mark_topic_read(*, kinds: Collection[str], topic: str, by: AbstractBaseUser) -> int:
    rows = Notification.objects.visible_to(by).unread().filter(kind__in=kinds, topic=topic)
    return rows.update(read_at=Now())


@transaction.atomic
def mark_about_read(*, kind: str, subject: outbox.Subject, by: AbstractBaseUser) -> int:
    rows = Notification.objects.visible_to(by).unread().filter(kind=kind)
    return rows.filter(subject__contains=dict(subject)).update(read_at=Now())


@transaction.atomic
def retract(*, kind: str, topic: str) -> int:
    """Delete the lines of a fact that its people took back; mails not sent yet have nothing to say."""
    deleted, _by_model = Notification.objects.filter(kind=kind, topic=topic).delete()
    return deleted


@transaction.atomic
def set_preferences(*, by: AbstractBaseUser, modes: Mapping[str, str]) -> None:
    """Save when ``by`` gets each kind of mail.

    :raises InvalidInput: for a kind that is unknown or cannot be switched, or an unknown mode
    """
    for name, mode in modes.items():
        kind = kinds.get(name)
        if kind is None or kind.mandatory or mode not in MailMode.values:
            raise InvalidInput(_("This mail cannot be set so."), field=name)
        MailPreference.objects.update_or_create(user_id=by.pk, kind=name, defaults={"mode": mode})


def _end_digest(user: AbstractBaseUser) -> None:
    for kind in kinds.all_kinds():
        if not kind.mandatory and modes_of(kind.name, [user.pk])[user.pk] == MailMode.DAILY:
            mode = MailMode.IMMEDIATE if kind.has_deadline else MailMode.OFF
            MailPreference.objects.update_or_create(
                user_id=user.pk, kind=kind.name, defaults={"mode": mode}
            )


@transaction.atomic
def unsubscribe(*, user: AbstractBaseUser, names: Collection[str]) -> None:
    """Switch the kinds ``names`` off for ``user``; those that cannot be switched stay.

    ``DIGEST`` ends the day's mail: what came in it stays away, but for kinds with a deadline,
    which come at once from then on.
    """
    if DIGEST in names:
        _end_digest(user)
    for name in names:
        kind = kinds.get(name)
        if kind is not None and not kind.mandatory:
            MailPreference.objects.update_or_create(
                user_id=user.pk, kind=name, defaults={"mode": MailMode.OFF}
            )


@transaction.atomic
def resend_dead(*, message: OutboxMessage, by: AbstractBaseUser, at: dt.datetime) -> None:
    """Send a dead message again, from its first attempt on.

    :raises Conflict: when it is not dead (any more)
    """
    # The filter is the lock: of two officers one finds no dead row.
    changed = OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.DEAD).update(
        state=OutboxState.PENDING, attempts=0, next_at=Now(), settled_at=None
    )
    if not changed:
        raise Conflict(
            _("This message is not undeliverable any more: somebody was first. Look again.")
        )
    outbox.hint()
    log.info("outbox_resent", message=message.pk, kind=message.kind, by=by.pk, at=at.isoformat())
