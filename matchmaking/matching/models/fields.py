"""Fields that keep what a scoring found: a record of numbers, read as plain values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from matchmaking.engine.records import ASSESSMENTS, CHANGE, assessment_of, change_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What stands behind the numbers, in this order: the terms by their codes.
TERMS = (
    "is_splittable",
    "category",
    "offer_category",
    "same_family",
    "construction",
    "offer_constructions",
    "certificates",
    "missing_certificates",
)
JSON = ord("{")


class FoundField(models.Field):  # type: ignore[type-arg]
    """Keeps an engine's record and the terms behind it; reads both as one dictionary.

    A scoring writes the bytes itself, see :func:`matchmaking.matching.ranking.stored_assessments.encoded`. What
    is given as a dictionary is kept as JSON, which older rows hold too.
    """

    widths: Mapping[int, int]  # of a record, by its form
    read: Callable[[bytes], dict[str, Any]]  # the numbers of a record

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        return "bytea"

    def from_db_value(self, value: bytes | None, *_context: Any) -> dict[str, Any] | None:
        """Give what was found as plain values."""
        if value is None:
            return None
        if not value or value[0] == JSON:
            return json.loads(value or "{}")  # type: ignore[no-any-return]
        width = self.widths[value[0]]
        terms = dict(zip(TERMS, json.loads(value[width:]), strict=True))
        return {**self.read(value[:width]), "terms": terms}

    def get_prep_value(self, value: Mapping[str, Any] | bytes | None) -> bytes | None:
        if value is None or isinstance(value, bytes):
            return value
        return json.dumps(value, cls=DjangoJSONEncoder).encode()


class AssessmentField(FoundField):
    """What ``matchmaking.engine.records.assessment_of`` gives, and ``terms``."""

    widths = {form: layout.itemsize for form, layout in ASSESSMENTS.items()}
    read = staticmethod(assessment_of)


class ChangeField(FoundField):
    """What ``matchmaking.engine.records.change_of`` gives, and ``terms``; or nothing."""

    widths = dict.fromkeys(ASSESSMENTS, CHANGE.itemsize)
    read = staticmethod(change_of)
