"""/api/v1/: orders, offers and the terms of the trade."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from matchmaking.listings.api import OfferViewSet, OrderViewSet, TaxonomyView

router = SimpleRouter(use_regex_path=False)
router.register("orders", OrderViewSet, basename="order")
router.register("offers", OfferViewSet, basename="offer")

urlpatterns = [
    path("taxonomy/", TaxonomyView.as_view(), name="taxonomy"),
    path("", include(router.urls)),
]
