"""Pages of the record of facts: a company's own, its objections, and the public formula."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.deals import track_records
from matchmaking.deals.forms import ObjectionForm
from matchmaking.deals.models import RecordObjection
from matchmaking.deals.services import objections
from matchmaking.deals.states import RecordFact

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Company, User
    from matchmaking.deals.track_records import Case

MOST_SHOWN = 200


@require_safe
@login_required
def record(request: HttpRequest) -> HttpResponse:
    """Show the company its own record, case by case."""
    company = _company(request)
    at = timezone.now()
    cases = track_records.cases_of(company, at=at)
    raised = {
        (one.fact, one.case): one
        for one in RecordObjection.objects.visible_to(request.user).filter(company=company)
    }
    context: dict[str, Any] = {
        "shares": track_records.shares_of(company, at=at),
        "cases": [(case, raised.get((case.fact, case.code))) for case in cases[:MOST_SHOWN]],
        "fewest": track_records.FEWEST_CASES,
    }
    return render(request, "deals/record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def objection(request: HttpRequest, fact: str, code: uuid.UUID) -> HttpResponse:
    """Ask what is wrong with a case, then store the objection."""
    company = _company(request)
    case = _case(company, fact, code)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            call_service(
                objections.raise_objection,
                company=company,
                fact=fact,
                case=code,
                by=cast("User", request.user),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            return redirect("deals:record")
    elif request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "deals/objection.html", {"form": form, "case": case}, status=status)


@require_safe
def record_formula(request: HttpRequest) -> HttpResponse:
    """Say to everybody how the facts of a record are counted."""
    context = {"fewest": track_records.FEWEST_CASES, "months": track_records.MONTHS}
    return render(request, "deals/record_formula.html", context)


def _company(request: HttpRequest) -> Company:
    company: Company | None = getattr(request, "company", None)
    if company is None:
        raise Http404
    return company


def _case(company: Company, fact: str, code: uuid.UUID) -> Case:
    if fact not in RecordFact.values:
        raise Http404
    for case in track_records.cases_of(company, at=timezone.now()):
        if (case.fact, case.code) == (fact, code):
            return case
    raise Http404
