"""Outbox messages, mails, and the notifications that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matchmaking.notifications.labels import kind_label
from matchmaking.notifications.states import OutboxState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class OutboxMessage(models.Model):
    """A message for a handler, written in the transaction of the change that it reports.

    ``subject`` holds ids of rows, never contact data. Messages of one ``bundle_key``
    are handed to their handler together. ``state`` is changed by
    :mod:`matchmaking.notifications.leases` only. ``sending_at`` is set while the mail server
    may already have the mail and nobody has written down its answer.
    """

    kind = models.CharField(_("kind"), max_length=60)
    dedupe_key = models.CharField(_("event number"), max_length=200, unique=True)
    bundle_key = models.CharField(_("bundle"), max_length=160, blank=True)
    subject = models.JSONField(_("about"), default=dict)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=OutboxState.choices, default=OutboxState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # The database's clock, as in every claim: those of web servers and workers differ.
    next_at = models.DateTimeField(_("next attempt"), db_default=Now())
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    sending_at = models.DateTimeField(_("handed to the mail server"), null=True)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("written"), db_default=Now())
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        permissions = [("resend_outboxmessage", "Can send dead messages again")]
        constraints = [
            models.CheckConstraint(
                name="outbox_lease_has_token_and_end",
                condition=Q(
                    state=OutboxState.LEASED,
                    lease_until__isnull=False,
                    lease_token__isnull=False,
                )
                | (~Q(state=OutboxState.LEASED) & Q(lease_until=None, lease_token=None)),
            ),
            models.CheckConstraint(
                name="outbox_sending_is_leased",
                condition=Q(state=OutboxState.LEASED) | Q(sending_at=None),
            ),
            models.CheckConstraint(
                name="outbox_state_known", condition=Q(state__in=OutboxState.values)
            ),
        ]
        indexes = [
            # Three partial ones for what the relay asks each second: settled rows, which are nearly
            # the whole table, stand in none of them.
            models.Index(
                fields=["next_at", "id"],
                name="outbox_due",
                condition=Q(state__in=[OutboxState.PENDING, OutboxState.UNCERTAIN]),
            ),
            models.Index(
                fields=["lease_until"],
                name="outbox_leased",
                condition=Q(state=OutboxState.LEASED),
            ),
            models.Index(
                fields=["bundle_key", "id"],
                name="outbox_bundle",
                condition=Q(
                    state__in=[OutboxState.PENDING, OutboxState.LEASED, OutboxState.UNCERTAIN]
                )
                & ~Q(bundle_key=""),
            ),
            # What is old enough to be forgotten, and the age of the last canary.
            models.Index(fields=["state", "settled_at"], name="outbox_settled"),
        ]

    def __str__(self) -> str:
        return f"{kind_label(self.kind)} #{self.pk}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications by recipient and by topic."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> NotificationQuerySet:
        if not user.is_authenticated:
            return self.none()
        return self.filter(recipient_id=user.pk)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)

    def newest_of_topics(self, kinds: Sequence[str]) -> NotificationQuerySet:
        """Of ``kinds``, keep the newest line of each topic alone."""
        newer = Notification.objects.filter(
            recipient=OuterRef("recipient"),
            kind=OuterRef("kind"),
            topic=OuterRef("topic"),
            pk__gt=OuterRef("pk"),
        )
        return self.exclude(~Q(topic="") & Q(Exists(newer)), kind__in=kinds)


class Notification(models.Model):
    """One line in a person's inbox. ``fact`` makes it unique for the person and kind."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=60)
    fact = models.CharField(max_length=160)
    topic = models.CharField(max_length=120, blank=True)
    subject = models.JSONField(default=dict)
    # No foreign key: companies are the area above, of which this one knows nothing.
    company_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "fact"], name="notification_once_per_fact"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_inbox"),
            models.Index(
                fields=["recipient"],
                name="notification_unread",
                condition=Q(read_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailMode(models.TextChoices):
    """When mail of one kind is sent to a person."""

    IMMEDIATE = "immediate", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("No mail")


class MailPreference(models.Model):
    """A person's choice for one kind of mail, where it differs from the default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    mode = models.CharField(max_length=10, choices=MailMode.choices)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mail_preference_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.mode}"


class SentMail(models.Model):
    """A mail handed to the mail server: to whom, when, with which subject, from which messages.

    The text is not kept, the subject is: "did you mail me?" is what companies ask. ``messages`` are the outbox rows that it carried. ``uncertain`` holds
    until the server has accepted it, and for good where its answer was never heard: the mail
    may have arrived all the same. A refused mail leaves no row.
    """

    message_id = models.CharField(_("message ID"), max_length=120)
    recipient_id = models.BigIntegerField(_("recipient"), null=True)
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("subject"), max_length=200, blank=True)
    company_id = models.BigIntegerField(_("company"), null=True)
    messages = models.ManyToManyField(OutboxMessage, related_name="mails")
    uncertain = models.BooleanField(_("uncertain"), default=False)
    accepted_at = models.DateTimeField(_("accepted"), db_default=Now())

    class Meta:
        verbose_name = _("sent mail")
        verbose_name_plural = _("sent mails")
        constraints = [
            # A second try after an uncertain one carries the same id, so only accepted ones are unique.
            models.UniqueConstraint(
                fields=["message_id"],
                condition=Q(uncertain=False),
                name="sent_mail_accepted_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-accepted_at"], name="sent_mail_age"),
            models.Index(fields=["message_id"], name="sent_mail_message"),
        ]

    def __str__(self) -> str:
        return self.message_id


class ScheduledRun(models.Model):
    """One slot of a periodic run, claimed once however many beats run."""

    name = models.CharField(max_length=40)
    slot = models.DateTimeField()
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "slot"], name="tick_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M:%S}"


class ReplacedCode(models.Model):
    """A code that told by its clock which rows were made together, and the random one in its place.

    Links of mails that were sent before go on until ``ends_on``.
    """

    old = models.UUIDField(unique=True)
    new = models.UUIDField()
    ends_on = models.DateField()

    def __str__(self) -> str:
        return f"replaced until {self.ends_on}"
