"""Links of old mails, whose codes were replaced."""

import re
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve

from matchmaking.notifications.models import ReplacedCode

# The seventh version has a clock in front (RFC 9562, 5.7); codes are of the fourth.
TIMED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class ReplacedCodeMiddleware:
    """Answers an old address with the page of today, to whom that page is open; else 404 stays.

    No redirect: it would tell of a code that its reader may not see. Nobody who is not signed in
    learns which of today's posts is which of those whose codes he once grouped by their clocks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND or request.method not in {"GET", "HEAD"}:
            return response
        if not TIMED.search(request.path_info) or not request.user.is_authenticated:
            return response
        return self._page_of_today(request) or response

    def _page_of_today(self, request: HttpRequest) -> HttpResponseBase | None:
        path = TIMED.sub(_replaced, request.path_info)
        if path == request.path_info:
            return None
        try:
            match = resolve(path)
            request.resolver_match = match
            page: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        except (Http404, PermissionDenied, Resolver404):
            return None
        if isinstance(page, SimpleTemplateResponse):
            page.render()
        return page


def _replaced(found: re.Match[str]) -> str:
    new = ReplacedCode.objects.filter(old=uuid.UUID(found[0])).values_list("new", flat=True)
    return str(new.first() or found[0])
