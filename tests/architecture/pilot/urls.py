"""The site's addresses with those of the pilot, as urls.py includes an area."""

from django.http import HttpResponse
from django.urls import include, path

from matchmaking import urls as site

page = path("pilot/", lambda request: HttpResponse("pilot page"), name="page")
route = path("pilots/", lambda request: HttpResponse("pilot route"), name="pilot-list")

urlpatterns = [
    path("", include(([page], "pilot"))),
    path("api/v1/", include(([*site.api, route], "api"))),
    *site.urlpatterns,
]
