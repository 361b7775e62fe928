"""The brand's page of all quotes on an order, its sheet, and rounds of sealed quotes."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules import is_member
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.sheets import XLSX_TYPE, Sheet, write_xlsx
from matchmaking.deals import comparison, queries
from matchmaking.deals.models import SealedRound
from matchmaking.deals.quote_forms import ComparisonForm, SealedRoundForm
from matchmaking.deals.services import rounds
from matchmaking.listings.models import ProcessingOrder

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from accounts.models import User
    from matchmaking.deals.comparison import Comparison

DIGEST = re.compile(r"[0-9a-f]{64}")


@require_safe
@login_required
def comparison_page(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the open quotes on an own order side by side."""
    order = _own_order(request, code)
    form = ComparisonForm(request.GET or None)
    found = _compare(order, form)
    context = {
        "order": order,
        "form": form,
        "comparison": found,
        "sealed_round": rounds.round_of(order.pk),
        "ended": queries.ended_quotes_of(order),
        "query": request.GET.urlencode(),
    }
    return render(request, "deals/quote_comparison.html", context)


@require_safe
@login_required
def comparison_sheet(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Hand out the comparison, whose cells are those of the page."""
    order = _own_order(request, code)
    found = _compare(order, ComparisonForm(request.GET or None))
    header = [_("Line"), *(column.quote.factory.name for column in found.columns)]
    body = write_xlsx(Sheet(_("Quotes"), header, found.sheet, {0: 28}))
    response = HttpResponse(body, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="quotes-{order.code}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def round_edit(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Let quotes on an own order stay sealed until a moment, or move that moment later."""
    order = _own_order(request, code)
    found = rounds.round_of(order.pk)
    initial: dict[str, Any] = {}
    if found is not None:
        local = timezone.localtime(found.opens_at)
        initial = {"opens_on": local.date(), "opens_time": local.strftime("%H:%M")}
    form = SealedRoundForm(request.POST if request.method == "POST" else None, initial=initial)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            call_service(
                rounds.ask_for_sealed,
                order=order,
                opens_at=form.opens_at,
                by=cast("User", request.user),
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("opens_on" if error.field else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            messages.success(request, _("Quotes on this order stay sealed until then."))
            return redirect("deals:quote-comparison", order.code)
    elif request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"order": order, "form": form, "sealed_round": found}
    return render(request, "deals/round_edit.html", context, status=status)


@require_safe
def round_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show what the opening of a round published, and check a receipt against it.

    Public, for whoever holds a receipt: it names no firm, no order and no figure.
    """
    found = get_object_or_404(SealedRound, code=code)
    digest = "".join(request.GET.get("receipt", "").split()).lower()
    context: dict[str, Any] = {"round": found, "digest": digest, "count": len(found.leaves)}
    if digest:
        context["is_digest"] = DIGEST.fullmatch(digest) is not None
        context["proof"] = rounds.proof_of(found, digest) if context["is_digest"] else None
    return render(request, "deals/round_detail.html", context)


def _own_order(request: HttpRequest, code: uuid.UUID) -> ProcessingOrder:
    rows = ProcessingOrder.objects.visible_to(request.user).select_related("company", "category")
    order = get_object_or_404(rows, code=code)
    if not is_member(request.user, order.company):
        raise Http404
    return order


def _compare(order: ProcessingOrder, form: ComparisonForm) -> Comparison:
    asked = form.cleaned_data.get("pairs") if form.is_bound and form.is_valid() else None
    return comparison.compare(order, queries.open_quotes_of(order), asked)
