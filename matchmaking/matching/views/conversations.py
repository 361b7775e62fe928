"""The conversation of a mutual match: its messages, files, and contacts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.contacts import open_contacts
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.uploads import attachment
from matchmaking.matching import conversations, rules
from matchmaking.matching.forms import MessageForm
from matchmaking.matching.models import Match, Message, MessageFile
from matchmaking.matching.services.messages import read_thread, write_message
from matchmaking.matching.views import frame

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def match_messages(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Answer with the messages since the page was loaded, or take one in."""
    match = _mutual_match(request, code)
    if request.method == "POST":
        return _write(request, match)
    if not _is_fragment(request):
        return redirect(frame.match_url(match, "conversation"))
    return _news(request, match)


def _mutual_match(request: HttpRequest, code: uuid.UUID) -> Match:
    """Return a match that is or was mutual, if the person may see it; else 404."""
    match = frame.visible_match(request, code)
    if match.mutual_at is None:
        raise Http404
    return match


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _news(request: HttpRequest, match: Match) -> HttpResponse:
    """Answer with the messages after ``?after=``; empty while nothing is new."""
    if request.method == "GET":
        read_thread(match=match, by=frame.person(request), at=timezone.now())
    context = _since(request, match)
    was_read = request.GET.get("read") == "1"
    if not context["lines"] and context["is_read"] == was_read:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "matching/conversation_news.html", context)


def _since(request: HttpRequest, match: Match) -> dict[str, object]:
    side = frame.side_of(request, match)
    context = frame.conversation_context(match, side, frame.card_of(request, match).panel)
    after = request.GET.get("after") or request.POST.get("after") or ""
    lines: list[Message] = context["lines"]
    last = lines[-1] if lines else None
    # A code that is not in the thread gets all of it.
    known = next((n for n, line in enumerate(lines) if str(line.code) == after), -1)
    return context | {"lines": lines[known + 1 :], "last": last}


def _write(request: HttpRequest, match: Match) -> HttpResponse:
    """Send a message; where that fails, what was typed stays."""
    side = frame.side_of(request, match)
    if side is None:
        raise PermissionDenied
    form = MessageForm(request.POST, request.FILES)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            call_service(
                write_message,
                match=match,
                side=side,
                text=form.cleaned_data["text"],
                files=form.cleaned_data["uploads"],
                by=frame.person(request),
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus.CONFLICT
        else:
            return _written(request, match)
    if _is_fragment(request):
        # The form itself stays on the page, with its text and its chosen files.
        response = render(request, "matching/conversation_errors.html", {"form": form})
        response.headers["HX-Retarget"] = "#compose-errors"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    match = frame.visible_match(request, match.code)
    return frame.show_match(request, match, message_form=form, status=status)


def _written(request: HttpRequest, match: Match) -> HttpResponse:
    if not _is_fragment(request):
        return redirect(frame.match_url(match, "conversation-end"))
    response = render(request, "matching/conversation_news.html", _since(request, match))
    response.headers["X-Written"] = "1"
    return response


@require_safe
@login_required
def match_file(request: HttpRequest, code: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Hand out a file of the conversation to its two sides and to officers."""
    match = _mutual_match(request, code)
    messages = Message.objects.visible_to(frame.person(request)).filter(match=match)
    stored = get_object_or_404(MessageFile, message__in=messages, code=file)
    return attachment(stored.file, stored.name)  # type: ignore[return-value]


@require_GET
@login_required
@never_cache
def match_contacts(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Open the contacts of the other side; who looked is recorded once."""
    match = _mutual_match(request, code)
    side = frame.side_of(request, match)
    if side is None or not rules.knows_partner(match):
        raise Http404
    company = match.post(side.other).company
    context = {
        "match": match,
        "company": company,
        "contacts": open_contacts(
            user=frame.person(request),
            company=company,
            at=timezone.now(),
            spoke=conversations.spoke_for(match, side.other),
        ),
        "url": frame.match_url(match, "answer"),
    }
    template = "contact_list" if _is_fragment(request) else "match_contacts"
    return render(request, f"matching/{template}.html", context)
