"""Words of the trade that officers add to those that the site ships with."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.text import no_control_characters


class WordKind(models.TextChoices):
    """What a word names; the values are those of ``free_text.vocabulary.Kind``."""

    CATEGORY = "category", _("Category")
    PART = "part", _("Part of a shoe")
    AGE = "age", _("Age of the wearer")
    CONSTRUCTION = "construction", _("Construction")
    CERTIFICATE = "certificate", _("Certificate")
    UPPER = "upper", _("Upper material")
    SOLE = "sole", _("Sole material")
    PLACE = "place", _("Place")


@pghistory.track()
class TradeWord(models.Model):
    """A word and the terms that it may name: one, several that are then asked about, or none.

    It takes the place of a shipped word that is written alike; switched off, it strikes that
    word out.
    """

    kind = models.CharField(_("names a"), max_length=12, choices=WordKind.choices)
    word = models.CharField(
        _("word"), max_length=60, validators=[no_control_characters],
        help_text=_("As people type it. Width, case and traditional characters do not matter."),
    )  # fmt: skip
    codes = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("codes of the terms"),
        help_text=_(
            "Codes of the tables of terms, parted by commas. With several the writer is asked. "
            "A place without a code is known, and none of the clusters."
        ),
    )
    note = models.CharField(
        _("note"), max_length=160, blank=True, validators=[no_control_characters]
    )
    is_active = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("word of the trade")
        verbose_name_plural = _("words of the trade")
        constraints = [
            models.UniqueConstraint(fields=["kind", "word"], name="word_once_per_kind"),
            models.CheckConstraint(name="word_is_written", condition=~Q(word="")),
            models.CheckConstraint(name="word_kind_known", condition=Q(kind__in=WordKind.values)),
        ]

    def __str__(self) -> str:
        return self.word

    def fold(self) -> None:
        self.word = NormalizedText(self.word).plain.strip()
