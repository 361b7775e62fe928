"""Pages of quotes: the list, one of them, the factory's form, and each step of a side."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.formatting import weeks_in_words
from matchmaking.core.service_calls import call_service
from matchmaking.core.uploads import attachment
from matchmaking.deals import queries, quote_presentation, rules
from matchmaking.deals.models import Quote, QuoteFile
from matchmaking.deals.quote_forms import (
    AcceptForm,
    CorrectionForm,
    QuoteDeclineForm,
    QuoteForm,
    QuoteWithdrawForm,
    WishForm,
    initial_of,
)
from matchmaking.deals.quote_suggestions import suggested_figures
from matchmaking.deals.services import quote_answers, quote_base, quotes, rounds
from matchmaking.deals.states import QuoteState
from matchmaking.matching import rules as matching_rules
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide, MatchState
from matchmaking.notifications.services import mark_topic_read

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest

    from accounts.models import User
    from matchmaking.deals.quote_presentation import QuoteCard

PAGE_SIZE = 20
KINDS = (
    quote_base.QUOTE_RECEIVED,
    quote_base.QUOTE_ANSWERED,
    quote_base.QUOTE_UNANSWERED,
    quote_base.QUOTE_ENDED,
    quote_base.QUOTES_OPENED,
)


@require_safe
@login_required
def quote_list(request: HttpRequest) -> HttpResponse:
    """List the company's quotes, open ones first, given and received."""
    company = getattr(request, "company", None)
    rows = Quote.objects.none()
    if company is not None:
        rows = queries.quotes_of_company(Quote.objects.visible_to(request.user), company)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    cards = [
        quote_presentation.card_of(
            row, MatchSide.ORDER if row.brand == company else MatchSide.OFFER
        )
        for row in page.object_list
    ]
    return render(request, "deals/quote_list.html", {"page": page, "cards": cards})


@require_safe
@login_required
def quote_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show a quote with its versions and history to its two sides and officers."""
    quote = _visible(request, code)
    side = _side_or_none(request, quote)
    if side is not None:
        mark_topic_read(kinds=KINDS, topic=f"quote:{quote.code}", by=_person(request))
    card = quote_presentation.card_of(quote, side)
    facts_now = quote_base.current_facts(quote.order_id)
    correction = quote.correction
    context: dict[str, Any] = {
        "card": card,
        "quote": quote,
        "facts": quote_presentation.facts(card.terms) if card.terms else [],
        "versions": quote_presentation.versions_of(quote),
        "events": quote_presentation.history(quote),
        "order_changes": quote_presentation.order_changes(quote, facts_now),
        "corrections": quote_presentation.changes_between(quote.current, correction)
        if quote.current and correction
        else [],
        "sealed_round": getattr(quote.order, "sealed_round", None) if quote.order else None,
    }
    return render(request, "deals/quote_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quote_edit(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Hand in a quote on the page of a match, keep a draft of it, or revise the open one."""
    match = get_object_or_404(
        Match.objects.visible_to(request.user).select_related(
            "order__company", "order__category", "offer__company"
        ),
        code=code,
        mutual_at__isnull=False,
    )
    if not matching_rules.can_answer(_person(request), match, MatchSide.OFFER):
        raise PermissionDenied
    if match.state != MatchState.MUTUAL:
        return redirect("matching:match-detail", match.code)
    quote = queries.open_quote_of(match)
    card = quote_presentation.card_of(quote, MatchSide.OFFER) if quote else None
    if quote and card and not card.may_revise:
        return redirect("deals:quote-detail", quote.code)
    sealed_round = rounds.open_round_of(match.order_id)
    form = QuoteForm(
        *_sent(request), initial=_initial(match, card), is_sealed=sealed_round is not None
    )
    context = {"match": match, "card": card, "sealed_round": sealed_round, "form": form}
    if request.method == "POST" and "draft" in request.POST:
        return _keep_draft(request, match, context)
    number = request.POST.get("number", "")
    seen = int(number) if number.isdecimal() and len(number) < 6 else None  # noqa: PLR2004 - as forms

    def act(form: Any) -> Quote:
        return quotes.submit(
            match=match,
            terms=form.terms,
            files=form.cleaned_data.get("uploads") or (),
            number=seen,
            by=_person(request),
            at=timezone.now(),
        )

    return _form(request, form, act, "deals/quote_edit.html", context, _("Handed in."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Propose to correct a clerical mistake after the opening."""
    quote, card = _own(request, code, MatchSide.OFFER)
    if card.terms is None or (request.method != "POST" and not card.may_correct):
        return redirect("deals:quote-detail", quote.code)
    form = CorrectionForm(*_sent(request), initial=initial_of(card.terms), is_sealed=True)

    def act(form: Any) -> Quote:
        return rounds.propose_correction(
            quote=quote,
            terms=form.terms,
            reason=form.cleaned_data["reason"],
            by=_person(request),
            at=timezone.now(),
        )

    context = {"match": quote.match, "card": card, "is_correction": True}
    return _form(request, form, act, "deals/quote_edit.html", context, _("The brand is asked."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def accept(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Accept a quote wholly or in part; the weeks are held at once."""
    quote, card = _own(request, code, MatchSide.ORDER)
    if card.terms is None or (request.method != "POST" and not card.may_answer):
        return redirect("deals:quote-detail", quote.code)
    terms = card.terms
    choices = [(week.isoformat(), _week_choice(terms, week)) for week in terms.last_weeks]
    initial = {
        "pairs": terms.pairs,
        "last_week": terms.last_week.isoformat(),
        "number": quote.current.number if quote.current else 0,
    }
    form = AcceptForm(request.POST or None, initial=initial, weeks=choices)

    def act(form: Any) -> Quote:
        return quote_answers.accept(
            quote=quote, by=_person(request), at=timezone.now(), **form.cleaned_data
        )

    context = {"card": card, "facts": quote_presentation.facts(terms)}
    done = _("Accepted: the deal is confirmed by both, and the weeks are held.")
    return _form(request, form, act, "deals/quote_accept.html", context, done)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def decline(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Decline a quote with a reason."""
    quote, card = _own(request, code, MatchSide.ORDER)
    if request.method != "POST" and not card.may_decline:
        return redirect("deals:quote-detail", quote.code)

    def act(form: Any) -> Quote:
        return quote_answers.decline(
            quote=quote, by=_person(request), at=timezone.now(), **form.cleaned_data
        )

    context = {"card": card, "title": _("Decline this quote?"), "label": _("Decline")}
    form = QuoteDeclineForm(request.POST if request.method == "POST" else None)
    return _form(request, form, act, "deals/quote_step.html", context, _("Declined."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def wish(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask for a revision with a sentence."""
    quote, card = _own(request, code, MatchSide.ORDER)
    if request.method != "POST" and not card.may_wish:
        return redirect("deals:quote-detail", quote.code)

    def act(form: Any) -> Quote:
        return quote_answers.ask_for_revision(
            quote=quote, by=_person(request), at=timezone.now(), **form.cleaned_data
        )

    context = {"card": card, "title": _("Ask for a revision"), "label": _("Ask"), "is_plain": True}
    form = WishForm(request.POST if request.method == "POST" else None)
    return _form(request, form, act, "deals/quote_step.html", context, _("The factory is asked."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Withdraw an own quote."""
    quote, card = _own(request, code, MatchSide.OFFER)
    if request.method != "POST" and not card.may_withdraw:
        return redirect("deals:quote-detail", quote.code)

    def act(form: Any) -> Quote:
        return quotes.withdraw(
            quote=quote, by=_person(request), at=timezone.now(), **form.cleaned_data
        )

    context = {"card": card, "title": _("Withdraw your quote?"), "label": _("Withdraw")}
    form = QuoteWithdrawForm(request.POST if request.method == "POST" else None)
    return _form(request, form, act, "deals/quote_step.html", context, _("Withdrawn."))


@require_POST
@login_required
def confirm(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    quote, _card = _own(request, code, MatchSide.OFFER)
    return _step(request, quote, quotes.confirm_again)


@require_POST
@login_required
def correction(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Agree to a correction, or leave the opened figures."""
    quote, _card = _own(request, code, MatchSide.ORDER)
    agrees = request.POST.get("answer") == "yes"
    return _step(request, quote, rounds.answer_correction, agrees=agrees)


@require_safe
@login_required
def receipt(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Hand out the receipts of a sealed quote to its factory, as JSON."""
    quote, _card = _own(request, code, MatchSide.OFFER)
    sealed_round = rounds.round_of(quote.order_id) if quote.order_id else None
    rows = quote.versions.exclude(digest="").order_by("number")
    if sealed_round is None or not rows:
        raise Http404
    body = {
        "round": str(sealed_round.code),
        "opens_at": sealed_round.opens_at.isoformat(),
        "root": sealed_round.root,
        "receipts": [rounds.receipt_of(row, sealed_round) for row in rows],
    }
    response = JsonResponse(body, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="receipt-{quote.code}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_required
def quote_file(request: HttpRequest, code: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Hand out a file of a quote."""
    quote = _visible(request, code)
    found = get_object_or_404(QuoteFile, version__quote=quote, code=file)
    return cast("HttpResponse", attachment(found.file, found.name))


def _visible(request: HttpRequest, code: uuid.UUID) -> Quote:
    return get_object_or_404(Quote.objects.visible_to(request.user).in_full(), code=code)


def _own(request: HttpRequest, code: uuid.UUID, side: MatchSide) -> tuple[Quote, QuoteCard]:
    """Return the quote for a person of that side, as the side reads it.

    :raises PermissionDenied: for the other side and for officers
    """
    quote = _visible(request, code)
    if side not in rules.own_sides_of_quote(_person(request), quote):
        raise PermissionDenied
    return quote, quote_presentation.card_of(quote, side)


def _side_or_none(request: HttpRequest, quote: Quote) -> MatchSide | None:
    """Return the side for which the person speaks; of two companies that of the chosen one."""
    own = rules.own_sides_of_quote(_person(request), quote)
    chosen = getattr(request, "company", None)
    first = own[0] if own else None
    return next((side for side in own if quote.company(side) == chosen), first)


def _initial(match: Match, card: QuoteCard | None) -> dict[str, Any]:
    """Return the form's first values: the draft, the terms that stand, or what fits the capacity."""
    if card and card.quote.draft:
        return dict(card.quote.draft)
    if card and card.terms:
        return initial_of(card.terms)
    return suggested_figures(match, timezone.now())


def _keep_draft(request: HttpRequest, match: Match, context: dict[str, Any]) -> HttpResponse:
    """Keep what was typed as it is; what is wrong in it is told when it is handed in."""
    form = context["form"]
    typed = {name: request.POST[name] for name in form.fields if name in request.POST}
    try:
        kept = call_service(
            quotes.save_draft, match=match, typed=typed, by=_person(request), at=timezone.now()
        )
    except DomainError as error:
        form.is_valid()
        form.add_error(None, str(error.message))
        return render(request, "deals/quote_edit.html", context, status=error.status)
    messages.success(request, _("Kept as a draft: the brand does not see it."))
    return redirect("deals:quote-detail", kept.code)


def _week_choice(terms: Any, week: Any) -> str:
    return _("%(week)s, from %(price)s a pair") % {
        "week": weeks_in_words(week),
        "price": f"¥{terms.price_for(terms.pairs, week)}",
    }


def _form(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[Any], Quote],
    template: str,
    context: dict[str, Any],
    done: str,
) -> HttpResponse:
    """Show a form, or do what it asks; what was typed stays where that is refused."""
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            quote = call_service(act, form=form)
        except DomainError as error:
            field = "break_price_1" if error.field == "breaks" else error.field
            form.add_error(field if field in form.fields else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            messages.success(request, done)
            if quote.state == QuoteState.ACCEPTED and quote.intention:
                return redirect("deals:intention-detail", quote.intention.code)
            return redirect("deals:quote-detail", quote.code)
    elif request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, template, context | {"form": form}, status=status)


def _step(
    request: HttpRequest, quote: Quote, service: Callable[..., Any], **values: Any
) -> HttpResponse:
    """Take a step that one button asks for; a refusal is told on the page of the quote."""
    try:
        call_service(service, quote=quote, by=_person(request), at=timezone.now(), **values)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("deals:quote-detail", quote.code)


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
