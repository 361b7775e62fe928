"""/api/v1/: own orders, own capacity with its weeks, the taxonomy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import django_filters
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.authentication import company_of, person_of
from accounts.models import Certification, Cluster
from matchmaking.core.errors import NotAllowed
from matchmaking.core.idempotency import ONCE, idempotent
from matchmaking.core.strict_input import MomentFilter, TermFilter, WeekFilter
from matchmaking.listings import rules
from matchmaking.listings.models import (
    CapacityOffer,
    Category,
    CategoryFamily,
    Construction,
    Material,
    Post,
    ProcessingOrder,
)
from matchmaking.listings.post_kinds import OFFER, ORDER, PostKind
from matchmaking.listings.serializers import (
    NewOfferInput,
    NewOrderInput,
    OfferOutput,
    OrderOutput,
    TaxonomyOutput,
    WeeksInput,
    WeeksOutput,
    weeks_of,
)
from matchmaking.listings.services import edits, posts, transitions
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

P = TypeVar("P", bound=Post)
WAITS = (
    "A change that reaches further than what the association checked, or comes after the day's "
    "changes of terms are used up, is answered with 202: it waits, and the post stays as it is."
)


class PostFilter(django_filters.FilterSet):
    """Filters of own posts."""

    state = django_filters.MultipleChoiceFilter(choices=PostState.choices)
    own_reference = django_filters.CharFilter()
    changed_since = MomentFilter("updated_at", lookup_expr="gte")


class OrderFilter(PostFilter):
    """Filters of own orders."""

    category = TermFilter("category", queryset=Category.objects.all())
    due_from = WeekFilter("due_week", lookup_expr="gte")
    due_to = WeekFilter("due_week", lookup_expr="lte")


class OfferFilter(PostFilter):
    """Filters of own offers."""

    category = TermFilter("categories", queryset=Category.objects.all(), distinct=True)


def _check(*, allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("This is not possible for your company in the present state."))


class PostViewSet(viewsets.GenericViewSet[P]):
    """The resource that orders and offers share: list, read, write, and the steps of a post."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    kind: ClassVar[PostKind]
    input_class: ClassVar[type[Serializer[Any]]]

    def own(self, code: Any) -> P:
        """Return the company's post, or 404."""
        post = self.get_queryset().filter(code=code).first()
        if post is None:
            raise Http404
        return post

    def list(self, request: Request) -> Response:
        """List the company's posts, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, code: Any) -> Response:
        """Read one post."""
        return Response(self.get_serializer(self.own(code)).data)

    @extend_schema(parameters=ONCE)
    @idempotent
    def create(self, request: Request) -> Response:
        person, company = person_of(request), company_of(request)
        _check(allowed=rules.can_post(person, self.kind, company))
        post = self._save(request, None)
        return Response(self.get_serializer(self.own(post.code)).data, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, code: Any) -> Response:
        post = self.own(code)
        _check(allowed=rules.can_edit(person_of(request), post))
        began = timezone.now()
        self._save(request, post)
        return Response(self.get_serializer(self.own(code)).data, self._status(post, began))

    def _status(self, post: P, began: dt.datetime) -> int:
        """Return 202 where the change waits for the association, which the post shows too."""
        waits = edits.waits_since(post, began)
        return status.HTTP_202_ACCEPTED if waits else status.HTTP_200_OK

    def _save(self, request: Request, post: P | None) -> P:
        sent = self.input_class(data=request.data, partial=post is not None, context={"post": post})
        sent.is_valid(raise_exception=True)
        data = dict(sent.validated_data)
        return self.save(
            post,
            data,
            company=company_of(request),
            submit=data.pop("submit", False),
            version=data.pop("version", None),
            by=person_of(request),
            at=timezone.now(),
        )

    def save(self, post: P | None, data: dict[str, Any], **rest: Any) -> P:
        """Store what was sent by the service of the kind; None makes a new post."""
        raise NotImplementedError

    def _step(
        self,
        request: Request,
        code: Any,
        rule: Callable[[User, Post], bool],
        service: Callable[..., Any],
    ) -> Response:
        post = self.own(code)
        _check(allowed=rule(person_of(request), post))
        service(post=post, by=person_of(request), at=timezone.now())
        return Response(self.get_serializer(self.own(code)).data)

    @extend_schema(request=None, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, code: Any) -> Response:
        """Hand a draft to the association."""
        return self._step(request, code, rules.can_submit, transitions.submit_post)

    @extend_schema(request=None, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def pause(self, request: Request, code: Any) -> Response:
        """Take it off the market for a while."""
        return self._step(request, code, rules.can_pause, transitions.pause_post)

    @extend_schema(request=None, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def resume(self, request: Request, code: Any) -> Response:
        """Bring it back to the market."""
        return self._step(request, code, rules.can_resume, transitions.resume_post)

    @extend_schema(request=None, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def renew(self, request: Request, code: Any) -> Response:
        """Prolong it."""
        return self._step(request, code, rules.can_renew, transitions.renew_post)

    @extend_schema(request=None, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Request, code: Any) -> Response:
        """End it for good."""
        return self._step(request, code, rules.can_close, transitions.close_post)


@extend_schema_view(
    create=extend_schema(
        request=NewOrderInput,
        responses={201: OrderOutput},
        description="Post an order: a draft, or with ``submit`` handed to the association.",
    ),
    partial_update=extend_schema(
        request=NewOrderInput,
        responses={200: OrderOutput, 202: OrderOutput},
        description=f"Change an order: what is left out stays. {WAITS}",
    ),
)
class OrderViewSet(PostViewSet[ProcessingOrder]):
    """The company's processing orders."""

    kind = ORDER
    input_class = NewOrderInput
    serializer_class = OrderOutput
    filterset_class = OrderFilter
    queryset = ProcessingOrder.objects.none()

    def get_queryset(self) -> QuerySet[ProcessingOrder]:
        """Return the orders of the token's company."""
        return (
            ProcessingOrder.objects.visible_to(person_of(self.request))
            .filter(company=company_of(self.request))
            .select_related(
                "company", "category", "construction", "upper_material", "sole_material", "checked"
            )
            .annotate(edit_waits=edits.waits(ORDER))
            .prefetch_related("certifications")
        )

    def save(
        self, post: ProcessingOrder | None, data: dict[str, Any], **rest: Any
    ) -> ProcessingOrder:
        return posts.save_order(order=post, data=data, **rest)


@extend_schema_view(
    create=extend_schema(
        request=NewOfferInput,
        responses={201: OfferOutput},
        description="Post capacity: a draft, or with ``submit`` handed to the association.",
    ),
    partial_update=extend_schema(
        request=NewOfferInput,
        responses={200: OfferOutput, 202: OfferOutput},
        description=f"Change capacity: what is left out stays. {WAITS}",
    ),
)
class OfferViewSet(PostViewSet[CapacityOffer]):
    """The company's capacity."""

    kind = OFFER
    input_class = NewOfferInput
    serializer_class = OfferOutput
    filterset_class = OfferFilter
    queryset = CapacityOffer.objects.none()

    def get_queryset(self) -> QuerySet[CapacityOffer]:
        """Return the offers of the token's company."""
        return (
            CapacityOffer.objects.visible_to(person_of(self.request))
            .filter(company=company_of(self.request))
            .select_related("company", "checked")
            .prefetch_related("categories", "constructions")
            .annotate(edit_waits=edits.waits(OFFER))
        )

    def save(self, post: CapacityOffer | None, data: dict[str, Any], **rest: Any) -> CapacityOffer:
        plan = weeks_of(data.pop("weeks", None))
        return posts.save_offer(offer=post, weeks=plan, data=data, **rest)

    @extend_schema(responses=WeeksOutput, methods=["GET"])
    @extend_schema(
        request=WeeksInput, responses={200: WeeksOutput, 202: WeeksOutput}, methods=["PUT"]
    )
    @action(detail=True, methods=["get", "put"])
    def weeks(self, request: Request, code: Any) -> Response:
        """Read the weekly ledger, or push the whole plan; a plan also confirms the figures.

        A plan with more than twice the pairs that the association saw waits for it (202).
        """
        offer, began = self.own(code), timezone.now()
        if request.method == "PUT":
            _check(allowed=rules.can_edit(person_of(request), offer))
            sent = WeeksInput(data=request.data)
            sent.is_valid(raise_exception=True)
            posts.save_offer(
                company=company_of(request),
                offer=offer,
                data={},
                weeks=sent.to_weeks(),
                by=person_of(request),
                at=began,
            )
            offer = self.own(code)
        return Response(WeeksOutput(offer).data, self._status(offer, began))

    @extend_schema(request=None, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, code: Any) -> Response:
        """Say that the weekly figures are still right."""
        offer = self.own(code)
        _check(allowed=rules.can_confirm(person_of(request), offer))
        transitions.confirm_figures(post=offer, by=person_of(request), at=timezone.now())
        return Response(self.get_serializer(self.own(code)).data)


class TaxonomyView(APIView):
    """The terms that posts are written in."""

    @extend_schema(responses=TaxonomyOutput)
    def get(self, request: Request) -> Response:
        """Read all terms that are offered for new posts."""
        terms = {
            "families": CategoryFamily.objects.all(),
            "categories": Category.objects.select_related("family"),
            "constructions": Construction.objects.all(),
            "materials": Material.objects.all(),
            "certifications": Certification.objects.all(),
            "clusters": Cluster.objects.all(),
        }
        shown = {
            name: rows.filter(is_active=True).order_by("position", "code")
            for name, rows in terms.items()
        }
        return Response(TaxonomyOutput(shown).data)
