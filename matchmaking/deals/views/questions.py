"""Pages of questions on an order: asking one, and the brand's answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules import is_member
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.deals import rules
from matchmaking.deals.forms import AnswerForm, QuestionForm
from matchmaking.deals.models import OrderQuestion
from matchmaking.deals.models.questions import AMONG_MATCHES
from matchmaking.deals.services import questions
from matchmaking.deals.states import QuestionState
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.notifications.services import mark_topic_read

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask the brand of a match about its order."""
    rows = Match.objects.visible_to(request.user).select_related("order__company", "offer__company")
    match = get_object_or_404(rows, code=code)
    if not is_member(request.user, match.offer.company):
        raise PermissionDenied
    if match.state not in AMONG_MATCHES:
        return redirect("matching:match-detail", match.code)
    form = QuestionForm(request.POST if request.method == "POST" else None)

    def act(form: forms.Form) -> Any:
        return questions.ask(
            match=match, text=form.cleaned_data["text"], by=_person(request), at=timezone.now()
        )

    done = _("Asked. The answer comes to the page of the match.")
    return _form(request, form, act, "deals/question_ask.html", {"match": match}, done)


@require_safe
@login_required
def question_list(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """List the questions on an own order, those that wait first. The asker stays unseen."""
    order = get_object_or_404(ProcessingOrder.objects.visible_to(request.user), code=code)
    if not is_member(request.user, order.company):
        raise Http404
    mark_topic_read(
        kinds=[questions.QUESTION_ASKED], topic=f"questions:{order.code}", by=_person(request)
    )
    rows = order.questions.order_by("-asked_at", "-pk")
    found = sorted(rows, key=lambda row: row.state != QuestionState.OPEN)
    return render(request, "deals/question_list.html", {"order": order, "questions": found})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Answer a question on an own order."""
    rows = OrderQuestion.objects.visible_to(request.user).select_related("order__company")
    question = get_object_or_404(rows, code=code)
    if not rules.can_answer_question(request.user, question):
        raise PermissionDenied
    if question.state != QuestionState.OPEN and request.method != "POST":
        return redirect("deals:question-list", question.order.code)
    form = AnswerForm(request.POST if request.method == "POST" else None)

    def act(form: forms.Form) -> Any:
        return questions.answer(
            question=question, by=_person(request), at=timezone.now(), **form.cleaned_data
        )

    context = {"question": question}
    return _form(request, form, act, "deals/question_answer.html", context, _("Answered."))


def _form(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[Any], Any],
    template: str,
    context: dict[str, Any],
    done: str,
) -> HttpResponse:
    """Show a form, or do what it asks; what was typed stays where that is refused."""
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            call_service(act, form=form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            messages.success(request, done)
            if "match" in context:
                return redirect("matching:match-detail", context["match"].code)
            return redirect("deals:question-list", context["question"].order.code)
    elif request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, template, context | {"form": form}, status=status)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
