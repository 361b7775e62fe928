"""The catalogue: measures of national, provincial and local policies, with their conditions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.policies import conditions as language
from matchmaking.policies import sentences
from matchmaking.policies.choices import PolicyLevel, PolicyTopic, SourceTrust
from matchmaking.policies.conditions import Group
from matchmaking.policies.fields import KINDS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def read_conditions(text: str) -> tuple[Group, ...]:
    return language.read(text, KINDS)


def check_conditions(text: str) -> None:
    """Return when the text can be read.

    :raises ValidationError: naming the part that cannot
    """
    try:
        read_conditions(text)
    except language.ConditionError as error:
        raise ValidationError(sentences.of_error(error)) from error


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Policies, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> PolicyQuerySet:
        """Everybody reads what is published, officers all."""
        if user.is_authenticated and user.is_staff and user.has_perm("policies.view_policy"):
            return self
        return self.filter(is_published=True)

    def current(self, day: dt.date) -> PolicyQuerySet:
        """Return those that are known to be in force on that day: no end in the text is no proof."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), valid_to__gte=day)


class Policy(models.Model):
    """One measure of a policy: who gets what, on which conditions, until when.

    ``conditions`` is the text of :mod:`matchmaking.policies.conditions`; ``division_code`` is the
    beginning of the codes of the places where it holds, "" the whole country. ``valid_to`` is
    empty where the source does not say: such a measure is never shown as in force.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    level = models.CharField(_("level"), max_length=10, choices=PolicyLevel.choices)
    region = models.CharField(
        _("region"), max_length=40, blank=True, validators=[no_control_characters]
    )
    division_code = models.CharField(
        _("division code"),
        max_length=6,
        blank=True,
        help_text=_("As far as it holds: 3503 for a city, 330381 for a county."),
    )
    topic = models.CharField(_("topic"), max_length=12, choices=PolicyTopic.choices)
    title = models.CharField(_("policy"), max_length=160, validators=[no_control_characters])
    measure = models.CharField(_("measure"), max_length=300, validators=[no_control_characters])
    conditions = models.TextField(
        _("conditions"),
        blank=True,
        max_length=2000,
        validators=[check_conditions, no_control_characters],
        help_text=_(
            "One a line, all must hold: revenue_yuan >= 20000000. “|” between alternatives. "
            "“?” before what a person judges."
        ),
    )
    amount = models.CharField(
        _("amount"), max_length=200, blank=True, validators=[no_control_characters]
    )
    cap_yuan = models.PositiveBigIntegerField(_("at most, yuan"), null=True, blank=True)
    form = models.CharField(
        _("form"), max_length=80, blank=True, validators=[no_control_characters]
    )
    office = models.CharField(
        _("office"), max_length=120, blank=True, validators=[no_control_characters]
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("Empty: the source does not say. It is then not shown as in force."),
    )
    deadline = models.DateField(_("apply by"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, validators=[no_control_characters])
    trust = models.CharField(_("trust"), max_length=1, choices=SourceTrust.choices)
    checked_on = models.DateField(_("source looked at"), null=True, blank=True)
    is_published = models.BooleanField(_("published"), default=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "title", "measure"], name="policy_measure_once"
            ),
            models.CheckConstraint(
                name="policy_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="policy_level_known", condition=Q(level__in=PolicyLevel.values)
            ),
        ]

    def __str__(self) -> str:
        return self.measure

    @property
    def groups(self) -> tuple[Group, ...]:
        return read_conditions(self.conditions)

    @property
    def source_url(self) -> str:
        """Return the address of the source, "" where it is a sentence."""
        return self.source if self.source.startswith(("https://", "http://")) else ""

    def is_current(self, day: dt.date) -> bool:
        if self.valid_to is None or self.valid_to < day:
            return False
        return self.valid_from is None or self.valid_from <= day
