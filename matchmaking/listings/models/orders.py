"""A brand's demand."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Certification
from matchmaking.core.text import no_control_characters
from matchmaking.listings.models.posts import (
    Post,
    PostQuerySet,
    post_constraints,
    post_indexes,
)
from matchmaking.listings.models.taxonomy import Category, Construction, Material
from matchmaking.listings.states import PostState

MAX_PAIRS = 50_000_000


class ToolingOwner(models.TextChoices):
    """Owners of moulds and lasts."""

    BRAND = "brand", _("The brand provides them")
    FACTORY = "factory", _("The factory provides them")
    OPEN = "open", _("To be agreed")


class SampleNeed(models.TextChoices):
    """Samples asked for before bulk."""

    NONE = "none", _("No sample")
    CONFIRM = "confirm", _("Confirmation sample")
    DEVELOP = "develop", _("Development with new tooling")


class ProcessingOrderQuerySet(PostQuerySet["ProcessingOrder"]):
    """Orders, by who may see them."""


@pghistory.track()
class ProcessingOrder(Post):
    """So many pairs of a category, due in a week.

    Weeks are Mondays; production may use the weeks ``earliest_start`` (or now) to
    ``due_week``, both included. Prices are yuan a pair, processing or finished as the
    notes say.
    """

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("category")
    )
    construction = models.ForeignKey(
        Construction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("construction"),
    )
    upper_material = models.ForeignKey(
        Material,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("upper material"),
    )
    sole_material = models.ForeignKey(
        Material,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sole material"),
    )
    pairs = models.PositiveIntegerField(
        _("pairs"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_PAIRS)],
    )
    colourways = models.PositiveSmallIntegerField(
        _("colourways"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    size_run = models.CharField(
        _("size run"), max_length=120, blank=True, validators=[no_control_characters]
    )
    target_unit_price_cny = models.DecimalField(
        _("target price, yuan a pair"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    earliest_start = models.DateField(_("earliest start (week)"), null=True, blank=True)
    due_week = models.DateField(_("due week"), null=True, blank=True)
    splittable = models.BooleanField(_("may be split over several factories"), default=False)
    smallest_part = models.PositiveIntegerField(
        _("smallest part, pairs"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    most_factories = models.PositiveSmallIntegerField(
        _("most factories"), null=True, blank=True, validators=[MinValueValidator(2)]
    )
    certifications = models.ManyToManyField(
        Certification, blank=True, related_name="+", verbose_name=_("required certificates")
    )
    moulds_by = models.CharField(
        _("moulds"), max_length=8, choices=ToolingOwner.choices, blank=True
    )
    lasts_by = models.CharField(_("lasts"), max_length=8, choices=ToolingOwner.choices, blank=True)
    sample_need = models.CharField(
        _("samples"), max_length=8, choices=SampleNeed.choices, blank=True
    )
    destination_markets = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        verbose_name=_("destination markets"),
    )

    objects = ProcessingOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("processing order")
        verbose_name_plural = _("processing orders")
        constraints = [
            *post_constraints("order"),
            models.CheckConstraint(
                name="order_pairs_above_zero",
                condition=Q(pairs=None) | Q(pairs__gt=0, pairs__lte=MAX_PAIRS),
            ),
            models.CheckConstraint(
                name="order_price_above_zero",
                condition=Q(target_unit_price_cny=None) | Q(target_unit_price_cny__gt=0),
            ),
            models.CheckConstraint(
                name="order_weeks_are_mondays",
                condition=(Q(due_week=None) | Q(due_week__iso_week_day=1))
                & (Q(earliest_start=None) | Q(earliest_start__iso_week_day=1)),
            ),
            models.CheckConstraint(
                name="order_due_not_before_start",
                condition=Q(due_week=None)
                | Q(earliest_start=None)
                | Q(due_week__gte=F("earliest_start")),
            ),
            models.CheckConstraint(
                name="order_part_fits_order",
                condition=Q(smallest_part=None)
                | Q(splittable=True, smallest_part__gt=0, smallest_part__lte=F("pairs")),
            ),
            models.CheckConstraint(
                name="order_split_is_described",
                condition=Q(splittable=False, smallest_part=None, most_factories=None)
                | Q(
                    splittable=True,
                    smallest_part__isnull=False,
                    most_factories__gte=2,
                ),
            ),
            # Closed too: a draft that nobody completed can be closed as it is.
            # PostgreSQL's NaN is above every number: a bound above refuses it.
            models.CheckConstraint(
                name="order_price_is_a_number",
                condition=Q(target_unit_price_cny=None) | Q(target_unit_price_cny__lte=1_000_000),
            ),
            models.CheckConstraint(
                name="order_complete_unless_draft",
                condition=Q(state__in=[PostState.DRAFT, PostState.CLOSED])
                | (
                    ~Q(title="")
                    & Q(
                        category__isnull=False,
                        pairs__isnull=False,
                        target_unit_price_cny__isnull=False,
                        due_week__isnull=False,
                    )
                ),
            ),
        ]
        indexes = [
            *post_indexes("order"),
            # Candidates of an offer that changed (matching/ranking): by category, still due.
            models.Index(
                fields=["category", "due_week"],
                name="order_candidates",
                condition=Q(state=PostState.PUBLISHED),
            ),
        ]
        permissions = [("moderate_posts", "Can approve and reject posts")]


class Attachment(models.Model):
    """A file with an order: a drawing, a photo, a bill of materials."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    order = models.ForeignKey(ProcessingOrder, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), upload_to="attachments/")
    name = models.CharField(_("name"), max_length=120, validators=[no_control_characters])
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(_("size, bytes"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name
