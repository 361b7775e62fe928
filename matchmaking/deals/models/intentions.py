"""Intentions of two firms, their figures version by version, who confirmed them, deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.deals.states import ENDED_STATES, IntentionState, WithdrawReason
from matchmaking.listings.models import CapacityOffer, Category, LedgerEntry, ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Company, User

MOST_PAIRS = 100_000_000
MOST_YUAN = 100_000


class IntentionQuerySet(models.QuerySet["Intention"]):
    """Intentions, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> IntentionQuerySet:
        """Those of the person's companies; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("deals.view_intention"):
            return self
        mine = user.memberships.values("company")
        return self.filter(Q(brand__in=mine) | Q(factory__in=mine))

    def in_full(self) -> IntentionQuerySet:
        return self.select_related(
            "brand__cluster", "factory__cluster", "order", "offer", "match", "terms", "confirmed"
        )


class Intention(models.Model):
    """A deal that a brand and a factory mean to make, of one order.

    ``terms`` are the figures proposed last, ``confirmed`` those that both sides confirmed; the
    two differ while a revision waits. An order and a factory have one live intention: signing
    again is a revision of it, so that nothing is counted twice. ``hold`` is what the ledger
    holds or has booked for the confirmed figures. ``category`` is the order's of that day.
    Written by :mod:`matchmaking.deals.services` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    match = models.ForeignKey(
        Match, on_delete=models.SET_NULL, null=True, related_name="intentions"
    )
    order = models.ForeignKey(
        ProcessingOrder,
        on_delete=models.SET_NULL,
        null=True,
        related_name="intentions",
        verbose_name=_("order"),
    )
    offer = models.ForeignKey(
        CapacityOffer,
        on_delete=models.SET_NULL,
        null=True,
        related_name="intentions",
        verbose_name=_("capacity"),
    )
    brand = models.ForeignKey(
        "accounts.Company", on_delete=models.PROTECT, related_name="+", verbose_name=_("brand")
    )
    factory = models.ForeignKey(
        "accounts.Company", on_delete=models.PROTECT, related_name="+", verbose_name=_("factory")
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("category")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=IntentionState.choices, default=IntentionState.PROPOSED
    )
    terms = models.ForeignKey(
        "IntentionTerms", on_delete=models.RESTRICT, null=True, related_name="+"
    )
    confirmed = models.ForeignKey(
        "IntentionTerms", on_delete=models.RESTRICT, null=True, related_name="+"
    )
    # The code of the docking event at which it was written down: events belong to an area above.
    event = models.UUIDField(_("docking event"), null=True, editable=False, db_index=True)
    hold = models.ForeignKey(LedgerEntry, on_delete=models.SET_NULL, null=True, related_name="+")
    # While the ledger holds weeks that no contract has booked.
    held_until = models.DateTimeField(_("weeks held until"), null=True)
    hold_reminded_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(_("proposed"))
    confirmed_at = models.DateTimeField(_("confirmed by both"), null=True)
    contract_number = models.CharField(
        _("contract number"), max_length=80, blank=True, validators=[no_control_characters]
    )
    contract_file = models.FileField(_("contract"), upload_to="contracts/%Y/%m/", blank=True)
    contract_file_name = models.CharField(max_length=120, blank=True)
    contracted_at = models.DateTimeField(_("contracted"), null=True)
    contracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(
        _("reason"), max_length=14, choices=WithdrawReason.choices, blank=True
    )
    end_note = models.TextField(
        _("note on the end"), max_length=1000, blank=True, validators=[no_control_characters]
    )
    ended_side = models.CharField(max_length=5, choices=MatchSide.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = IntentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("intention")
        verbose_name_plural = _("intentions")
        permissions = [
            ("act_on_intention", "Can record for a company"),
            ("publish_results", "Can publish results"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "factory"],
                name="intention_lives_once_per_order_and_factory",
                condition=~Q(state__in=ENDED_STATES),
            ),
            models.CheckConstraint(
                name="intention_is_between_two_firms", condition=~Q(brand=F("factory"))
            ),
            models.CheckConstraint(
                name="intention_ended_is_dated",
                condition=Q(state__in=ENDED_STATES) ^ Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="intention_withdrawn_has_its_reason",
                condition=Q(state=IntentionState.WITHDRAWN) ^ Q(end_reason=""),
            ),
            models.CheckConstraint(
                name="intention_confirmed_is_dated_with_its_figures",
                condition=Q(confirmed=None, confirmed_at=None)
                | Q(confirmed__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="intention_is_proposed_until_both_confirm",
                condition=~Q(state=IntentionState.PROPOSED) | Q(confirmed=None),
            ),
            models.CheckConstraint(
                name="intention_holds_until_a_moment",
                condition=Q(held_until=None) | Q(hold__isnull=False),
            ),
            models.CheckConstraint(
                name="intention_contracted_is_dated",
                condition=~Q(state__in=(IntentionState.CONTRACTED, IntentionState.DELIVERED))
                | Q(contracted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="intention_contract_file_is_named",
                condition=Q(contract_file="", contract_file_name="")
                | (~Q(contract_file="") & ~Q(contract_file_name="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_until"], name="intention_holds", condition=Q(held_until__isnull=False)
            ),
            models.Index(fields=["brand", "-proposed_at"], name="intention_of_brand"),
            models.Index(fields=["factory", "-proposed_at"], name="intention_of_factory"),
        ]

    def __str__(self) -> str:
        return f"intention {self.code}"

    def company(self, side: str) -> Company:
        return self.brand if side == MatchSide.ORDER else self.factory

    @property
    def standing(self) -> IntentionTerms:
        """Return the figures that count: those that both confirmed, before that the proposed."""
        return cast("IntentionTerms", self.confirmed or self.terms)

    @property
    def is_live(self) -> bool:
        return self.state not in ENDED_STATES

    @property
    def has_revision(self) -> bool:
        """Say whether figures wait that differ from those that both confirmed."""
        return self.is_live and self.confirmed_id is not None and self.terms_id != self.confirmed_id


class IntentionTerms(models.Model):
    """The figures of an intention as one side proposed them. Never changed."""

    intention = models.ForeignKey(Intention, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    pairs = models.PositiveIntegerField(
        _("pairs"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PAIRS)]
    )
    unit_price = models.DecimalField(_("yuan a pair"), max_digits=8, decimal_places=2)
    amount = models.GeneratedField(
        expression=F("pairs") * F("unit_price"),
        output_field=models.DecimalField(max_digits=18, decimal_places=2),
        db_persist=True,
        verbose_name=_("amount"),
    )
    first_week = models.DateField(_("first week of delivery"))
    last_week = models.DateField(_("last week of delivery"))
    note = models.TextField(
        _("note"), max_length=1000, blank=True, validators=[no_control_characters]
    )
    side = models.CharField(_("side"), max_length=5, choices=MatchSide.choices)
    is_on_behalf = models.BooleanField(_("entered by the association"), default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"))

    class Meta:
        verbose_name = _("figures of an intention")
        verbose_name_plural = _("figures of intentions")
        constraints = [
            models.UniqueConstraint(fields=["intention", "number"], name="terms_numbered_once"),
            models.CheckConstraint(
                name="terms_pairs_between_1_and_100_million",
                condition=Q(pairs__gte=1, pairs__lte=MOST_PAIRS),
            ),
            models.CheckConstraint(
                name="terms_price_above_0_yuan",
                condition=Q(unit_price__gt=0, unit_price__lte=MOST_YUAN),
            ),
            models.CheckConstraint(
                name="terms_weeks_are_mondays_in_order",
                condition=Q(
                    first_week__iso_week_day=1,
                    last_week__iso_week_day=1,
                    last_week__gte=F("first_week"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Confirmation(models.Model):
    """One side's yes to figures, with the name of who said it as it was then. Never changed."""

    terms = models.ForeignKey(
        IntentionTerms, on_delete=models.CASCADE, related_name="confirmations"
    )
    side = models.CharField(_("side"), max_length=5, choices=MatchSide.choices)
    name = models.CharField(_("name"), max_length=150)
    is_on_behalf = models.BooleanField(_("given to the association"), default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.UniqueConstraint(fields=["terms", "side"], name="confirmed_once_per_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.name}"


class Delivery(models.Model):
    """Pairs that were delivered on one day; an intention may have several."""

    intention = models.ForeignKey(Intention, on_delete=models.CASCADE, related_name="deliveries")
    pairs = models.PositiveIntegerField(_("pairs"))
    delivered_on = models.DateField(_("delivered"))
    is_on_behalf = models.BooleanField(_("recorded by the association"), default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(name="delivery_has_pairs", condition=Q(pairs__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.pairs} on {self.delivered_on}"
