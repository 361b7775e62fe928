"""Conditions of a policy: a small language, read into groups, judged in three values.

A line or a part between semicolons is a group, and all groups must hold; ``|`` parts alternatives
of which one must. ``equipment_yuan >= 1000000; equipment_sets >= 80 | set_price_yuan >= 300000``.
``?`` begins what only a person can judge: ``? selected in the year``. Plain values, no rows, no clock.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

Facts = Mapping[str, Any]
_COMPARISON = re.compile(r"(?P<field>[a-z][a-z0-9_]*)\s*(?P<op>>=|<=|>|<|=|in)\s*(?P<value>.+)")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
YES, NO = "yes", "no"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class FieldKind(StrEnum):
    """Values that a field has: yuan, a count, yes or no, a word of a list."""

    MONEY = "money"
    NUMBER = "number"
    FLAG = "flag"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison, or, with ``words`` alone, what a person judges.

    ``values`` has one value, several for ``in``.
    """

    field: str = ""
    op: str = ""
    values: tuple[Any, ...] = ()
    words: str = ""

    @property
    def key(self) -> str:
        """Return the name under which an answer to it is kept."""
        return self.field or f"? {self.words}"


Group = tuple[Condition, ...]


class ConditionError(ValueError):
    """A text that is no condition; ``part`` is the part that cannot be read."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part, self.reason = part, reason


def read(text: str, fields: Mapping[str, FieldKind]) -> tuple[Group, ...]:
    """Return the groups of a text.

    :raises ConditionError: for a part that is no condition, or names a field that there is not
    """
    parts = [part.strip() for part in re.split(r"[;；\n]", text)]
    return tuple(
        tuple(_condition(one.strip(), fields) for one in part.split("|")) for part in parts if part
    )


def _condition(part: str, fields: Mapping[str, FieldKind]) -> Condition:
    if part.startswith(("?", "？")):
        words = part[1:].strip()
        if not words:
            raise ConditionError(part, "empty")
        return Condition(words=words)
    found = _COMPARISON.fullmatch(part)
    if found is None:
        raise ConditionError(part, "form")
    name, op, written = found["field"], found["op"], found["value"].strip()
    if name not in fields:
        raise ConditionError(part, "field")
    listed = [word.strip() for word in written.split(",")] if op == "in" else [written]
    return Condition(name, op, tuple(_value(word, fields[name], op, part) for word in listed))


def _value(word: str, kind: FieldKind, op: str, part: str) -> Any:
    is_ordered = op not in {"=", "in"}
    if kind == FieldKind.FLAG:
        if word not in {YES, NO} or is_ordered:
            raise ConditionError(part, "flag")
        return word == YES
    if kind == FieldKind.WORD:
        if is_ordered or not word:
            raise ConditionError(part, "word")
        return word
    try:
        return Decimal(word.replace("_", ""))
    except InvalidOperation as error:
        raise ConditionError(part, "number") from error


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition with its answer. ``missing`` is how much more a number has to be, else None."""

    condition: Condition
    answer: Answer
    fact: Any = None
    missing: Decimal | None = None


@dataclass(frozen=True, slots=True)
class JudgedGroup:
    """Alternatives of which one must hold."""

    parts: tuple[Judged, ...]

    @property
    def answer(self) -> Answer:
        found = {part.answer for part in self.parts}
        if Answer.YES in found:
            return Answer.YES
        return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.NO


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to all groups."""

    groups: tuple[JudgedGroup, ...]

    @property
    def answer(self) -> Answer:
        found = {group.answer for group in self.groups}
        if Answer.NO in found:
            return Answer.NO
        return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.YES

    @property
    def to_tell(self) -> list[Condition]:
        """Return the conditions whose facts would settle the open groups, each once."""
        open_parts = [
            part.condition
            for group in self.groups
            if group.answer == Answer.UNKNOWN
            for part in group.parts
            if part.answer == Answer.UNKNOWN
        ]
        return list({condition.key: condition for condition in open_parts}.values())

    @property
    def gaps(self) -> list[Judged]:
        """Return, of each group that fails, the number that lacks the smallest share."""
        found = []
        for group in self.groups:
            short = [part for part in group.parts if part.missing is not None]
            if group.answer == Answer.NO and short:
                found.append(min(short, key=_share_missing))
        return found

    @property
    def is_in_reach(self) -> bool:
        """Say whether more of some number is all that is wanting."""
        failing = [group for group in self.groups if group.answer == Answer.NO]
        return bool(failing) and len(self.gaps) == len(failing)


def judge(groups: Iterable[Group], facts: Facts) -> Judgement:
    """Judge every condition by the facts; what nobody told is unknown, never no."""
    return Judgement(
        tuple(JudgedGroup(tuple(_judged(one, facts) for one in group)) for group in groups)
    )


def _judged(condition: Condition, facts: Facts) -> Judged:
    fact = facts.get(condition.key)
    if fact is None or fact == "":
        return Judged(condition, Answer.UNKNOWN)
    if condition.words:
        return Judged(condition, Answer.YES if fact else Answer.NO, fact)
    holds = _holds(condition, fact)
    missing = None
    if not holds and condition.op in {">=", ">"}:
        missing = Decimal(condition.values[0]) - Decimal(fact)
    return Judged(condition, Answer.YES if holds else Answer.NO, fact, missing)


def _holds(condition: Condition, fact: Any) -> bool:
    if condition.op == "in":
        known: Sequence[Any] = fact if isinstance(fact, list | tuple) else [fact]
        return any(one in condition.values for one in known)
    if condition.op == "=" and isinstance(fact, list | tuple):
        return condition.values[0] in fact
    return bool(_OPERATORS[condition.op](fact, condition.values[0]))


def _share_missing(part: Judged) -> Decimal:
    wanted = Decimal(part.condition.values[0])
    return (part.missing or Decimal(0)) / wanted if wanted else Decimal(0)
