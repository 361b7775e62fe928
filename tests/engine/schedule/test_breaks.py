import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from matchmaking.engine.schedule import racing
from matchmaking.engine.schedule.breaks import (
    count_breaks,
    fewest_breaks,
    fewest_rounds,
    is_fair,
)
from matchmaking.engine.schedule.encoding import VARIANTS, Question, fewest_alone
from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.racing import NoAnswerInTime, Race
from tests.engine.schedule.test_timetable import wrong_in


def small(seed):
    """Six meetings of five agendas: few enough to look at every day."""
    rng = random.Random(seed)
    slots = rng.randint(4, 5)
    pairs = [(a, b) for a in range(5) for b in range(a)]
    return Instance(
        slots=slots,
        agendas=5,
        ends=rng.sample(pairs, 6),
        open=[
            [rng.randrange(slots)]
            if rng.random() < 0.2
            else [slot for slot in range(slots) if rng.random() < 0.85] or [0]
            for _ in range(6)
        ],
        tables=[rng.choice([1, 2, 2]) for _ in range(slots)],
        before=[(0, 1)] if rng.random() < 0.3 else [],
        fairness=rng.choice([0, 1, 2]),
    )


def fewest_of_all(instance):
    """The fewest breaks of any fair day, by looking at all of them; ``None`` without one."""
    days = (slots for slots in product(*instance.open) if not wrong_in(instance, slots))
    fair = (sum(count_breaks(instance, slots)) for slots in days if is_fair(instance, slots))
    return min(fair, default=None)


@pytest.mark.parametrize("seed", range(20))
def test_both_encodings_answer_as_all_days_do(seed):
    instance = small(seed)
    fewest = fewest_of_all(instance)
    for variant, budget in product(VARIANTS, [None, 0, 1, 2, 3]):
        slots = Question(instance, budget, variant).answer()

        holds = fewest is not None and (budget is None or fewest <= budget)
        assert (slots is not None) == holds
        if slots is not None:
            assert wrong_in(instance, slots) == []
            assert is_fair(instance, slots)
            assert budget is None or sum(count_breaks(instance, slots)) <= budget


@pytest.mark.parametrize("seed", range(20))
def test_bound_of_agendas_alone_and_narrowing_leave_the_optimum(seed):
    instance = small(seed)
    fewest = fewest_of_all(instance)
    narrowed = instance.narrowed()

    if narrowed is None:
        assert fewest is None
    else:
        assert fewest_of_all(narrowed) == fewest
        assert fewest is None or fewest_alone(narrowed) <= fewest


def test_pins_at_both_ends_of_the_day_are_counted_before_any_solver():
    instance = Instance(slots=5, agendas=3, ends=[(0, 1), (0, 2)], open=[[0], [4]], tables=[1] * 5)

    assert fewest_alone(instance) == 1


# Four meetings of one brand among three tables that others fill: one break, proved.
KNOWN = Instance(
    slots=4,
    agendas=4,
    ends=[(0, 1), (0, 2), (0, 3), (1, 2)],
    open=[[0, 1, 2, 3], [0, 1, 2, 3], [0, 3], [1, 2]],
    tables=[1, 1, 1, 1],
    fairness=2,
)


def test_fewest_breaks_are_proved_and_no_process_is_left():
    found = fewest_breaks(KNOWN, seconds=20)

    assert found.breaks == found.bound == fewest_of_all(KNOWN)
    assert found.is_proved
    assert wrong_in(KNOWN, found.slots) == []
    assert children() == []


def test_day_that_holds_too_little_is_infeasible():
    full = replace(KNOWN, open=[[0, 1, 2, 3], [0, 1, 2, 3], [0], [0]])

    assert fewest_breaks(full, seconds=20).is_infeasible
    assert fewest_breaks(replace(KNOWN, tables=[1, 1, 1, 0]), seconds=20).is_infeasible


def test_day_known_at_the_bound_asks_nothing(monkeypatch):
    monkeypatch.setattr(racing.Race, "ask", None)
    instance = replace(KNOWN, open=[[0], [1], [2], [3]])

    found = fewest_breaks(instance, seconds=1, known=[0, 1, 2, 3])

    assert found.breaks == found.bound == sum(count_breaks(instance, [0, 1, 2, 3]))


def test_shorter_day_is_taken_with_the_same_breaks():
    spread = Instance(
        slots=5, agendas=4, ends=[(0, 1), (2, 3)], open=[[0, 4], [0, 4]], tables=[2] * 5
    )

    assert list(fewest_rounds(spread, [0, 4], seconds=20)) == [0, 0]


def pigeons(count):
    """One agenda's meetings in one slot too few: no resolution proof is short (Haken 1985)."""
    return Instance(
        slots=count - 1,
        agendas=count + 1,
        ends=[(0, other) for other in range(1, count + 1)],
        open=[list(range(count - 1))] * count,
        tables=[1] * (count - 1),
    )


def test_race_that_is_too_slow_is_stopped():
    with Race(pigeons(14), variants=[1]) as race, pytest.raises(NoAnswerInTime):
        race.ask(None, seconds=0.3)

    assert children() == []


def test_ended_solver_is_an_error_not_an_answer(monkeypatch):
    monkeypatch.setattr(racing, "_ANSWERING", "this_module_is_not_there")
    monkeypatch.setattr(racing, "subprocess", Silent)

    with Race(KNOWN) as race, pytest.raises(RuntimeError, match="ended without an answer"):
        race.ask(0, seconds=10)


class Silent:
    """The subprocess module, its programs' complaints kept from the test's output."""

    PIPE = subprocess.PIPE

    @staticmethod
    def Popen(command, **options):  # noqa: N802 - stands for the class
        return subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)


def test_killed_asker_leaves_no_solver_behind():
    program = (
        "import sys, time\n"
        "from tests.engine.schedule.test_breaks import pigeons\n"
        "from matchmaking.engine.schedule.racing import Race\n"
        "race = Race(pigeons(14), variants=[1])\n"
        "runner = race._start(1)\n"
        "runner.stdin.write('null\\n')\n"
        "runner.stdin.flush()\n"
        "print(runner.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    asker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    solver = int(asker.stdout.readline())
    time.sleep(0.3)  # the solver is deep in its search and reads no pipe
    asker.kill()
    asker.wait()
    asker.stdout.close()

    assert wait_until_gone(solver)


def wait_until_gone(pid):
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().split()[2]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def children():
    """Processes that this one started and that answer questions."""
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="],
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in listed.stdout.splitlines() if "answering" in line]
