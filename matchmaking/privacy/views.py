"""The page of what is kept of a person, its copy, and erasure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.trade_day import trade_day
from matchmaking.privacy import services
from matchmaking.privacy.models import ErasureRequest

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


@require_safe
@login_required
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """Show what is kept, the way to a copy, and whether erasure was asked for."""
    person = _person(request)
    copy = services.copy_of(person, at=timezone.now())
    asked = ErasureRequest.objects.open().filter(user=person).first()
    context = {
        "asked": asked,
        "own_rows": sum(len(rows) for rows in copy["own"].values()),
        "mails": len(copy["mails"]),
        "named": sum(copy["named_in_records_of_companies"].values()),
    }
    return render(request, "privacy/my_data.html", context)


@require_safe
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@never_cache
def download(request: HttpRequest) -> HttpResponse:
    """Hand out the copy as a file, once the person has shown the password again."""
    copy = services.copy_of(_person(request), at=timezone.now())
    text = json.dumps(copy, ensure_ascii=False, indent=2, default=str)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="my-data-{trade_day()}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def erase(request: HttpRequest) -> HttpResponse:
    """Ask, then note the wish to be erased."""
    if request.method == "POST":
        try:
            call_service(services.ask_erasure, by=_person(request), at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Noted. You can take it back for seven days."))
        return redirect("privacy:my-data")
    return render(request, "privacy/erase.html", {})


@require_POST
@login_required
def keep(request: HttpRequest) -> HttpResponse:
    """Take the wish back."""
    found = get_object_or_404(ErasureRequest.objects.open(), user=_person(request))
    try:
        call_service(services.take_back, request=found, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Nothing is erased."))
    return redirect("privacy:my-data")


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
