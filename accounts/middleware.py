"""Who is here, for which company, in which language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PersonMiddleware:
    """Set ``request.company`` and the person's language and time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = None  # type: ignore[attr-defined]
        return self.get_response(request)
