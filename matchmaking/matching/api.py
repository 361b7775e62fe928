"""/api/v1/matches/: what stands for the token's company, with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Case, Q, Value, When
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.response import Response

from accounts.authentication import company_of, person_of
from matchmaking.listings.disclosure import Depth, offer_card, order_card
from matchmaking.matching import explain, queries
from matchmaking.matching.models import Match
from matchmaking.matching.serializers import MatchDetailOutput, MatchOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class MatchFilter(django_filters.FilterSet):
    """Filters of own matches."""

    order = django_filters.UUIDFilter("order__code")
    offer = django_filters.UUIDFilter("offer__code")
    min_score = django_filters.NumberFilter("score", lookup_expr="gte")
    proposed_since = django_filters.IsoDateTimeFilter("proposed_at", lookup_expr="gte")


class MatchViewSet(viewsets.GenericViewSet[Match]):
    """The company's matches."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    serializer_class = MatchOutput
    filterset_class = MatchFilter
    queryset = Match.objects.none()

    def get_queryset(self) -> QuerySet[Match]:
        """Return what stands for posts of the token's company."""
        company = company_of(self.request)
        own = Q(order__company=company) | Q(offer__company=company)
        side = Case(When(order__company=company, then=Value("order")), default=Value("offer"))
        return (
            Match.objects.visible_to(person_of(self.request))
            .filter(own)
            .annotate(side=side)
            .select_related("order", "offer")
        )

    def list(self, request: Request) -> Response:
        """List the matches, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=MatchDetailOutput)
    def retrieve(self, request: Request, code: Any) -> Response:
        """Read one match with its reasons."""
        match = queries.match_in_full(self.get_queryset()).filter(code=code).first()  # type: ignore[arg-type]
        if match is None:
            raise Http404
        shown: Any = match
        shown.factors = explain.factor_lines(match.assessment, queries.term_names())
        is_order = shown.side == "order"
        shown.partner_order = None if is_order else order_card(match.order, Depth.MATCHED)
        shown.partner_offer = offer_card(match.offer, Depth.MATCHED) if is_order else None
        return Response(MatchDetailOutput(shown).data)
