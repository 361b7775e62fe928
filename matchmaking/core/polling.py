"""Pages that ask the server again by themselves, and are answered only when something is new.

A page carries a fingerprint of what it shows and sends it back with each request
(``{% polls %}``); an equal one is answered with 204, on which htmx swaps nothing.
"""

import hashlib
from collections.abc import Iterable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

HEADER = "X-Shown"
DIGITS = 20


def fingerprint(facts: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(facts)).encode()).hexdigest()[:DIGITS]


def is_shown(request: HttpRequest, shown: str) -> bool:
    return request.headers.get(HEADER) == shown


def nothing_new() -> HttpResponse:
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
