"""Messages that people paste to have a form filled, and the posts that came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from matchmaking.core.text import no_control_characters
from matchmaking.listings.models.offers import CapacityOffer
from matchmaking.listings.models.orders import ProcessingOrder

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_CHARACTERS = 20_000


class PastedTextQuerySet(models.QuerySet["PastedText"]):
    """Pasted texts, by who may read them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what the person wrote; officers who moderate read all. Contacts stand in it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("listings.moderate_posts"):
            return self
        return self.filter(written_by=user)

    def written_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(written_by=user) if user.is_authenticated else self.none()


class PastedText(models.Model):
    """A message as it was sent, read anew whenever it is shown; kept for ``TEXT_KEPT_DAYS``.

    ``read_on`` is the day from which its days count. A text that came through the API has no
    writer until a person of ``company`` opens its link; without a company, of any company.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(
        Company,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("company"),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    side = models.CharField(_("pasted as"), max_length=5, blank=True)
    text = models.TextField(
        _("text"), max_length=MOST_CHARACTERS, validators=[no_control_characters]
    )
    read_on = models.DateField(_("sent on"))
    written_at = models.DateTimeField(_("received"))

    objects = PastedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("pasted text")
        verbose_name_plural = _("pasted texts")
        constraints = [
            models.CheckConstraint(name="text_is_written", condition=~Q(text="")),
            models.CheckConstraint(
                name="text_side_known", condition=Q(side__in=["", "order", "offer"])
            ),
            models.CheckConstraint(
                name="text_writer_acts_for_a_company",
                condition=Q(written_by=None) | Q(company__isnull=False),
            ),
        ]
        indexes = [
            # What a person pasted today, and what is old enough to be forgotten.
            models.Index(fields=["written_by", "written_at"], name="text_of_writer"),
            models.Index(fields=["written_at"], name="text_age"),
        ]

    def __str__(self) -> str:
        return f"text {self.pk}"


class TextDraft(models.Model):
    """The post that was saved from the draft ``number`` of a text, counted from 0."""

    text = models.ForeignKey(PastedText, on_delete=models.CASCADE, related_name="made")
    number = models.PositiveSmallIntegerField()
    order = models.ForeignKey(
        ProcessingOrder, on_delete=models.CASCADE, null=True, related_name="text_drafts"
    )
    offer = models.ForeignKey(
        CapacityOffer, on_delete=models.CASCADE, null=True, related_name="text_drafts"
    )

    class Meta:
        verbose_name = _("post of a pasted text")
        verbose_name_plural = _("posts of pasted texts")
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="text_draft_saved_once"),
            models.CheckConstraint(
                name="text_draft_is_one_post",
                condition=Q(order=None, offer__isnull=False) | Q(order__isnull=False, offer=None),
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.number} of text {self.text_id}"
