"""/api/v1/: policies."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from matchmaking.policies.api import PolicyViewSet

router = SimpleRouter(use_regex_path=False)
router.register("policies", PolicyViewSet, basename="policy")

urlpatterns = [path("", include(router.urls))]
