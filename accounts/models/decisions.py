"""Officers' decisions about companies: claims, disputes, and how many firms one may keep out."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.companies import Company, OfCompanyQuerySet
from accounts.states import DecisionStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.people import User


class Decision(models.Model):
    """Asked by a person, answered by an officer."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    status = models.CharField(
        _("state"),
        max_length=10,
        choices=DecisionStatus.choices,
        default=DecisionStatus.OPEN,
    )
    note = models.TextField(_("reason given"), blank=True)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_note = models.TextField(_("the officer's reason"), blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_status_known", condition=Q(status__in=DecisionStatus.values)
            ),
            models.CheckConstraint(
                name="%(class)s_decided_is_dated",
                condition=Q(status=DecisionStatus.OPEN, decided_at=None)
                | (~Q(status=DecisionStatus.OPEN) & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)


class ClaimQuerySet(models.QuerySet["CompanyClaim"]):
    """Claims, by who may see them."""

    def visible_to(self, user: "User | AnonymousUser") -> "ClaimQuerySet":
        """Own claims; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("accounts.view_companyclaim"):
            return self
        return self.filter(claimed_by=user)


class DisputeQuerySet(models.QuerySet["UsccDispute"]):
    """Disputes, by who may see them."""

    def visible_to(self, user: "User | AnonymousUser") -> "DisputeQuerySet":
        if user.is_active and user.is_staff and user.has_perm("accounts.view_usccdispute"):
            return self
        return self.none()


class CompanyClaim(Decision):
    """A person says: this company that you imported is ours."""

    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="claims", verbose_name=_("company")
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("claimed by"),
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim to a company")
        verbose_name_plural = _("claims to companies")
        constraints = [
            *Decision.Meta.constraints,
            models.UniqueConstraint(
                fields=["company", "claimed_by"],
                condition=Q(status=DecisionStatus.OPEN),
                name="claim_open_once_per_person",
            ),
        ]

    @property
    def company_name(self) -> str:
        """Return the name as the list has it: what people of the company call it now is theirs to tell."""
        listing = getattr(self.company, "listing", None)
        return listing.name if listing else self.company.name


class UsccDispute(Decision):
    """Two companies name the same USCC; the second one waits here for an officer."""

    uscc = models.CharField(_("Unified Social Credit Code"), max_length=18)
    holder = models.ForeignKey(
        Company,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("holder"),
    )
    claimant = models.ForeignKey(
        Company,
        on_delete=models.CASCADE,
        related_name="uscc_disputes",
        verbose_name=_("second claimant"),
    )

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute over a USCC")
        verbose_name_plural = _("disputes over USCCs")
        constraints = [
            *Decision.Meta.constraints,
            models.UniqueConstraint(
                fields=["uscc", "claimant"],
                condition=Q(status=DecisionStatus.OPEN),
                name="dispute_open_once_per_claimant",
            ),
            models.CheckConstraint(
                name="dispute_of_two_companies", condition=~Q(holder=F("claimant"))
            ),
        ]


class BlockRequest(Decision):
    """A company wants to keep out more firms within a year than it may by itself."""

    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="block_requests", verbose_name=_("company")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    more = models.PositiveSmallIntegerField(_("more firms to keep out"))

    objects = OfCompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to keep out more firms")
        verbose_name_plural = _("requests to keep out more firms")
        constraints = [
            *Decision.Meta.constraints,
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(status=DecisionStatus.OPEN),
                name="block_request_open_once",
            ),
            models.CheckConstraint(
                name="block_request_of_some_firms", condition=Q(more__gte=1, more__lte=50)
            ),
        ]
