"""The draft of one post while it is read: set, ask, and what wins when both happen."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from matchmaking.core.parsing.outcomes import Ambiguous, Outcome, Read, Reading, Span
from matchmaking.listings.free_text.values import Doubt, Draft, Field, Question, Value


class DraftBuilder:
    """Fields and open questions of one post. A field that is asked about has no value."""

    def __init__(self, side: str) -> None:
        self.side = side
        self.fields: dict[str, Field] = {}
        self.questions: dict[str, Question] = {}

    def set(self, name: str, value: Value, span: Span) -> None:
        """Set a field; a second, different value makes it a question."""
        if name in self.questions:
            return
        known = self.fields.get(name)
        if known and known.value != value:
            readings = (Reading(known.value, str(known.value)), Reading(value, str(value)))
            self.ask(name, Doubt.CONTRADICTION, span, readings)
        elif known:
            self.fields[name] = Field(value, (*known.spans, span))
        else:
            self.fields[name] = Field(value, (span,))

    def ask(
        self, name: str, reason: StrEnum, span: Span, readings: Iterable[Reading[Value]] = ()
    ) -> None:
        self.fields.pop(name, None)
        self.questions.setdefault(name, Question(0, name, reason, tuple(readings), span))

    def put(self, name: str, outcome: Outcome[Value]) -> None:
        """Set what was read, ask about what has several readings."""
        if isinstance(outcome, Read):
            self.set(name, outcome.value, outcome.span)
        elif isinstance(outcome, Ambiguous):
            self.ask(name, outcome.reason, outcome.span, outcome.readings)

    def is_open(self, name: str) -> bool:
        return name not in self.fields and name not in self.questions

    def inherit(self, other: DraftBuilder, names: Iterable[str]) -> None:
        """Fill open fields from the heading or the foot of a list."""
        for name in names:
            if self.is_open(name):
                if name in other.fields:
                    self.fields[name] = other.fields[name]
                elif name in other.questions:
                    self.questions[name] = other.questions[name]

    def draft(self) -> Draft:
        return Draft(dict(self.fields))
