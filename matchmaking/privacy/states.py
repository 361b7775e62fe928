"""States of a request to erase a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasureState(models.TextChoices):
    ASKED = "erasure_asked", _("Asked for")
    TAKEN_BACK = "erasure_taken_back", _("Taken back")
    DONE = "erased", _("Erased")


ERASURE_TRANSITIONS: dict[ErasureState, frozenset[ErasureState]] = {
    ErasureState.ASKED: frozenset({ErasureState.TAKEN_BACK, ErasureState.DONE}),
    ErasureState.TAKEN_BACK: frozenset(),
    ErasureState.DONE: frozenset(),
}
