"""Docking days on the workbench."""

from matchmaking.docking.admin import events, registrations

__all__ = ["events", "registrations"]
