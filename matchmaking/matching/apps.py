"""The matching app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core import consequences
from matchmaking.core import dashboard_registry as frame
from matchmaking.core.menus import MenuItem, main_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.slots import slots
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.listings.list_columns import list_columns
from matchmaking.matching.states import MatchSide, MatchState
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields

STATES = (
    StateStyle(MatchState.PROPOSED, _("New match"), "brand"),
    StateStyle(MatchState.DECLINED, _("Declined"), "bad"),
)
# What officers call the messages of this area.
MESSAGES = {
    "matching.pair_released": _("A match was answered"),
    "matching.match_found": _("New matches"),
    "matching.score_part": _("Part of a scoring"),
    "matching.rescore_market": _("Scoring of the whole market"),
    "matching.preview_profile": _("Preview of a scoring profile"),
}
SUBJECT_FIELDS = (
    SubjectField("last", _("last match"), "matching_match"),
    SubjectField("market", _("market")),
    SubjectField("match", _("match"), "matching_match"),
    SubjectField("matches", _("matches")),
    SubjectField("part", _("segment")),
    SubjectField("run", _("scoring")),
    SubjectField("side", _("side"), values=dict(MatchSide.choices)),
)
OFFICER_RIGHTS = (
    "view_match",
    "act_on_match",
    "view_scoringprofile",
    "add_scoringprofile",
    "change_scoringprofile",
    "activate_profile",
    "view_scoringprofileevent",
)


class MatchingConfig(AppConfig):
    name = "matchmaking.matching"
    verbose_name = _("Matches and scoring")

    def ready(self) -> None:
        """Register what matching adds to the frame, to mail, to the clock and to the outbox."""
        # Models must be loaded before these.
        import_module("matchmaking.matching.handlers")
        import_module("matchmaking.matching.ranking.handlers")
        import_module("matchmaking.matching.emails.proposals")
        import_module("matchmaking.matching.emails.conversation")
        home = import_module("matchmaking.matching.home")
        frame.total_providers.register(home.totals)
        frame.own_total_providers.register(home.own_totals)
        frame.todo_providers.register(home.todos)
        frame.todo_providers.register(home.answers_due)
        frame.kind_icons.register("match", key="match")
        consequences.providers.register(import_module("matchmaking.matching.consequences").of_step)
        state_styles.update(STATES)
        message_labels.update(MESSAGES)
        subject_fields.update(SUBJECT_FIELDS)
        main_menu.register(
            MenuItem(
                label=_("Matches"),
                url_name="matching:match-list",
                place=30,
                shown=lambda shell: shell.company is not None,
            )
        )
        slots.register(import_module("matchmaking.matching.slots").MARKET_POST)
        list_columns.register(import_module("matchmaking.matching.post_columns").MATCHES)
        grant("matching", OFFICER_RIGHTS)
