"""The audited truth behind an offer's weeks."""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.listings.models.offers import CapacityOffer, WeeksField
from matchmaking.listings.states import EntryKind


class LedgerEntry(models.Model):
    """One step in the ledger: pairs per week from ``anchor_week``. Never changed.

    ``publish`` sets the published pairs of all weeks of the horizon to ``pairs``;
    ``hold`` takes ``pairs`` from free; ``book`` turns a hold (``of``) into booked;
    ``release`` gives a hold or a booking (``of``) back.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    offer = models.ForeignKey(CapacityOffer, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=8, choices=EntryKind.choices)
    anchor_week = models.DateField(_("first week"))
    pairs = WeeksField(verbose_name=_("pairs"))
    of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers"
    )
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.CheckConstraint(
                name="ledger_entry_follows_where_it_must",
                condition=Q(kind__in=[EntryKind.PUBLISH, EntryKind.HOLD], of__isnull=True)
                | Q(kind__in=[EntryKind.BOOK, EntryKind.RELEASE], of__isnull=False),
            ),
            # Below the offer's lock: of two bookings of one hold the second fails in any case.
            models.UniqueConstraint(
                fields=["of", "kind"], name="ledger_entry_followed_once_per_kind"
            ),
            models.CheckConstraint(
                name="ledger_entry_week_is_a_monday",
                condition=Q(anchor_week__iso_week_day=1),
            ),
        ]
        indexes = [models.Index(fields=["offer", "id"], name="ledger_entry_of_offer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.offer_id}"


class LedgerCheck(models.Model):
    """One run of the nightly check; ``differences`` as its service found them."""

    at = models.DateTimeField(_("at"))
    checked = models.PositiveIntegerField(_("offers checked"))
    wrong = models.PositiveIntegerField(_("offers that differ"))
    differences = models.JSONField(_("differences"), default=list)

    class Meta:
        verbose_name = _("check of the ledgers")
        verbose_name_plural = _("checks of the ledgers")
        constraints = [
            models.CheckConstraint(
                name="ledger_check_counts_fit", condition=Q(wrong__lte=models.F("checked"))
            ),
        ]
        indexes = [models.Index(fields=["at"], name="ledger_check_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.wrong} / {self.checked}"
