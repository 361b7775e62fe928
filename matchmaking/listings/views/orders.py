"""The brand's own orders: list, form, detail, steps, files."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.consequences import Act, consequences_of
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.uploads import attachment
from matchmaking.listings import history, queries, rules
from matchmaking.listings.disclosure import Depth, order_card
from matchmaking.listings.forms import FittingForm, OrderForm
from matchmaking.listings.models import Attachment, ProcessingOrder
from matchmaking.listings.services import posts, transitions
from matchmaking.listings.states import PostState
from matchmaking.listings.views import frame

EARLIER_SHOWN = 5


@require_safe
@login_required
def order_list(request: HttpRequest) -> HttpResponse:
    """Show the company's orders, by state."""
    company = frame.company_of(request)
    if company is None:
        return redirect("accounts:company-register")
    state = request.GET.get("state", "")
    context = {
        "page": frame.page_of(request, queries.own_orders(company, state)),
        "tabs": frame.post_tabs(
            ProcessingOrder.objects.filter(company=company), state, reverse("listings:order-list")
        ),
        "state": state if state in PostState.values else "",
        "can_post": rules.can_post_orders(request.user, company),
    }
    return render(request, "listings/order_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order_new(request: HttpRequest) -> HttpResponse:
    """Take a new order down, as a draft or straight to the officers."""
    company = frame.company_of(request)
    if company is None:
        return redirect("accounts:company-register")
    if not rules.can_post_orders(request.user, company):
        raise PermissionDenied
    return _form(request, ProcessingOrder(company=company))


@require_safe
@login_required
def order_fitting(request: HttpRequest) -> HttpResponse:
    form = FittingForm(request.GET)
    return render(request, "listings/fitting.html", {"count": form.count()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order_edit(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Change an order."""
    order = frame.own_post(request, "order", code)
    if not rules.can_edit(request.user, order):
        messages.error(request, _("This post is closed: copy it to use it again."))
        return redirect(frame.detail_url(order))
    return _form(request, order)


def _form(request: HttpRequest, order: ProcessingOrder) -> HttpResponse:
    submit = request.POST.get("action") == "submit"
    wants_all = submit or (order.pk is not None and order.state != PostState.DRAFT)
    if request.method != "POST":
        form = OrderForm(post=order)
        form.suggest(request.GET)
        return _show_form(request, order, form)
    form = OrderForm(request.POST, request.FILES, post=order, wants_all=wants_all)
    if not form.is_valid():
        return _show_form(request, order, form)
    removed = form.cleaned_data.get("remove_files") or ()
    try:
        saved = call_service(
            posts.save_order,
            company=order.company,
            order=order if order.pk else None,
            data=form.order_data,
            version=form.cleaned_data["version"],
            submit=submit,
            files=form.cleaned_data["uploads"],
            remove_files=[file.code for file in removed],
            by=frame.person(request),
            at=timezone.now(),
        )
    except DomainError as error:
        if error.code == "version_conflict":
            present = ProcessingOrder.objects.only("version").get(pk=order.pk)
            form.data = frame.with_version(request.POST, present.version)
        form.add_refusal(error)
        return _show_form(request, order, form)
    messages.success(request, _said(saved, submit=submit))
    return redirect(frame.detail_url(saved))


def _said(order: ProcessingOrder, *, submit: bool) -> str:
    if submit and order.state == PostState.PENDING:
        return _("Submitted. The association looks at it, usually within a working day.")
    if order.state == PostState.PENDING:
        return _("Saved. The association looks at the change before it is published.")
    return _("Saved.")


def _show_form(request: HttpRequest, order: ProcessingOrder, form: OrderForm) -> HttpResponse:
    context = {
        "form": form,
        "order": order if order.pk else None,
        "consequences": consequences_of(Act.CHANGE, order) if order.pk else [],
        "can_submit": order.state in {PostState.DRAFT, PostState.REJECTED}
        and order.company.is_active,
        "is_waiting": not order.company.is_active,
        "earlier": [] if order.pk else queries.own_orders(order.company, "")[:EARLIER_SHOWN],
    }
    return render(request, "listings/order_form.html", context)


@require_safe
@login_required
def order_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show an own order whole, with its history; officers see it too."""
    order = frame.visible_post(request, "order", code)
    context: dict[str, Any] = {
        "order": order,
        "card": order_card(order, Depth.OWN),
        "steps": frame.steps_for(request, order),
        "can_edit": rules.can_edit(request.user, order),
        "missing": frame.missing(order),
        "can_copy": rules.can_copy(request.user, order),
        "is_own": rules.can_copy(request.user, order),
        "files": list(order.attachments.order_by("pk")),
        "events": history.events_of(order),
    }
    return render(request, "listings/order_detail.html", context)


@require_POST
@login_required
def order_step(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return frame.take_step(request, frame.own_post(request, "order", code))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order_close(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask, then end an order for good."""
    order = frame.own_post(request, "order", code)
    if request.method == "POST":
        try:
            call_service(
                transitions.close_post, post=order, by=frame.person(request), at=timezone.now()
            )
            messages.success(request, _("Closed. You can copy it at any time."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(frame.detail_url(order))
    context = {
        "post": order,
        "is_order": True,
        "url": frame.detail_url(order),
        "consequences": consequences_of(Act.CLOSE, order),
    }
    return render(request, "listings/post_close.html", context)


@require_POST
@login_required
def order_copy(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Make a draft from an earlier order and open it."""
    order = frame.own_post(request, "order", code)
    copy = call_service(posts.copy_order, order=order, by=frame.person(request), at=timezone.now())
    messages.success(request, _("Copied as a draft: check the due week, then submit."))
    return redirect("listings:order-edit", code=copy.code)


@require_safe
@login_required
def order_file(request: HttpRequest, code: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    order = frame.visible_post(request, "order", code)
    stored = get_object_or_404(Attachment, order=order, code=file)
    return attachment(stored.file, stored.name)  # type: ignore[return-value]
