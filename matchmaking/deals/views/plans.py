"""Pages of a split: the brand's plans side by side, a factory's own part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.polling import fingerprint, is_shown, nothing_new
from matchmaking.core.service_calls import call_service
from matchmaking.deals import plan_presentation, rules
from matchmaking.deals.forms import RefusalForm
from matchmaking.deals.models import SplitPart, SplitPlan
from matchmaking.deals.services import plans
from matchmaking.deals.states import PartState, PlanState
from matchmaking.listings.models import ProcessingOrder

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

NUMBER_DIGITS = 4


@require_POST
@login_required
def ask(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask for the plans of an order; one that has a plan already shows it."""
    user = cast("User", request.user)
    order = get_object_or_404(ProcessingOrder.objects.visible_to(user), code=code)
    on_behalf = not rules.can_plan(user, order)
    if on_behalf and not rules.can_act_on_intentions(user):
        raise PermissionDenied
    try:
        plan = call_service(
            plans.ask_plans, order=order, by=user, at=timezone.now(), on_behalf=on_behalf
        )
    except DomainError as error:
        found = SplitPlan.objects.visible_to(user).filter(order=order).order_by("-pk").first()
        if found is None or not found.is_live:
            messages.error(request, str(error.message))
            return redirect("listings:order-detail", order.code)
        plan = found
    return redirect("deals:plan-detail", plan.code)


@require_safe
@login_required
def plan_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the plans, one of them in weeks (``?plan=``), and how far the factories' answers are."""
    plan = _visible(request, code)
    card = plan_presentation.card_of(plan)
    moving = plan.state in {PlanState.COMPUTING, PlanState.ASKED}
    shown = fingerprint([plan.state, plan.round, [(row.name, row.state) for row in card.kept]])
    if moving and is_shown(request, shown):
        return nothing_new()
    wished = request.GET.get("plan", "")
    scenario = next((one for one in card.scenarios if one.aim == wished), None)
    if scenario is None and plan.state == PlanState.READY:
        scenario = next(iter(card.scenarios), None)
    drawn = [*card.kept, *(scenario.parts if scenario and plan.state == PlanState.READY else ())]
    context = {
        "plan": plan,
        "card": card,
        "scenario": scenario,
        "picture": plan_presentation.picture_of(drawn),
        "drawn": drawn,
        "may_act": _may_act(request, plan),
        "rhythm": "2s" if plan.state == PlanState.COMPUTING else "8s" if moving else "",
        "shown": shown,
    }
    return render(request, "deals/plan_detail.html", context)


@require_POST
@login_required
def choose(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask the factories of the chosen plan."""
    number = request.POST.get("round", "")
    return _step(
        request,
        code,
        plans.choose,
        aim=request.POST.get("aim", ""),
        number=int(number) if number.isdecimal() and len(number) <= NUMBER_DIGITS else 0,
    )


@require_POST
@login_required
def again(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _step(request, code, plans.ask_again)


@require_POST
@login_required
def drop(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _step(request, code, plans.drop)


@require_safe
@login_required
def part_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show a factory its own part, and nothing of the others."""
    return _show_part(request, _part(request, code), RefusalForm())


@require_POST
@login_required
def accept_part(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _answer(request, _part(request, code), plans.accept_part)


@require_POST
@login_required
def refuse_part(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Refuse the part, with a sentence to the brand where one is given."""
    part, form = _part(request, code), RefusalForm(request.POST)
    if not form.is_valid():
        return _show_part(request, part, form, status=422)
    return _answer(request, part, plans.refuse_part, note=form.cleaned_data["note"])


def _visible(request: HttpRequest, code: uuid.UUID) -> SplitPlan:
    rows = SplitPlan.objects.visible_to(request.user).select_related("order__company", "job")
    return get_object_or_404(rows, code=code)


def _part(request: HttpRequest, code: uuid.UUID) -> SplitPart:
    return get_object_or_404(SplitPart.objects.visible_to(request.user).in_full(), code=code)


def _may_act(request: HttpRequest, plan: SplitPlan) -> bool:
    return rules.can_plan(request.user, plan.order) or rules.can_act_on_intentions(request.user)


def _show_part(
    request: HttpRequest, part: SplitPart, form: RefusalForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "part": part,
        "form": form,
        "until": part.asked_at + plans.patience(),
        "may_answer": rules.can_answer_part(request.user, part) and part.state == PartState.ASKED,
    }
    return render(request, "deals/part_detail.html", context, status=status)


def _step(
    request: HttpRequest, code: uuid.UUID, service: Callable[..., Any], **values: Any
) -> HttpResponse:
    plan = _visible(request, code)
    if not _may_act(request, plan):
        raise PermissionDenied
    user = cast("User", request.user)
    try:
        call_service(service, plan=plan, by=user, at=timezone.now(), **values)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("deals:plan-detail", plan.code)


def _answer(
    request: HttpRequest, part: SplitPart, service: Callable[..., Any], **values: Any
) -> HttpResponse:
    user = cast("User", request.user)
    if not rules.can_answer_part(user, part):
        raise PermissionDenied
    try:
        call_service(service, part=part, by=user, at=timezone.now(), **values)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("deals:part-detail", part.code)
