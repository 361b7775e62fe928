"""/api/v1/matches/: the company's matches, its answers, its conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Case, Q, Value, When
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.authentication import company_of, person_of
from accounts.contacts import open_contacts
from matchmaking.core.idempotency import ONCE, idempotent
from matchmaking.core.strict_input import DayFilter, StrictJSONParser
from matchmaking.core.uploads import attachment
from matchmaking.matching import conversations, queries, rules
from matchmaking.matching.models import Match, Message, MessageFile
from matchmaking.matching.presentation import cards
from matchmaking.matching.serializers import (
    AnswerInput,
    ContactsOutput,
    EndInput,
    MatchDetailOutput,
    MatchOutput,
    MessageFormInput,
    MessageInput,
    MessageOutput,
)
from matchmaking.matching.services import answers, endings
from matchmaking.matching.services.messages import check_can_write, write_message
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from accounts.models import User


class MatchFilter(django_filters.FilterSet):
    """Filters of own matches."""

    order = django_filters.UUIDFilter("order__code")
    offer = django_filters.UUIDFilter("offer__code")
    state = django_filters.MultipleChoiceFilter(choices=MatchState.choices)
    # By the day, and by no score: narrowing either would find out what is not told.
    proposed_since = DayFilter("proposed_at", lookup_expr="date__gte")


class MatchViewSet(viewsets.GenericViewSet[Match]):
    """The company's matches."""

    lookup_field = "code"
    lookup_value_converter = "uuid"
    serializer_class = MatchOutput
    filterset_class = MatchFilter
    queryset = Match.objects.none()

    def get_queryset(self) -> QuerySet[Match]:
        """Return the matches of posts of the token's company, with where they stand."""
        company = company_of(self.request)
        own = Q(order__company=company) | Q(offer__company=company)
        side = Case(When(order__company=company, then=Value("order")), default=Value("offer"))
        rows = Match.objects.visible_to(person_of(self.request)).filter(own).annotate(side=side)
        return queries.match_in_full(rows).prefetch_related("answers")

    def own(self, code: Any) -> Any:
        """Return the company's match with where it stands, or 404."""
        match = get_object_or_404(self.get_queryset(), code=code)
        return _standing(match, person_of(self.request))

    def list(self, request: Request) -> Response:
        """List the matches, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        person_of(request).load_roles()  # every card asks for the person's role
        rows = [_standing(match, person_of(request)) for match in page]
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(responses=MatchDetailOutput)
    def retrieve(self, request: Request, code: Any) -> Response:
        """Read one match with its reasons, and where it stands."""
        shown = self.own(code)
        card, is_order = shown.card, shown.side == MatchSide.ORDER
        shown.factors = card.lines if card.is_open else []
        shown.partner_order = None if is_order else card.other
        shown.partner_offer = card.other if is_order else None
        return Response(MatchDetailOutput(shown).data)

    @extend_schema(request=AnswerInput, responses=MatchOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def answer(self, request: Request, code: Any) -> Response:
        """Say that the company is interested, or decline with a reason."""
        match = self.own(code)
        sent = AnswerInput(data=request.data)
        sent.is_valid(raise_exception=True)
        answers.answer_match(
            match=match,
            side=match.side,
            by=person_of(request),
            at=timezone.now(),
            **sent.validated_data,
        )
        return Response(self.get_serializer(self.own(code)).data)

    @extend_schema(request=EndInput, responses=MatchOutput, parameters=ONCE)
    @action(detail=True, methods=["post"])
    @idempotent
    def end(self, request: Request, code: Any) -> Response:
        """End the conversation; contacts close."""
        match = self.own(code)
        sent = EndInput(data=request.data)
        sent.is_valid(raise_exception=True)
        endings.end_match(
            match=match,
            side=match.side,
            by=person_of(request),
            at=timezone.now(),
            note=sent.validated_data["note"],
        )
        return Response(self.get_serializer(self.own(code)).data)

    @extend_schema(
        methods=["GET"],
        responses=MessageOutput(many=True),
        filters=False,
        operation_id="matches_messages_list",
    )
    @action(detail=True, methods=["get"], parser_classes=[StrictJSONParser, MultiPartParser])
    def messages(self, request: Request, code: Any) -> Response:
        """List the messages of the conversation, the newest first. Nothing is marked as read."""
        match = self.own(code)
        if match.mutual_at is None:
            check_can_write(match, match.side)
        rows = Message.objects.visible_to(person_of(request)).filter(match=match)
        page = self.paginate_queryset(rows.select_related("author").prefetch_related("files"))  # type: ignore[arg-type]
        shown = MessageOutput(_messages(page or [], match), many=True)
        return self.get_paginated_response(shown.data)

    @extend_schema(
        request={"application/json": MessageInput, "multipart/form-data": MessageFormInput},
        responses={201: MessageOutput},
        parameters=ONCE,
    )
    @messages.mapping.post
    @idempotent
    def write(self, request: Request, code: Any) -> Response:
        """Write to the other side: text, files, or both."""
        match = self.own(code)
        sent = MessageFormInput(data=request.data)
        sent.is_valid(raise_exception=True)
        message = write_message(
            match=match,
            side=match.side,
            text=sent.validated_data["text"],
            files=sent.validated_data.get("files", ()),
            by=person_of(request),
            at=timezone.now(),
        )
        (shown,) = _messages([message], match)
        return Response(MessageOutput(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("file", OpenApiTypes.UUID, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["get"], url_path="files/<uuid:file>")
    def file(self, request: Request, code: Any, file: Any) -> HttpResponseBase:
        """Read a file of the conversation."""
        match = self.own(code)
        messages = Message.objects.visible_to(person_of(request)).filter(match=match)
        stored = get_object_or_404(MessageFile, message__in=messages, code=file)
        return attachment(stored.file, stored.name)

    @extend_schema(responses=ContactsOutput)
    @action(detail=True, methods=["get"])
    def contacts(self, request: Request, code: Any) -> Response:
        """Read the other side's name and contacts; that this person looked is recorded."""
        match = self.own(code)
        check_can_write(match, MatchSide(match.side))
        company = match.post(MatchSide(match.side).other).company
        rows = open_contacts(
            user=person_of(request),
            company=company,
            at=timezone.now(),
            spoke=conversations.spoke_for(match, MatchSide(match.side).other),
        )
        shown = {
            "code": company.code,
            "name_zh": company.name_zh,
            "name_en": company.name_en,
            "contacts": rows,
        }
        return Response(ContactsOutput(shown).data)


def _standing(match: Any, person: User) -> Any:
    match.standing = conversations.side_status(match, match.side)
    match.card = cards.match_card(match, user=person, own=match.side)
    return match


def _messages(rows: Iterable[Any], match: Any) -> list[Any]:
    """Return messages as the company may read them."""
    knows_names = rules.knows_partner(match)
    shown = []
    for message in rows:
        message.is_mine = message.side == match.side
        # Officers stay unnamed; people of the other side are named while the two know each other.
        is_named = not message.is_on_behalf and (message.is_mine or knows_names)
        message.author_name = message.author.name if is_named and message.author else ""
        message.shown_files = [_file(match, file) for file in message.files.all()]
        shown.append(message)
    return shown


def _file(match: Match, file: MessageFile) -> dict[str, Any]:
    return {
        "code": file.code,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "url": reverse("api:match-file", args=[match.code, file.code]),
    }
