"""Cases taken, handed over, given back and noted on; views saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.casework import rules
from matchmaking.casework.models import Case, CaseNote, SavedView
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.workbench import queues

if TYPE_CHECKING:
    import datetime as dt

MOST_VIEWS = 20


@transaction.atomic
def take_case(*, row: Any, by: Any, at: dt.datetime) -> Case:
    """Take a row in hand.

    :raises Conflict: when a colleague has it
    """
    case = _lock(row)
    if case.assigned_to is not None and case.assigned_to_id != by.pk:
        raise Conflict(
            _("%(person)s has it in hand: ask for a hand-over.") % {"person": case.assigned_to},
            code="already_decided",
        )
    case.assigned_to, case.assigned_at = by, at
    case.save(update_fields=["assigned_to", "assigned_at"])
    return case


@transaction.atomic
def hand_over(*, row: Any, to: Any, note: str, by: Any, at: dt.datetime) -> Case:
    """Put the row into the hands of a colleague, with what there is to know.

    :raises NotAllowed: when the colleague may not work on cases
    """
    if not rules.can_work(to):
        raise NotAllowed(_("This person may not work on cases."))
    case = _lock(row)
    case.assigned_to, case.assigned_at = to, at
    case.save(update_fields=["assigned_to", "assigned_at"])
    CaseNote.objects.create(case=case, by=by, handed_to=to, text=note, at=at)
    return case


@transaction.atomic
def give_back(*, row: Any) -> Case:
    """Put the row back for everybody."""
    case = _lock(row)
    case.assigned_to = None
    case.save(update_fields=["assigned_to"])
    return case


@transaction.atomic
def note_case(*, row: Any, text: str, by: Any, at: dt.datetime) -> CaseNote:
    return CaseNote.objects.create(case=_lock(row), by=by, text=text, at=at)


def _lock(row: Any) -> Case:
    """Return the locked case of the row, made where there is none.

    :raises InvalidInput: for a row of no queue
    """
    known = queues.queues_of(type(row))
    if not known:
        raise InvalidInput(_("Rows of this kind wait in no queue."))
    # ON CONFLICT DO NOTHING: of two officers who take a row at once, one waits here for the other.
    Case.objects.bulk_create([Case(queue=known[0].key, row_id=row.pk)], ignore_conflicts=True)
    rows = Case.objects.select_related("assigned_to").select_for_update(of=("self",))
    return rows.get(queue=known[0].key, row_id=row.pk)


@transaction.atomic
def save_view(*, name: str, query: str, by: Any) -> SavedView:
    """Save the filters under a name; the same name again replaces them.

    :raises Conflict: when the person has twenty
    """
    others = SavedView.objects.filter(user=by).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise Conflict(_("Twenty views are enough: remove one first."))
    saved, _made = SavedView.objects.update_or_create(user=by, name=name, defaults={"query": query})
    return saved


@transaction.atomic
def remove_view(*, view: SavedView) -> None:
    view.delete()
