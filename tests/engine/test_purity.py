import ast
import subprocess
import sys
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "matchmaking" / "engine"
MODULES = sorted(
    ".".join(path.relative_to(ENGINE).with_suffix("").parts)
    for path in ENGINE.rglob("*.py")
    if path.stem != "__init__"
)
ALLOWED = {
    "bisect", "collections", "concurrent", "dataclasses", "enum", "functools", "itertools", "json",
    "math", "matchmaking", "numpy", "operator", "types", "typing",
}  # fmt: skip
FOREIGN = [
    "accounts", "celery", "django", "kombu", "numba", "ortools", "psycopg", "pysat", "redis",
    "rest_framework",
]  # fmt: skip
STOPWATCH = {"time"}  # measures how long a search has taken; no date comes from it
EXTRA = {
    "compiled": {"numba", "os", "pathlib", "zlib"},
    "event_plan.group": {"ortools"},
    "event_plan.planning": STOPWATCH,
    "event_plan.relaxation": STOPWATCH | {"ortools"},
    "event_plan.search": STOPWATCH | {"random"},
    "schedule.annealing": STOPWATCH | {"random"},
    "schedule.answering": {"ctypes", "os", "signal", "sys"},
    "schedule.breaks": STOPWATCH,
    "schedule.clashes": STOPWATCH | {"ortools"},
    "schedule.encoding": {"pysat"},
    "schedule.planning": STOPWATCH,
    "schedule.racing": STOPWATCH
    | {"contextlib", "os", "pathlib", "selectors", "subprocess", "sys"},
    "schedule.relaxations": STOPWATCH,
    "schedule.replanning": STOPWATCH | {"ortools"},
    "schedule.selection": {"ortools"},
    "schedule.timetable": {"random"},
    "splitting.model": {"ortools"},
}


def path_of(name):
    return ENGINE.joinpath(*name.split(".")).with_suffix(".py")


def loaded_by(statement):
    program = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ENGINE.parents[1],
    )
    return {name.split(".")[0] for name in run.stdout.split()} | set(run.stdout.split())


def imports_of(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return names


COMPILED = ["bounds", "compiled", "explain_kernel", "incremental_kernel", "pair_kernel", "scan"]


def test_everything_but_the_kernels_loads_without_numba_solvers_or_django():
    modules = [name for name in MODULES if name not in COMPILED]
    statement = "; ".join(f"import matchmaking.engine.{name}" for name in modules)

    loaded = loaded_by(statement)

    assert sorted(loaded & set(FOREIGN)) == []
    ours = {name for name in loaded if name.startswith("matchmaking.")}
    packages = {
        "matchmaking.engine",
        "matchmaking.engine.event_plan",
        "matchmaking.engine.schedule",
        "matchmaking.engine.splitting",
    }
    assert ours == packages | {f"matchmaking.engine.{name}" for name in modules}


def test_one_module_alone_imports_numba():
    importers = [name for name in MODULES if "numba" in imports_of(path_of(name))]

    assert importers == ["compiled"]


@pytest.mark.parametrize("name", MODULES)
def test_module_reads_no_clock_and_no_settings(name):
    imported = imports_of(path_of(name))

    assert {module.split(".")[0] for module in imported} <= ALLOWED | EXTRA.get(name, set())
    assert {m for m in imported if m.startswith("matchmaking") and ".engine" not in m} == set()
