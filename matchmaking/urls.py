"""All addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from matchmaking.core.health import health

urlpatterns = [
    path("", include("matchmaking.core.urls")),
    path("health/", health, name="health"),
    path("", include("matchmaking.notifications.urls")),
    path("", include("accounts.urls")),
    path("", include("matchmaking.listings.urls")),
    path("imports/", include("matchmaking.listings.imports.urls")),
    path("", include("matchmaking.matching.urls")),
    path("api/v1/", include("matchmaking.api_urls")),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
