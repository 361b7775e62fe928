"""Whom a company must meet, would meet, or will not meet, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.docking.choices import WISHES, PreferenceKind
from matchmaking.docking.models.registrations import Registration


class Preference(models.Model):
    """What one company says of another; the latest word counts.

    A "no" is read by its company and by officers alone, and nothing that the other sees differs
    from no word at all. ``earliest`` and ``latest`` narrow a wish to hours, ``after`` sets it
    behind another meeting of the same company.
    """

    chooser = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="preferences")
    other = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=5, choices=PreferenceKind.choices)
    earliest = models.DateTimeField(_("not before"), null=True, blank=True)
    latest = models.DateTimeField(_("not after"), null=True, blank=True)
    after = models.ForeignKey(
        Registration, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    chosen_at = models.DateTimeField(_("chosen"))

    class Meta:
        verbose_name = _("choice of a partner")
        verbose_name_plural = _("choices of partners")
        constraints = [
            models.UniqueConstraint(fields=["chooser", "other"], name="partner_chosen_once"),
            models.CheckConstraint(
                name="partner_is_another_company", condition=~Q(chooser=F("other"))
            ),
            models.CheckConstraint(
                name="preference_hours_are_of_wishes",
                condition=Q(kind__in=WISHES) | Q(earliest=None, latest=None, after=None),
            ),
            models.CheckConstraint(
                name="preference_hours_in_order",
                condition=Q(earliest=None) | Q(latest=None) | Q(latest__gt=F("earliest")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
