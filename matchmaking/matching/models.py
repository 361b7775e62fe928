"""Matches with their reasons, and the profile that scored them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.codes import new_code
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.states import MatchState, ProfileState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from accounts.models import User


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
    volume = _weight(_("weight of volume"), 0.30)
    category = _weight(_("weight of category"), 0.20)
    lead_time = _weight(_("weight of lead time"), 0.25)
    price = _weight(_("weight of price"), 0.10)
    place = _weight(_("weight of place"), 0.08)
    freshness = _weight(_("weight of freshness"), 0.07)
    wished_buffer_days = models.PositiveSmallIntegerField(
        _("days of slack that give full marks"), default=21
    )
    min_score = models.FloatField(
        _("lowest score that is proposed"),
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(_("activated"), null=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
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
        return f"{self.name} (v{self.version})"


class MatchQuerySet(models.QuerySet["Match"]):
    """Matches, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> MatchQuerySet:
        """Proposed matches of own companies' posts; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("matching.view_match"):
            return self
        own = Q(order__company__memberships__user=user) | Q(offer__company__memberships__user=user)
        return self.filter(own, state=MatchState.PROPOSED).distinct()

    def proposed(self) -> MatchQuerySet:
        """Matches that stand."""
        return self.filter(state=MatchState.PROPOSED)


class Match(models.Model):
    """An order and an offer that fit, as of the versions that were scored.

    It stands while it is among the best of its order or of its offer
    (``order_rank``, ``offer_rank``, 1 is best, NULL is outside). ``assessment`` holds
    the gates and factors with their numbers, as
    ``matchmaking.engine.types.Assessment.as_dict`` gives them. Written by
    :mod:`matchmaking.matching.services` only.
    """

    code = models.UUIDField(default=new_code, unique=True, editable=False)
    order = models.ForeignKey(
        ProcessingOrder, on_delete=models.CASCADE, related_name="matches", verbose_name=_("order")
    )
    offer = models.ForeignKey(
        CapacityOffer, on_delete=models.CASCADE, related_name="matches", verbose_name=_("offer")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=MatchState.choices, default=MatchState.PROPOSED
    )
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    order_rank = models.PositiveSmallIntegerField(
        _("place among the offers of the order"), null=True
    )
    offer_rank = models.PositiveSmallIntegerField(
        _("place among the orders of the offer"), null=True
    )
    assessment = models.JSONField()
    order_version = models.PositiveIntegerField(_("version of the order"))
    offer_version = models.PositiveIntegerField(_("version of the offer"))
    profile = models.ForeignKey(
        ScoringProfile,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("scoring profile"),
    )
    proposed_at = models.DateTimeField(_("proposed"))
    scored_at = models.DateTimeField(_("scored"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.UniqueConstraint(fields=["order", "offer"], name="match_once_per_pair"),
            models.CheckConstraint(
                name="match_score_between_0_and_100",
                condition=Q(score__gte=0, score__lte=100),
            ),
            models.CheckConstraint(
                name="match_stands_by_a_rank_or_is_withdrawn",
                condition=Q(state=MatchState.WITHDRAWN, withdrawn_at__isnull=False)
                | Q(state=MatchState.PROPOSED, withdrawn_at=None)
                & (Q(order_rank__isnull=False) | Q(offer_rank__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["order", "order_rank"],
                name="match_of_order",
                condition=Q(state=MatchState.PROPOSED),
            ),
            models.Index(
                fields=["offer", "offer_rank"],
                name="match_of_offer",
                condition=Q(state=MatchState.PROPOSED),
            ),
        ]

    def __str__(self) -> str:
        return f"match {self.code}"


class NearMiss(models.Model):
    """A pair that fails by one cause, the smallest change that would mend it, its score then.

    Kept, like a match, while it is among the best of its order or of its offer by
    ``score_now``, the score that it has as it is. ``change`` holds what
    ``matchmaking.engine.near_miss.NearMiss.as_dict`` gives, and ``score`` the score after
    it; both are empty where no single change suffices, so that such a pair is tried once.
    """

    order = models.ForeignKey(ProcessingOrder, on_delete=models.CASCADE, related_name="near_misses")
    offer = models.ForeignKey(CapacityOffer, on_delete=models.CASCADE, related_name="near_misses")
    score_now = models.DecimalField(max_digits=5, decimal_places=2)
    order_rank = models.PositiveSmallIntegerField(null=True)
    offer_rank = models.PositiveSmallIntegerField(null=True)
    gate = models.CharField(max_length=20, blank=True)
    change = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    order_version = models.PositiveIntegerField()
    offer_version = models.PositiveIntegerField()
    profile = models.ForeignKey(ScoringProfile, on_delete=models.PROTECT, related_name="+")
    scored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("near miss")
        verbose_name_plural = _("near misses")
        constraints = [
            models.UniqueConstraint(fields=["order", "offer"], name="near_miss_once_per_pair"),
            models.CheckConstraint(
                name="near_miss_stands_by_a_rank",
                condition=Q(order_rank__isnull=False) | Q(offer_rank__isnull=False),
            ),
            models.CheckConstraint(
                name="near_miss_change_has_gate_and_score",
                condition=Q(gate="", score=None) | (~Q(gate="") & Q(score__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-score"], name="near_miss_of_order"),
            models.Index(fields=["offer", "-score"], name="near_miss_of_offer"),
        ]

    def __str__(self) -> str:
        return f"near miss {self.order_id} {self.offer_id}"


class Scoring(models.Model):
    """What all standing matches were scored by: one row, and the lock of all rescoring.

    A changed post is scored alone only while ``basis`` is what it was at the last full
    scoring: the day, the profile, the likeness of categories, the length of the lists.
    """

    basis = models.CharField(max_length=120, blank=True)
    scored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="scoring_is_one_row", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.basis
