"""The searches that people saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.listings.models.market import Side

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Saved searches, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(user=user)


class SavedSearch(models.Model):
    """Filters of one of the two lists under a name; its owner hears of new posts while ``is_on``.

    Empty means that this filter was not chosen. ``week`` begins a block of four weeks.
    ``pairs_from``, included, to below ``pairs_to`` (None: without an end) are the edges as they
    were chosen; read through :func:`searches.filters_of` they are whole bands of today, so that
    no search is finer than what strangers see.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=60, validators=[no_control_characters])
    side = models.CharField(_("list"), max_length=8, choices=Side.choices)
    family = models.CharField(_("family"), max_length=40, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    cluster = models.CharField(_("cluster"), max_length=40, blank=True)
    week = models.DateField(_("weeks"), null=True, blank=True)
    pairs_from = models.PositiveIntegerField(_("pairs from"), null=True, blank=True)
    pairs_to = models.PositiveIntegerField(_("pairs below"), null=True, blank=True)
    is_on = models.BooleanField(_("tells of new posts"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="search_name_once_per_person"),
            models.CheckConstraint(
                name="search_side_known", condition=Q(side__in=["orders", "offers"])
            ),
            models.CheckConstraint(name="search_is_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="search_family_or_category", condition=Q(family="") | Q(category="")
            ),
            models.CheckConstraint(
                name="search_pairs_are_a_range",
                condition=Q(pairs_from=None, pairs_to=None)
                | Q(pairs_from__isnull=False, pairs_to=None)
                | Q(pairs_from__isnull=False, pairs_to__gt=F("pairs_from")),
            ),
        ]
        indexes = [
            # The searches that a new post may fit: its list, its place or any, and switched on.
            models.Index(
                fields=["side", "cluster"], name="search_listening", condition=Q(is_on=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
