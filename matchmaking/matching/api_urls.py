"""/api/v1/: matches."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from matchmaking.matching.api import MatchViewSet

router = SimpleRouter(use_regex_path=False)
router.register("matches", MatchViewSet, basename="match")

urlpatterns = [path("", include(router.urls))]
