"""The floor of /api/v1/: pages of a list, throttles, errors."""

from rest_framework.pagination import CursorPagination as BaseCursorPagination
from rest_framework.throttling import ScopedRateThrottle


class CursorPagination(BaseCursorPagination):
    """Pages that stay right while rows come and go."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200


class ReadThrottle(ScopedRateThrottle):
    """Limits GET, HEAD and OPTIONS of one token."""


class WriteThrottle(ScopedRateThrottle):
    """Limits everything else of one token."""


def problem_details(exc, context):
    from drf_standardized_errors.handler import exception_handler

    return exception_handler(exc, context)
