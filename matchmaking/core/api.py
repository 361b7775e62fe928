"""Pagination and throttles of /api/v1/.

Views import this module while DRF is still loading: nothing here imports DRF's views.
"""

from typing import TYPE_CHECKING, Any

from django.core import signing
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor
from rest_framework.pagination import CursorPagination as BaseCursorPagination
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle
from rest_framework.utils.urls import replace_query_param

from matchmaking.core.protections import Protection, is_on

if TYPE_CHECKING:
    from rest_framework.views import APIView

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class CursorPagination(BaseCursorPagination):
    """Cursor pages: rows that come or go meanwhile repeat or hide no other.

    A cursor names its row by the random code. DRF's own holds the primary key, which counts what
    everybody makes. It is signed: a code from elsewhere would tell which of two rows came first.
    """

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200
    salt = "core.cursor"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: "APIView | None" = None
    ) -> list[Any] | None:
        """Return the page's rows; the model must have a ``code``.

        :raises NotFound: for a cursor that is not ours
        """
        self.rows = queryset.model._default_manager  # noqa: SLF001 - Django's documented name
        page: list[Any] | None = super().paginate_queryset(queryset, request, view)
        return page

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return both parameters, with the bounds that StrictFilterBackend holds."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": 9_999}
        return parameters

    def encode_cursor(self, cursor: Cursor) -> str:
        if not is_on(Protection.NO_ROW_NUMBERS):
            return str(super().encode_cursor(cursor))
        code = None
        if cursor.position is not None:
            code = self.rows.values_list("code", flat=True).get(pk=cursor.position).hex
        token = signing.dumps([code, cursor.offset, cursor.reverse], salt=self.salt)
        return str(replace_query_param(self.base_url or "", self.cursor_query_param, token))

    def decode_cursor(self, request: Request) -> Cursor | None:
        if not is_on(Protection.NO_ROW_NUMBERS):
            return super().decode_cursor(request)
        token = request.query_params.get(self.cursor_query_param)
        if token is None:
            return None
        try:
            code, offset, reverse = signing.loads(token, salt=self.salt)
        except signing.BadSignature:
            raise NotFound(self.invalid_cursor_message) from None
        position = code and self.rows.values_list("pk", flat=True).filter(code=code).first()
        if code and position is None:
            raise NotFound(self.invalid_cursor_message)
        # As a text, which is what DRF compares it with, whatever its stubs say.
        return Cursor(offset, reverse, position and str(position))  # type: ignore[arg-type]


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
