"""/api/v1/: deals, results, quotes and questions."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from matchmaking.deals.api import IntentionViewSet, ResultsViewSet
from matchmaking.deals.quote_api import QuestionViewSet, QuoteViewSet

router = SimpleRouter(use_regex_path=False)
router.register("intentions", IntentionViewSet, basename="intention")
router.register("results", ResultsViewSet, basename="results")
router.register("quotes", QuoteViewSet, basename="quote")
router.register("questions", QuestionViewSet, basename="question")

urlpatterns = [path("", include(router.urls))]
