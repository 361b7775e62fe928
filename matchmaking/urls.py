"""All addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.views.sign_up import email_signup, login_code
from matchmaking.core.health import health
from matchmaking.core.views import no_view_on_site

handler404 = "matchmaking.core.views.not_found"

# One namespace, which each area fills from its own api_urls.
api = [
    path("", include("matchmaking.core.api_urls")),
    path("", include("accounts.api_urls")),
    path("", include("matchmaking.listings.api_urls")),
    path("", include("matchmaking.matching.api_urls")),
    path("", include("matchmaking.deals.api_urls")),
    path("", include("matchmaking.connections.api_urls")),
    path("", include("matchmaking.policies.api_urls")),
]
urlpatterns = [
    path("", include("matchmaking.core.urls")),
    path("health/", health, name="health"),
    path("", include("matchmaking.notifications.urls")),
    path("", include("accounts.urls")),
    path("", include("matchmaking.listings.urls")),
    path("imports/", include("matchmaking.imports.urls")),
    path("", include("matchmaking.matching.urls")),
    path("", include("matchmaking.deals.urls")),
    path("", include("matchmaking.docking.urls")),
    path("", include("matchmaking.policies.urls")),
    path("", include("matchmaking.help.urls")),
    path("", include("matchmaking.connections.urls")),
    path("", include("matchmaking.privacy.urls")),
    path("", include("matchmaking.demonstration.urls")),
    path("api/v1/", include((api, "api"))),
    # Before allauth's own, which lead back to a code that was sent to a wrong number.
    path("account/signup/", email_signup, name="account_signup"),
    *(
        [path("account/login/code/", login_code, name="account_request_login_code")]
        if settings.SMS_GATEWAY
        else []
    ),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path(
        "admin/r/<int:content_type_id>/<path:object_id>/",
        no_view_on_site,
        name="no_view_on_site",
    ),
    path("admin/exports/", include("matchmaking.exports.urls")),
    path("admin/waiting/", include("matchmaking.casework.urls")),
    path("admin/", admin.site.urls),
]
