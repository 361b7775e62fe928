"""The meeting schedule measured: published days at their optima, own days of every size, clashes.

``python -m benchmarks.schedule`` reads the published instances of ``SHARED/data/b2b`` when they
stand there (``INSTANCES=all``: the variants too), and makes its own days always. A published
optimum that is not met although a proof is claimed ends the run with an error.
"""

import csv
import importlib.util
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.results import Report
from matchmaking.engine.schedule.breaks import fewest_breaks
from matchmaking.engine.schedule.changes import absent, pinned, with_tables
from matchmaking.engine.schedule.clashes import Clash, ClashKind, find_clashes
from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.planning import plan
from matchmaking.engine.schedule.relaxations import relaxations
from matchmaking.engine.schedule.replanning import replan
from matchmaking.engine.schedule.standby import standby_pairs
from matchmaking.engine.schedule.timetable import NOWHERE, assign_slots
from matchmaking.engine.schedule.types import (
    Agenda,
    Day,
    Hall,
    Limits,
    Meeting,
    Schedule,
    Session,
    Slots,
    Wish,
    pair_of,
)
from tests.engine.schedule.days import wrongs

SHARED = Path(os.environ.get("SHARED") or "../shared") / "data" / "b2b"
PUBLISHED_SECONDS = 60
LARGE_SECONDS = 10
SESSIONS = {1: Session.MORNING, 2: Session.AFTERNOON, 3: Session.ANY}


def main() -> int:
    report = Report("The meeting schedule of a docking day")
    published = measure_published(report)
    large = measure_large(report)
    measure_clashes(report)
    measure_changes(report)
    measure_standby(report)
    report.save("schedule.md", f"{published} {large}")
    return "wrong=0" not in published or "conflicts=0" not in large


# --- published days ------------------------------------------------------------------------


def measure_published(report: Report) -> str:
    """Solve the instances of the literature; an optimum that differs from theirs is wrong."""
    if not (SHARED / "instances.jsonl").is_file():
        report.say("No published instances beside the project (SHARED=path).", "")
        return "instances=0 optimal=0 wrong=0 seconds_max=0.0"
    check, optima = load_checker(), load_optima()
    rows = []
    for instance in read_instances():
        started = time.monotonic()
        answer, proved, faults = solve_published(instance, check)
        seconds = time.monotonic() - started
        wanted = optima.get(instance["name"], "")
        is_wrong = bool(faults) or (proved and wanted not in {"", answer})
        is_wrong |= wanted.isdecimal() and answer.isdecimal() and int(answer) < int(wanted)
        rows.append((instance["name"], wanted or "?", answer, proved, is_wrong, round(seconds, 1)))
        report.say(f"{instance['name']}: {answer} of {wanted or '?'} in {seconds:.1f} s")
    report.say("")
    heads = ("instance", "published optimum", "breaks here", "proved", "wrong", "seconds")
    report.table(f"Published days, {PUBLISHED_SECONDS} s each", heads, rows)
    seconds = [row[-1] for row in rows]
    quick = sum(each <= 10 for each in seconds)
    report.say(f"{quick} of {len(rows)} within 10 s.", "")
    optimal = sum(row[3] and not row[4] for row in rows)
    wrong = sum(row[4] for row in rows)
    return (
        f"instances={len(rows)} optimal={optimal} wrong={wrong} "
        f"seconds_max={max(seconds, default=0):.1f}"
    )


def read_instances() -> list[dict[str, Any]]:
    lines = (SHARED / "instances.jsonl").read_text().splitlines()
    every = [json.loads(line) for line in lines if line.strip()]
    originals = [each for each in every if each["name"].endswith(".original")]
    return every if os.environ.get("INSTANCES") == "all" or not originals else originals


def load_optima() -> dict[str, str]:
    with (SHARED / "optima.csv").open() as file:
        return {
            f"{row['instance']}.{row['variant']}": row["optimum_breaks_fairness2"]
            for row in csv.DictReader(file)
        }


def load_checker() -> ModuleType:
    """Load the checker that came with the instances: it knows nothing of the engine."""
    spec = importlib.util.spec_from_file_location("check_b2b", SHARED / "check_b2b.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SHARED / "check_b2b.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solve_published(instance: dict[str, Any], check: ModuleType) -> tuple[str, bool, list[str]]:
    """Plan an original as the site would; ask a variant, which may be infeasible, for breaks alone.

    Give breaks or "infeasible", whether that is proved, and what the checker found wrong.
    """
    day = published_day(instance)
    if instance["name"].endswith(".original"):
        schedule = plan(day, seconds=PUBLISHED_SECONDS)
        codes = [meeting.code for meeting in day.meetings]
        if len(schedule.slots) < len(codes):
            return f"{len(codes) - len(schedule.slots)} left out", False, []
        slots = [schedule.slots[code] for code in codes]
        proved = schedule.are_breaks_fewest
    else:
        found = fewest_breaks(Instance.of(day, day.meetings), seconds=PUBLISHED_SECONDS)
        if found.slots is None:
            return "infeasible" if found.is_infeasible else "none", found.is_infeasible, []
        slots, proved = list(found.slots), found.is_proved
    faults, breaks, _ = check.check(instance, [slot + 1 for slot in slots])
    return str(breaks), proved, faults


def published_day(instance: dict[str, Any]) -> Day:
    agendas = tuple(
        Agenda(
            code=str(number),
            company=str(number),
            absences=(frozenset(slot - 1 for slot in away),),
        )
        for number, away in enumerate(instance["forbidden"], start=1)
    )
    meetings = tuple(
        Meeting(
            code=str(number),
            a=str(a),
            b=str(b),
            wish=Wish.MUST,
            session=SESSIONS[session],
            pinned=pin - 1 if pin else None,
        )
        for number, ((a, b, session), pin) in enumerate(
            zip(instance["meetings"], instance["fixed"], strict=True), start=1
        )
    )
    return Day(
        slots=instance["slots"],
        morning_slots=instance["morning"],
        halls=(Hall(code="hall", tables=(instance["tables"],) * instance["slots"]),),
        agendas=agendas,
        meetings=meetings,
        precedences=tuple(
            (str(earlier), str(later))
            for later, before in enumerate(instance["before"], start=1)
            for earlier in before
        ),
    )


# --- own days ------------------------------------------------------------------------------


def own_day(
    seed: int, *, brands: int, factories: int, wishes: int, slots: int, absent_share: float = 0.0
) -> Day:
    """Make a day of seated brands in two halls and factories that walk; a third are musts.

    No agenda has more musts than three quarters of the slots, so that they can be met.
    """
    rng = random.Random(seed)
    agendas = [
        Agenda(
            code=f"{side}{number}",
            company=f"{side.upper()}{number}",
            is_seated=side == "b",
            absences=(frozenset(s for s in range(slots) if rng.random() < absent_share),),
        )
        for side, count in (("b", brands), ("f", factories))
        for number in range(count)
    ]
    each = wishes // brands
    wished = [(b, f) for b in range(brands) for f in rng.sample(range(factories), each)]
    rng.shuffle(wished)
    musts: Counter[str] = Counter()
    meetings = []
    for b, f in wished:
        ends = (f"b{b}", f"f{f}")
        is_must = rng.random() < 1 / 3 and all(musts[end] < slots * 3 // 4 for end in ends)
        musts.update(ends if is_must else ())
        meetings.append(
            Meeting(
                code=f"b{b}f{f}",
                a=ends[0],
                b=ends[1],
                wish=Wish.MUST if is_must else Wish.WOULD,
                value=rng.randint(1, 10_000),
            )
        )
    pairs = {(b, rng.randrange(factories)) for b in range(brands)} - set(wished)
    vetoes = {pair_of(f"B{b}", f"F{f}") for b, f in pairs}
    east = (brands + 1) // 2
    return Day(
        slots=slots,
        halls=(
            Hall(code="east", tables=(east,) * slots),
            Hall(code="west", tables=(brands - east,) * slots),
        ),
        walks={pair_of("east", "west"): 4},
        agendas=tuple(agendas),
        meetings=tuple(meetings),
        vetoes=frozenset(vetoes),
    )


def measure_large(report: Report) -> str:
    """Plan days of 100 brands and 300 factories; the first is the one of the last line."""
    days = {
        "2,600 wishes for 20 slots": own_day(1, brands=100, factories=300, wishes=2600, slots=20),
        "2,000 wishes, 22 slots": own_day(2, brands=100, factories=300, wishes=2000, slots=22),
        "3,000 wishes, 24 slots, 8 % absent": own_day(
            3, brands=100, factories=300, wishes=3000, slots=24, absent_share=0.08
        ),
        "20 brands, 60 factories, 16 slots": own_day(
            4, brands=20, factories=60, wishes=300, slots=16
        ),
    }
    rows, lines = [], []
    for name, day in days.items():
        started = time.monotonic()
        schedule = plan(day, seconds=LARGE_SECONDS)
        seconds = time.monotonic() - started
        conflicts = len(wrongs(day, schedule.slots, schedule.seats))
        rows.append((name, *figures(schedule), conflicts, f"{seconds:.1f}"))
        lines.append(
            f"meetings={len(schedule.slots)} conflicts={conflicts} rounds={schedule.rounds} "
            f"bound={schedule.rounds_bound} "
            f"must_placed={schedule.must_placed}/{schedule.must_bound} "
            f"gap={schedule.value_gap:.4f} seconds={seconds:.1f}"
        )
    heads = (
        "day", "meetings", "musts", "value gap", "breaks (bound)", "fair", "rounds (bound)",
        "walking, min", "conflicts", "seconds",
    )  # fmt: skip
    report.table(f"Own days, {LARGE_SECONDS} s each", heads, rows)
    return lines[0]


def figures(schedule: Schedule) -> tuple[object, ...]:
    return (
        len(schedule.slots),
        f"{schedule.must_placed} of {schedule.must_bound}",
        f"{schedule.value_gap:.2%}",
        f"{schedule.breaks} ({schedule.breaks_bound})",
        "yes" if schedule.is_fair else "no",
        f"{schedule.rounds} ({schedule.rounds_bound})",
        schedule.walk_minutes,
    )


# --- clashes -------------------------------------------------------------------------------


def measure_clashes(report: Report) -> None:
    """Plant 30 clashes of eight kinds in days that have none; each has to be named exactly."""
    found = Counter[str]()
    seconds = []
    named = 0
    for number in range(30):
        base = own_day(100 + number, brands=15, factories=45, wishes=150, slots=14)
        kind, plant = PLANTS[number % len(PLANTS)]
        day, meetings = plant(base, random.Random(number))
        started = time.monotonic()
        clashes = find_clashes(day, seconds=10)
        hit = [each for each in clashes if each.kind is kind and is_planted(each, meetings)]
        helps = relaxations(day, hit[0], seconds=10) if hit else ()
        seconds.append(time.monotonic() - started)
        is_named = len(clashes) == len(hit) == 1 and bool(helps)
        named += is_named
        found[f"{kind.value}: {'named' if is_named else 'missed'}"] += 1
    rows = [(kind, count) for kind, count in sorted(found.items())]
    report.table("30 planted clashes", ("kind", "days"), rows)
    report.say(
        f"{named} of 30 named, with what would help; the slowest in {max(seconds):.1f} s.", ""
    )


def is_planted(clash: Clash, meetings: set[str]) -> bool:
    """A planted set may hold more than a smallest clash: of 16 musts for 14 slots any 15."""
    return set(clash.meetings) <= meetings and len(clash.meetings) == clash.available + 1


def plant_agenda(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    return with_musts(day, rng.choice(day.agendas[:15]).code, day.slots + rng.randint(1, 3))


def with_musts(day: Day, brand: str, count: int) -> tuple[Day, set[str]]:
    """Let a brand insist on so many meetings, with factories that have room for one more."""
    musts = Counter(end for each in day.meetings if each.is_must for end in (each.a, each.b))
    own = {each.b for each in day.meetings if each.a == brand and each.is_must}
    others = sorted(
        (each.code for each in day.agendas[15:] if each.code not in own), key=lambda f: musts[f]
    )
    codes = {f"{brand}{f}" for f in others[: max(0, count - len(own))]}
    kept = tuple(each for each in day.meetings if each.code not in codes)
    added = tuple(
        Meeting(code=code, a=brand, b=code.removeprefix(brand), wish=Wish.MUST)
        for code in sorted(codes)
    )
    vetoes = frozenset(pair for pair in day.vetoes if day.agenda[brand].company not in pair)
    day = replace(day, meetings=kept + added, vetoes=vetoes)
    return day, {each.code for each in day.meetings if each.a == brand and each.is_must}


def plant_maximum(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    brand = rng.choice(day.agendas[:15])
    day, codes = with_musts(day, brand.code, 6)
    return replace(day, limits={brand.company: Limits(maximum=len(codes) - 1)}), codes


def plant_veto(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    meeting = rng.choice([each for each in day.meetings if each.is_must])
    return replace(day, vetoes=day.vetoes | {pair_of(*day.companies(meeting))}), {meeting.code}


def plant_absence(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    meeting = rng.choice([each for each in day.meetings if each.is_must])
    narrow = replace(meeting, slots=frozenset({3, 4}))
    day = replace(day, meetings=tuple(narrow if each is meeting else each for each in day.meetings))
    return absent(day, meeting.b, {3, 4}), {meeting.code}


def plant_pins(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    brand = rng.choice(day.agendas[:15]).code
    day, _ = with_musts(day, brand, 5)
    codes = [each.code for each in day.meetings if each.a == brand and each.is_must][:2]
    for code in codes:
        day = pinned(day, code, 5)
    return day, set(codes)


def plant_order(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    codes = [each.code for each in rng.sample([e for e in day.meetings if e.is_must], 3)]
    circle = tuple(zip(codes, [*codes[1:], codes[0]], strict=True))
    return replace(day, precedences=circle), set(codes)


def plant_triangle(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    """Three factories meet each other in two slots: each has room, all together have none."""
    trio = [each.code for each in rng.sample(list(day.agendas[15:]), 3)]
    pairs = [(trio[0], trio[1]), (trio[1], trio[2]), (trio[0], trio[2])]
    added = tuple(
        Meeting(code=f"{a}{b}", a=a, b=b, wish=Wish.MUST, slots=frozenset({6, 7})) for a, b in pairs
    )
    return replace(day, meetings=day.meetings + added), {each.code for each in added}


def plant_tables(day: Day, rng: random.Random) -> tuple[Day, set[str]]:
    """Five meetings of ten agendas at one hour, for which four tables are left."""
    chosen: list[Meeting] = []
    for each in rng.sample([e for e in day.meetings if e.is_must], len(day.meetings) // 5):
        ends = {end for other in chosen for end in (other.a, other.b)}
        if len(chosen) < 5 and not {each.a, each.b} & ends:
            chosen.append(each)
    codes = {each.code for each in chosen}
    day = replace(
        day,
        meetings=tuple(
            replace(each, slots=frozenset({3})) if each.code in codes else each
            for each in day.meetings
        ),
    )
    return with_tables(with_tables(day, "east", 3, 2), "west", 3, 2), codes


Plant = Callable[[Day, random.Random], tuple[Day, set[str]]]
PLANTS: list[tuple[ClashKind, Plant]] = [
    (ClashKind.AGENDA, plant_agenda),
    (ClashKind.MAXIMUM, plant_maximum),
    (ClashKind.VETO, plant_veto),
    (ClashKind.NO_SLOT, plant_absence),
    (ClashKind.SAME_PIN, plant_pins),
    (ClashKind.ORDER, plant_order),
    (ClashKind.TOGETHER, plant_triangle),
    (ClashKind.TABLES, plant_tables),
]


# --- changes and no-shows ------------------------------------------------------------------


def standing_days() -> Iterator[tuple[Day, Slots]]:
    for seed in range(10):
        day = own_day(200 + seed, brands=30, factories=90, wishes=480, slots=20)
        schedule = assign_slots(Instance.of(day, day.meetings), steps=20_000)
        slots = {
            meeting.code: slot
            for meeting, slot in zip(day.meetings, schedule, strict=True)
            if slot != NOWHERE
        }
        yield replace(day, meetings=tuple(day.meeting[code] for code in slots)), slots


def measure_changes(report: Report) -> None:
    """200 times somebody calls off the first slots of the day; count whom else that moves."""
    others = Counter[int]()
    possible = reached = proved = dropped = 0
    seconds = []
    for day, slots in standing_days():
        rng = random.Random(day.meetings[0].code)
        for _ in range(20):
            agenda = rng.choice(day.agendas).code
            started = time.monotonic()
            found = replan(absent(day, agenda, range(rng.randint(1, 4))), slots, seconds=10)
            seconds.append(time.monotonic() - started)
            others[len(found.others)] += 1
            proved += found.is_least
            dropped += len(found.dropped)
            is_possible = found.others_bound <= 2
            possible += is_possible
            reached += is_possible and len(found.others) <= 2
    rows = [(count, days) for count, days in sorted(others.items())]
    report.table(
        "200 late cancellations of the first 1 to 4 slots", ("other agendas changed", "cases"), rows
    )
    report.say(
        f"At most 2 others in {reached} of the {possible} cases where that is possible; the least "
        f"number is proved in {proved} of 200; {dropped} meetings had no slot left; the slowest "
        f"took {max(seconds):.1f} s.",
        "",
    )


def measure_standby(report: Report) -> None:
    """Let agendas stay away and offer their table; count tables that found a pair, and vetoes."""
    used = refillable = vetoed = 0
    slowest = 0.0
    for standing, slots in standing_days():
        rng = random.Random(standing.meetings[0].code)
        wishes = own_day(300, brands=30, factories=90, wishes=900, slots=20).meetings
        more = tuple(each for each in wishes if each.code not in standing.meeting)
        day = replace(standing, meetings=standing.meetings + more)
        for _ in range(20):
            code = rng.choice(sorted(slots))
            gone = day.meeting[code].b
            present = {each.code for each in day.agendas if each.code != gone}
            consented = {each for each in present if rng.random() < 0.5}
            started = time.monotonic()
            pairs = standby_pairs(
                day, slots, slot=slots[code], present=present, consented=consented
            )
            slowest = max(slowest, time.monotonic() - started)
            used += bool(pairs)
            refillable += bool(refills(day, slots, slots[code], consented))
            vetoed += sum(
                pair_of(day.agenda[p.a].company, day.agenda[p.b].company) in day.vetoes
                for p in pairs
            )
    report.say(
        "## 200 no-shows",
        "",
        f"A pair is offered for {used} of {refillable} tables that could be refilled, {vetoed} of "
        f"them vetoed; the slowest offer took {slowest * 1000:.0f} ms.",
        "",
    )


def refills(day: Day, slots: Slots, slot: int, consented: set[str]) -> list[str]:
    """Count wishes that could be held at once, by another way than the engine's."""
    busy = {
        end
        for code, here in slots.items()
        if here == slot
        for end in (day.meeting[code].a, day.meeting[code].b)
    }
    return [
        each.code
        for each in day.meetings
        if each.code not in slots
        and {each.a, each.b} <= consented - busy
        and pair_of(*day.companies(each)) not in day.vetoes
    ]


if __name__ == "__main__":
    sys.exit(main())
