"""The listings app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core import dashboard_registry as frame
from matchmaking.core.menus import MenuItem, main_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.listings.states import PostState
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields

# Of the other states of a post, accounts says how they look.
STATES = (
    StateStyle(PostState.DRAFT, _("Draft"), "neutral"),
    StateStyle(PostState.PUBLISHED, _("Published"), "ok"),
    StateStyle(PostState.PAUSED, _("Paused"), "neutral"),
    StateStyle(PostState.REJECTED, _("Sent back"), "bad"),
    StateStyle("stale", _("Figures out of date"), "warn"),
)
# What officers call the messages of this area.
MESSAGES = {
    "listings.post_changed": _("A post has changed"),
    "listings.post_published": _("A post is new on the market"),
    "listings.terms_changed": _("Terms of the trade have changed"),
}
SUBJECT_FIELDS = (
    SubjectField("category", _("category")),
    SubjectField("categoryfamily", _("family")),
    SubjectField("categorylikeness", _("likeness")),
    SubjectField("construction", _("construction")),
    SubjectField("edit", _("edit of a post"), "listings_postedit"),
    SubjectField("material", _("material")),
    SubjectField("offer", _("offer"), "listings_capacityoffer"),
    SubjectField("order", _("order"), "listings_processingorder"),
    SubjectField("search", _("saved search")),
    SubjectField("terms", _("terms")),
)
ICONS = {"order": "order", "offer": "factory", "figures": "refresh"}
MAIN_MENU = (
    MenuItem(
        label=_("My orders"),
        url_name="listings:order-list",
        place=20,
        shown=lambda shell: shell.can_order,
    ),
    MenuItem(
        label=_("My capacity"),
        url_name="listings:offer-list",
        place=21,
        shown=lambda shell: shell.can_make,
    ),
    MenuItem(label=_("Open orders"), url_name="listings:market-orders", place=50),
    MenuItem(label=_("Free capacity"), url_name="listings:market-offers", place=51),
)
OFFICER_RIGHTS = (
    "view_processingorder",
    "view_capacityoffer",
    "moderate_posts",
    "view_ledgerentry",
    "view_category",
    "add_category",
    "change_category",
    "view_categoryfamily",
    "add_categoryfamily",
    "change_categoryfamily",
    "view_categorylikeness",
    "add_categorylikeness",
    "change_categorylikeness",
    "delete_categorylikeness",
    "view_construction",
    "add_construction",
    "change_construction",
    "view_material",
    "add_material",
    "change_material",
    "view_postedit",
    "view_tradeword",
    "add_tradeword",
    "change_tradeword",
    "view_exchangerate",
    "add_exchangerate",
    "change_exchangerate",
    "view_pastedtext",
    "view_tradewordevent",
    "view_exchangerateevent",
    "view_processingorderevent",
    "view_capacityofferevent",
)


class ListingsConfig(AppConfig):
    name = "matchmaking.listings"
    verbose_name = _("Listings")

    def ready(self) -> None:
        """Register what listings adds to the frame, to mail, to the clock and to the outbox."""
        # Models must be loaded before these.
        import_module("matchmaking.listings.handlers")
        import_module("matchmaking.listings.emails.posts").register()
        home = import_module("matchmaking.listings.home")
        frame.total_providers.register(home.totals)
        frame.own_total_providers.register(home.own_totals)
        frame.news_providers.register(home.changes)
        frame.todo_providers.register(home.todos)
        frame.step_providers.register(home.steps)
        frame.kind_icons.update(ICONS)
        state_styles.update(STATES)
        message_labels.update(MESSAGES)
        subject_fields.update(SUBJECT_FIELDS)
        main_menu.update(MAIN_MENU)
        grant("listings", OFFICER_RIGHTS)
