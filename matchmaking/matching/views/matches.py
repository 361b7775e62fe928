"""A match in full, the answer to it, and all matches of a company by what they wait for."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core import polling
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.matching import conversations, queries, rules
from matchmaking.matching.forms import AnswerForm, EndForm
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import cards, match_status
from matchmaking.matching.presentation.match_rows import row_of
from matchmaking.matching.services import answers, deferrals, endings, messages, withdrawals
from matchmaking.matching.states import MatchState
from matchmaking.matching.views import arranging, frame

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

    from accounts.models import Company
    from matchmaking.matching.presentation.match_rows import MatchRow

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    current: bool
    count: int | None = None


@require_safe
@login_required
def match_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show an order and an offer, where their match stands, and what to do next.

    An open page asks again by itself, and says in a header what it shows; the answer to that
    is empty while nothing else is known.
    """
    match = frame.visible_match(request, code)
    card = frame.card_of(request, match)
    if polling.is_shown(request, card.fingerprint):
        return polling.nothing_new()
    if request.method == "GET":
        # Before both are interested there is no thread to mark as read.
        look = messages.see_match if match.mutual_at is None else messages.read_thread
        look(match=match, by=frame.person(request), at=timezone.now())
    return frame.show_match(request, match, card=card)


@require_POST
@login_required
def match_answer(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Take one side's answer down; what it became stands on the page that follows."""
    match = frame.visible_match(request, code)
    side = frame.side_of(request, match)
    if side is None:
        raise PermissionDenied
    form = AnswerForm(request.POST, asks_contact=frame.asks_contact(request, match, side))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            call_service(
                answers.answer_match,
                match=match,
                side=side,
                by=frame.person(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus.CONFLICT
            # What made the service refuse may have changed the match: show it as it is now.
            match = frame.visible_match(request, code)
        else:
            return redirect(frame.match_url(match, "answer"))
    return frame.show_match(request, match, answer_form=form, status=status)


@require_POST
@login_required
def match_withdraw(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _take_back(request, code, withdrawals.withdraw_interest)


@require_POST
@login_required
def match_undo(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Undo one's own last answer, within its ten seconds."""
    return _take_back(request, code, withdrawals.undo_answer)


def _take_back(
    request: HttpRequest, code: uuid.UUID, service: Callable[..., Match]
) -> HttpResponse:
    match = frame.visible_match(request, code)
    side = frame.side_of(request, match)
    if side is None:
        raise PermissionDenied
    try:
        call_service(service, match=match, side=side, by=frame.person(request), at=timezone.now())
    except DomainError as error:
        notices.error(request, str(error.message))
    return redirect(frame.match_url(match, "answer"))


@require_POST
@login_required
def match_later(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Put the match off for this person, or take it up again (``now``); go back to the list."""
    match = frame.visible_match(request, code)
    side = frame.side_of(request, match)
    if side is None:
        raise PermissionDenied
    user = frame.person(request)
    if "now" in request.POST:
        deferrals.resume_match(match=match, by=user)
    else:
        deferrals.defer_match(match=match, by=user, at=timezone.now())
    return redirect(_list_url(request, match, side))


def _list_url(request: HttpRequest, match: Match, side: str) -> str:
    """Return the list that the person came from, if it is one of this site."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse(f"matching:{side}-matches", args=[match.post(side).code])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def match_end(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask, then end the conversation for one's own side."""
    match = frame.visible_match(request, code)
    side = frame.side_of(request, match)
    if side is None:
        raise PermissionDenied
    if match.state != MatchState.MUTUAL:
        return redirect(frame.match_url(match, "answer"))
    form = EndForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            call_service(
                endings.end_match,
                match=match,
                side=side,
                by=frame.person(request),
                at=timezone.now(),
                note=form.cleaned_data["note"],
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
            status = HTTPStatus.CONFLICT
        else:
            return redirect(frame.match_url(match, "answer"))
    names = conversations.side_names(match, side)
    partner = names.partner or match_status.partner_of(side)
    context = {"match": match, "form": form, "partner": partner, "url": frame.match_url(match)}
    return render(request, "matching/match_end.html", context, status=status)


@require_safe
@login_required
def match_list(request: HttpRequest) -> HttpResponse:
    """List the company's matches by what they wait for; officers see what stands of all.

    An open list asks again by itself, as the page of a match does.
    """
    company: Company | None = getattr(request, "company", None)
    group = request.GET.get("group", "")
    group = group if group in conversations.GROUPS else "to_answer"
    tabs: list[Tab] = []
    rows: QuerySet[Match] = Match.objects.none()
    best: arranging.ArrangedList | None = None
    if company is not None:
        counts = conversations.counts_of_company(company)
        url = reverse("matching:match-list")
        tabs = [
            Tab(label, f"{url}?group={name}", name == group, counts[name])
            for name, label in conversations.GROUPS.items()
        ]
        rows = conversations.with_unread(
            conversations.matches_of_company(company, group), frame.person(request)
        )
        if group == "to_answer":
            best = arranging.arranged(
                request, _cards(request, company, list(rows)), user=frame.person(request)
            )
    elif rules.sees_all_matches(request.user):
        rows = queries.all_matches().prefetch_related("answers")
    chosen = _of_post(best, request.GET.get("post", "")) if best else None
    listed: Any = rows if chosen is None else chosen
    page: Any = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    shown_rows = list(page.object_list)
    if best is None:
        shown_rows = [row_of(card) for card in _cards(request, company, shown_rows)]
    on_page = [row.card for row in shown_rows]
    shown = _fingerprint(tabs, on_page)
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    context: dict[str, Any] = {
        "page": page,
        "tabs": tabs,
        "group": group,
        "shown": shown,
        "title": _("Matches"),
        "rows": shown_rows,
        "cards": on_page,
        "list": best,
        "posts": _posts_of(best) if best else [],
        "post": request.GET.get("post", ""),
        "kept": arranging.kept(best),
    }
    return render(request, "matching/match_list.html", context)


def _posts_of(found: arranging.ArrangedList) -> list[tuple[str, str]]:
    mine = {str(row.card.mine.code): row.card.mine.title for row in found.rows}
    return sorted(mine.items(), key=itemgetter(1)) if len(mine) > 1 else []


def _of_post(found: arranging.ArrangedList, code: str) -> list[MatchRow]:
    """Return the rows of one post, all of them where the code is no post's.

    Who has a company waiting answers that first, however the rest is sorted.
    """
    rows = [row for row in found.rows if str(row.card.mine.code) == code] or list(found.rows)
    return sorted(rows, key=lambda row: row.card.match.state != MatchState.INTERESTED)


def _fingerprint(tabs: list[Tab], shown: list[cards.MatchCard]) -> str:
    facts: list[Any] = [tab.count for tab in tabs]
    facts += [(card.fingerprint, getattr(card.match, "unread", None)) for card in shown]
    return polling.fingerprint(facts)


def _cards(
    request: HttpRequest, company: Company | None, rows: list[Match]
) -> list[cards.MatchCard]:
    user = frame.person(request)
    user.load_roles()  # every card asks for the person's role
    found = []
    for match in rows:
        own = None
        if company is not None:
            own = "order" if match.order.company_id == company.pk else "offer"
        found.append(cards.match_card(match, user=user, own=own))  # type: ignore[arg-type]
    return found
