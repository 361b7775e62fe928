"""/api/v1/policies/: the catalogue, judged for the token's company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import viewsets
from rest_framework.response import Response

from accounts.authentication import company_of, person_of
from matchmaking.policies import eligibility
from matchmaking.policies.choices import PolicyLevel, PolicyTopic
from matchmaking.policies.models import Policy
from matchmaking.policies.serializers import PolicyOutput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from rest_framework.request import Request


class PolicyFilter(django_filters.FilterSet):
    """Filters of the catalogue."""

    level = django_filters.MultipleChoiceFilter(choices=PolicyLevel.choices)
    topic = django_filters.MultipleChoiceFilter(choices=PolicyTopic.choices)


class PolicyViewSet(viewsets.GenericViewSet[Policy]):
    """Policies that are published."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    serializer_class = PolicyOutput
    filterset_class = PolicyFilter
    queryset = Policy.objects.none()

    def get_queryset(self) -> QuerySet[Policy]:
        return Policy.objects.visible_to(person_of(self.request))

    def list(self, request: Request) -> Response:
        """List the policies, each with whether the company may get it."""
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = _judged(request, page)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, code: Any) -> Response:
        """Read one policy with each condition and its answer."""
        (row,) = _judged(request, [get_object_or_404(self.get_queryset(), code=code)])
        return Response(self.get_serializer(row).data)


def _judged(request: Request, rows: Iterable[Any]) -> list[Any]:
    found = list(rows)
    judged = eligibility.judge_all(company_of(request), found, at=timezone.now())
    for row, one in zip(found, judged, strict=True):
        row.judged = one
    return found
