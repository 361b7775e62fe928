"""Pages of pasted texts: kept and read, a table of several drafts, contacts taken over."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rules as accounts
from accounts.services import contact_book
from matchmaking.core import weeks
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import rules
from matchmaking.listings.forms.texts import PasteForm
from matchmaking.listings.models import PastedText
from matchmaking.listings.post_kinds import KINDS, PostKind
from matchmaking.listings.services import texts
from matchmaking.listings.texts import links
from matchmaking.listings.texts.contacts import contact_of
from matchmaking.listings.texts.drafts import draft_to_save, shown_values
from matchmaking.listings.texts.readings import PostReading, TextReading, read_text
from matchmaking.listings.views import frame, posts
from matchmaking.listings.views.text_panels import fill_url, own_text


@require_POST
@login_required
def text_read(request: HttpRequest, kind: PostKind) -> HttpResponse:
    """Keep what was pasted, and lead to the form that it fills."""
    company = frame.company_of(request)
    if company is None:
        return redirect("accounts:company-register")
    if not rules.can_post(request.user, kind, company):
        raise PermissionDenied
    typed = request.POST.get("text", "")
    try:
        text = call_service(
            texts.keep_text,
            text=typed,
            company=company,
            by=frame.person(request),
            at=timezone.now(),
            side=kind.name,
        )
    except DomainError as error:
        paste = PasteForm({"text": typed})
        paste.add_error("text", str(error))
        return posts.show_new(request, kind, company, paste)
    return redirect("listings:text-detail", text.code)


@require_safe
@login_required
def text_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Lead to the form of the one draft, or show the drafts of several."""
    text = own_text(request, code)
    reading = read_text(text)
    if len(reading.posts) == 1:
        return redirect(
            fill_url(text, reading.posts[0], _form_kind(request, reading.posts[0], text))
        )
    return _show_drafts(request, reading)


def _form_kind(request: HttpRequest, post: PostReading, text: PastedText) -> PostKind:
    """Return the kind that the draft says, unless the company posts only the other."""
    company = frame.company_of(request)
    may = [kind for kind in KINDS if rules.can_post(request.user, kind, company)]
    if post.kind in may or not may:
        return post.kind
    del text
    return may[0]


def _show_drafts(
    request: HttpRequest, reading: TextReading, refused: dict[int, str] | None = None
) -> HttpResponse:
    made = {one.number: one for one in reading.text.made.select_related("order", "offer")}
    rows = []
    for post in reading.posts:
        kind = _form_kind(request, post, reading.text)
        saved = made.get(post.number)
        saved_post = (saved.order or saved.offer) if saved else None
        rows.append(
            {
                "post": post,
                "kind": post.kind,
                "can_save": post.kind is kind and saved_post is None,
                "values": shown_values(post, reading.terms),
                "url": frame.detail_url(saved_post)
                if saved_post
                else fill_url(reading.text, post, kind),
                "saved": saved_post,
                "refused": (refused or {}).get(post.number, ""),
            }
        )
    context = {"text": reading.text, "reading": reading, "rows": rows, "contacts": reading.contacts}
    return render(request, "listings/text_detail.html", context)


@require_POST
@login_required
def text_save(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Save the chosen drafts of a text as drafts of posts."""
    text = own_text(request, code)
    reading = read_text(text)
    chosen = {int(value) for value in request.POST.getlist("draft") if value.isdecimal()}
    company = frame.company_of(request)
    this_week = weeks.monday_of(trade_day(timezone.now()))
    wanted = [
        draft_to_save(post, reading.terms, this_week)
        for post in reading.posts
        if post.number in chosen and rules.can_post(request.user, post.kind, company)
    ]
    try:
        result = call_service(
            texts.save_drafts_of_text,
            text=text,
            drafts=wanted,
            by=frame.person(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("listings:text-detail", code)
    if result.saved:
        messages.success(
            request,
            ngettext("%(count)s draft saved.", "%(count)s drafts saved.", len(result.saved))
            % {"count": len(result.saved)},
        )
    refused = {number: str(error) for number, error in result.refused.items()}
    if refused:
        return _show_drafts(request, reading, refused)
    return redirect("listings:text-detail", code)


@require_POST
@login_required
def text_contact(request: HttpRequest, code: uuid.UUID, number: int) -> HttpResponse:
    """Add a contact that was kept out of the post to those of the company."""
    text = own_text(request, code)
    company = text.company
    if company is None or not accounts.can_edit(frame.person(request), company):
        raise PermissionDenied
    reading = read_text(text)
    if number >= len(reading.contacts):
        raise Http404
    contact = contact_of(number, reading.contacts[number])
    said: dict[str, Any] = {"contact": contact}
    try:
        call_service(
            contact_book.add_contact,
            company=company,
            person=frame.person(request).name,
            kind=contact.kind,
            value=contact.value,
        )
        said["done"] = True
    except DomainError as error:
        said["refused"] = str(error)
    if request.headers.get("HX-Request"):
        return render(request, "listings/text_contact.html", said)
    if "done" in said:
        messages.success(request, _("Added to the contacts of your company."))
    else:
        messages.error(request, said["refused"])
    return redirect("listings:text-detail", code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def text_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let the person who wrote a message in a group take its draft over."""
    text = links.read(token)
    company = frame.company_of(request)
    if text is None:
        raise Http404
    if company is None:
        return redirect("accounts:company-register")
    is_mine = text.written_by_id == frame.person(request).pk
    if request.method != "POST" and not is_mine:
        can_take = text.written_by_id is None and text.company_id in {None, company.pk}
        return render(request, "listings/text_by_link.html", {"text": text if can_take else None})
    try:
        call_service(texts.take_over_text, text=text, company=company, by=frame.person(request))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("home:dashboard")
    return redirect("listings:text-detail", text.code)
