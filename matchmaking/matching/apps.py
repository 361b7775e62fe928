"""The matching app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core import consequences
from matchmaking.core import dashboard_registry as frame
from matchmaking.notifications.labels import register_kind_labels

# What officers call the messages of this area.
MESSAGES = {
    "matching.pair_settled": _("A match was answered"),
    "matching.match_found": _("New matches"),
    "matching.score_part": _("Part of a scoring"),
    "matching.rescore_market": _("Scoring of the whole market"),
    "matching.preview_profile": _("Preview of a scoring profile"),
}


class MatchingConfig(AppConfig):
    name = "matchmaking.matching"
    verbose_name = _("Matches and scoring")

    def ready(self) -> None:
        """Register the area's handlers, mails, totals and todos."""
        # Models must be loaded before these.
        import_module("matchmaking.matching.handlers")
        import_module("matchmaking.matching.ranking.handlers")
        register_kind_labels(MESSAGES)
        import_module("matchmaking.matching.emails.proposals")
        import_module("matchmaking.matching.emails.conversation")
        home = import_module("matchmaking.matching.home")
        frame.register_total(home.totals)
        frame.register_own_total(home.own_totals)
        frame.register_todo(home.todos)
        frame.register_todo(home.answers_due)
        consequences.register(import_module("matchmaking.matching.consequences").of_step)
