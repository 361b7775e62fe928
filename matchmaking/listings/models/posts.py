"""Fields, constraints and querysets that orders and capacity offers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from accounts.states import CompanyStatus
from matchmaking.core.text import no_control_characters
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

P = TypeVar("P", bound="Post")


class PostQuerySet(models.QuerySet[P]):
    """Posts, by who may see them as what they are."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Own companies' posts; officers see all.

        What strangers and matched parties see of a post is not the row but its card
        (:mod:`matchmaking.listings.disclosure`).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("listings.moderate_posts"):
            return self
        return self.filter(company__memberships__user=user)

    def in_market(self) -> Self:
        return self.filter(state=PostState.PUBLISHED, company__status=CompanyStatus.ACTIVE)

    def waiting(self) -> Self:
        return self.filter(state=PostState.PENDING)


class Post(models.Model):
    """A post on the market.

    ``state``, ``version`` are changed by :mod:`matchmaking.listings.services` only;
    ``version`` goes up with each change that the engine reads; ``terms_version`` is the one
    in which its owner last changed what is offered or asked.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("company")
    )
    title = models.CharField(
        _("title"), max_length=120, blank=True, validators=[no_control_characters]
    )
    own_reference = models.CharField(
        _("own reference"),
        max_length=60,
        blank=True,
        validators=[no_control_characters],
        help_text=_("Your own number for it. An import with the same number updates it."),
    )
    notes = models.TextField(
        _("notes"), max_length=4000, blank=True, validators=[no_control_characters]
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PostState.choices, default=PostState.DRAFT
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    terms_version = models.PositiveIntegerField(default=1, editable=False)
    reject_reason = models.TextField(_("what has to be corrected"), blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title or str(self.code)


def post_constraints(name: str) -> list[models.BaseConstraint]:
    """Return the constraints that every kind of post carries, named after ``name``."""
    return [
        models.UniqueConstraint(
            fields=["company", "own_reference"],
            condition=~Q(own_reference=""),
            name=f"{name}_reference_once_per_company",
        ),
        models.CheckConstraint(name=f"{name}_state_known", condition=Q(state__in=PostState.values)),
        models.CheckConstraint(
            name=f"{name}_rejected_with_reason",
            condition=~Q(state=PostState.REJECTED) | ~Q(reject_reason=""),
        ),
        models.CheckConstraint(
            name=f"{name}_published_is_dated",
            condition=~Q(state=PostState.PUBLISHED)
            | Q(published_at__isnull=False, expires_on__isnull=False),
        ),
    ]


def post_indexes(name: str) -> list[models.Index]:
    """Return the indexes that every kind of post carries."""
    return [
        # Own posts, the newest first.
        models.Index(fields=["company", "-id"], name=f"{name}_own_list"),
        # The officers' queue, the oldest first: a handful of rows among all.
        models.Index(
            fields=["submitted_at"],
            name=f"{name}_queue",
            condition=Q(state=PostState.PENDING),
        ),
        # The pages of the market by keyset: queries._page orders by exactly these columns.
        models.Index(
            fields=["-published_at", "-id"],
            name=f"{name}_market",
            condition=Q(state=PostState.PUBLISHED),
        ),
        # What ends today, and whom to remind.
        models.Index(
            fields=["expires_on"],
            name=f"{name}_expiry",
            condition=Q(state__in=[PostState.PUBLISHED, PostState.PAUSED]),
        ),
    ]
