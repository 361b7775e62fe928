"""Officers' actions on matches: answer for a company, remind, withdraw, write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from matchmaking.core.errors import Conflict, DomainError
from matchmaking.core.text import no_control_characters
from matchmaking.core.workbench.actions import Action, ActionForm
from matchmaking.matching import rules
from matchmaking.matching.admin import activity
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers, endings, messages
from matchmaking.matching.states import AnswerKind, DeclineReason, MatchSide, MatchState

OPEN = frozenset(rules.OPEN_STATES)
OVER = frozenset({MatchState.DECLINED, MatchState.EXPIRED, MatchState.ENDED})


def _side_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=MatchSide.choices, widget=UnfoldAdminRadioSelectWidget()
    )


def _text_field(label: Any, help_text: Any, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        **kwargs,
    )


class SideForm(ActionForm):
    """The choice of the company that an officer speaks for."""

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if isinstance(row, Match):
            field: Any = self.fields["side"]
            field.choices = [
                (side.value, f"{side.label} · {row.post(side).company}") for side in MatchSide
            ]


class AnswerForm(SideForm):
    """A company's answer, given to the association by telephone or in person."""

    side = _side_field(gettext_lazy("For whom"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[
            (AnswerKind.INTERESTED.value, AnswerKind.INTERESTED.label),
            (AnswerKind.DECLINED.value, gettext_lazy("Decline")),
        ],
        widget=UnfoldAdminRadioSelectWidget(),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Needed when declining. The other side sees it."),
        choices=[("", "–"), *DeclineReason.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    note = _text_field(
        gettext_lazy("Note"),
        gettext_lazy("Officers read it; the other side only where you share it."),
        1000,
        required=False,
    )
    shares_note = forms.BooleanField(
        label=gettext_lazy("The other side may read the note"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
    )

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        owing = activity.sides_that_owe(row) if row is not None else []
        return {"side": owing[0].value} if len(owing) == 1 else {}


class MessageForm(SideForm):
    """A message into the conversation."""

    side = _side_field(gettext_lazy("For whom"))
    text = _text_field(
        gettext_lazy("Message"),
        gettext_lazy("The other side reads it as written by the association for that company."),
        4000,
    )


class WithdrawForm(ActionForm):
    """The reason for which the association withdraws a match."""

    reason = _text_field(
        gettext_lazy("Reason"), gettext_lazy("It stays with the association."), 1000
    )


def _refusal(match: Match, refusal: DomainError) -> str:
    """Return the refusal; of a match that moved on, what it has become and who was first."""
    if not isinstance(refusal, Conflict) or refusal.code == "busy":
        return str(refusal)
    state = MatchState(Match.objects.values_list("state", flat=True).get(pk=match.pk))
    text = str(refusal)
    if state in OVER:
        text = _("This match is over: %(state)s.") % {"state": state.label}
    return " ".join(filter(None, (text, activity.who_was_first(match))))


ACTIONS: Sequence[Action[Match, Any]] = (
    Action(
        name="remind",
        label=gettext_lazy("Remind"),
        explain=gettext_lazy("The companies that have not answered get a mail; at most one a day."),
        service=endings.remind,
        subject="match",
        refusal=_refusal,
        allowed=rules.can_act_on_matches,
        possible=lambda match: match.state in OPEN,
        tone="primary",
        in_bulk=True,
    ),
    Action(
        name="answer",
        label=gettext_lazy("Answer for a company"),
        explain=gettext_lazy(
            "It counts as the company's own answer, is marked as given by the association, "
            "and the other side is told at once."
        ),
        service=answers.answer_match,
        subject="match",
        fixed={"on_behalf": True},
        refusal=_refusal,
        allowed=rules.can_act_on_matches,
        possible=lambda match: match.state in OPEN,
        form=AnswerForm,
    ),
    Action(
        name="write",
        label=gettext_lazy("Write into the conversation"),
        explain=gettext_lazy("Both sides can read it, and the other side is told."),
        service=messages.write_message,
        subject="match",
        fixed={"on_behalf": True},
        refusal=_refusal,
        allowed=rules.can_act_on_matches,
        possible=lambda match: match.state == MatchState.MUTUAL,
        form=MessageForm,
    ),
    Action(
        name="withdraw",
        label=gettext_lazy("Withdraw the match"),
        explain=gettext_lazy(
            "It ends for both sides, contacts close, and it is not proposed again until one "
            "side changes what it asks or offers."
        ),
        service=endings.withdraw_match,
        subject="match",
        refusal=_refusal,
        allowed=rules.can_act_on_matches,
        possible=lambda match: match.state in OPEN or match.state == MatchState.MUTUAL,
        form=WithdrawForm,
        tone="danger",
    ),
)
