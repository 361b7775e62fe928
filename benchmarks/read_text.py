"""Labelled messages against what the reader makes of them; non-zero below the goals.

make read-text                       the sets that the project keeps
make read-text CASES=path.jsonl      another file of the same form
"""

import datetime as dt
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from matchmaking.listings.free_text.messages import read_message
from matchmaking.listings.free_text.values import MessageReading
from matchmaking.listings.free_text.vocabulary import Vocabulary, shipped

KEPT = Path(__file__).parents[1] / "tests" / "listings" / "free_text"
DEFAULT = tuple(KEPT / f"{name}.jsonl" for name in ("messages", "more_messages", "group_messages"))
RIGHT_GOAL, FOUND_GOAL = 0.99, 0.90


@dataclass
class Tally:
    """Counts over all messages, and the lines of those that are not whole."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def meets_goals(self) -> bool:
        """Tell whether values, questions and contacts are as good as promised."""
        n = self.counts
        is_right = n["right"] >= RIGHT_GOAL * (n["right"] + n["wrong"])
        is_found = n["right"] >= FOUND_GOAL * n["fields"]
        return is_right and is_found and n["asked"] == n["to_ask"] and not n["leaked"]

    def summary(self) -> str:
        """Return the last line."""
        n = self.counts
        return (
            f"messages={n['messages']} fields={n['fields']} right={n['right']} wrong={n['wrong']} "
            f"missing={n['missing']} asked={n['asked']}/{n['to_ask']} contacts_leaked={n['leaked']}"
        )


def plain(value: Any) -> Any:
    """Return a value as the labels write it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return sorted(value)
    return sorted(value) if isinstance(value, list) else value


def judge(case: dict[str, Any], vocabulary: Vocabulary, tally: Tally) -> None:
    """Count one message, and add its line where something is missing or wrong."""
    reading = read_message(case["text"], dt.date.fromisoformat(case["today"]), vocabulary)
    expected = case["expect"] if isinstance(case["expect"], list) else [case["expect"]]
    drafts = [
        {name: plain(value) for name, value in draft.values().items()} for draft in reading.drafts
    ]
    notes = []
    if len(drafts) != len(expected):
        notes.append(f"posts {len(drafts)} for {len(expected)}")
    for index in range(max(len(drafts), len(expected))):
        found = drafts[index] if index < len(drafts) else {}
        wanted = expected[index] if index < len(expected) else {}
        notes += compare(found, wanted, tally, f"{index}." if len(expected) > 1 else "")
    asked = {(question.post, question.field) for question in reading.questions}
    for question in case["ask"]:
        tally.counts["to_ask"] += 1
        posts = [question["post"]] if "post" in question else range(len(expected))
        if any((post, question["field"]) in asked for post in posts):
            tally.counts["asked"] += 1
        else:
            notes.append(f"not asked: {question['field']}")
    notes += leaks(case, reading, tally)
    tally.counts["messages"] += 1
    if notes:
        tally.lines.append(f"{case['id']}: " + "; ".join(notes))


def compare(found: dict[str, Any], wanted: dict[str, Any], tally: Tally, prefix: str) -> list[str]:
    """Count the fields of one post; a value that nobody said is wrong too."""
    notes = []
    tally.counts["fields"] += len(wanted)
    for name in sorted(found.keys() | wanted.keys()):
        if name not in found:
            tally.counts["missing"] += 1
            notes.append(f"missing {prefix}{name}={plain(wanted[name])}")
        elif name in wanted and found[name] == plain(wanted[name]):
            tally.counts["right"] += 1
        else:
            tally.counts["wrong"] += 1
            notes.append(f"WRONG {prefix}{name}={found[name]} for {wanted.get(name)}")
    return notes


def leaks(case: dict[str, Any], reading: MessageReading, tally: Tally) -> list[str]:
    """Count contacts with a letter or digit that was not taken out."""
    hidden = {position for contact in reading.contacts for position in range(*contact.span)}
    notes = []
    for contact in case["contacts"]:
        start = case["text"].find(contact)
        shown = [
            position
            for position in range(start, start + len(contact))
            if case["text"][position].isalnum() and position not in hidden
        ]
        if start < 0 or shown:
            tally.counts["leaked"] += 1
            notes.append(f"LEAKED {contact}")
    return notes


def read_cases(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def measure(paths: Iterable[Path]) -> Tally:
    """Judge all messages of these files."""
    tally = Tally()
    for path in paths:
        for case in read_cases(path):
            judge(case, shipped(), tally)
    return tally


def main(arguments: list[str]) -> int:
    """Print a line for each message that is not whole, then the sums."""
    started = time.perf_counter()
    tally = measure([Path(argument) for argument in arguments] or DEFAULT)
    took = time.perf_counter() - started
    print(*tally.lines, sep="\n")
    print(f"{took / max(1, tally.counts['messages']) * 1000:.2f} ms a message", file=sys.stderr)
    print(tally.summary())
    return 0 if tally.meets_goals() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
