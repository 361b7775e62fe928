"""/api/v1/quotes/ and /api/v1/questions/: what the company quoted, was quoted, asks and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, Value, When
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.authentication import company_of, person_of
from matchmaking.core.errors import NotAllowed
from matchmaking.core.idempotency import ONCE, idempotent
from matchmaking.deals.models import OrderQuestion, Quote
from matchmaking.deals.quote_serializers import (
    AcceptInput,
    OrderQuestionInput,
    OrderQuestionOutput,
    QuestionAnswerInput,
    QuoteDeclineInput,
    QuoteInput,
    QuoteNoteInput,
    QuoteOutput,
    WishInput,
)
from matchmaking.deals.services import questions, quote_answers, quotes
from matchmaking.deals.states import QuestionState, QuoteState
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import Serializer


class QuoteFilter(django_filters.FilterSet):
    """Filters of quotes."""

    match = django_filters.UUIDFilter("match__code")
    state = django_filters.MultipleChoiceFilter(choices=QuoteState.choices)


class QuoteViewSet(viewsets.GenericViewSet[Quote]):
    """The quotes that the company gave and received."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    serializer_class = QuoteOutput
    filterset_class = QuoteFilter
    queryset = Quote.objects.none()

    def get_queryset(self) -> QuerySet[Quote]:
        """Return the quotes of the token's company with its side."""
        company = company_of(self.request)
        own = Q(brand=company) | Q(factory=company)
        side = Case(When(brand=company, then=Value("order")), default=Value("offer"))
        rows = Quote.objects.visible_to(person_of(self.request)).filter(own)
        return rows.annotate(side=side).in_full()

    def own(self, code: Any) -> Any:
        return get_object_or_404(self.get_queryset(), code=code)

    def list(self, request: Request) -> Response:
        """List the quotes, the newest first."""
        del request
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, code: Any) -> Response:
        """Read one quote; of a sealed one its receipt alone."""
        del request
        return Response(self.get_serializer(self.own(code)).data)

    @extend_schema(request=QuoteInput, responses={201: QuoteOutput}, parameters=ONCE)
    @idempotent
    def create(self, request: Request) -> Response:
        """Hand in a quote on the order of a match, or revise the one that is open."""
        sent = QuoteInput(data=request.data)
        sent.is_valid(raise_exception=True)
        rows = Match.objects.visible_to(person_of(request))
        match = get_object_or_404(
            rows.filter(offer__company=company_of(request)), code=sent.validated_data["match"]
        )
        quote = quotes.submit(
            match=match,
            terms=sent.to_terms(),
            number=sent.validated_data.get("number"),
            by=person_of(request),
            at=timezone.now(),
        )
        shown = self.get_serializer(self.own(quote.code)).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=AcceptInput, responses=QuoteOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def accept(self, request: Request, code: Any) -> Response:
        """Accept a quote wholly or in part: it is a deal, and the weeks are held."""
        return self._step(request, code, MatchSide.ORDER, quote_answers.accept, AcceptInput)

    @extend_schema(request=QuoteDeclineInput, responses=QuoteOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def decline(self, request: Request, code: Any) -> Response:
        """Decline a quote with a reason."""
        return self._step(request, code, MatchSide.ORDER, quote_answers.decline, QuoteDeclineInput)

    @extend_schema(request=WishInput, responses=QuoteOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def wish(self, request: Request, code: Any) -> Response:
        """Ask for a revision with a sentence."""
        return self._step(request, code, MatchSide.ORDER, quote_answers.ask_for_revision, WishInput)

    @extend_schema(request=QuoteNoteInput, responses=QuoteOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, code: Any) -> Response:
        """Withdraw an own quote."""
        return self._step(request, code, MatchSide.OFFER, quotes.withdraw, QuoteNoteInput)

    @extend_schema(request=None, responses=QuoteOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, code: Any) -> Response:
        """Stand by an own quote unchanged, although its order was changed."""
        return self._step(request, code, MatchSide.OFFER, quotes.confirm_again, None)

    def _step(
        self,
        request: Request,
        code: Any,
        side: MatchSide,
        service: Callable[..., Quote],
        reader: type[Serializer[Any]] | None,
    ) -> Response:
        quote = self.own(code)
        # A firm that orders and makes has both sides; of this quote it has one.
        if quote.side != side:
            raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
        values: dict[str, Any] = {}
        if reader is not None:
            sent = reader(data=request.data)
            sent.is_valid(raise_exception=True)
            values = dict(sent.validated_data)
        service(quote=quote, by=person_of(request), at=timezone.now(), **values)
        return Response(self.get_serializer(self.own(code)).data)


class QuestionFilter(django_filters.FilterSet):
    """Filters of questions."""

    order = django_filters.UUIDFilter("order__code")
    state = django_filters.MultipleChoiceFilter(choices=QuestionState.choices)


class QuestionViewSet(viewsets.GenericViewSet[OrderQuestion]):
    """Questions on the company's orders, its own, and the answers that reach it."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    serializer_class = OrderQuestionOutput
    filterset_class = QuestionFilter
    queryset = OrderQuestion.objects.none()

    def get_queryset(self) -> QuerySet[OrderQuestion]:
        """Return what the token's company reads. The order is named to its brand alone."""
        company = company_of(self.request)
        mine = ExpressionWrapper(Q(company=company), output_field=BooleanField())
        order = Case(When(order__company=company, then=F("order__code")), default=None)
        rows = OrderQuestion.objects.visible_to(person_of(self.request))
        return rows.annotate(is_mine=mine, own_order=order).select_related("order__company")

    def list(self, request: Request) -> Response:
        """List the questions, the newest first."""
        del request
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, code: Any) -> Response:
        """Read one question with its answer."""
        del request
        return Response(self._shown(code))

    @extend_schema(
        request=OrderQuestionInput, responses={201: OrderQuestionOutput}, parameters=ONCE
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Ask about the order of a match. The brand does not learn who asks."""
        sent = OrderQuestionInput(data=request.data)
        sent.is_valid(raise_exception=True)
        rows = Match.objects.visible_to(person_of(request))
        match = get_object_or_404(
            rows.filter(offer__company=company_of(request)), code=sent.validated_data["match"]
        )
        question = questions.ask(
            match=match,
            text=sent.validated_data["text"],
            by=person_of(request),
            at=timezone.now(),
        )
        return Response(self._shown(question.code), status=status.HTTP_201_CREATED)

    @extend_schema(request=QuestionAnswerInput, responses=OrderQuestionOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def answer(self, request: Request, code: Any) -> Response:
        """Answer a question on an own order, once and for all."""
        question = get_object_or_404(self.get_queryset(), code=code)
        sent = QuestionAnswerInput(data=request.data)
        sent.is_valid(raise_exception=True)
        questions.answer(
            question=question, by=person_of(request), at=timezone.now(), **sent.validated_data
        )
        return Response(self._shown(code))

    def _shown(self, code: Any) -> Any:
        return self.get_serializer(get_object_or_404(self.get_queryset(), code=code)).data
