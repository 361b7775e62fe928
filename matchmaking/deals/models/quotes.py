"""Quotes on an order, version by version, what happened to them, and rounds of sealed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.deals.models.intentions import Intention
from matchmaking.deals.states import OPEN_QUOTES, QuoteDeclineReason, QuoteState
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Company, User


class SealedRound(models.Model):
    """The moment until which quotes on an order stay sealed, and what its opening published.

    ``leaves`` are the hashes of all documents that were handed in, in order; ``root`` is the
    Merkle root over them. Both are there from the opening on. Written by
    :mod:`matchmaking.deals.services.rounds` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    order = models.OneToOneField(
        ProcessingOrder,
        on_delete=models.CASCADE,
        related_name="sealed_round",
        verbose_name=_("order"),
    )
    opens_at = models.DateTimeField(_("opens"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("asked for"))
    opened_at = models.DateTimeField(_("opened"), null=True)
    leaves = models.JSONField(default=list, blank=True)
    root = models.CharField(_("Merkle root"), max_length=64, blank=True)
    # Of the nightly check: when it was, and how many versions were not what was handed in.
    verified_at = models.DateTimeField(_("checked"), null=True)
    broken = models.PositiveIntegerField(_("not as handed in"), default=0)

    class Meta:
        verbose_name = _("round of sealed quotes")
        verbose_name_plural = _("rounds of sealed quotes")
        constraints = [
            models.CheckConstraint(
                name="round_opened_has_its_root",
                condition=Q(opened_at=None, root="") | Q(opened_at__isnull=False) & ~Q(root=""),
            ),
            models.CheckConstraint(
                name="round_opens_not_before_its_moment",
                condition=Q(opened_at=None) | Q(opened_at__gte=F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.code}"

    @property
    def is_sealed(self) -> bool:
        return self.opened_at is None


class QuoteQuerySet(models.QuerySet["Quote"]):
    """Quotes, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> QuoteQuerySet:
        """Those of the person's companies, a draft the factory's alone; officers see all others."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("deals.view_quote"):
            return self.exclude(state=QuoteState.DRAFT)
        mine = user.memberships.values("company")
        return self.filter(Q(factory__in=mine) | Q(brand__in=mine) & ~Q(state=QuoteState.DRAFT))

    def open(self) -> QuoteQuerySet:
        return self.filter(state__in=OPEN_QUOTES)

    def in_full(self) -> QuoteQuerySet:
        return self.select_related(
            "brand__cluster",
            "factory__cluster",
            "order__sealed_round",
            "offer",
            "match",
            "current",
            "correction",
            "intention",
        )


class Quote(models.Model):
    """A factory's offer on an order; an order and a factory have one that is open.

    ``current`` is the version that stands. ``asked`` is what the order asked for when the factory
    last stood by its quote: while the order asks for something else, nobody can accept it.
    ``draft`` is what was typed and not handed in. ``valid_until`` repeats the date of the terms,
    and is empty as long as they are sealed. Written by :mod:`matchmaking.deals.services` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    match = models.ForeignKey(Match, on_delete=models.SET_NULL, null=True, related_name="quotes")
    order = models.ForeignKey(
        ProcessingOrder,
        on_delete=models.SET_NULL,
        null=True,
        related_name="quotes",
        verbose_name=_("order"),
    )
    offer = models.ForeignKey(
        CapacityOffer,
        on_delete=models.SET_NULL,
        null=True,
        related_name="quotes",
        verbose_name=_("capacity"),
    )
    brand = models.ForeignKey(
        "accounts.Company", on_delete=models.PROTECT, related_name="+", verbose_name=_("brand")
    )
    factory = models.ForeignKey(
        "accounts.Company", on_delete=models.PROTECT, related_name="+", verbose_name=_("factory")
    )
    state = models.CharField(
        _("state"), max_length=14, choices=QuoteState.choices, default=QuoteState.DRAFT
    )
    current = models.ForeignKey(
        "QuoteVersion", on_delete=models.RESTRICT, null=True, related_name="+"
    )
    correction = models.ForeignKey(
        "QuoteVersion", on_delete=models.RESTRICT, null=True, related_name="+"
    )
    asked = models.JSONField(default=dict, blank=True)
    draft = models.JSONField(null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    wish = models.TextField(
        _("wish of the brand"), max_length=1000, blank=True, validators=[no_control_characters]
    )
    wished_at = models.DateTimeField(null=True)
    accepted_pairs = models.PositiveIntegerField(_("accepted pairs"), null=True)
    intention = models.ForeignKey(
        Intention, on_delete=models.SET_NULL, null=True, related_name="quotes"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    decline_reason = models.CharField(
        _("reason"), max_length=12, choices=QuoteDeclineReason.choices, blank=True
    )
    end_note = models.TextField(
        _("note on the end"), max_length=1000, blank=True, validators=[no_control_characters]
    )

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "factory"],
                name="quote_lives_once_per_order_and_factory",
                condition=Q(state__in=OPEN_QUOTES),
            ),
            models.CheckConstraint(
                name="quote_is_between_two_firms", condition=~Q(brand=F("factory"))
            ),
            models.CheckConstraint(
                name="quote_beyond_a_draft_has_a_version",
                condition=Q(state__in=(QuoteState.DRAFT, QuoteState.WITHDRAWN))
                | Q(current__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="quote_ended_is_dated",
                condition=Q(state__in=OPEN_QUOTES) ^ Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="quote_accepted_has_its_pairs",
                condition=Q(state=QuoteState.ACCEPTED) ^ Q(accepted_pairs=None),
            ),
            models.CheckConstraint(
                name="quote_declined_has_its_reason",
                condition=Q(state=QuoteState.DECLINED) ^ Q(decline_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-submitted_at"], name="quote_of_brand"),
            models.Index(fields=["factory", "-submitted_at"], name="quote_of_factory"),
        ]

    def __str__(self) -> str:
        return f"quote {self.code}"

    def company(self, side: str) -> Company:
        return self.brand if side == MatchSide.ORDER else self.factory

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_QUOTES

    @property
    def is_sealed(self) -> bool:
        return self.current is not None and self.current.terms is None


class QuoteVersion(models.Model):
    """A quote as it was handed in. Never changed, but that a sealed one is opened.

    ``terms`` is the document of :class:`~matchmaking.deals.quote_terms.QuoteTerms`. Of a sealed
    version it is empty until the opening; ``sealed`` is the encrypted document, ``digest`` the
    leaf hash that its receipt names, ``salt`` what the opening found in the document beside the
    terms. ``asked`` is what the order asked for then.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    terms = models.JSONField(null=True)
    sealed = models.BinaryField(null=True)
    digest = models.CharField(_("receipt"), max_length=64, blank=True)
    salt = models.CharField(max_length=64, blank=True)
    asked = models.JSONField(default=dict)
    is_correction = models.BooleanField(_("correction after the opening"), default=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("submitted"))

    class Meta:
        verbose_name = _("version of a quote")
        verbose_name_plural = _("versions of quotes")
        constraints = [
            models.UniqueConstraint(fields=["quote", "number"], name="quote_version_numbered_once"),
            models.CheckConstraint(
                name="quote_version_has_terms_or_is_sealed",
                condition=Q(terms__isnull=False) | Q(sealed__isnull=False),
            ),
            models.CheckConstraint(
                name="quote_version_sealed_has_a_receipt",
                condition=Q(sealed__isnull=False) ^ Q(digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class QuoteFile(models.Model):
    """A file with a version of a quote: a calculation, a drawing, a photo."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    version = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to="quotes/")
    name = models.CharField(_("name"), max_length=120, validators=[no_control_characters])
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(_("size, bytes"))

    class Meta:
        verbose_name = _("file of a quote")
        verbose_name_plural = _("files of quotes")

    def __str__(self) -> str:
        return self.name


class QuoteEventKind(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    REVISED = "revised", _("Revised")
    WISHED = "wished", _("Asked for a revision")
    UNANSWERED = "unanswered", _("To be confirmed again")
    CONFIRMED = "confirmed", _("Confirmed unchanged")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    OPENED = "opened", _("Opened")
    BROKEN = "broken", _("Could not be opened")
    CORRECTION = "correction", _("Proposed a correction")
    CORRECTED = "corrected", _("Agreed to the correction")
    UNCORRECTED = "uncorrected", _("Did not agree to the correction")


class QuoteEvent(models.Model):
    """A line of a quote's history. It never holds a figure of the quote."""

    # Not "events": the workbench takes that name for pghistory's.
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="log")
    kind = models.CharField(max_length=12, choices=QuoteEventKind.choices)
    version = models.PositiveSmallIntegerField(null=True)
    side = models.CharField(max_length=5, choices=MatchSide.choices, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    # Of an order that changed: [field, before, after] of each difference.
    changes = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("event of a quote")
        verbose_name_plural = _("events of quotes")

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
