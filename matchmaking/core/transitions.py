"""Checks of status changes against transition tables."""

from collections.abc import Mapping
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict

State = TypeVar("State", bound=str)


class IllegalTransition(Conflict):
    """The object is no longer in a state from which this step leads."""

    code = "illegal_transition"

    def __init__(self, current: str, target: str) -> None:
        super().__init__(_("This step is no longer possible: the state has changed. Look again."))
        self.current = current
        self.target = target


def check_transition(
    table: Mapping[State, frozenset[State]], current: State, target: State
) -> None:
    """Return when ``table`` allows ``current`` → ``target``.

    :raises IllegalTransition: otherwise
    """
    if target not in table[current]:
        raise IllegalTransition(current, target)
