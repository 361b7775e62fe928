"""Pages behind the one-tap links of mails: opening changes nothing, the button does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.listings import one_tap_links
from matchmaking.listings.one_tap_links import OneTap
from matchmaking.listings.services import edits, transitions, weekly
from matchmaking.listings.views import frame


@require_http_methods(["GET", "HEAD", "POST"])
def renew_by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _one_tap(request, token, one_tap_links.RENEW)


@require_http_methods(["GET", "HEAD", "POST"])
def lower_by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _one_tap(request, token, one_tap_links.LOWER)


@require_http_methods(["GET", "HEAD", "POST"])
def pause_by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _one_tap(request, token, one_tap_links.PAUSE)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _one_tap(request, token, one_tap_links.CONFIRM)


def _one_tap(request: HttpRequest, token: str, action: str) -> HttpResponse:
    tap = one_tap_links.read(token, action)
    if tap is None:
        raise Http404
    if request.method == "POST" and tap.is_due:
        try:
            messages.success(request, _take(tap))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(request.path)
    context = {"tap": tap, "url": frame.detail_url(tap.post)}
    return render(request, "listings/one_tap.html", context)


def _take(tap: OneTap) -> str:
    """Take the link's action as its person and return what to say.

    :raises DomainError: when it is not possible now
    """
    post: Any = tap.post
    now = timezone.now()
    facts = {"by": tap.user, "at": now}
    if tap.action == one_tap_links.RENEW:
        call_service(transitions.renew_post, post=post, **facts)
        return _("Renewed.")
    if tap.action == one_tap_links.LOWER:
        call_service(weekly.lower_weeks, offer=post, **facts)
        if edits.waits_since(post, now):
            return _("The association looks at the change first; the post stays as it is.")
        return _("Done: every week has a fifth less.")
    if tap.action == one_tap_links.PAUSE:
        call_service(transitions.pause_post, post=post, **facts)
        return _("Paused: no matches until you resume it.")
    call_service(transitions.confirm_figures, post=post, **facts)
    return _("Thank you: the figures count as of today.")
