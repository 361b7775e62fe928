"""Models that every area uses: jobs, idempotency keys, visits, names in two languages."""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.localized import localized
from matchmaking.core.states import JobState


class NamedInTwoLanguages(models.Model):
    """A term of the trade: a code that never changes, a Chinese and an English name."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("offered for new posts"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)


class Job(models.Model):
    """Long work that a person started and watches: an import, a rescoring, an export.

    ``state`` is changed by :mod:`matchmaking.core.jobs` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(
        _("state"), max_length=12, choices=JobState.choices, default=JobState.QUEUED
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    started_at = models.DateTimeField(_("begun"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                name="job_done_within_total",
                condition=Q(total=0) | Q(done__lte=F("total")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class IdempotencyKey(models.Model):
    """One POST that was carried out, with its answer, kept seven days."""

    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once_per_owner"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Visit(models.Model):
    """When a person last looked at the day's page, and when the visit before that one ended.

    Written by :mod:`matchmaking.core.visits` only.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    seen_at = models.DateTimeField(_("last seen"))
    before_at = models.DateTimeField(_("end of the visit before"), null=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.CheckConstraint(
                name="visit_before_is_earlier",
                condition=Q(before_at=None) | Q(before_at__lt=F("seen_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at:%Y-%m-%d %H:%M}"


class LimitCounter(models.Model):
    """What a limit of attempts has counted under a key.

    Written by :mod:`matchmaking.core.limit_store` only. Addresses stand in a key as digests.
    """

    key = models.CharField(max_length=250, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="limit_counter_age")]

    def __str__(self) -> str:
        return f"counter until {self.expires_at:%Y-%m-%d %H:%M}"
