"""Pages behind the one-tap links of mails: opening changes nothing, the button does."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.listings import one_tap_links
from matchmaking.listings.services import transitions
from matchmaking.listings.views import frame


@require_http_methods(["GET", "HEAD", "POST"])
def renew_by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _one_tap(request, token, one_tap_links.RENEW)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _one_tap(request, token, one_tap_links.CONFIRM)


def _one_tap(request: HttpRequest, token: str, action: str) -> HttpResponse:
    tap = one_tap_links.read(token, action)
    if tap is None:
        raise Http404
    if request.method == "POST" and tap.is_due:
        try:
            if action == one_tap_links.RENEW:
                call_service(transitions.renew_post, post=tap.post, by=tap.user, at=timezone.now())
                messages.success(request, _("Renewed."))
            else:
                call_service(
                    transitions.confirm_figures, post=tap.post, by=tap.user, at=timezone.now()
                )
                messages.success(request, _("Thank you: the figures count as of today."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(request.path)
    context = {
        "tap": tap,
        "is_renewal": action == one_tap_links.RENEW,
        "url": frame.detail_url(tap.post),
    }
    return render(request, "listings/one_tap.html", context)
