"""The demonstration: made-up companies for a first look, real factories for a replay."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """Commands and data; no tables."""

    name = "matchmaking.demonstration"
