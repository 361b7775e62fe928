"""Docking days on the workbench."""

from matchmaking.docking.admin import events

__all__ = ["events"]
