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
from matchmaking.core.workbench.queues import queues
from matchmaking.core.workbench.tables import Table, ago, register_tables

ACTIONS: tuple[Action[Any, Any], ...] = (
    Action(
        name="take",
        label=gettext_lazy("Take it in hand"),
        service=services.take_case,
        subject="row",
        allowed=rules.can_work,
        in_bulk=True,
    ),
    Action(
        name="hand-over",
        label=gettext_lazy("Hand over"),
        service=services.hand_over,
        subject="row",
        form=HandOverForm,
        allowed=rules.can_work,
    ),
    Action(
        name="give-back",
        label=gettext_lazy("Give back"),
        service=services.give_back,
        subject="row",
        allowed=rules.can_work,
    ),
    Action(
        name="note",
        label=gettext_lazy("Note"),
        service=services.note_case,
        subject="row",
        form=NoteForm,
        allowed=rules.can_work,
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
