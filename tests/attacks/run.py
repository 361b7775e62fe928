"""All attacks, each with its control, on copies of one planted market."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.core.management import call_command
from django.test.utils import override_settings

from matchmaking.core.protections import Protection
from matchmaking.matching.tasks import load_kernels
from tests.attacks import (
    cards,
    claim_search,
    conversation,
    counters,
    exclusions,
    fitting,
    near_misses,
    old_rules,
    public_codes,
    public_figures,
    sign_in,
)
from tests.attacks.attack import Attack, Outcome
from tests.attacks.clock import Clock
from tests.attacks.product import Product
from tests.attacks.world import World, plant

KINDS = (
    exclusions,
    fitting,
    near_misses,
    public_figures,
    public_codes,
    cards,
    conversation,
    counters,
    claim_search,
    sign_in,
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one attack learnt against the old rule and against the product as it is."""

    attack: Attack
    control: Outcome
    protected: Outcome
    seconds: float


def run_all(*, short: bool, only: Collection[int]) -> list[Result]:
    clock = Clock()
    try:
        clock.make_functions()
        call_command("migrate", verbosity=0)
        load_kernels()
        with Product(clock).running() as product:
            world = plant(product, short=short)
            attacks = (attack for kind in KINDS for attack in kind.ATTACKS)
            chosen = [attack for attack in attacks if not only or attack.number in only]
            return [_run(attack, world) for attack in sorted(chosen, key=lambda a: a.number)]
    finally:
        clock.stop()


def table(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        yield f"{result.attack.number:>2}  {result.attack.title}  ({result.seconds:.0f} s)"
        yield f"    old rule: {result.control.facts:>5} facts  {result.control.words}"
        yield f"    now:      {result.protected.facts:>5} facts  {result.protected.words}"


def _run(attack: Attack, world: World) -> Result:
    started = time.perf_counter()
    control = _outcome(attack, world, attack.switched_off)
    protected = _outcome(attack, world, ())
    seconds = time.perf_counter() - started
    sys.stderr.write(f"attack {attack.number}: {seconds:.0f} s\n")
    return Result(attack, control, protected, seconds)


def _outcome(attack: Attack, world: World, off: Collection[Protection]) -> Outcome:
    with (
        override_settings(PROTECTIONS_OFF=list(off)),
        world.product.fresh(),
        old_rules.restored(off),
    ):
        return attack.run(world)
