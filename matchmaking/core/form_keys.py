"""Forms of pages that are sent twice are carried out once.

The key is the form's own: Django masks the CSRF secret anew for each page that it renders, so one token is one
page that was looked at. What is sent again from it, with the same values, gets the answer of the first; the row
stands in the table of the API's keys (:mod:`matchmaking.core.idempotency`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from matchmaking.core.idempotency import hash_of_form
from matchmaking.core.models import IdempotencyKey
from matchmaking.core.protections import Protection, is_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of Django's field
# Sign-in answers differently each time, the workbench has versions, the others may be repeated at will.
LEFT_OUT = ("/account/", "/admin/", "/api/", "/i18n/", "/theme/")
WAIT = "20s"
REDIRECTS = frozenset({301, 302, 303})
CARRIED_OUT = "is_carried_out"


Answer = TypeVar("Answer", bound="HttpResponseBase")


def mark_carried_out(response: Answer) -> Answer:
    """Mark a page that answers a form with what it has done, where others redirect."""
    setattr(response, CARRIED_OUT, True)
    return response


class FormKeyMiddleware:
    """Run the view of a POST in one transaction with the key of its form.

    A second POST waits for the first, then is led to where that one was. A form that comes back with its errors
    leaves no key. Fragments that htmx asks for are left alone: their page is not rendered anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not _is_form(request):
            return None
        return _once(request, lambda: view(request, *args, **kwargs))


def _is_form(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and request.user.is_authenticated
        and not request.path_info.startswith(LEFT_OUT)
        and "HX-Request" not in request.headers
        and bool(request.POST.get(TOKEN))
        and is_on(Protection.FORMS_ONCE)
    )


@transaction.atomic
def _once(request: HttpRequest, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    body_hash = hash_of_form(dict([*request.POST.lists(), *request.FILES.lists()]))
    facts = {"method": "POST", "path": request.get_full_path()[:300], "body_hash": body_hash}
    # With the values, so that whoever goes back and corrects them sends another form.
    key = hashlib.sha256(f"{request.POST[TOKEN]} {facts['path']} {body_hash}".encode()).hexdigest()
    owner = f"form:{request.user.pk}"
    with connection.cursor() as cursor:
        # The first may draw pictures; the view's own locks wait as long as always.
        cursor.execute("select set_config('lock_timeout', %s, true)", [WAIT])
        IdempotencyKey.objects.bulk_create(
            [IdempotencyKey(owner=owner, key=key, **facts)], ignore_conflicts=True
        )
        row = IdempotencyKey.objects.select_for_update().get(owner=owner, key=key)
        cursor.execute("set local lock_timeout = '3s'")
    if row.status is not None:
        return _again(request, row)
    response = run()
    location = response.headers.get("Location", "")
    if response.status_code in REDIRECTS or getattr(response, CARRIED_OUT, False):
        row.status, row.answer = response.status_code, {"location": location}
        row.save(update_fields=["status", "answer"])
    else:
        row.delete()
    return response


def _again(request: HttpRequest, row: IdempotencyKey) -> HttpResponseBase:
    location = (row.answer or {}).get("location")
    if not location:
        messages.warning(
            request, _("The form came twice and was carried out once. Here is what it made.")
        )
    return HttpResponseRedirect(location or request.get_full_path())
