"""The floor of /api/v1/: pages of a list, and throttles.

Views import this module while DRF is still loading: nothing here imports DRF's views.
"""

from typing import TYPE_CHECKING

from rest_framework.pagination import CursorPagination as BaseCursorPagination
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class CursorPagination(BaseCursorPagination):
    """Pages that stay right while rows come and go."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200


class ReadThrottle(UserRateThrottle):
    """Limits GET, HEAD and OPTIONS of one person or address."""

    scope = "read"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request unless it writes."""
        return request.method not in SAFE_METHODS or super().allow_request(request, view)


class WriteThrottle(UserRateThrottle):
    """Limits everything else of one person or address."""

    scope = "write"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request if it writes."""
        return request.method in SAFE_METHODS or super().allow_request(request, view)
