"""Questions on an order: asked by one factory, answered once to all, closed by officers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.deals import rules
from matchmaking.deals.contact_check import check_names_nobody
from matchmaking.deals.models import OrderQuestion
from matchmaking.deals.models.questions import AMONG_MATCHES, LONGEST
from matchmaking.deals.states import QUESTION_TRANSITIONS, Audience, QuestionState
from matchmaking.matching.models import Match
from matchmaking.matching.services import base as matching
from matchmaking.matching.states import MatchSide, MatchState
from matchmaking.notifications.services import Notice, notify, notify_many

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Company, User

QUESTION_ASKED = "question_asked"
QUESTION_ANSWERED = "question_answered"
MOST_OPEN = 5  # questions of one factory on one order that wait for an answer


@transaction.atomic
def ask(*, match: Match, text: str, by: User, at: dt.datetime) -> OrderQuestion:
    """Ask the brand about its order, before or after consent; the brand does not learn who asked.

    :raises InvalidInput: for no words, too many, or words by which somebody can be found
    :raises Conflict: when the order is no longer among the factory's matches, or too many wait
    """
    text = text.strip()
    match = matching.lock_match(match)
    if match.hidden_from == MatchSide.OFFER or match.state not in AMONG_MATCHES:
        raise Conflict(_("The order is no longer among your matches."), code="ended")
    matching.check_speaker(match, MatchSide.OFFER, by, on_behalf=False)
    _check_text(text, "text", match.offer.company, match.order.company)
    # Counted under the lock on the match. A factory with two matches of one order may pass the
    # limit by one at the same moment, which harms nobody.
    waiting = OrderQuestion.objects.filter(
        order=match.order_id, company=match.offer.company_id, state=QuestionState.OPEN
    )
    if waiting.count() >= MOST_OPEN:
        raise Conflict(
            _("%(most)s of your questions on this order wait for an answer already.")
            % {"most": MOST_OPEN},
            code="too_many",
        )
    question = OrderQuestion.objects.create(
        order=match.order,
        company=match.offer.company,
        match=match,
        text=text,
        asked_by=by,
        asked_at=at,
    )
    _tell_brand(question)
    return question


@transaction.atomic
def answer(
    *, question: OrderQuestion, text: str, audience: str, by: User, at: dt.datetime
) -> OrderQuestion:
    """Answer to the factories of the audience at once; each is told on the page of its own match.

    :raises InvalidInput: for no words, too many, or words by which somebody can be found
    :raises Conflict: when it is answered or closed
    """
    text = text.strip()
    if audience not in Audience.values:
        raise InvalidInput(_("Choose who reads the answer."), field="audience")
    question = _lock(question)
    if not rules.can_answer_question(by, question):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    if question.state != QuestionState.OPEN:
        raise Conflict(_("This question has been answered or closed already."), code="decided")
    _check_text(text, "text", question.order.company, question.company)
    _move(question, QuestionState.ANSWERED)
    question.answer, question.audience = text, audience
    question.answered_by, question.answered_at = by, at
    question.save()
    _tell_factories(question)
    return question


@transaction.atomic
def close(*, question: OrderQuestion, reason: str, by: User, at: dt.datetime) -> OrderQuestion:
    """Close a question for the association; asker and brand read the reason, nobody else anything.

    :raises IllegalTransition: when it is closed already
    """
    if not rules.can_close_questions(by):
        raise NotAllowed(_("Only the association can close a question."), code="not_yours")
    question = _lock(question)
    _move(question, QuestionState.CLOSED)
    question.close_reason, question.closed_by, question.closed_at = reason.strip(), by, at
    question.save()
    _tell_factory(question, "closed")
    return question


def _lock(question: OrderQuestion) -> OrderQuestion:
    rows = OrderQuestion.objects.select_related("order__company", "company", "match")
    return rows.select_for_update(of=("self",)).get(pk=question.pk)


def _move(question: OrderQuestion, target: QuestionState) -> None:
    check_transition(QUESTION_TRANSITIONS, QuestionState(question.state), target)
    question.state = target


def _check_text(text: str, field: str, *companies: Company) -> None:
    if not text:
        raise InvalidInput(_("Write something."), field=field)
    if len(text) > LONGEST:
        raise InvalidInput(
            _("At most %(most)s characters.") % {"most": f"{LONGEST:,}"}, field=field
        )
    check_names_nobody(text, field, companies)


def _tell_brand(question: OrderQuestion) -> None:
    company = question.order.company
    notify(
        kind=QUESTION_ASKED,
        recipients=accounts.members_of(company).values_list("pk", flat=True),
        fact=str(question.code),
        subject={"question": question.pk},
        company_id=company.pk,
        topic=f"questions:{question.order.code}",
    )


def _tell_factory(question: OrderQuestion, fact: str) -> None:
    # The asker's line leads to its match; one whose match row is gone reads it in no place.
    if question.match is not None:
        notify_many(kind=QUESTION_ANSWERED, notices=[_notice(question, question.match, fact)])


def _tell_factories(question: OrderQuestion) -> None:
    """Tell the asker and every factory that the answer reaches, once each."""
    rows = Match.objects.filter(order=question.order_id).select_related("offer__company")
    states = AMONG_MATCHES if question.audience == Audience.MATCHED else [MatchState.MUTUAL]
    rows = rows.filter(state__in=states).exclude(hidden_from=MatchSide.OFFER).unblocked()
    by_company = {match.offer.company_id: match for match in rows.order_by("score", "-pk")}
    if question.match is not None:
        by_company[question.company_id] = question.match
    notify_many(
        kind=QUESTION_ANSWERED,
        notices=[_notice(question, match, "answered") for match in by_company.values()],
    )


def _notice(question: OrderQuestion, match: Match, fact: str) -> Notice:
    company = match.offer.company
    return Notice(
        recipients=list(accounts.members_of(company).values_list("pk", flat=True)),
        fact=f"{question.code}:{company.code}:{fact}",
        subject={"question": question.pk, "match": match.pk},
        company_id=company.pk,
        topic=f"match:{match.code}",
    )
