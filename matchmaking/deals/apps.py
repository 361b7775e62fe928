"""The deals app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core import dashboard_registry as frame
from matchmaking.core.menus import MenuItem, main_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.slots import slots
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.deals.states import IntentionState, PartState, PlanState, QuestionState, QuoteState
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields

STATES = (
    StateStyle(IntentionState.CONFIRMED, _("Confirmed by both"), "ok"),
    StateStyle(IntentionState.CONTRACTED, _("Contracted"), "ok"),
    StateStyle(IntentionState.DELIVERED, _("Delivered"), "brand"),
    StateStyle(QuestionState.ANSWERED, _("Answered"), "ok"),
    StateStyle(QuoteState.SUBMITTED, _("Submitted"), "info"),
    StateStyle(QuoteState.REVISED, _("Revised"), "info"),
    StateStyle(QuoteState.CONFIRM_AGAIN, _("To be confirmed again"), "warn"),
    StateStyle(PlanState.COMPUTING, _("Being worked out"), "info"),
    StateStyle(PlanState.READY, _("Choose a plan"), "warn"),
    StateStyle(PlanState.ASKED, _("Factories are asked"), "info"),
    StateStyle(PlanState.AGREED, _("All have agreed"), "ok"),
    StateStyle(PlanState.DROPPED, _("Given up"), "neutral"),
    StateStyle(PartState.ASKED, _("Waiting for its answer"), "warn"),
    StateStyle(PartState.ACCEPTED, _("Agreed"), "ok"),
    StateStyle(PartState.REFUSED, _("Refused"), "bad"),
    StateStyle(PartState.LAPSED, _("No answer"), "bad"),
    StateStyle(PartState.RELEASED, _("No longer asked"), "neutral"),
    StateStyle(PartState.DEALT, _("Is a deal"), "ok"),
)
OFFICER_RIGHTS = (
    "view_intention",
    "act_on_intention",
    "view_resultsboard",
    "add_resultsboard",
    "change_resultsboard",
    "publish_results",
    "view_presstemplate",
    "change_presstemplate",
    "view_recordobjection",
    "decide_objection",
    "view_orderquestion",
    "close_question",
    "view_quote",
    "view_splitplan",
)


class DealsConfig(AppConfig):
    name = "matchmaking.deals"
    verbose_name = _("Deals and results")

    def ready(self) -> None:
        """Register what deals adds to the frame, to pages of matches, to mail and to the clock."""
        # Models must be loaded before these.
        import_module("matchmaking.deals.handlers")
        import_module("matchmaking.deals.emails")
        import_module("matchmaking.deals.question_emails")
        import_module("matchmaking.deals.quote_emails")
        import_module("matchmaking.deals.plan_emails")
        home = import_module("matchmaking.deals.home")
        frame.todo_providers.register(home.confirmations_due)
        frame.todo_providers.register(home.questions_waiting)
        frame.todo_providers.register(home.quotes_waiting)
        frame.todo_providers.register(home.plans_due)
        places = import_module("matchmaking.deals.slots")
        slots.update(
            (
                places.MATCH,
                places.MATCH_QUOTE,
                places.MATCH_QUESTIONS,
                places.ORDER_QUOTES,
                places.ORDER_QUESTIONS,
                places.OFFER_HOLDS,
                places.RECORD,
                places.OWN_RECORD,
                places.ORDER_PLAN,
                places.MATCH_PART,
            )
        )
        state_styles.update(STATES)
        imports = import_module("matchmaking.imports.added_kinds")
        imports.register(import_module("matchmaking.deals.past_deal_sheets").PAST_DEALS)
        subject_fields.update(
            (
                SubjectField("intention", _("deal"), "deals_intention"),
                SubjectField("objection", _("objection"), "deals_recordobjection"),
                SubjectField("quote", _("quote"), "deals_quote"),
                SubjectField("question", _("question"), "deals_orderquestion"),
                SubjectField("split_plan", _("split plan"), "deals_splitplan"),
                SubjectField("split_part", _("part of a split plan")),
            )
        )
        message_labels.update(import_module("matchmaking.deals.facts").LABELS)
        message_labels.register(_("Plans of an order"), key="deals.split_order")
        main_menu.register(
            MenuItem(
                label=_("Deals"),
                url_name="deals:intention-list",
                place=40,
                shown=lambda shell: shell.company is not None,
            )
        )
        grant("deals", OFFICER_RIGHTS)
