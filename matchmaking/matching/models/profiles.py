"""The profile that scores, and what the standing matches were scored by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaking.engine.types import FactorCode, Profile
from matchmaking.matching.states import ProfileState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


# The profile with which every installation begins is named in both languages.
FIRST_NAME = "标准 / Standard"


def _weight(label: _StrPromise, default: float) -> models.FloatField[float, float]:
    return models.FloatField(
        label, default=default, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )


@pghistory.track()
class ScoringProfile(models.Model):
    """Weights and thresholds of the score; one profile is active.

    A profile that has scored matches is never edited: officers copy it.
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    state = models.CharField(
        _("state"), max_length=8, choices=ProfileState.choices, default=ProfileState.DRAFT
    )
    volume = _weight(_("weight of volume"), 0.24)
    category = _weight(_("weight of category"), 0.26)
    lead_time = _weight(_("weight of lead time"), 0.20)
    price = _weight(_("weight of price"), 0.17)
    place = _weight(_("weight of place"), 0.07)
    freshness = _weight(_("weight of freshness"), 0.06)
    wished_buffer_days = models.PositiveSmallIntegerField(
        _("days of slack that give nearly full marks"), default=21
    )
    price_tolerance = models.FloatField(
        _("share of the target by which a price may lie above it"),
        default=0.30,
        validators=[MinValueValidator(0.01), MaxValueValidator(1)],
    )
    min_score = models.FloatField(
        _("lowest score that is proposed"),
        default=60,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(_("activated"), null=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("activated by"),
    )

    class Meta:
        verbose_name = _("scoring profile")
        verbose_name_plural = _("scoring profiles")
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=ProfileState.ACTIVE),
                name="profile_one_active",
            ),
        ]
        permissions = [("activate_profile", "Can activate a scoring profile")]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"

    def for_engine(self) -> Profile:
        return Profile(
            version=self.version,
            **{code.value: getattr(self, code) for code in FactorCode},
            wished_buffer_days=self.wished_buffer_days,
            price_tolerance=self.price_tolerance,
            min_score=self.min_score,
            stale_days=settings.STALE_AFTER_DAYS,
            fresh_horizon_days=settings.STALE_AFTER_DAYS,
        )

    @property
    def title(self) -> str:
        return gettext("Standard") if self.name == FIRST_NAME else self.name


class Scoring(models.Model):
    """What all standing matches were scored by: one row.

    A changed post is scored alone only while ``basis`` is what it was at the last full
    scoring: the day, the profile, the likeness of categories, the length of the lists.
    ``left`` names the parts of that scoring which are still to be made, those of orders
    first (:mod:`matchmaking.matching.ranking.partitions`), and ``run`` the cut whose messages make
    them, empty where nobody will. ``seen`` is the snapshot of the market that it was made from, as
    :class:`matchmaking.matching.ranking.market_changes.ScoredSnapshot` has it. Written by :mod:`matchmaking.matching.services` only.
    """

    basis = models.CharField(max_length=120, blank=True)
    scored_at = models.DateTimeField(null=True)
    run = models.CharField(max_length=12, blank=True)
    left = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    seen = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="scoring_is_one_row", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.basis
