"""/api/v1/: the schema and its reference for people."""

from typing import Any

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from matchmaking.core.views import api_reference

open_to_all: dict[str, Any] = {"authentication_classes": [], "permission_classes": []}

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(**open_to_all), name="schema"),
    path("docs/", api_reference, name="docs"),
    path(
        "swagger/",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", **open_to_all),
        name="swagger",
    ),
]
