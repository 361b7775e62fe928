"""The catalogue from a CSV file: what is new is entered, what is there is brought up to date."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matchmaking.core.errors import InvalidInput, NotAllowed
from matchmaking.policies import rules
from matchmaking.policies.models import Policy

if TYPE_CHECKING:
    from accounts.models import User

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "policies.csv"
COLUMNS = (
    "level",
    "region",
    "division_code",
    "topic",
    "title",
    "measure",
    "conditions",
    "amount",
    "cap_yuan",
    "form",
    "office",
    "valid_from",
    "valid_to",
    "deadline",
    "source",
    "trust",
)
REQUIRED = ("level", "topic", "title", "measure", "source", "trust")
IDENTITY = ("region", "title", "measure")
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file. ``problems`` are row numbers of the sheet with sentences."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def load_csv(*, content: bytes, by: User, at: dt.datetime) -> Loaded:
    """Enter the rows of a file; one wrong row and nothing of it is entered.

    :raises NotAllowed: without the right to keep the catalogue
    :raises InvalidInput: for a file that is no CSV in UTF-8, or lacks a column
    """
    del at  # services take it; the history keeps the moment
    if not rules.can_keep_catalogue(by):
        raise NotAllowed(_("You may not change the catalogue."))
    return _load(content)


@transaction.atomic
def load_sample() -> Loaded:
    """Enter the measures that come with the site."""
    return _load(SAMPLE.read_bytes())


def _load(content: bytes) -> Loaded:
    rows = _rows(content)
    problems: list[tuple[int, str]] = []
    ready: list[Policy] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        try:
            policy = _policy(row)
            first = seen.setdefault(tuple(row[name] for name in IDENTITY), number)
            if first != number:
                raise ValidationError(_("The same measure as in row %(row)s.") % {"row": first})  # noqa: TRY301 - one way out for a wrong row
            policy.full_clean(exclude=["code"], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            problems.append((number, " ".join(error.messages)))
        else:
            ready.append(policy)
    if problems:
        return Loaded(problems=problems)
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    for policy in ready:
        counts[_store(policy)] += 1
    return Loaded(counts["created"], counts["changed"], counts["unchanged"])


def _rows(content: bytes) -> list[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        header = [name.strip() for name in reader.fieldnames or ()]
        if missing := [name for name in REQUIRED if name not in header]:
            raise InvalidInput(
                _("The file has no column %(names)s.") % {"names": ", ".join(missing)},
                field="file",
            )
        rows = [
            {name: (row.get(name) or "").strip() for name in COLUMNS}
            for row in reader
            if any(isinstance(cell, str) and cell.strip() for cell in row.values())
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(_("Send a CSV file in UTF-8."), field="file") from error
    if len(rows) > MOST_ROWS:
        raise InvalidInput(_("At most 2,000 rows at a time."), field="file")
    return rows


def _policy(row: dict[str, str]) -> Policy:
    values: dict[str, Any] = dict(row)
    for name in ("valid_from", "valid_to", "deadline"):
        values[name] = _day(row[name])
    cap = row["cap_yuan"]
    if cap and not cap.isdecimal():
        raise ValidationError(_("“%(cell)s” is no amount: write digits only.") % {"cell": cap})
    values["cap_yuan"] = int(cap) if cap else None
    return Policy(**values)


def _day(cell: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(cell) if cell else None
    except ValueError as error:
        raise ValidationError(
            _("“%(cell)s” is no day, like 2028-12-31.") % {"cell": cell}
        ) from error


def _store(policy: Policy) -> str:
    identity = {name: getattr(policy, name) for name in IDENTITY}
    known = Policy.objects.filter(**identity).first()
    if known is None:
        policy.save()
        return "created"
    changed = [name for name in COLUMNS if getattr(known, name) != getattr(policy, name)]
    for name in changed:
        setattr(known, name, getattr(policy, name))
    if changed:
        known.save(update_fields=changed)
    return "changed" if changed else "unchanged"
