"""The market as everybody may know it: its two lists, and its figures day by day."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.companies import OfCompanyQuerySet
from matchmaking.listings.models.offers import CapacityOffer
from matchmaking.listings.models.orders import ProcessingOrder


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


class MarketVersion(models.Model):
    """A post as it was when it last left the market.

    Who may read the post goes on reading this until it is on the market again: what nobody
    published, nobody reads. ``figures`` holds its fields, and its links as ids.
    """

    order = models.OneToOneField(
        ProcessingOrder, on_delete=models.CASCADE, null=True, related_name="market_version"
    )
    offer = models.OneToOneField(
        CapacityOffer, on_delete=models.CASCADE, null=True, related_name="market_version"
    )
    version = models.PositiveIntegerField()
    figures = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="market_version_of_one_post",
                condition=Q(order=None) ^ Q(offer=None),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class SharedCard(models.Model):
    """What is shown of a company while its name is hidden, as coarse as several share it.

    ``order`` is the card beside its orders, ``offer`` the one beside its capacity: place, tier, size
    and the certificates that may be shown, as :mod:`matchmaking.listings.shared_cards` counts them.
    Without a post on that side it is empty, and nothing is shown.
    """

    company = models.OneToOneField(
        "accounts.Company", on_delete=models.CASCADE, related_name="shared_card"
    )
    order = models.JSONField(default=dict)
    offer = models.JSONField(default=dict)

    objects = OfCompanyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"card of {self.company_id}"
