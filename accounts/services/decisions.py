"""The step that every officer's decision takes: checked, reasoned, dated."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.decisions import Decision
from accounts.states import DECISION_TRANSITIONS, DecisionStatus
from matchmaking.core.errors import InvalidInput
from matchmaking.core.transitions import check_transition


def decide(decision: Decision, *, accept: bool, note: str, by: User, at: dt.datetime) -> None:
    """Store the decision about a row that the caller has locked.

    :raises IllegalTransition: when it is decided already
    :raises InvalidInput: when a refusal has no reason
    """
    target = DecisionStatus.ACCEPTED if accept else DecisionStatus.REFUSED
    check_transition(DECISION_TRANSITIONS, DecisionStatus(decision.status), target)
    if not accept and not note.strip():
        raise InvalidInput(_("Give the reason: the company reads it."), field="note")
    decision.status = target
    decision.decided_at = at
    decision.decided_by = by
    decision.decision_note = note.strip()
    decision.save(update_fields=["status", "decided_at", "decided_by", "decision_note"])
