"""Views of the inbox, of mail preferences, and of development mail."""

import uuid
from http import HTTPStatus
from typing import Any, cast

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.notifications import devmail, kinds, queries, services, unsubscribe_links
from matchmaking.notifications.forms import PreferencesForm
from matchmaking.notifications.models import Notification

PAGE_SIZE = 50
ONE_CLICK = "One-Click"  # RFC 8058, section 3.1


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.inbox_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": queries.inbox_lines(list(page.object_list))}
    return render(request, "notifications/inbox.html", context)


@require_safe
@login_required
def notification_open(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Mark the notification as read and redirect to its page; HEAD marks nothing."""
    rows = Notification.objects.visible_to(request.user)
    notification = get_object_or_404(rows, code=code)
    if request.method == "GET":
        services.mark_read(notification=notification, by=_person(request))
    lines = queries.inbox_lines([notification])
    return redirect(lines[0].url if lines and lines[0].url else "notifications:inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(by=_person(request))
    return redirect("notifications:inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and save the person's mail preferences."""
    form = PreferencesForm(request.POST or None, user=_person(request))
    if request.method == "POST" and form.is_valid():
        services.set_preferences(by=_person(request), modes=form.cleaned_data)
        messages.success(request, _("Saved. It applies from the next mail on."))
        return redirect("notifications:preferences")
    mandatory = [kind for kind in kinds.all_kinds() if kind.mandatory]
    return render(request, "notifications/preferences.html", {"form": form, "mandatory": mandatory})


@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch mails off by the link of a mail, without sign-in.

    Mail programs send the POST of RFC 8058, which carries no cookie and no CSRF token and can
    do nothing but this; people confirm on a page. GET changes nothing: mail scanners follow
    links.
    """
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == ONE_CLICK:
        user, names = _read_token(token)
        services.unsubscribe(user=user, names=names)
        return HttpResponse(status=HTTPStatus.OK)
    return _unsubscribe_page(request, token)


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def _unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    user, names = _read_token(token)
    if request.method == "POST":
        services.unsubscribe(user=user, names=names)
    known = [kind for name in names if (kind := kinds.get(name))]
    labels = [kind.label for kind in known]
    if services.DIGEST in names:
        labels.append(_("The day's mail; what has a deadline comes at once instead"))
    context = {"labels": labels, "is_done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)


def _read_token(token: str) -> tuple[Any, list[str]]:
    """Return the person and the kinds of mail that the token names, else 404."""
    try:
        user, names = unsubscribe_links.read_token(token)
    except (BadSignature, ValueError):
        raise Http404 from None
    if user is None:
        raise Http404
    return user, names


def _person(request: HttpRequest) -> AbstractBaseUser:
    return cast("AbstractBaseUser", request.user)


def _only_in_development() -> None:
    if not settings.DEVELOPMENT:
        raise Http404


@require_safe
def dev_mails(request: HttpRequest) -> HttpResponse:
    _only_in_development()
    return render(request, "notifications/dev_mails.html", {"mails": devmail.newest()})


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type] # typed for views without arguments
def dev_mail(request: HttpRequest, name: uuid.UUID) -> HttpResponse:
    return render(request, "notifications/dev_mail.html", {"mail": _kept(name)})


@require_safe
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type] # typed for views without arguments
    {
        "default-src": ["'none'"],
        "script-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"],
    }
)
def dev_mail_html(_request: HttpRequest, name: uuid.UUID) -> HttpResponse:
    html = _kept(name).html
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))


def _kept(name: uuid.UUID) -> devmail.KeptMail:
    _only_in_development()
    mail = devmail.find(name)
    if mail is None:
        raise Http404
    return mail
