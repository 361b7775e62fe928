"""Input of the API that says more than is read, or less than it seems: refused, naming it.

A misspelt field that answered 201, or a misspelt filter that listed everything, was found out
weeks later.
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
from collections.abc import Mapping
from typing import IO, Any

import django_filters
from django.core.exceptions import ValidationError as FormError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from matchmaking.core.parsed_fields import DayField, WeekField
from matchmaking.core.text import FORBIDDEN

# The ways of writing that the schema promises; people's others are read as well.
WEEK_PATTERN = r"^20[0-9]{2}-W(0[1-9]|[1-4][0-9]|5[0-2])$"
DAY_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"
MOMENT_PATTERN = DAY_PATTERN[:-1] + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-]0[0-9]:00)$"
PAGING = frozenset({"cursor", "page_size"})


class StrictJSONParser(JSONParser):
    """JSON whose texts can be stored: no name twice, no half of a character, no endless nesting."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value of the body.

        :raises ParseError: for what is no JSON, and for what PostgreSQL could not hold
        """
        del media_type
        encoding = (parser_context or {}).get("encoding") or "utf-8"
        try:
            # Strict: NaN and Infinity are no JSON.
            found = json.load(
                codecs.getreader(encoding)(stream),
                object_pairs_hook=_once_each,
                parse_constant=_no_constant,
            )
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, LookupError) as error:  # UnicodeError is a ValueError
            raise ParseError(_("The body is no JSON: %(reason)s") % {"reason": error}) from error
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("“%(name)s” stands twice.") % {"name": twice})
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


class StrictSerializer(serializers.Serializer[Any]):
    """Input whose every field is read."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values.

        :raises ValidationError: also for each field that there is not
        """
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := [name for name in data if name not in writable]:
                raise ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


class StrictText(serializers.CharField):
    """JSON's own texts: a number is none, though it could be read as one."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class TrueOrFalse(serializers.BooleanField):
    """JSON's own true and false: "false" in quotes is a mistake that would else count as one of them."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictFilterBackend(DjangoFilterBackend):
    """Filters of which each is read, and each once, but those of several values."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Return the rows that pass.

        :raises ValidationError: for a filter that there is not, or one given twice
        """
        filterset = self.get_filterset_class(view, queryset)
        known = dict(getattr(filterset, "base_filters", None) or {})
        errors = {}
        for name, values in request.query_params.lists():
            if name not in known and name not in PAGING:
                errors[name] = [_("There is no such filter.")]
            elif name in known and (not all(values) or FORBIDDEN.search("".join(values))):
                errors[name] = [_("Give it a value, without control characters.")]
            elif len(values) > 1 and not isinstance(
                known.get(name), django_filters.MultipleChoiceFilter
            ):
                errors[name] = [_("Give it once.")]
        size = request.query_params.get("page_size", "1")
        if not (size.isascii() and size.isdigit() and len(size) <= 4 and int(size)):  # noqa: PLR2004
            errors["page_size"] = [_("Give a number of rows, like 50.")]
        if errors:
            raise ValidationError(errors)
        return super().filter_queryset(request, queryset, view)


@extend_schema_field({"type": "string", "pattern": WEEK_PATTERN, "example": "2027-W05"})
class WeekFilter(django_filters.Filter):
    """A week by its label or by any of its days; compared by its Monday."""

    field_class = WeekField


@extend_schema_field({"type": "string", "pattern": DAY_PATTERN, "example": "2027-02-01"})
class DayFilter(django_filters.Filter):
    field_class = DayField


class _MomentField(IsoDateTimeField):
    """A moment that PostgreSQL can hold, in UTC: +23:20 is none of its zones."""

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        try:
            return found and found.astimezone(dt.UTC)
        except (OverflowError, ValueError) as error:
            raise FormError(self.error_messages["invalid"], code="invalid") from error


@extend_schema_field(
    {"type": "string", "pattern": MOMENT_PATTERN, "example": "2027-02-01T08:00:00+08:00"}
)
class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = _MomentField


class TermFilter(django_filters.ModelChoiceFilter):
    """Posts of one term, by its code; a code that nobody has is refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("to_field_name", "code")
        kwargs.setdefault(
            "error_messages",
            {
                "invalid_choice": gettext_lazy(
                    "There is no term “%(value)s”: see /api/v1/taxonomy/."
                )
            },
        )
        super().__init__(*args, **kwargs)
