"""Policies in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matchmaking.policies.models import Policy


class LineOutput(serializers.Serializer[Any]):
    """A condition, alternatives joined, with the company's answer."""

    words = serializers.CharField()
    answer = serializers.CharField(help_text="yes, no or unknown")


class PolicyOutput(serializers.ModelSerializer[Policy]):
    """A measure, and whether the company may get it."""

    is_current = serializers.SerializerMethodField(
        help_text=_("Known to be in force today; a source that names no end is no proof.")
    )
    answer = serializers.SerializerMethodField(help_text="yes, no or unknown")
    missing = serializers.SerializerMethodField(
        help_text=_("How far the company is, where more of a number is all that is wanting.")
    )
    lines = serializers.SerializerMethodField()

    class Meta:
        model = Policy
        fields = (
            "code",
            "level",
            "region",
            "topic",
            "title",
            "measure",
            "conditions",
            "amount",
            "cap_yuan",
            "form",
            "office",
            "valid_from",
            "valid_to",
            "deadline",
            "source",
            "trust",
            "is_current",
            "answer",
            "missing",
            "lines",
        )
        read_only_fields = fields

    def get_is_current(self, row: Any) -> bool:
        return bool(row.is_current(row.judged.day))

    def get_answer(self, row: Any) -> str:
        return str(row.judged.answer.value)

    def get_missing(self, row: Any) -> list[str]:
        return list(row.judged.gaps)

    @extend_schema_field(LineOutput(many=True))
    def get_lines(self, row: Any) -> list[dict[str, str]]:
        return [{"words": words, "answer": answer} for words, answer in row.judged.lines]
