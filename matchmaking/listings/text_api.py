"""/api/v1/read-text/: what a message says, and a link with which a program answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import company_of
from matchmaking.core import weeks
from matchmaking.core.parsing.outcomes import Span
from matchmaking.core.strict_input import StrictSerializer, StrictText, TrueOrFalse
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.listings.free_text import values as said
from matchmaking.listings.models import PastedText
from matchmaking.listings.models.texts import MOST_CHARACTERS
from matchmaking.listings.post_kinds import ORDER
from matchmaking.listings.services import texts
from matchmaking.listings.services.posts import Weeks
from matchmaking.listings.texts import links
from matchmaking.listings.texts.drafts import planned_weeks
from matchmaking.listings.texts.readings import PostReading, TextReading, read_text, reading_of

SPAN: dict[str, Any] = {
    "type": "array",
    "items": {"type": "integer"},
    "minItems": 2,
    "maxItems": 2,
    "description": "Start and end, in characters (Unicode code points) of the text; the end is not included.",
}


@extend_schema_field(SPAN)
class SpanField(serializers.Field[Any, Any, list[int], Any]):
    def to_representation(self, value: Span) -> list[int]:
        return [value.start, value.end]


class ReadTextInput(StrictSerializer):
    """A message as it was sent to a group."""

    text = StrictText(max_length=MOST_CHARACTERS, trim_whitespace=False)
    side = serializers.ChoiceField(
        ["order", "offer"],
        required=False,
        help_text=_("The kind of a post whose words say none."),
    )
    sent_on = serializers.DateField(
        required=False, help_text=_("The day from which its days count; today without it.")
    )
    keep = TrueOrFalse(
        default=False,
        help_text=_(
            "Keep the text, for the link ``url``: a person of your company who opens it takes "
            "the text over and has a form filled with it."
        ),
    )


class SaidOutput(serializers.Serializer[Any]):
    """A value that the text says, and where."""

    value = serializers.JSONField(help_text=_("A number, a day, a code, a list of codes, or yes."))
    spans = serializers.ListField(child=SpanField())


class DraftOutput(serializers.Serializer[Any]):
    """One post of the text."""

    side = serializers.ChoiceField(["order", "offer"])
    fields_said = serializers.DictField(
        child=SaidOutput(),
        help_text=_("By the reader’s names: due is a day, price has a currency."),
    )
    post = serializers.DictField(
        child=serializers.JSONField(),
        help_text=_("The body that POST /orders/ or /offers/ takes: weeks, yuan, codes, notes."),
    )


class ReadingOutput(serializers.Serializer[Any]):
    """One of the readings to choose from."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a name of our own, not the label of the field


class QuestionOutput(serializers.Serializer[Any]):
    """What the text leaves open: the field has no value until somebody answers."""

    draft = serializers.IntegerField(help_text=_("Which of the drafts, counted from 0."))
    field = serializers.CharField()
    reason = serializers.CharField()
    sentence = serializers.CharField()
    readings = ReadingOutput(many=True)
    span = SpanField()


class TextContactOutput(serializers.Serializer[Any]):
    """Characters that must not stand in a post."""

    kind = serializers.CharField()
    text = serializers.CharField()
    span = SpanField()


class RestOutput(serializers.Serializer[Any]):
    """A stretch that was not understood."""

    text = serializers.CharField()
    span = SpanField()


class ReadTextOutput(serializers.Serializer[Any]):
    """Everything that the text says."""

    drafts = DraftOutput(many=True)
    questions = QuestionOutput(many=True)
    contacts = TextContactOutput(many=True)
    rest = RestOutput(many=True)
    url = serializers.URLField(allow_null=True)


class ReadTextView(APIView):
    """Messages, read as the pages read them."""

    @extend_schema(request=ReadTextInput, responses=ReadTextOutput)
    def post(self, request: Request) -> Response:
        """Read a message: values with their places in it, questions, contacts, and what is left.

        Nothing is posted. Send ``post`` of a draft to /orders/ or /offers/ once its questions are
        answered; what it lacks is named there.
        """
        sent = ReadTextInput(data=request.data)
        sent.is_valid(raise_exception=True)
        text, url = _text(request, sent.validated_data)
        return Response(ReadTextOutput(_output(text, url)).data)


def _text(request: Request, data: dict[str, Any]) -> tuple[PastedText, str | None]:
    """Return the text, and its link where it is to be kept."""
    company, side, at = company_of(request), data.get("side", ""), timezone.now()
    if data["keep"]:
        text = texts.keep_text(text=data["text"], company=company, by=None, at=at, side=side)
        if "sent_on" in data:
            text.read_on = data["sent_on"]
        return text, links.text_url(text)
    texts.check_text(data["text"])
    day = data.get("sent_on") or trade_day(at)
    return PastedText(company=company, side=side, text=data["text"], read_on=day), None


def _output(text: PastedText, url: str | None) -> dict[str, Any]:
    reading, raw = read_text(text), reading_of(text)
    return {
        "drafts": [
            {
                "side": post.kind.name,
                "fields_said": _said(draft),
                "post": post_body(post),
            }
            for post, draft in zip(reading.posts, raw.drafts, strict=True)
        ],
        "questions": list(_questions(reading)),
        "contacts": reading.contacts,
        "rest": [{"text": text.text[span.start : span.end], "span": span} for span in reading.left],
        "url": url,
    }


def _said(draft: said.Draft) -> dict[str, Any]:
    return {
        name: {"value": _plain(one.value), "spans": one.spans}
        for name, one in draft.fields.items()
        if name != "side"
    }


def _plain(value: said.Value) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool | int) else str(value)


def _questions(reading: TextReading) -> Iterable[dict[str, Any]]:
    for post in reading.posts:
        for asked in post.asked:
            yield {
                "draft": post.number,
                "field": asked.said,
                "reason": asked.reason,
                "sentence": asked.sentence,
                "readings": asked.choices,
                "span": asked.span,
            }


def post_body(post: PostReading) -> dict[str, Any]:
    """Return the body of a request that saves the draft: what is open or impossible is left out."""
    values = dict(post.values)
    if post.kind is not ORDER:
        plan = planned_weeks(values, trade_week())
        if plan:
            values["weeks"] = plan
    body = {name: _sent(value) for name, value in values.items()}
    return {**body, "notes": "\n".join(post.notes)} if post.notes else body


def _sent(value: Any) -> Any:
    if isinstance(value, Weeks):
        return {"first_week": weeks.label(value.first_week), "pairs": list(value.pairs)}
    if isinstance(value, dt.date):
        return weeks.label(value)
    return _plain(value)
