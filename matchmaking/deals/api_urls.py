"""/api/v1/: deals and results."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from matchmaking.deals.api import IntentionViewSet, ResultsViewSet

router = SimpleRouter(use_regex_path=False)
router.register("intentions", IntentionViewSet, basename="intention")
router.register("results", ResultsViewSet, basename="results")

urlpatterns = [path("", include(router.urls))]
