"""Assessments and near misses as records of fixed width: what kernels fill and rows keep.

A record holds every number once: what a gate found is what a factor was measured by. Reading one asks no formula, so a record says
for ever what was true when it was written. ``form`` tells later layouts apart.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.types import MIN_SCORE, Change, FactorCode, Gate

FORM = 1
Records = NDArray[np.void]

ASSESSMENT = np.dtype(
    [
        ("form", "u1"),
        ("failed", "u1"),  # a bit a gate, in the order of Gate
        ("proposed", "?"),
        ("is_stale", "?"),
        ("same_cluster", "u1"),
        ("same_province", "u1"),
        ("kin", "u1"),
        ("construction", "i1"),
        ("category", "<i2"),
        ("found", "<i2"),
        ("hundredths", "<i2"),
        ("part_slack", "<i2"),  # weeks, -1 for never
        ("whole_slack", "<i2"),
        ("constructions", "<i8"),
        ("asked", "<i8"),
        ("held", "<i8"),
        ("due", "<i4"),
        ("first", "<i4"),
        ("pairs", "<i4"),
        ("part", "<i4"),
        ("free", "<i4"),
        ("counted", "<i4"),
        ("min_order", "<i4"),
        ("largest", "<i4"),
        ("hard_pairs", "<i4"),
        ("age_days", "<i4"),
        ("stale_days", "<i4"),
        ("buffer_days", "<i4"),
        ("profile_version", "<i4"),
        ("target", "<f8"),
        ("low", "<f8"),
        ("high", "<f8"),
        ("values", "<f8", (len(FactorCode),)),
        ("weights", "<f8", (len(FactorCode),)),
    ]
)
CHANGE = np.dtype(
    [
        ("form", "u1"),
        ("kind", "i1"),  # the place in Change, -1 where no single change suffices
        ("gate", "u1"),  # the place in Gate, behind the last for MIN_SCORE
        ("found", "<i2"),  # the most alike category, for the terms
        ("hundredths", "<i2"),
        ("before", "<i8"),
        ("after", "<i8"),
        ("amount", "<i8"),
        ("size", "<f8"),
    ]
)
GATES = [gate.value for gate in Gate]
CAUSES = [*GATES, MIN_SCORE]
KINDS = [change.value for change in Change]

_DAYS_A_WEEK = 7


def assessment_of(record: bytes) -> dict[str, Any]:
    """Give an assessment as plain values that JSON can hold.

    :raises ValueError: for a form that is not known
    """
    read = _read(record, ASSESSMENT)
    failed, score = read["failed"], read["hundredths"] / 100
    findings = [
        (read["category"], read["found"]),
        (read["construction"], read["constructions"]),
        (read["asked"], read["held"]),
        (0, read["kin"]),
        (read["due"], read["first"]),
        (read["part"], read["free"]),
        (read["min_order"], read["largest"]),
    ]
    gates = [
        {"code": code, "passed": not failed >> bit & 1, "wanted": wanted, "found": found}
        for bit, (code, (wanted, found)) in enumerate(zip(GATES, findings, strict=True))
    ]
    measured = zip(FactorCode, _numbers(read), read["values"], read["weights"], strict=True)
    factors = [
        {"code": code.value, "value": value, "weight": weight, "numbers": numbers}
        for code, numbers, value, weight in measured
    ]
    return {
        "gates": gates,
        "factors": factors,
        "score": score,
        "passed": not failed,
        "proposed": read["proposed"],
        "is_stale": read["is_stale"],
        "hard_pairs": read["hard_pairs"],
        "profile_version": read["profile_version"],
    }


def change_of(record: bytes) -> dict[str, Any]:
    """Give a near miss as plain values that JSON can hold.

    :raises ValueError: for a form that is not known
    """
    read = _read(record, CHANGE)
    return {
        "kind": KINDS[read["kind"]],
        "gate": CAUSES[read["gate"]],
        "before": read["before"],
        "after": read["after"],
        "amount": read["amount"],
        "size": read["size"],
        "score": read["hundredths"] / 100,
    }


def _read(record: bytes, layout: np.dtype[np.void]) -> dict[str, Any]:
    if record[0] != FORM:
        raise ValueError(f"form {record[0]} of a record is not known")
    row = np.frombuffer(record, dtype=layout, count=1)[0]
    values = dict(zip(layout.names or (), row.item(), strict=True))
    return values | {
        name: value.tolist() for name, value in values.items() if hasattr(value, "tolist")
    }


def _numbers(read: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the numbers of each factor, in the order of FactorCode."""
    stale, due = int(read["is_stale"]), read["due"]
    part, whole = read["part_slack"], read["whole_slack"]
    part_days = part * _DAYS_A_WEEK if part >= 0 else None
    whole_days = whole * _DAYS_A_WEEK if whole >= 0 else None
    return [
        {
            "pairs": read["pairs"],
            "free_pairs": read["free"],
            "counted_pairs": read["counted"],
            "first_week": read["first"],
            "due_week": due,
            "is_stale": stale,
        },
        {"wanted": read["category"], "found": read["found"]},
        {
            "part_pairs": read["part"],
            "part_week": due - part if part >= 0 else None,
            "part_slack_days": part_days,
            "whole_week": due - whole if whole >= 0 else None,
            "whole_slack_days": whole_days,
            "slack_days": part_days if whole_days is None else whole_days,
            "buffer_days": read["buffer_days"],
        },
        {f"{name}_cny": _said(read[name]) for name in ("target", "low", "high")},
        {name: read[name] for name in ("same_cluster", "same_province")},
        {"age_days": read["age_days"], "stale_days": read["stale_days"], "is_stale": stale},
    ]


def _said(price: float) -> float | None:
    return None if price != price else price  # noqa: PLR0124 - nan is what was not said
