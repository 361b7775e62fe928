"""The factory's own capacity: list, form with weeks, detail with its ledger, steps."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.consequences import Act, consequences_of
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.listings import history, queries, rules
from matchmaking.listings.disclosure import Depth, offer_card
from matchmaking.listings.forms import OfferForm
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.services import posts, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.listings.states import PostState
from matchmaking.listings.views import frame


@require_safe
@login_required
def offer_list(request: HttpRequest) -> HttpResponse:
    """Show the company's capacity, by state."""
    company = frame.company_of(request)
    if company is None:
        return redirect("accounts:company-register")
    state = request.GET.get("state", "")
    context = {
        "page": frame.page_of(request, queries.own_offers(company, state)),
        "tabs": frame.post_tabs(
            CapacityOffer.objects.filter(company=company), state, reverse("listings:offer-list")
        ),
        "state": state if state in PostState.values else "",
        "can_post": rules.can_post_offers(request.user, company),
    }
    return render(request, "listings/offer_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def offer_new(request: HttpRequest) -> HttpResponse:
    """Take new capacity down, as a draft or straight to the officers."""
    company = frame.company_of(request)
    if company is None:
        return redirect("accounts:company-register")
    if not rules.can_post_offers(request.user, company):
        raise PermissionDenied
    return _form(request, CapacityOffer(company=company))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def offer_edit(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Change an offer and its weeks."""
    offer = frame.own_post(request, "offer", code)
    if not rules.can_edit(request.user, offer):
        messages.error(request, _("This post is closed: make a new one."))
        return redirect(frame.detail_url(offer))
    return _form(request, offer)


def _form(request: HttpRequest, offer: CapacityOffer) -> HttpResponse:
    submit = request.POST.get("action") == "submit"
    wants_all = submit or (offer.pk is not None and offer.state != PostState.DRAFT)
    if request.method != "POST":
        form = OfferForm(post=offer)
        form.suggest(request.GET)
        return _show_form(request, offer, form)
    form = OfferForm(request.POST, post=offer, wants_all=wants_all)
    if not form.is_valid():
        return _show_form(request, offer, form)
    row = form.plan_row
    try:
        saved = call_service(
            posts.save_offer,
            company=offer.company,
            offer=offer if offer.pk else None,
            data=form.offer_data,
            version=form.cleaned_data["version"],
            weeks=None if row is None else Weeks(form.first, row),
            submit=submit,
            by=frame.person(request),
            at=timezone.now(),
        )
    except DomainError as error:
        if error.code == "version_conflict":
            present = CapacityOffer.objects.only("version").get(pk=offer.pk)
            form.data = frame.with_version(request.POST, present.version)
        form.add_refusal(error)
        return _show_form(request, offer, form)
    messages.success(request, _said(saved, submit=submit))
    return redirect(frame.detail_url(saved))


def _said(offer: CapacityOffer, *, submit: bool) -> str:
    if submit and offer.state == PostState.PENDING:
        return _("Submitted. The association looks at it, usually within a working day.")
    if offer.state == PostState.PENDING:
        return _("Saved. The association looks at the change before it is published.")
    return _("Saved.")


def _show_form(request: HttpRequest, offer: CapacityOffer, form: OfferForm) -> HttpResponse:
    context = {
        "form": form,
        "offer": offer if offer.pk else None,
        "consequences": consequences_of(Act.CHANGE, offer) if offer.pk else [],
        "can_submit": offer.state in {PostState.DRAFT, PostState.REJECTED}
        and offer.company.is_active,
        "is_waiting": not offer.company.is_active,
    }
    return render(request, "listings/offer_form.html", context)


@require_safe
@login_required
def offer_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show own capacity whole, with its weeks and its history; officers see it too."""
    offer = frame.visible_post(request, "offer", code)
    context: dict[str, Any] = {
        "offer": offer,
        "card": offer_card(offer, Depth.OWN),
        "steps": frame.steps_for(request, offer),
        "can_edit": rules.can_edit(request.user, offer),
        "is_own": rules.can_copy(request.user, offer),
        "missing": frame.missing(offer),
        "events": history.events_of(offer),
        "entries": history.entries_of(offer),
    }
    return render(request, "listings/offer_detail.html", context)


@require_POST
@login_required
def offer_step(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return frame.take_step(request, frame.own_post(request, "offer", code))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def offer_close(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask, then end an offer for good."""
    offer = frame.own_post(request, "offer", code)
    if request.method == "POST":
        try:
            call_service(
                transitions.close_post, post=offer, by=frame.person(request), at=timezone.now()
            )
            messages.success(request, _("Closed."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(frame.detail_url(offer))
    context = {
        "post": offer,
        "url": frame.detail_url(offer),
        "consequences": consequences_of(Act.CLOSE, offer),
    }
    return render(request, "listings/post_close.html", context)
