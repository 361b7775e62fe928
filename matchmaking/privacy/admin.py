"""Requests to erase, for officers: who asked when, and what stands in the way."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import ago, badge
from matchmaking.privacy.models import ErasureRequest
from matchmaking.privacy.states import ErasureState

TONES = {ErasureState.ASKED: "warn", ErasureState.TAKEN_BACK: "", ErasureState.DONE: "ok"}


@admin.register(ErasureRequest)
class ErasureRequestAdmin(WorkbenchAdmin):
    """The record that people were erased in time; nothing is done here by hand."""

    group = Group.COMPANIES
    place = 60
    icon = "person_remove"
    ordering = ("-pk",)
    list_display = ("code", "state_shown", "asked", "due_at", "ended_at", "hindrance")
    list_filter = ("state",)
    fields = (("code", "state_shown"), ("asked_at", "due_at", "ended_at"), "hindrance")
    readonly_fields = ("code", "state_shown", "asked_at", "due_at", "ended_at", "hindrance")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: ErasureRequest) -> Any:
        state = ErasureState(row.state)
        return badge(state.label, TONES[state])

    @admin.display(description=gettext_lazy("asked"), ordering="asked_at")
    def asked(self, row: ErasureRequest) -> Any:
        return ago(row.asked_at)
