"""A factory's supply."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.weeks import HORIZON_WEEKS
from matchmaking.listings.models.posts import (
    Post,
    PostQuerySet,
    post_constraints,
    post_indexes,
)
from matchmaking.listings.models.taxonomy import Category, Construction
from matchmaking.listings.states import PostState

MAX_WEEK_PAIRS = 5_000_000


class WeeksAddUp(Func):
    """SQL function of core's migration 0002.

    True when each array has 104 weeks, no pair count is below zero, and
    free + held + booked = published in every week.
    """

    function = "weeks_add_up"
    output_field = models.BooleanField()


class WeeksTotal(Func):
    """SQL function: the pairs of all weeks together."""

    function = "weeks_total"
    output_field = models.BigIntegerField()


class WeeksFirst(Func):
    """SQL function: the Monday of the first week with a pair, NULL without one."""

    function = "weeks_first"
    output_field = models.DateField()


class WeeksLast(Func):
    """SQL function: the Monday of the last week with a pair, NULL without one."""

    function = "weeks_last"
    output_field = models.DateField()


def empty_weeks() -> list[int]:
    return [0] * HORIZON_WEEKS


class CapacityOfferQuerySet(PostQuerySet["CapacityOffer"]):
    """Offers, by who may see them."""


WEEK_FIELDS = ["published", "free", "held", "booked", "free_pairs", "free_from", "free_until"]


@pghistory.track(exclude=WEEK_FIELDS)
class CapacityOffer(Post):
    """Pairs per ISO week over 104 weeks from ``anchor_week``, a Monday.

    ``published`` = ``free`` + ``held`` + ``booked``, week by week, each
    ``integer[104]``. The four arrays are changed by
    :mod:`matchmaking.listings.ledger` only; the entries there are the audited truth.
    """

    categories = models.ManyToManyField(
        Category, blank=True, related_name="+", verbose_name=_("categories")
    )
    constructions = models.ManyToManyField(
        Construction, blank=True, related_name="+", verbose_name=_("constructions")
    )
    anchor_week = models.DateField(_("first week"), null=True, blank=True)
    published = ArrayField(
        models.IntegerField(), size=HORIZON_WEEKS, default=empty_weeks, editable=False
    )
    free = ArrayField(
        models.IntegerField(), size=HORIZON_WEEKS, default=empty_weeks, editable=False
    )
    held = ArrayField(
        models.IntegerField(), size=HORIZON_WEEKS, default=empty_weeks, editable=False
    )
    booked = ArrayField(
        models.IntegerField(), size=HORIZON_WEEKS, default=empty_weeks, editable=False
    )
    free_pairs = models.GeneratedField(
        expression=WeeksTotal(F("free")),
        output_field=models.BigIntegerField(),
        db_persist=True,
        verbose_name=_("free pairs"),
    )
    free_from = models.GeneratedField(
        expression=WeeksFirst(F("free"), F("anchor_week")),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    free_until = models.GeneratedField(
        expression=WeeksLast(F("free"), F("anchor_week")),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    min_order_pairs = models.PositiveIntegerField(
        _("minimum order, pairs"), default=1, validators=[MinValueValidator(1)]
    )
    lead_days = models.PositiveSmallIntegerField(
        _("lead time before the first week, days"),
        default=0,
        validators=[MaxValueValidator(365)],
    )
    price_low_cny = models.DecimalField(
        _("price from, yuan a pair"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    price_high_cny = models.DecimalField(
        _("price to, yuan a pair"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    lines = models.PositiveSmallIntegerField(_("lasting lines"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("figures confirmed"), null=True, blank=True)

    objects = CapacityOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("capacity offer")
        verbose_name_plural = _("capacity offers")
        constraints = [
            *post_constraints("offer"),
            models.CheckConstraint(
                name="offer_anchor_is_a_monday",
                condition=Q(anchor_week=None) | Q(anchor_week__iso_week_day=1),
            ),
            models.CheckConstraint(
                name="offer_weeks_add_up",
                condition=WeeksAddUp(F("free"), F("held"), F("booked"), F("published")),
            ),
            models.CheckConstraint(
                name="offer_minimum_above_zero", condition=Q(min_order_pairs__gt=0)
            ),
            models.CheckConstraint(
                name="offer_price_range_in_order",
                condition=(Q(price_low_cny=None) | Q(price_low_cny__gt=0))
                & (Q(price_high_cny=None) | Q(price_high_cny__gt=0))
                & (
                    Q(price_low_cny=None)
                    | Q(price_high_cny=None)
                    | Q(price_high_cny__gte=F("price_low_cny"))
                ),
            ),
            models.CheckConstraint(
                name="offer_complete_unless_draft",
                condition=Q(state__in=[PostState.DRAFT, PostState.CLOSED])
                | (~Q(title="") & Q(anchor_week__isnull=False, confirmed_at__isnull=False)),
            ),
        ]
        indexes = post_indexes("offer")
