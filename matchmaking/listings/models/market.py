"""The market as everybody may know it: its two lists, and its figures day by day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """The two lists of the market."""

    ORDERS = "orders", _("Open orders")
    OFFERS = "offers", _("Free capacity")


class MarketSnapshot(models.Model):
    """The public figures of one day, as :mod:`matchmaking.listings.figures` sums them up."""

    day = models.DateField(_("day"), unique=True)
    taken_at = models.DateTimeField(_("counted"))
    figures = models.JSONField(_("figures"))

    class Meta:
        verbose_name = _("figures of the market")
        verbose_name_plural = _("figures of the market")

    def __str__(self) -> str:
        return self.day.isoformat()
