"""States of a match and of a scoring profile."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MatchState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MATCH_TRANSITIONS: dict[MatchState, frozenset[MatchState]] = {
    MatchState.PROPOSED: frozenset({MatchState.WITHDRAWN}),
    MatchState.WITHDRAWN: frozenset({MatchState.PROPOSED}),
}


class ProfileState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


PROFILE_TRANSITIONS: dict[ProfileState, frozenset[ProfileState]] = {
    ProfileState.DRAFT: frozenset({ProfileState.ACTIVE}),
    ProfileState.ACTIVE: frozenset({ProfileState.RETIRED}),
    ProfileState.RETIRED: frozenset({ProfileState.ACTIVE}),
}
