"""Questions on orders, for officers: who asked, what was answered, and closing one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from matchmaking.core.workbench.actions import Action, DecisionForm
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import NOTHING, badge, link
from matchmaking.deals import rules
from matchmaking.deals.models import OrderQuestion
from matchmaking.deals.services import questions
from matchmaking.deals.states import QuestionState

TONES = {QuestionState.OPEN: "warn", QuestionState.ANSWERED: "ok"}
ACTIONS: Sequence[Action[OrderQuestion, Any]] = (
    Action(
        name="close",
        label=gettext_lazy("Close the question"),
        explain=gettext_lazy(
            "The factory that asked and the brand read your reason; no factory reads the question "
            "or its answer any more."
        ),
        subject="question",
        service=questions.close,
        form=DecisionForm,
        allowed=rules.can_close_questions,
        tone="danger",
        possible=lambda row: row.state != QuestionState.CLOSED,
    ),
)


@admin.register(OrderQuestion)
class OrderQuestionAdmin(WorkbenchAdmin):
    """Questions with their askers, whom the brand does not see."""

    group = Group.MARKET
    place = 34
    icon = "help"
    row_actions = ACTIONS
    ordering = ("-asked_at", "-pk")
    list_display = ("order", "company", "text", "state_shown", "asked_at")
    list_filter = ("state", "audience")
    search_fields = ("text", "answer", "order__title", "company__name_zh", "company__name_en")
    fields = (
        ("order_link", "company_link"),
        "text",
        ("state_shown", "asked_at"),
        "answer",
        ("audience", "answered_at"),
        ("close_reason", "closed_at"),
    )
    readonly_fields = (
        "order_link", "company_link", "text", "state_shown", "asked_at", "answer", "audience",
        "answered_at", "close_reason", "closed_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderQuestion]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[OrderQuestion] = rows.select_related("order", "company")
        return found

    def row_name(self, row: OrderQuestion) -> str:
        return str(row.order)

    @admin.display(description=gettext_lazy("order"))
    def order_link(self, row: OrderQuestion) -> Any:
        return link(row.order)

    @admin.display(description=gettext_lazy("asked by"))
    def company_link(self, row: OrderQuestion) -> Any:
        return link(row.company) if row.company else NOTHING

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: OrderQuestion) -> Any:
        return badge(row.get_state_display(), TONES.get(QuestionState(row.state), ""))
