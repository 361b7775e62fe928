"""Assessments and near misses as records of fixed width: what kernels fill and rows keep.

A record holds every number once: what a gate found is what a factor was measured by. Reading one asks no formula, so a record says
for ever what was true when it was written. ``form`` tells later layouts apart.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.types import MIN_SCORE, Change, FactorCode, Gate

FORM = 2
Records = NDArray[np.void]

_FIELDS: list[Any] = [
    ("form", "u1"),
    ("failed", "u1"),  # a bit a gate, in the order of Gate
    ("proposed", "?"),
    ("is_stale", "?"),
    ("same_cluster", "u1"),
    ("same_province", "u1"),
    ("is_place_known", "u1"),
    ("kin", "u1"),
    ("construction", "i1"),
    ("category", "<i2"),
    ("found", "<i2"),
    ("hundredths", "<i2"),
    ("part_slack", "<i2"),  # weeks, -1 for never
    ("whole_slack", "<i2"),
    ("lead_days", "<i2"),  # -1 when not said
    ("constructions", "<i8"),
    ("asked", "<i8"),
    ("held", "<i8"),
    ("due", "<i4"),
    ("first", "<i4"),
    ("pairs", "<i4"),
    ("part", "<i4"),
    ("free", "<i4"),
    ("counted", "<i4"),
    ("line", "<i4"),
    ("min_order", "<i4"),  # -1 when not said
    ("largest", "<i4"),
    ("lower", "<i4"),  # cents, -1 when not said
    ("highest", "<i4"),
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
_SINCE_FORM_2 = {"is_place_known", "lead_days", "line", "lower", "highest"}
ASSESSMENT = np.dtype(_FIELDS)
ASSESSMENTS = {
    1: np.dtype([field for field in _FIELDS if field[0] not in _SINCE_FORM_2]),
    FORM: ASSESSMENT,
}
"""The layouts of assessments by form: rows that were answered keep the one they were written in."""
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
CAUSES_OF = {1: [*GATES[:7], MIN_SCORE], FORM: CAUSES}  # before a price could be one
KINDS = [change.value for change in Change]

_DAYS_A_WEEK = 7


def assessment_of(record: bytes) -> dict[str, Any]:
    """Give an assessment as plain values that JSON can hold.

    :raises ValueError: for a form that is not known
    """
    read = _read(record, ASSESSMENTS)
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
    if read["form"] == FORM:
        findings.append((read["highest"], read["lower"]))
    gates = [
        {"code": code, "passed": not failed >> bit & 1, "wanted": wanted, "found": found}
        for bit, (code, (wanted, found)) in enumerate(zip(GATES, findings, strict=False))
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
    read = _read(record, dict.fromkeys(CAUSES_OF, CHANGE))
    return {
        "kind": KINDS[read["kind"]],
        "gate": CAUSES_OF[read["form"]][read["gate"]],
        "before": read["before"],
        "after": read["after"],
        "amount": read["amount"],
        "size": read["size"],
        "score": read["hundredths"] / 100,
    }


def _read(record: bytes, layouts: Mapping[int, np.dtype[np.void]]) -> dict[str, Any]:
    form = record[0]
    if form not in layouts:
        raise ValueError(f"form {form} of a record is not known")
    layout = layouts[form]
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
            "line_pairs": read.get("line"),
            "min_order": _known(read["min_order"]),
        },
        {
            "wanted": read["category"],
            "found": read["found"],
            "class_said": int(read["construction"] < 0 or read["constructions"] != 0),
        },
        {
            "part_pairs": read["part"],
            "part_week": due - part if part >= 0 else None,
            "part_slack_days": part_days,
            "whole_week": due - whole if whole >= 0 else None,
            "whole_slack_days": whole_days,
            "slack_days": part_days if whole_days is None else whole_days,
            "buffer_days": read["buffer_days"],
            "lead_days": _known(read.get("lead_days", -1)),
        },
        {f"{name}_cny": _said(read[name]) for name in ("target", "low", "high")},
        {
            "same_cluster": read["same_cluster"],
            "same_province": read["same_province"],
            "is_known": read.get("is_place_known", 1),
        },
        {"age_days": read["age_days"], "stale_days": read["stale_days"], "is_stale": stale},
    ]


def _known(number: int) -> int | None:
    return None if number < 0 else number


def _said(price: float) -> float | None:
    return None if price != price else price  # noqa: PLR0124 - nan is what was not said
