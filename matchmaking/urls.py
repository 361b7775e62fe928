"""All addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from matchmaking.core.health import health

urlpatterns = [
    path("", include("matchmaking.core.urls")),
    path("health/", health, name="health"),
    path("", include("matchmaking.notifications.urls")),
    path("", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
