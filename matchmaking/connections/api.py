"""/api/v1/: weeks that a company's own system pushes, signed instead of with a token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from matchmaking.connections.models import PushSource
from matchmaking.connections.serializers import PushedWeeks
from matchmaking.connections.services import sources
from matchmaking.core.errors import InvalidInput
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.serializers import WeeksOutput

if TYPE_CHECKING:
    import uuid

    from rest_framework.request import Request

SIGNED = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
]


class RawParser(BaseParser):
    """Leaves the body as it came: a signature covers bytes, not what they mean."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        del media_type, parser_context
        return stream.read()


class PushWeeksView(APIView):
    """Weeks of one capacity, sent by a system that holds a secret of the company."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (RawParser,)

    @extend_schema(
        request=PushedWeeks,
        responses={200: WeeksOutput, 202: WeeksOutput},
        parameters=SIGNED,
        auth=[],
        operation_id="push_weeks",
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Push the whole plan of a capacity, signed by the Standard Webhooks specification.

        The same message again is answered as before and changes nothing. A plan with more than
        twice the pairs that the association saw waits for it (202).
        """
        known = PushSource.objects.select_related("company", "created_by")
        body: bytes = request.data if isinstance(request.data, bytes) else b""
        found = known.filter(code=code).first()
        source, message_id = sources.check_signed(found, body, request.headers)
        at = timezone.now()

        def work() -> tuple[int, Any]:
            sent = PushedWeeks(data=_read(body))
            sent.is_valid(raise_exception=True)
            offer = _offer(source, sent.validated_data["offer"])
            sources.push_weeks(source=source, offer=offer, weeks=sent.to_weeks(), at=at)
            offer = _offer(source, offer.code)
            waits = offer.edits.filter(created_at__gte=at).exists()
            code = status.HTTP_202_ACCEPTED if waits else status.HTTP_200_OK
            # As it will be read back from the receipt: dates and codes are texts there.
            return code, json.loads(json.dumps(WeeksOutput(offer).data, default=str))

        code_of_answer, answer, is_replay = sources.receive_once(
            source=source, message_id=message_id, body=body, at=at, work=work
        )
        headers = {"Idempotent-Replay": "true"} if is_replay else {}
        return Response(answer, status=code_of_answer, headers=headers)


def _read(body: bytes) -> Any:
    try:
        found = json.loads(body)
    except ValueError:
        raise InvalidInput("The body is no JSON.", code="parse_error") from None
    return found if isinstance(found, dict) else {}


def _offer(source: PushSource, code: Any) -> CapacityOffer:
    found = CapacityOffer.objects.filter(company=source.company, code=code).first()
    if found is None:
        raise Http404
    return found
