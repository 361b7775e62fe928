"""Appearance of the workbench: django-unfold's setting ``UNFOLD``."""

from typing import Any

from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("hand-in-hand"),
    "SITE_HEADER": _("hand-in-hand"),
    "SITE_SUBHEADER": _("Officers' workbench"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "handshake",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {  # the site's green, static/css/site.css
            "50": "#eff8f6",
            "100": "#e1f0ed",
            "200": "#bfe0da",
            "300": "#8fcdc3",
            "400": "#5ac8b9",
            "500": "#14877c",
            "600": "#0d5e57",
            "700": "#084741",
            "800": "#07413b",
            "900": "#06332f",
            "950": "#04211d",
        },
    },
    "DASHBOARD_CALLBACK": "matchmaking.core.workbench.dashboard.fill",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": "matchmaking.core.workbench.dashboard.favicon",
        }
    ],
    "STYLES": ["matchmaking.core.workbench.dashboard.stylesheet"],
    "SCRIPTS": ["matchmaking.core.workbench.dashboard.script"],
    "SIDEBAR": {"navigation": "matchmaking.core.workbench.navigation.groups"},
}
