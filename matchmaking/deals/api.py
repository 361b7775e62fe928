"""/api/v1/intentions/ and /api/v1/results/: the company's deals, and what everybody may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Case, Q, Value, When
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.authentication import company_of, person_of
from matchmaking.core.idempotency import ONCE, idempotent
from matchmaking.core.strict_input import DayFilter
from matchmaking.deals import presentation, published, results
from matchmaking.deals.models import Intention, ResultsBoard
from matchmaking.deals.serializers import (
    BoardDetailOutput,
    BoardOutput,
    ConfirmInput,
    ContractInput,
    DeliveryInput,
    FiguresInput,
    IntentionDetailOutput,
    IntentionOutput,
    ProposalInput,
    WithdrawInput,
)
from matchmaking.deals.services import fulfilment, intentions
from matchmaking.deals.states import IntentionState
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from matchmaking.core.strict_input import StrictSerializer


class IntentionFilter(django_filters.FilterSet):
    """Filters of own deals."""

    order = django_filters.UUIDFilter("order__code")
    offer = django_filters.UUIDFilter("offer__code")
    state = django_filters.MultipleChoiceFilter(choices=IntentionState.choices)
    proposed_since = DayFilter("proposed_at", lookup_expr="date__gte")


class IntentionViewSet(viewsets.GenericViewSet[Intention]):
    """The company's deals."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    serializer_class = IntentionOutput
    filterset_class = IntentionFilter
    queryset = Intention.objects.none()

    def get_queryset(self) -> QuerySet[Intention]:
        """Return the intentions of the token's company, each with the side on which it stands."""
        company = company_of(self.request)
        own = Q(brand=company) | Q(factory=company)
        side = Case(When(brand=company, then=Value("order")), default=Value("offer"))
        rows = Intention.objects.visible_to(person_of(self.request)).filter(own)
        return rows.in_full().annotate(side=side)

    def own(self, code: Any) -> Any:
        return _with_card(get_object_or_404(self.get_queryset(), code=code))

    def list(self, request: Request) -> Response:
        """List the deals, the newest first."""
        del request
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = [_with_card(row) for row in page]
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(responses=IntentionDetailOutput)
    def retrieve(self, request: Request, code: Any) -> Response:
        """Read one deal with every version of its figures and its deliveries."""
        del request
        return Response(IntentionDetailOutput(self.own(code)).data)

    @extend_schema(request=ProposalInput, responses={201: IntentionOutput}, parameters=ONCE)
    @idempotent
    def create(self, request: Request) -> Response:
        """Propose the figures of a deal to the partner of a conversation.

        Where the order and the factory have a live deal, the figures revise it.
        """
        sent = _valid(ProposalInput, request)
        company = company_of(request)
        matches = Match.objects.visible_to(person_of(request)).filter(
            Q(order__company=company) | Q(offer__company=company), mutual_at__isnull=False
        )
        match = get_object_or_404(
            matches.select_related("order__company", "offer__company"),
            code=sent.validated_data["match"],
        )
        side = MatchSide.ORDER if match.order.company_id == company.pk else MatchSide.OFFER
        made = intentions.propose(
            match=match,
            side=side,
            figures=sent.figures(),
            by=person_of(request),
            at=timezone.now(),
        )
        shown = self.get_serializer(self.own(made.code)).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=FiguresInput, responses=IntentionOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def revise(self, request: Request, code: Any) -> Response:
        """Propose other figures; those that both confirmed count until both confirm these."""
        row = self.own(code)
        sent = _valid(FiguresInput, request)
        return self._step(request, row, intentions.revise, figures=sent.figures())

    @extend_schema(request=ConfirmInput, responses=IntentionOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, code: Any) -> Response:
        """Confirm the version that was read; the pairs are held in the factory's weeks."""
        row = self.own(code)
        sent = _valid(ConfirmInput, request)
        number = sent.validated_data["version"]
        return self._step(request, row, intentions.confirm, number=number)

    @extend_schema(request=None, responses=IntentionOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def keep(self, request: Request, code: Any) -> Response:
        """Turn other figures down: those that both confirmed go on."""
        return self._step(request, self.own(code), intentions.keep_confirmed)

    @extend_schema(request=WithdrawInput, responses=IntentionOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, code: Any) -> Response:
        """End the deal with a reason; its weeks are given back and no figure of it counts."""
        row = self.own(code)
        sent = _valid(WithdrawInput, request)
        return self._step(request, row, intentions.withdraw, **sent.validated_data)

    @extend_schema(request=ContractInput, responses=IntentionOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def contract(self, request: Request, code: Any) -> Response:
        """Record that the contract is signed; the held weeks are booked."""
        row = self.own(code)
        sent = _valid(ContractInput, request)
        return self._step(request, row, fulfilment.record_contract, **sent.validated_data)

    @extend_schema(request=DeliveryInput, responses=IntentionOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def deliver(self, request: Request, code: Any) -> Response:
        """Record a delivery; with the last pairs the deal is delivered."""
        row = self.own(code)
        sent = _valid(DeliveryInput, request)
        return self._step(request, row, fulfilment.record_delivery, **sent.validated_data)

    def _step(
        self, request: Request, row: Any, service: Callable[..., Any], **values: Any
    ) -> Response:
        service(intention=row, side=row.side, by=person_of(request), at=timezone.now(), **values)
        return Response(self.get_serializer(self.own(row.code)).data)


class ResultsViewSet(viewsets.GenericViewSet[ResultsBoard]):
    """Published results."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    serializer_class = BoardOutput
    queryset = ResultsBoard.objects.none()

    def get_queryset(self) -> QuerySet[ResultsBoard]:
        return ResultsBoard.objects.visible_to(person_of(self.request))

    def list(self, request: Request) -> Response:
        """List the boards of results."""
        del request
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=BoardDetailOutput)
    def retrieve(self, request: Request, code: Any) -> Response:
        """Read a board: sums by stage, by cluster, kind of shoe, month and docking event."""
        del request
        board = get_object_or_404(self.get_queryset(), code=code)
        rows = results.of_board(board)
        shown = published.board_as_data(board, rows)
        return Response(BoardDetailOutput(shown).data)


def _with_card(row: Any) -> Any:
    row.card = presentation.card_of(row, MatchSide(row.side))
    return row


def _valid(kind: Any, request: Request) -> Any:
    sent: StrictSerializer = kind(data=request.data)
    sent.is_valid(raise_exception=True)
    return sent
