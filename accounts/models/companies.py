"""Companies: one legal body, one Unified Social Credit Code."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import LAPSED, CompanyKind, SizeBand, VerificationTier
from accounts.models.places import Certification, Cluster
from accounts.search_key import KEY, FoldName
from accounts.states import CompanyStatus
from matchmaking.core import countries
from matchmaking.core.folding import fold
from matchmaking.core.localized import localized
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_day

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.people import User


Row = TypeVar("Row", bound=models.Model)
MAINLAND = "CN"


class CompanyGroup(models.Model):
    """Companies under one roof: they are never matched with each other."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("group of companies")
        verbose_name_plural = _("groups of companies")

    def __str__(self) -> str:
        return self.name


def _has_people() -> Exists:
    return Exists(Company.members.through._default_manager.filter(company=OuterRef("pk")))  # noqa: SLF001 - Django's documented name


class CompanyQuerySet(models.QuerySet["Company"]):
    """Companies, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> CompanyQuerySet:
        """Own companies; officers see all. Strangers see no company as a company."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("accounts.view_company"):
            return self
        return self.filter(memberships__user=user)

    def active(self) -> CompanyQuerySet:
        return self.filter(status=CompanyStatus.ACTIVE)

    def waiting(self) -> CompanyQuerySet:
        return self.filter(status=CompanyStatus.PENDING, returned_at=None)

    def taking_part(self) -> CompanyQuerySet:
        return self.filter(_has_people())

    def listed_only(self) -> CompanyQuerySet:
        return self.filter(~_has_people())


@pghistory.track(exclude=["search_key"])
class Company(models.Model):  # type: ignore[django-manager-missing]  # knox has no types
    """A brand, a factory, or both.

    ``status`` and ``tier`` are changed by :mod:`accounts.services` only. ``version`` rises
    with every change that matching reads: status, kind, place, tier, certificates, blocks.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    name_zh = models.CharField(
        _("legal name"),
        max_length=120,
        validators=[no_control_characters],
    )
    name_en = models.CharField(
        _("name in English"),
        max_length=160,
        blank=True,
        validators=[no_control_characters],
    )
    uscc = models.CharField(  # noqa: DJ001 - unique where given, and many have none
        _("Unified Social Credit Code"), max_length=18, null=True, blank=True
    )
    country = models.CharField(_("country"), max_length=2, default=MAINLAND)
    registration_number = models.CharField(
        _("registration number abroad"),
        max_length=40,
        blank=True,
        validators=[no_control_characters],
    )
    uscc_warning = models.CharField(_("warning about the USCC"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=CompanyKind.choices)
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("cluster")
    )
    division_code = models.CharField(
        _("division code"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^\d{6}$", _("A division code has six digits."))],
    )
    address = models.CharField(
        _("address"), max_length=200, blank=True, validators=[no_control_characters]
    )
    size_band = models.CharField(_("size"), max_length=12, choices=SizeBand.choices, blank=True)
    # What a source says in its own bounds, like 1,001–5,000: the band is its middle's and no fact.
    size_said = models.CharField(
        _("size as its source says"),
        max_length=40,
        blank=True,
        validators=[no_control_characters],
    )
    group = models.ForeignKey(
        CompanyGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="companies",
        verbose_name=_("group of companies"),
    )
    status = models.CharField(
        _("state"),
        max_length=10,
        choices=CompanyStatus.choices,
        default=CompanyStatus.PENDING,
    )
    returned_at = models.DateTimeField(_("sent back"), null=True, blank=True)
    returned_reason = models.TextField(_("what has to be corrected"), blank=True)
    status_reason = models.TextField(_("reason of suspension or closing"), blank=True)
    recheck_edits = models.BooleanField(_("check edits of published posts"), default=False)
    most_blocks = models.PositiveSmallIntegerField(
        _("firms that it may keep out within a year"), default=5
    )
    tier = models.CharField(
        _("verification"),
        max_length=10,
        choices=VerificationTier.choices,
        default=VerificationTier.NONE,
    )
    tier_on = models.DateField(_("verified on"), null=True, blank=True)
    tier_expires_on = models.DateField(_("verification expires on"), null=True, blank=True)
    tier_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verified by"),
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    own_reference = models.CharField(_("reference in the source"), max_length=80, blank=True)
    # Generated by the database from the names above: no writer can forget it.
    search_key = models.GeneratedField(
        expression=KEY, output_field=models.TextField(), db_persist=True
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    members: models.ManyToManyField[User, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="accounts.Membership", related_name="companies"
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.UniqueConstraint(fields=["uscc"], name="company_uscc_once"),
            models.UniqueConstraint(
                fields=["source", "own_reference"],
                condition=~Q(own_reference=""),
                name="company_reference_once_per_source",
            ),
            models.CheckConstraint(
                name="company_kind_known", condition=Q(kind__in=CompanyKind.values)
            ),
            models.CheckConstraint(
                name="company_status_known", condition=Q(status__in=CompanyStatus.values)
            ),
            models.CheckConstraint(name="company_name_given", condition=~Q(name_zh="")),
            models.CheckConstraint(
                name="company_uscc_given_or_null",
                condition=Q(uscc=None) | Q(uscc__regex=r"^[0-9A-Z]{18}$"),
            ),
            # A register abroad gives no USCC, and a company here has no other number.
            models.CheckConstraint(
                name="company_number_of_its_country",
                condition=Q(country=MAINLAND, registration_number="")
                | (~Q(country=MAINLAND) & Q(uscc=None)),
            ),
            models.CheckConstraint(
                name="company_country_is_a_code", condition=Q(country__regex=r"^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="company_tier_is_dated",
                condition=Q(tier=VerificationTier.NONE)
                | Q(tier_on__isnull=False, tier_expires_on__gte=F("tier_on")),
            ),
            models.CheckConstraint(
                name="company_returned_with_reason",
                condition=Q(returned_at=None) | ~Q(returned_reason=""),
            ),
            models.CheckConstraint(
                name="company_returned_only_while_pending",
                condition=Q(returned_at=None) | Q(status=CompanyStatus.PENDING),
            ),
            models.CheckConstraint(
                name="company_size_known", condition=Q(size_band__in=["", *SizeBand.values])
            ),
            models.CheckConstraint(
                name="company_tier_known", condition=Q(tier__in=VerificationTier.values)
            ),
        ]
        indexes = [
            # The officers' queue, the oldest first: a handful of rows among all.
            models.Index(
                fields=["created_at"],
                name="company_queue",
                condition=Q(status=CompanyStatus.PENDING, returned_at=None),
            ),
        ]
        permissions = [
            ("moderate_company", "Can approve, return and suspend companies"),
            ("view_contacts", "Can see the contacts of companies"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)

    @property
    def size_text(self) -> str:
        """The size as its source says it, else the band, "" for neither."""
        if self.size_said:
            return gettext("%(range)s workers") % {"range": self.size_said}
        return str(self.get_size_band_display())

    @property
    def uscc_warning_text(self) -> str:
        return gettext(self.uscc_warning) if self.uscc_warning else ""

    @property
    def is_active(self) -> bool:
        return self.status == CompanyStatus.ACTIVE

    @property
    def is_open(self) -> bool:
        """Whether its people may prepare and submit: active, or still waiting for the association."""
        return self.status in {CompanyStatus.PENDING, CompanyStatus.ACTIVE}

    @property
    def country_name(self) -> str:
        return countries.name_of(self.country)

    @property
    def tier_today(self) -> str:
        """The tier that is vouched for today: "lapsed" once its day has passed."""
        ends = self.tier_expires_on
        if self.tier == VerificationTier.NONE or ends is None:
            return str(VerificationTier.NONE)
        return self.tier if ends >= trade_day() else LAPSED

    @property
    def can_order(self) -> bool:
        return self.kind in {CompanyKind.BRAND, CompanyKind.BOTH}

    @property
    def can_make(self) -> bool:
        return self.kind in {CompanyKind.FACTORY, CompanyKind.BOTH}


class OfCompanyQuerySet(models.QuerySet[Row]):
    """Rows that belong to a company: seen by whoever sees the company."""

    def visible_to(self, user: User | AnonymousUser) -> OfCompanyQuerySet[Row]:
        return self.filter(company__in=Company.objects.visible_to(user))


class ListEntryQuerySet(models.QuerySet["ListEntry"]):
    """Entries of the association's lists, which everybody who is signed in may search."""

    def called(self, *, uscc: str = "", name: str = "") -> ListEntryQuerySet:
        """Return the entries with this USCC or this full name, folded alike.

        Brackets, width, blanks, dots, case and traditional characters tell no two names apart.
        """
        wanted = Q(pk=None)
        if uscc:
            wanted |= Q(uscc=uscc)
        if not fold(name):
            return self.filter(wanted)
        rows = self.annotate(
            folded_zh=FoldName("name_zh"),
            folded_en=FoldName("name_en"),
            typed=FoldName(models.Value(name)),
        )
        return rows.filter(wanted | Q(folded_zh=F("typed")) | Q(folded_en=F("typed")))


class ListEntry(models.Model):
    """A company as a list of the association names it, whatever it became since.

    The search for one's own company reads this and nothing of the company itself: what it finds
    does not change when somebody begins to act for it, and so tells nobody that it takes part.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="listing")
    uscc = models.CharField(max_length=18, blank=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    cluster = models.ForeignKey(Cluster, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["uscc"], name="listed_by_uscc", condition=~Q(uscc="")),
            models.Index(fields=["name_zh"], name="listed_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)


class BlockQuerySet(OfCompanyQuerySet["Block"]):
    """Blocks, by when they hold."""

    def standing(self) -> BlockQuerySet:
        return self.filter(ended_at=None)

    def in_force_on(self, day: dt.date) -> BlockQuerySet:
        """Return the blocks that the market of that day of the trade heeds: made before it, not ended before.

        The answer to one block, alone and at once, would name whoever disappears.
        """
        begin = dt.datetime.combine(day, dt.time.min, timezone.get_default_timezone())
        return self.filter(Q(ended_at=None) | Q(ended_at__gte=begin), created_at__lt=begin)


class Block(models.Model):
    """A partner that a company does not want to be matched with.

    It keeps what was typed, a USCC or a company's code, and never whether such a
    company exists: a list of blocks must not tell who takes part. One that ended stays for a year,
    since blocks are counted by what was tried (``Company.most_blocks``).
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="blocks")
    uscc = models.CharField(_("Unified Social Credit Code"), max_length=18, blank=True)
    partner_code = models.UUIDField(_("company code"), null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uscc"],
                condition=~Q(uscc="") & Q(ended_at=None),
                name="block_uscc_once",
            ),
            models.UniqueConstraint(
                fields=["company", "partner_code"],
                condition=Q(ended_at=None),
                name="block_partner_once",
            ),
            models.CheckConstraint(
                name="block_by_uscc_or_code",
                condition=Q(uscc="", partner_code__isnull=False)
                | (~Q(uscc="") & Q(partner_code=None)),
            ),
        ]
        indexes = [models.Index(fields=["uscc"], name="block_of_uscc", condition=~Q(uscc=""))]

    def __str__(self) -> str:
        return f"{self.company_id} blocks {self.uscc or self.partner_code}"


@pghistory.track()
class Certificate(models.Model):
    """A certificate that a company holds, with its proof.

    It counts, for matching and on cards, once an officer has seen the proof: ``reviewed_at``.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="certificates", verbose_name=_("company")
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, verbose_name=_("certification")
    )
    number = models.CharField(
        _("number"), max_length=80, blank=True, validators=[no_control_characters]
    )
    expires_on = models.DateField(_("valid until"))
    entered_on = models.DateField(_("entered"), default=timezone.localdate)  # noqa: TID251 - migrations name it
    proof = models.FileField(_("proof"), upload_to="certificates/", blank=True)
    proof_name = models.CharField(max_length=120, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfCompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "certification"], name="certificate_once_per_company"
            ),
            models.CheckConstraint(
                name="certificate_valid_when_entered",
                condition=Q(expires_on__gte=F("entered_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.certification_id}"


class Verification(models.Model):
    """One act of verification: who saw what, when, and how long it holds."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="verifications")
    tier = models.CharField(_("tier"), max_length=10, choices=VerificationTier.choices)
    on = models.DateField(_("verified on"))
    expires_on = models.DateField(_("expires on"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    lines_seen = models.PositiveSmallIntegerField(_("lines seen"), null=True, blank=True)
    workers_seen = models.PositiveIntegerField(_("workers seen"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfCompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = [
            models.CheckConstraint(
                name="verification_expires_later",
                condition=Q(expires_on__gte=F("on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.tier} {self.on}"
