"""Audit rows of an object as lines that people read: who changed what, and when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _

from matchmaking.core.formatting import in_a_row

MOST = 100
# They change with every event, whose line shows the same.
SILENT = frozenset({"id", "code", "version", "updated_at", "created_at"})
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what it was, what it became."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One change of the object. ``who`` is "" where no person did it."""

    at: dt.datetime
    who: str
    is_first: bool
    changes: Sequence[FieldChange]
    text: str = ""


def has_history(row: Any) -> bool:
    return row is not None and hasattr(row, "events")


def events_of(row: Any, most: int = MOST) -> list[HistoryEvent]:
    """Return the changes of an object, newest first, in a handful of queries."""
    if not has_history(row):
        return []
    # One row more: the oldest that is shown is compared with the one before it.
    rows = list(row.events.select_related("pgh_context").order_by("-pgh_id")[: most + 1])
    fields = _fields(row, rows)
    pairs = list(zip(rows, [*rows[1:], None], strict=True))[:most]
    people = _people(rows)
    names = _names(fields, pairs)
    found = []
    for newer, older in pairs:
        changes = [] if older is None else list(_changes(fields, newer, older, names))
        if older is None or changes:
            who = people.get(_who(newer) or 0, "")
            text = import_of(newer)
            found.append(HistoryEvent(newer.pgh_created_at, who, older is None, changes, text))
    return found


def officers_actions_on(row: Any, most: int = MOST) -> list[HistoryEvent]:
    """Return what officers did to an object whose changes are not recorded, newest first."""
    kind = ContentType.objects.get_for_model(row)
    done = LogEntry.objects.filter(content_type=kind, object_id=row.pk).select_related("user")
    return [
        HistoryEvent(one.action_time, str(one.user), False, (), one.get_change_message())
        for one in done.order_by("-pk")[:most]
    ]


def who_was_last(row: Any) -> str:
    """Return the sentence that names who decided or changed the object last, "" if unknown."""
    decided_by, decided_at = getattr(row, "decided_by", None), getattr(row, "decided_at", None)
    if has_history(row) and decided_by is None:
        last = row.events.select_related("pgh_context").order_by("-pgh_id").first()
        found = _people([last]) if last else {}
        decided_by, decided_at = next(iter(found.values()), None), last and last.pgh_created_at
    if not decided_by or not decided_at:
        return ""
    at = date_format(timezone.localtime(decided_at), "H:i")
    return _("%(person)s was first, at %(at)s.") % {"person": decided_by, "at": at}


def import_of(event: Any) -> str:
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    name = metadata.get("import_name")
    return _("Import: %(name)s") % {"name": name} if name else ""


def _who(event: Any) -> int | None:
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    return metadata.get("user")


def _people(events: Sequence[Any]) -> dict[int, str]:
    ids = {who for who in map(_who, events) if who is not None}
    return {user.pk: str(user) for user in get_user_model().objects.filter(pk__in=ids)}


def _fields(row: Any, events: Sequence[Any]) -> list[models.Field[Any, Any]]:
    if not events:
        return []
    kept = {column.name for column in events[0]._meta.concrete_fields}  # noqa: SLF001 - Django's documented name
    return [
        column
        for column in row._meta.concrete_fields  # noqa: SLF001 - as above
        if column.name in kept and column.name not in SILENT
    ]


def _changes(
    fields: Sequence[models.Field[Any, Any]],
    newer: Any,
    older: Any,
    names: dict[type, dict[Any, str]],
) -> list[FieldChange]:
    return [
        FieldChange(
            str(column.verbose_name),
            _shown(column, before, names),
            _shown(column, after, names),
        )
        for column in fields
        if (before := getattr(older, column.attname)) != (after := getattr(newer, column.attname))
    ]


def _names(
    fields: Sequence[models.Field[Any, Any]], pairs: Sequence[tuple[Any, Any]]
) -> dict[type, dict[Any, str]]:
    """Return the names of related rows that changed: one query per related table."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for newer, older in pairs:
        for column in fields:
            if older is None or not isinstance(column, models.ForeignKey):
                continue
            before, after = getattr(older, column.attname), getattr(newer, column.attname)
            if before != after:
                wanted[column.related_model].update({before, after} - {None})
    return {
        model: {row.pk: str(row) for row in model._base_manager.filter(pk__in=ids)}  # noqa: SLF001 - as above
        for model, ids in wanted.items()
    }


def _shown(column: models.Field[Any, Any], value: Any, names: dict[type, dict[Any, str]]) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(column, models.ForeignKey):
        return names.get(column.related_model, {}).get(value, str(value))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, list):
        return in_a_row(value) or NOTHING
    return str(localize(value))
