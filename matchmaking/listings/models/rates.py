"""Rates of exchange that officers keep, by day."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters

RATE_LASTS_DAYS = 31  # an older rate is no longer shown: the writer is asked for yuan


class Currency(models.TextChoices):
    """Currencies in which the trade names prices, beside the yuan."""

    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")
    GBP = "GBP", _("Pound sterling")
    HKD = "HKD", _("Hong Kong dollar")
    TWD = "TWD", _("New Taiwan dollar")
    JPY = "JPY", _("Yen")
    KRW = "KRW", _("Won")
    VND = "VND", _("Dong")
    INR = "INR", _("Indian rupee")
    RUB = "RUB", _("Rouble")


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    """Rates, by the day on which they are asked for."""

    def on(self, currency: str, day: dt.date) -> ExchangeRate | None:
        """Return the last rate up to ``day`` that is not older than ``RATE_LASTS_DAYS``."""
        oldest = day - dt.timedelta(days=RATE_LASTS_DAYS)
        return self.filter(currency=currency, day__gt=oldest, day__lte=day).order_by("-day").first()


@pghistory.track()
class ExchangeRate(models.Model):
    """Yuan for one unit of a currency, as ``source`` published it for a day."""

    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    day = models.DateField(_("day"))
    yuan = models.DecimalField(
        _("yuan for one unit"),
        max_digits=12,
        decimal_places=6,
        validators=[MinValueValidator(Decimal("0.000001"))],
    )
    source = models.CharField(
        _("source"),
        max_length=120,
        validators=[no_control_characters],
        help_text=_("Whose rate it is, for example the central parity of the day."),
    )

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate of exchange")
        verbose_name_plural = _("rates of exchange")
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="rate_once_a_day"),
            models.CheckConstraint(name="rate_above_zero", condition=Q(yuan__gt=0)),
            models.CheckConstraint(
                name="rate_currency_known", condition=Q(currency__in=Currency.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"

    def in_yuan(self, amount: Decimal) -> Decimal:
        """Return the amount in yuan, rounded to the fen."""
        return (amount * self.yuan).quantize(Decimal("0.01"), ROUND_HALF_UP)
