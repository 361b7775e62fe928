"""Answers of a match's two sides, and their conversation after both said yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.matching.models.matches import Match
from matchmaking.matching.states import AnswerKind, DeclineReason, MatchSide

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Answer(models.Model):
    """One side's answer to a match; its last one counts, earlier ones stay on record.

    ``reason`` belongs to a decline. ``note`` is the writer's own text: the association
    reads it, the other side only where ``shares_note``. ``is_on_behalf`` says that an
    officer answered for the company.
    """

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="answers")
    side = models.CharField(_("side"), max_length=5, choices=MatchSide.choices)
    company = models.ForeignKey(
        "accounts.Company", on_delete=models.CASCADE, related_name="+", verbose_name=_("company")
    )
    kind = models.CharField(_("answer"), max_length=10, choices=AnswerKind.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=DeclineReason.choices, blank=True)
    note = models.TextField(
        _("note"), max_length=1000, blank=True, validators=[no_control_characters]
    )
    shares_note = models.BooleanField(_("the other side may read the note"), default=False)
    is_on_behalf = models.BooleanField(_("given by the association"), default=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            # Interest may be followed by a decline; nothing is said twice, whoever taps at once.
            models.UniqueConstraint(
                fields=["match", "side", "kind"], name="answer_once_per_side_and_kind"
            ),
            models.CheckConstraint(
                name="answer_has_a_reason_when_declined",
                condition=Q(kind=AnswerKind.DECLINED) ^ Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["company", "-answered_at"], name="answer_of_company")]

    def __str__(self) -> str:
        return f"{self.side} {self.kind}"


class WithdrawnAnswer(models.Model):
    """An answer that its side took back: an interest withdrawn, or a decline undone.

    It keeps what the answer said, so that a withdrawal can itself be undone; ``undone_at`` says
    that it was.
    """

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="withdrawn_answers")
    side = models.CharField(_("side"), max_length=5, choices=MatchSide.choices)
    kind = models.CharField(_("answer"), max_length=10, choices=AnswerKind.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=DeclineReason.choices, blank=True)
    is_on_behalf = models.BooleanField(_("given by the association"), default=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("taken back"))
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="withdrawn_answer_was_given_before",
                condition=Q(withdrawn_at__gte=models.F("answered_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} took back {self.kind}"


class Reminder(models.Model):
    """An officer's reminder of the sides that owe an answer to a match.

    ``reminded_on`` is the day in the site's time zone, not in the officer's.
    """

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="reminders")
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("reminded by"),
    )
    reminded_at = models.DateTimeField(_("reminded"))
    reminded_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["match", "reminded_on"], name="reminder_once_per_match_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"reminder on {self.reminded_on}"


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages, by who may read them."""

    def visible_to(self, user: User | AnonymousUser) -> MessageQuerySet:
        # Not by the state: what was written stays readable after the end.
        return self.filter(match__in=Match.objects.visible_to(user).filter(mutual_at__isnull=False))


class Message(models.Model):
    """A message from one side to the other after both were interested."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="messages")
    side = models.CharField(_("side"), max_length=5, choices=MatchSide.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    is_on_behalf = models.BooleanField(_("written by the association"), default=False)
    text = models.TextField(
        _("message"), max_length=4000, blank=True, validators=[no_control_characters]
    )
    written_at = models.DateTimeField(_("written"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        # The thread in its order, and what came after a person's mark.
        indexes = [models.Index(fields=["match", "id"], name="message_of_match")]

    def __str__(self) -> str:
        return f"message {self.code}"


class MessageFile(models.Model):
    """A file of a message, stored and served by the rules of ``core.uploads``."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="messages/%Y/%m/")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class ThreadMark(models.Model):
    """The last message of a conversation that a person has read."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    last_read = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["match", "user"], name="mark_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"read to {self.last_read_id}"
