"""A company's own posts: list, form, detail, steps. Orders and offers are two rows of ``PAGES``."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.consequences import Act, consequences_of
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.listings import history, list_columns, queries, rules
from matchmaking.listings.disclosure import Depth
from matchmaking.listings.forms import OfferForm, OrderForm
from matchmaking.listings.forms.conflicts import differences
from matchmaking.listings.forms.texts import PasteForm, fill, with_answers
from matchmaking.listings.post_kinds import OFFER, ORDER, AnyPost, PostKind
from matchmaking.listings.services import edits, posts, texts, transitions
from matchmaking.listings.states import PostState
from matchmaking.listings.texts import marks
from matchmaking.listings.views import frame, text_panels
from matchmaking.listings.views.text_panels import TextSource

if TYPE_CHECKING:
    from accounts.models import Company

EARLIER_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PostPages:
    """The pages of one kind of post: its form, its service, its words.

    ``of_new`` and ``of_one`` return what the form of a new post and the page of one post show
    of this kind alone. The words are those of the list, of the form, and of an end for good.
    """

    form: type[OrderForm | OfferForm]
    save: Callable[..., AnyPost]
    of_new: Callable[[Company], dict[str, Any]]
    of_one: Callable[[Any], dict[str, Any]]
    can_copy: bool
    icon: str
    mine: Promise
    by_state: Promise
    none_in_state: Promise
    none_yet: Promise
    how_to_begin: Promise
    who_posts: Promise
    new: Promise
    lead: Promise
    change: Promise
    back: Promise
    is_closed: Promise
    closing: Promise
    closed: Promise


def _earlier(company: Company) -> dict[str, Any]:
    return {"earlier": queries.own_posts(ORDER, company, "")[:EARLIER_SHOWN]}


PAGES = {
    ORDER.name: PostPages(
        form=OrderForm,
        save=posts.save_order,
        of_new=_earlier,
        of_one=lambda order: {"files": list(order.attachments.order_by("pk"))},
        can_copy=True,
        icon="order",
        mine=gettext_lazy("My orders"),
        by_state=gettext_lazy("Orders by state"),
        none_in_state=gettext_lazy("No order in this state"),
        none_yet=gettext_lazy("No orders yet"),
        how_to_begin=gettext_lazy(
            "Five fields are enough. After the approval matches appear within seconds."
        ),
        who_posts=gettext_lazy("Only brands post processing orders: see the company profile."),
        new=gettext_lazy("New order"),
        lead=gettext_lazy("Five fields are enough; every further one makes matches better."),
        change=gettext_lazy("Change the order"),
        back=gettext_lazy("Back to the order"),
        is_closed=gettext_lazy("This post is closed: copy it to use it again."),
        closed=gettext_lazy("Closed. You can copy it at any time."),
        closing=gettext_lazy(
            "It leaves the market for good and its matches end. The figures stay readable; an "
            "order can be copied as a new draft."
        ),
    ),
    OFFER.name: PostPages(
        form=OfferForm,
        save=posts.save_offer,
        of_new=lambda _company: {},
        of_one=lambda offer: {"entries": history.entries_of(offer)},
        can_copy=False,
        icon="factory",
        mine=gettext_lazy("My capacity"),
        by_state=gettext_lazy("Capacity by state"),
        none_in_state=gettext_lazy("No capacity in this state"),
        none_yet=gettext_lazy("No capacity yet"),
        how_to_begin=gettext_lazy(
            "Enter a rate per week or paste your own sheet. After the approval matches appear "
            "within seconds."
        ),
        who_posts=gettext_lazy("Only factories post capacity: see the company profile."),
        new=gettext_lazy("New capacity"),
        lead=gettext_lazy("Title, categories and the pairs per week are enough."),
        change=gettext_lazy("Change the capacity"),
        back=gettext_lazy("Back to the capacity"),
        is_closed=gettext_lazy("This post is closed: make a new one."),
        closed=gettext_lazy("Closed."),
        closing=gettext_lazy(
            "It leaves the market for good and its matches end. The figures stay readable."
        ),
    ),
}


@require_safe
@login_required
def post_list(request: HttpRequest, kind: PostKind) -> HttpResponse:
    """Show the company's posts of one kind, by state."""
    company = frame.company_of(request)
    if company is None:
        return redirect("accounts:company-register")
    state = request.GET.get("state", "")
    rows = kind.model.objects.filter(company=company)
    pages = PAGES[kind.name]
    page = frame.page_of(request, queries.own_posts(kind, company, state))
    page.object_list = list(page.object_list)
    context = {
        "kind": kind,
        "pages": pages,
        "labels": list_columns.fill(kind, company, page.object_list),
        "page": page,
        "tabs": frame.post_tabs(rows, state, reverse(f"listings:{kind.name}-list")),
        "state": state if state in PostState.values else "",
        "can_post": rules.can_post(request.user, kind, company),
    }
    return render(request, f"listings/{kind.name}_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def post_new(request: HttpRequest, kind: PostKind) -> HttpResponse:
    """Create a post, as a draft or straight to the officers."""
    company = frame.company_of(request)
    if company is None:
        return redirect("accounts:company-register")
    if not rules.can_post(request.user, kind, company):
        raise PermissionDenied
    source = text_panels.source_of(request, kind)
    return _form(request, kind, kind.model(company=company), source)


def show_new(
    request: HttpRequest, kind: PostKind, company: Company, paste: PasteForm
) -> HttpResponse:
    post = kind.model(company=company)
    return _show_form(request, kind, post, PAGES[kind.name].form(post=post), paste=paste)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def post_edit(request: HttpRequest, kind: PostKind, code: uuid.UUID) -> HttpResponse:
    """Change a post; a closed one is shown instead, with the reason."""
    post = frame.own_post(request, kind, code)
    if not rules.can_edit(request.user, post):
        messages.error(request, str(PAGES[kind.name].is_closed))
        return redirect(frame.detail_url(post))
    return _form(request, kind, post)


def _form(
    request: HttpRequest, kind: PostKind, post: AnyPost, source: TextSource | None = None
) -> HttpResponse:
    pages = PAGES[kind.name]
    submit = request.POST.get("action") == "submit"
    wants_all = submit or (post.pk is not None and post.state != PostState.DRAFT)
    if request.method != "POST":
        form = pages.form(post=post)
        form.suggest(request.GET)
        if source:
            fill(form, source.post, source.reading.terms)
        return _show_form(request, kind, post, form, source)
    data: QueryDict = request.POST
    if source:
        data = with_answers(data, source.post, source.reading.terms)
    form = pages.form(data, request.FILES, post=post, wants_all=wants_all)
    if form.is_valid() and post.pk is None and not form.says_anything:
        form.add_error("title", _("Nothing is written yet: fill in at least one field."))
    if not form.is_valid():
        return _show_form(request, kind, post, form, source)
    began = timezone.now()
    try:
        saved = call_service(
            _saving(pages, source),
            company=post.company,
            version=form.cleaned_data["version"],
            submit=submit,
            by=frame.person(request),
            at=began,
            **{kind.name: post if post.pk else None},
            **form.to_save,
        )
    except DomainError as error:
        if error.code == "version_conflict":
            present = kind.model.objects.get(pk=post.pk)
            form.present = list(differences(form, pages.form(post=present)))
            form.data = frame.with_version(data, present.version)
        form.add_refusal(error)
        return _show_form(request, kind, post, form, source)
    if edits.waits_since(saved, began):
        messages.info(request, _waits())
    else:
        messages.success(request, _said(saved, began, submit=submit))
    return redirect(frame.detail_url(saved))


def _saving(pages: PostPages, source: TextSource | None) -> Callable[..., AnyPost]:
    """Return the service that saves the form, which also remembers the text that filled it."""
    if source is None:
        return pages.save
    return partial(
        texts.save_post_of_text, text=source.text, number=source.post.number, save=pages.save
    )


def _said(post: AnyPost, at: dt.datetime, *, submit: bool) -> str:
    if submit and post.state == PostState.PENDING and not post.company.is_active:
        return _(
            "Submitted with your registration. The association looks at both together, usually "
            "within two working days; you hear of it by mail."
        )
    if submit and post.state == PostState.PENDING:
        return _("Submitted. The association looks at it, usually within a working day.")
    left = edits.changes_left(post, at)
    return _("Saved.") if left is None else f"{_('Saved.')} {_allowance(left)}"


def _waits() -> str:
    return _(
        "Handed to the association, which looks at it first, usually within a working day. Until "
        "then the post stays as it was."
    )


def _allowance(left: int) -> str:
    """Say how many changes of terms are left today, before they are gone."""
    if left <= 0:
        return _(
            "Today's changes of terms are used up: a further one waits for the association. A new "
            "title, note or file is free."
        )
    return ngettext(
        "Today you can change the terms of this post %(count)s more time at once; then a change "
        "waits for the association. A new title, note or file is free.",
        "Today you can change the terms of this post %(count)s more times at once; then a change "
        "waits for the association. A new title, note or file is free.",
        left,
    ) % {"count": left}


def _show_form(
    request: HttpRequest,
    kind: PostKind,
    post: AnyPost,
    form: OrderForm | OfferForm,
    source: TextSource | None = None,
    paste: PasteForm | None = None,
) -> HttpResponse:
    if source:
        form.sources = marks.sources_of(source.reading, source.post)
    pages = PAGES[kind.name]
    left = edits.changes_left(post, timezone.now()) if post.pk else None
    context = {
        "allowance": "" if left is None else _allowance(left),
        "edit": edits.open_edit(post) if post.pk else None,
        "kind": kind,
        "pages": pages,
        "form": form,
        "post": post if post.pk else None,
        "consequences": consequences_of(Act.CHANGE, post) if post.pk else [],
        "can_submit": post.state in {PostState.DRAFT, PostState.REJECTED} and post.company.is_open,
        "is_waiting": not post.company.is_active,
        "panel": text_panels.panel_of(request, source, form, kind) if source else None,
        "paste": None if post.pk or source else paste or PasteForm(),
        **({} if post.pk else pages.of_new(post.company)),
    }
    return render(request, f"listings/{kind.name}_form.html", context)


@require_safe
@login_required
def post_detail(request: HttpRequest, kind: PostKind, code: uuid.UUID) -> HttpResponse:
    """Show an own post whole, with its history; officers see it too."""
    post = frame.visible_post(request, kind, code)
    pages = PAGES[kind.name]
    context = {
        "kind": kind,
        "pages": pages,
        "post": post,
        "card": kind.card(post, Depth.OWN),
        "steps": frame.steps_for(request, post),
        "can_edit": rules.can_edit(request.user, post),
        "is_own": rules.can_copy(request.user, post),
        "missing": frame.missing(post),
        "edit": edits.open_edit(post),
        "events": history.events_of(post),
        **pages.of_one(post),
    }
    return render(request, f"listings/{kind.name}_detail.html", context)


@require_POST
@login_required
def post_step(request: HttpRequest, kind: PostKind, code: uuid.UUID) -> HttpResponse:
    return frame.take_step(request, frame.own_post(request, kind, code))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def post_close(request: HttpRequest, kind: PostKind, code: uuid.UUID) -> HttpResponse:
    """Close a post for good, after a question."""
    post = frame.own_post(request, kind, code)
    if request.method == "POST":
        try:
            call_service(
                transitions.close_post, post=post, by=frame.person(request), at=timezone.now()
            )
            messages.success(request, str(PAGES[kind.name].closed))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(frame.detail_url(post))
    context = {
        "post": post,
        "text": PAGES[kind.name].closing,
        "url": frame.detail_url(post),
        "consequences": consequences_of(Act.CLOSE, post),
    }
    return render(request, "listings/post_close.html", context)
