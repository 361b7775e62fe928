"""Errors of the API as RFC 9457 problem details."""

from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response

from matchmaking.core.errors import DomainError

PROBLEM_JSON = "application/problem+json"


class Refused(exceptions.APIException):
    """A domain error as an exception of DRF."""

    def __init__(self, error: DomainError) -> None:
        self.status_code = error.status
        super().__init__(str(error), code=error.code)
        self.field = error.field


class Busy(exceptions.APIException):
    """Another request held the lock too long."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "busy"

    def __init__(self) -> None:
        super().__init__(_("Somebody else is changing this right now. Try again."))


class ProblemHandler(ExceptionHandler):
    """Turns exceptions into problems: the domain's refusals keep their status."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Return the exception of DRF for domain errors and late locks."""
        if isinstance(exc, DomainError):
            return Refused(exc)
        if isinstance(exc, OperationalError) and "lock timeout" in str(exc):
            return Busy()
        converted: Exception = super().convert_known_exceptions(exc)
        return converted

    def get_response(self, exc: exceptions.APIException, data: Any) -> Response:
        response: Response = super().get_response(exc, data)
        response.content_type = PROBLEM_JSON
        return response


class ProblemFormatter(ExceptionFormatter):
    """Writes one problem: type, title, status, detail, and each wrong field by pointer."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        """Return the members of RFC 9457, with ``errors`` as its extension."""
        errors = [
            {
                "code": error.code,
                "detail": str(error.detail),
                "pointer": _pointer(error.attr or getattr(self.exc, "field", None)),
            }
            for error in error_response.errors
        ]
        return {
            "type": f"urn:hand-in-hand:problem:{errors[0]['code']}",
            "title": errors[0]["detail"] if len(errors) == 1 else _("Several fields are wrong."),
            "status": self.exc.status_code,
            "errors": errors,
        }


def _pointer(attr: str | None) -> str | None:
    """Return the JSON pointer (RFC 6901) of a dotted field name."""
    if not attr or attr == "non_field_errors":
        return None
    return "/" + attr.replace(".", "/")


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField()
    detail = serializers.CharField()
    pointer = serializers.CharField(allow_null=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]
