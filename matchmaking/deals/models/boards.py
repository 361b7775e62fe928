"""Boards of results, which an officer publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.localized import localized
from matchmaking.core.text import no_control_characters
from matchmaking.deals import press_words

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class BoardQuerySet(models.QuerySet["ResultsBoard"]):
    """Boards, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> BoardQuerySet:
        if user.is_authenticated and user.is_active and user.has_perm("deals.publish_results"):
            return self
        return self.filter(is_published=True)


class ResultsBoard(models.Model):
    """The results of a period, shown to everybody once it is published.

    Counts the intentions proposed from ``since`` to ``until``, both days included; no end
    goes on to today.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    title_zh = models.CharField(
        _("title in Chinese"), max_length=80, validators=[no_control_characters]
    )
    title_en = models.CharField(
        _("title in English"), max_length=80, validators=[no_control_characters]
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True)
    event = models.UUIDField(
        _("docking event"),
        null=True,
        blank=True,
        help_text=_("Counts what was written down at this event alone."),
    )
    is_published = models.BooleanField(
        _("published"),
        default=False,
        help_text=_("Everybody sees the sums, never a single firm's."),
    )

    objects = BoardQuerySet.as_manager()

    class Meta:
        verbose_name = _("board of results")
        verbose_name_plural = _("boards of results")
        ordering = ["-since", "pk"]
        constraints = [
            models.CheckConstraint(
                name="board_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("The last day is not before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self.title_zh, self.title_en)


class PressTemplate(models.Model):
    """The words around the figures of a press text, one for each language; officers edit them.

    Placeholders stand in braces; :mod:`matchmaking.deals.press` knows them.
    """

    language = models.CharField(
        _("language"), max_length=7, choices=settings.LANGUAGES, unique=True
    )
    text = models.TextField(_("text"), max_length=4000, validators=[no_control_characters])

    class Meta:
        verbose_name = _("press text")
        verbose_name_plural = _("press texts")

    def __str__(self) -> str:
        return self.get_language_display()

    def clean(self) -> None:
        """Refuse a text that could not be filled in, or that parts the four stages."""
        for refusal in press_words.problems(self.text):
            raise ValidationError({"text": refusal})
