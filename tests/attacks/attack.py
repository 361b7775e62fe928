"""An attack: who does what over HTTP, and how many facts he has at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matchmaking.core.protections import Protection
from tests.attacks.world import World

BETTER_THAN_CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the attacker knows that he should not: so many facts, and in words."""

    facts: int
    words: str


@dataclass(frozen=True, slots=True)
class Attack:
    """One row of the table. The control runs it with ``switched_off``, and must find facts."""

    number: int
    title: str
    run: Callable[[World], Outcome]
    switched_off: tuple[Protection, ...]


def chance_of(right: int, tries: int, luck: float) -> float:
    """Return how probable so many right guesses are, or more, for one who knows nothing."""
    return sum(
        math.comb(tries, n) * luck**n * (1 - luck) ** (tries - n) for n in range(right, tries + 1)
    )


def told_better_than_chance(right: int, tries: int, luck: float) -> int:
    """Return the right guesses as facts where knowing nothing would hardly give as many, else 0."""
    return right if tries and chance_of(right, tries, luck) < BETTER_THAN_CHANCE else 0


def area_under_curve(known: Sequence[float], unknown: Sequence[float]) -> float:
    """Return the share of pairs in which the known one is the larger (Mann and Whitney)."""
    wins = sum((a > b) + (a == b) / 2 for a in known for b in unknown)
    return wins / (len(known) * len(unknown))
