"""The demonstration: made-up companies for a first look, real factories for a replay."""

from importlib import import_module

from django.apps import AppConfig

from matchmaking.core.slots import slots


class DemonstrationConfig(AppConfig):
    """Commands and data; no tables."""

    name = "matchmaking.demonstration"

    def ready(self) -> None:
        # Models must be loaded before these.
        lines = import_module("matchmaking.demonstration.slots")
        slots.update((lines.BANNER, lines.PROGRESS))
