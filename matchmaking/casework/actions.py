"""What officers do with a row that waits, on the page of each kind of row."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.casework import queries, rules, services
from matchmaking.casework.forms import HandOverForm, NoteForm
from matchmaking.core.workbench.actions import Action, register_action
from matchmaking.core.workbench.queues import is_waiting, queues
from matchmaking.core.workbench.tables import Table, ago, register_tables

# Kept on the row while its page is shown.
WAITS, IN_HAND = "_casework_waits", "_casework_in_hand"


def _waits(row: Any) -> bool:
    """Return whether the row waits, by one query for all actions of its page."""
    if not hasattr(row, WAITS):
        setattr(row, WAITS, is_waiting(row))
    return bool(getattr(row, WAITS))


def _is_in_hand(row: Any) -> bool:
    if not hasattr(row, IN_HAND):
        setattr(row, IN_HAND, queries.is_in_hand(row))
    return bool(getattr(row, IN_HAND))


ACTIONS: tuple[Action[Any, Any], ...] = (
    Action(
        name="take",
        label=gettext_lazy("Take it in hand"),
        explain=gettext_lazy("Colleagues see that it is yours, and cannot take it."),
        possible=lambda row: _waits(row) and not _is_in_hand(row),
        service=services.take_case,
        subject="row",
        allowed=rules.can_work,
        is_aside=True,
        in_bulk=True,
    ),
    Action(
        name="hand-over",
        label=gettext_lazy("Hand over"),
        explain=gettext_lazy("The colleague finds it among what is in hand, with your note."),
        possible=lambda row: _waits(row) and _is_in_hand(row),
        service=services.hand_over,
        subject="row",
        form=HandOverForm,
        allowed=rules.can_work,
        is_aside=True,
    ),
    Action(
        name="give-back",
        label=gettext_lazy("Give back"),
        explain=gettext_lazy("It waits for everybody again."),
        possible=lambda row: _waits(row) and _is_in_hand(row),
        service=services.give_back,
        subject="row",
        allowed=rules.can_work,
        is_aside=True,
    ),
    Action(
        name="note",
        label=gettext_lazy("Note"),
        explain=gettext_lazy("It stands below, for officers alone."),
        possible=_waits,
        service=services.note_case,
        subject="row",
        form=NoteForm,
        allowed=rules.can_work,
        is_aside=True,
    ),
)


def notes_of(request: HttpRequest, row: Any) -> list[Table]:
    """Return the notes on the row, for those who may note."""
    if not rules.can_work(request.user):
        return []
    lines = [
        (
            ago(note.at),
            str(note.by or ""),
            _("handed over to %(person)s") % {"person": note.handed_to} if note.handed_to else "",
            note.text,
        )
        for note in queries.notes_on(row)
    ]
    return [Table(_("Notes of officers"), (_("when"), _("who"), "", _("note")), lines)]


def register() -> None:
    """Add the actions and the notes to each kind of row that waits in some queue."""
    models: set[type[Model]] = {queue.rows().model for queue in queues.ordered()}
    for model in sorted(models, key=lambda one: one._meta.label):  # noqa: SLF001 - Django's documented name
        for action in ACTIONS:
            register_action(model, action)
        register_tables(model, notes_of)
