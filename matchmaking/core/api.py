"""Pagination and throttles of /api/v1/.

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
    """Cursor pages: rows that come or go meanwhile repeat or hide no other."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200


class ReadThrottle(UserRateThrottle):
    """Limits GET, HEAD and OPTIONS of one person or address."""

    scope = "read"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return request.method not in SAFE_METHODS or super().allow_request(request, view)


class WriteThrottle(UserRateThrottle):
    """Limits everything else of one person or address."""

    scope = "write"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)
