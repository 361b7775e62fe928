"""/api/v1/."""

from typing import Any

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.api import CompanyView
from matchmaking.core.views import api_reference
from matchmaking.listings.api import OfferViewSet, OrderViewSet, TaxonomyView
from matchmaking.matching.api import MatchViewSet

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("orders", OrderViewSet, basename="order")
router.register("offers", OfferViewSet, basename="offer")
router.register("matches", MatchViewSet, basename="match")

open_to_all: dict[str, Any] = {"authentication_classes": [], "permission_classes": []}

urlpatterns = [
    path("company/", CompanyView.as_view(), name="company"),
    path("taxonomy/", TaxonomyView.as_view(), name="taxonomy"),
    path("schema/", SpectacularAPIView.as_view(**open_to_all), name="schema"),
    path("docs/", api_reference, name="docs"),
    path(
        "swagger/",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", **open_to_all),
        name="swagger",
    ),
    path("", include(router.urls)),
]
