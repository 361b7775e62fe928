"""Questions about a file: asked once, answered by one click, remembered for its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

OF_ROW = "row:"
# What was said of these belongs to one file alone: the next one has other rows, lines and columns.
OF_ONE_FILE = (OF_ROW, "folded", "hidden:", "header:", "same_week:", "week:", "formulas")
MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its value and how it reads on a button."""

    value: str
    label: str
    is_likely: bool = False


@dataclass(slots=True)
class Question:
    """A question with its choices and, once answered, the chosen value.

    ``is_blocking``: nothing is imported before it is answered; else the rows that it concerns
    wait alone. ``is_remembered``: answered as for the last file of this source.
    """

    key: str
    text: str
    choices: tuple[Choice, ...]
    detail: str = ""
    chosen: str = ""
    is_blocking: bool = True
    is_remembered: bool = False
    rows: list[int] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return not self.chosen

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"choices": [asdict(choice) for choice in self.choices]}


def from_json(data: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(**choice) for choice in data["choices"])
    return Question(**{**data, "choices": choices})


class Asker:
    """Asks, unless it was answered for this file or for an earlier one of its source."""

    def __init__(self, answers: Mapping[str, str], memory: Mapping[str, str]) -> None:
        self._answers = answers
        self._memory = memory
        self.questions: dict[str, Question] = {}
        self.facts: list[dict[str, str]] = []

    def ask(
        self,
        key: str,
        text: str,
        choices: Iterable[Choice],
        *,
        detail: str = "",
        is_blocking: bool = True,
        row: int | None = None,
    ) -> str:
        """Return the answer, "" while the question is open."""
        question = self.questions.get(key)
        if question is None:
            question = Question(key, text, tuple(choices), detail, is_blocking=is_blocking)
            self.questions[key] = question
            self._answer(question)
        if row is not None and len(question.rows) < MOST_CHOICES:
            question.rows.append(row)
        return question.chosen

    def _answer(self, question: Question) -> None:
        possible = {choice.value for choice in question.choices}
        if self._answers.get(question.key) in possible:
            question.chosen = self._answers[question.key]
        elif (
            not question.key.startswith(OF_ONE_FILE) and self._memory.get(question.key) in possible
        ):
            question.chosen, question.is_remembered = self._memory[question.key], True

    def answer_to(self, key: str) -> str:
        """Return what was answered to a question that may not be asked again, "" for nothing."""
        remembered = "" if key.startswith(OF_ONE_FILE) else self._memory.get(key, "")
        return self._answers.get(key) or remembered

    def say(self, text: str, *, is_loss: bool = False) -> None:
        fact = {"text": text, "tone": "warn" if is_loss else "info"}
        if fact not in self.facts:
            self.facts.append(fact)

    def keep_first(self, keys: tuple[str, ...]) -> None:
        """Drop every other question while one of these, by the beginning of its key, is open."""
        first = {key: one for key, one in self.questions.items() if key.startswith(keys)}
        if any(one.is_open for one in first.values()):
            self.questions = first

    @property
    def is_blocked(self) -> bool:
        return any(one.is_open and one.is_blocking for one in self.questions.values())
