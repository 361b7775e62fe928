"""/api/v1/: orders, offers and the terms of the trade."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from matchmaking.listings.api import OfferViewSet, OrderViewSet, TaxonomyView
from matchmaking.listings.text_api import ReadTextView

router = SimpleRouter(use_regex_path=False)
router.register("orders", OrderViewSet, basename="order")
router.register("offers", OfferViewSet, basename="offer")

urlpatterns = [
    path("read-text/", ReadTextView.as_view(), name="read-text"),
    path("taxonomy/", TaxonomyView.as_view(), name="taxonomy"),
    path("", include(router.urls)),
]
