"""Pages of policies: the catalogue, one of them with what it asks, and what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.trade_day import trade_day
from matchmaking.policies import eligibility, rules
from matchmaking.policies.conditions import Answer
from matchmaking.policies.fields import FIELDS
from matchmaking.policies.forms import CatalogueFilter, FactsForm, OutcomeForm
from matchmaking.policies.models import Application, Policy
from matchmaking.policies.services import applications, facts

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Company, User
    from matchmaking.policies.conditions import Condition
    from matchmaking.policies.eligibility import Eligibility


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """Show the catalogue; to a company by what it may get, what it does not know, what it cannot."""
    form = CatalogueFilter(request.GET)
    rows = Policy.objects.visible_to(request.user)
    if form.is_valid():
        chosen = {name: value for name, value in form.cleaned_data.items() if value}
        rows = rows.filter(**chosen)
    rows = rows.order_by(F("deadline").asc(nulls_last=True), "level", "pk")
    today = trade_day()
    company = _company(request)
    context: dict[str, Any] = {"form": form, "company": company, "today": today}
    if company is None:
        context["groups"] = [
            (_("In force"), [row for row in rows if row.is_current(today)]),
            (_("Not known to be in force"), [row for row in rows if not row.is_current(today)]),
        ]
    else:
        judged = eligibility.judge_all(company, rows, at=timezone.now())
        context["judged"] = [
            (_("You may get"), _with(judged, Answer.YES)),
            (_("Tell us more"), _with(judged, Answer.UNKNOWN)),
            (_("Within reach"), [one for one in judged if one.gaps]),
            (
                _("Not for you at present"),
                [one for one in _with(judged, Answer.NO) if not one.gaps],
            ),
        ]
    return render(request, "policies/policy_list.html", context)


def _with(judged: list[Eligibility], answer: Answer) -> list[Eligibility]:
    return [one for one in judged if one.answer == answer]


@require_http_methods(["GET", "HEAD", "POST"])
def policy_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show a policy, judge it for the company, and take the facts that it asks for."""
    policy = get_object_or_404(Policy.objects.visible_to(request.user), code=code)
    company = _company(request)
    may_tell = rules.can_tell(request.user, company)
    if request.method == "POST" and not may_tell:
        raise PermissionDenied
    context: dict[str, Any] = {
        "policy": policy,
        "is_current": policy.is_current(trade_day()),
        "company": company,
        "may_tell": may_tell,
    }
    if company is None:
        return render(request, "policies/policy_detail.html", context)
    told = eligibility.facts_of(company, at=timezone.now())
    asked = _asked(policy)
    form = FactsForm(request.POST if request.method == "POST" else None, asked=asked, told=told)
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid() and _tell(request, company, form):
            return redirect("policies:policy-detail", policy.code)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    own = Application.objects.visible_to(request.user).filter(policy=policy, company=company)
    application = own.first()
    context |= {
        "eligibility": eligibility.judge(company, policy, told, at=timezone.now()),
        "facts_form": form if asked else None,
        "application": application,
        "outcome_form": OutcomeForm(initial=_outcome(application)) if application else None,
    }
    return render(request, "policies/policy_detail.html", context, status=status)


@require_POST
@login_required
def apply(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Note that the company means to apply."""
    policy = get_object_or_404(Policy.objects.visible_to(request.user), code=code)
    company = _speaking(request)
    call_service(
        applications.start_application,
        policy=policy,
        company=company,
        by=_person(request),
        at=timezone.now(),
    )
    return redirect("policies:policy-detail", policy.code)


@require_POST
@login_required
def outcome(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Take what came of an application."""
    own: Any = Application.objects.visible_to(request.user).select_related("company", "policy")
    application = get_object_or_404(own, code=code)
    if not rules.can_tell(_person(request), application.company):
        raise PermissionDenied
    form = OutcomeForm(request.POST)
    if form.is_valid():
        try:
            call_service(
                applications.answer_follow_up,
                application=application,
                by=_person(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            messages.success(request, _("Thank you: the association reads it."))
            return redirect("policies:policy-detail", application.policy.code)
    context = {"policy": application.policy, "application": application, "outcome_form": form}
    return render(request, "policies/outcome.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _tell(request: HttpRequest, company: Company, form: FactsForm) -> bool:
    """Store every fact of the form or none; False, with the error in the form, where refused."""
    try:
        with transaction.atomic():
            for key, value in form.facts.items():
                call_service(
                    facts.tell_fact,
                    company=company,
                    key=key,
                    value=value,
                    by=_person(request),
                    at=timezone.now(),
                )
    except DomainError as error:
        form.add_error(None, str(error.message))
        return False
    return True


def _asked(policy: Policy) -> list[Condition]:
    """Return the conditions whose facts the company tells, each key once."""
    found = {
        condition.key: condition
        for group in policy.groups
        for condition in group
        if condition.words or FIELDS[condition.field].is_told
    }
    return list(found.values())


def _outcome(application: Application) -> dict[str, Any]:
    return {
        "outcome": application.outcome,
        "granted_yuan": application.granted_yuan,
        "note": application.note,
    }


def _company(request: HttpRequest) -> Company | None:
    return getattr(request, "company", None)


def _speaking(request: HttpRequest) -> Company:
    company = _company(request)
    if company is None or not rules.can_tell(request.user, company):
        raise PermissionDenied
    return company


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
