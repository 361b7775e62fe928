"""Pages of intentions: the list, one of them, and each step that a side takes."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.trade_day import trade_week
from matchmaking.core.uploads import attachment
from matchmaking.deals import documents, presentation, queries, rules
from matchmaking.deals.forms import ContractForm, DeliveryForm, FiguresForm, WithdrawForm
from matchmaking.deals.models import Intention
from matchmaking.deals.services import fulfilment, holds, intentions
from matchmaking.matching import rules as matching_rules
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.models import Company, User

PAGE_SIZE = 20
NUMBER_DIGITS = 6  # no intention has a million versions; more digits would only cost time


@require_safe
@login_required
def intention_list(request: HttpRequest) -> HttpResponse:
    """List the company's intentions, live ones first; officers have theirs in the workbench."""
    company: Company | None = getattr(request, "company", None)
    rows = Intention.objects.none()
    if company is not None:
        rows = queries.of_company(Intention.objects.visible_to(request.user), company)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    cards = [
        presentation.card_of(row, MatchSide.ORDER if row.brand == company else MatchSide.OFFER)
        for row in page.object_list
    ]
    return render(request, "deals/intention_list.html", {"page": page, "cards": cards})


@require_safe
@login_required
def intention_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _show(request, _visible(request, code))


@require_safe
@login_required
def memorandum(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the confirmed figures on one sheet for both to sign."""
    return render(request, "deals/memorandum.html", _memorandum(request, code))


@require_safe
@login_required
def memorandum_pdf(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    context = _memorandum(request, code)
    body = documents.write_pdf("deals/documents/memorandum.html", context)
    return documents.pdf_response(body, f"memorandum-{context['number']}")


def _memorandum(request: HttpRequest, code: uuid.UUID) -> dict[str, Any]:
    intention = _visible(request, code)
    if intention.confirmed is None or not intention.is_live:
        raise Http404
    return {
        "intention": intention,
        "terms": intention.confirmed,
        "confirmations": intention.confirmed.confirmations.order_by("pk"),
        "words": presentation.amount_in_words(intention.confirmed.amount),
        "number": str(intention.code).split("-", maxsplit=1)[0].upper(),
        "url": _url(intention),
    }


@require_safe
@login_required
def contract_file(request: HttpRequest, code: uuid.UUID) -> HttpResponseBase:
    """Hand out the copy of the contract to its two firms and to officers."""
    intention = _visible(request, code)
    if not intention.contract_file:
        raise Http404
    return attachment(intention.contract_file, intention.contract_file_name)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def propose(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Propose figures to the partner of a conversation; a live intention is revised instead."""
    match = get_object_or_404(
        Match.objects.visible_to(request.user).select_related("order__company", "offer__company"),
        code=code,
        mutual_at__isnull=False,
    )
    side = _match_side(request, match)
    if match.state != MatchState.MUTUAL:
        return redirect("matching:match-detail", match.code)
    found = queries.of_match(match)
    if found is not None and request.method != "POST":
        return redirect("deals:revise", found.code)
    initial = {
        "pairs": match.order.pairs,
        "unit_price": match.order.target_unit_price_cny,
        "first_week": max(filter(None, (match.order.earliest_start, trade_week()))),
        "last_week": match.order.due_week,
    }
    form = FiguresForm(request.POST if request.method == "POST" else None, initial=initial)
    cancel = reverse("matching:match-detail", args=[match.code])

    def act(form: FiguresForm) -> Intention:
        return intentions.propose(
            match=match, side=side, figures=form.figures, by=_person(request), at=timezone.now()
        )

    partner = match.post(side.other).company
    return _form(request, form, act, "deals/propose.html", {"partner": partner, "url": cancel})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revise(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Propose other figures; those that both confirmed count until both confirm these."""
    intention = _visible(request, code)
    side = _side(request, intention)
    card = presentation.card_of(intention, side)
    if not card.may_revise:
        return redirect("deals:intention-detail", intention.code)
    initial = asdict(intentions.figures_of(intention.terms)) if intention.terms else {}
    form = FiguresForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(form: FiguresForm) -> Intention:
        return intentions.revise(
            intention=intention,
            side=side,
            figures=form.figures,
            by=_person(request),
            at=timezone.now(),
        )

    context = {"partner": card.partner, "url": _url(intention), "revised": intention}
    return _form(request, form, act, "deals/propose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask for the reason, then end the intention."""
    intention = _visible(request, code)
    side = _side(request, intention)
    card = presentation.card_of(intention, side)
    if not card.may_withdraw:
        return redirect("deals:intention-detail", intention.code)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def act(form: WithdrawForm) -> Intention:
        return intentions.withdraw(
            intention=intention,
            side=side,
            by=_person(request),
            at=timezone.now(),
            **form.cleaned_data,
        )

    context = {"card": card, "url": _url(intention)}
    return _form(request, form, act, "deals/withdraw.html", context)


@require_POST
@login_required
def confirm(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Confirm the figures that the page showed."""
    intention = _visible(request, code)
    number = request.POST.get("number", "")
    return _step(
        request,
        intention,
        intentions.confirm,
        number=int(number) if number.isdecimal() and len(number) < NUMBER_DIGITS else 0,
    )


@require_POST
@login_required
def keep(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _step(request, _visible(request, code), intentions.keep_confirmed)


@require_POST
@login_required
def hold_longer(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _step(request, _visible(request, code), holds.hold_longer)


@require_POST
@login_required
def contract(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Record the contract."""
    intention = _visible(request, code)
    form = ContractForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, intention, contract_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _step(request, intention, fulfilment.record_contract, **form.cleaned_data)


@require_POST
@login_required
def delivery(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Record a delivery."""
    intention = _visible(request, code)
    form = DeliveryForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            _call(request, intention, fulfilment.record_delivery, form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus.CONFLICT
        else:
            return redirect("deals:intention-detail", intention.code)
    return _show(request, intention, delivery_form=form, status=status)


def _visible(request: HttpRequest, code: uuid.UUID) -> Intention:
    """Return the intention with what its page shows, if the person may see it; else 404."""
    return get_object_or_404(Intention.objects.visible_to(request.user).in_full(), code=code)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _url(intention: Intention) -> str:
    return reverse("deals:intention-detail", args=[intention.code])


def _side_or_none(request: HttpRequest, intention: Intention) -> MatchSide | None:
    """Return the side for which the person speaks; of two companies that of the chosen one."""
    own = rules.own_sides(_person(request), intention)
    chosen = getattr(request, "company", None)
    first = own[0] if own else None
    return next((side for side in own if intention.company(side) == chosen), first)


def _side(request: HttpRequest, intention: Intention) -> MatchSide:
    side = _side_or_none(request, intention)
    if side is None:
        raise PermissionDenied
    return side


def _match_side(request: HttpRequest, match: Match) -> MatchSide:
    user, chosen = _person(request), getattr(request, "company", None)
    own = [side for side in MatchSide if matching_rules.can_answer(user, match, side)]
    if not own:
        raise PermissionDenied
    return next((side for side in own if match.post(side).company == chosen), own[0])


def _show(
    request: HttpRequest,
    intention: Intention,
    *,
    contract_form: ContractForm | None = None,
    delivery_form: DeliveryForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    card = presentation.card_of(intention, _side_or_none(request, intention))
    context: dict[str, Any] = {
        "card": card,
        "intention": intention,
        "terms": intention.standing,
        "events": presentation.history(intention),
        "contract_form": contract_form or ContractForm(),
        "delivery_form": delivery_form or DeliveryForm(),
    }
    return render(request, "deals/intention_detail.html", context, status=status)


def _form(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[Any], Intention],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or do what it asks; what was typed stays where that is refused."""
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            intention = call_service(act, form=form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            return redirect("deals:intention-detail", intention.code)
    elif request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, template, context | {"form": form}, status=status)


def _step(
    request: HttpRequest, intention: Intention, service: Callable[..., Any], **values: Any
) -> HttpResponse:
    """Take a step that one button asks for; a refusal is told on the page of the intention."""
    try:
        _call(request, intention, service, values)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("deals:intention-detail", intention.code)


def _call(
    request: HttpRequest, intention: Intention, service: Callable[..., Any], values: dict[str, Any]
) -> None:
    side = _side(request, intention)
    call_service(
        service, intention=intention, side=side, by=_person(request), at=timezone.now(), **values
    )
