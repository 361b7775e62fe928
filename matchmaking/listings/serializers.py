"""Posts in the API: input and output apart.

Weeks are ISO labels (``2027-W05``), terms are codes of the taxonomy, prices are yuan a pair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Certification
from matchmaking.core import weeks
from matchmaking.core.parsing import durations, numbers
from matchmaking.core.parsing.outcomes import Ambiguous
from matchmaking.core.parsing.weeks import read_week
from matchmaking.core.strict_input import WEEK_PATTERN, StrictSerializer, StrictText, TrueOrFalse
from matchmaking.core.text import FORBIDDEN, no_control_characters
from matchmaking.core.trade_day import trade_day
from matchmaking.core.written_numbers import WrittenPairs, WrittenPrice
from matchmaking.listings.current_terms import SOLE, UPPER, offered, terms_of
from matchmaking.listings.models import (
    CapacityOffer,
    Category,
    Construction,
    Material,
    Post,
    ProcessingOrder,
)
from matchmaking.listings.models.offers import MAX_LEAD_DAYS, MAX_WEEK_PAIRS
from matchmaking.listings.models.orders import MAX_PAIRS, SampleNeed, ToolingOwner
from matchmaking.listings.services import edits
from matchmaking.listings.services.posts import Weeks


@extend_schema_field({"type": "string", "pattern": WEEK_PATTERN, "example": "2027-W05"})
class WeekField(serializers.Field[Any, Any, Any, Any]):
    """An ISO week; inside it is the week's Monday."""

    default_error_messages = {
        "invalid": _("Write the week as 2027-W05."),
        "ambiguous": _("This is one of several weeks: {readings}."),
    }

    def to_internal_value(self, data: Any) -> dt.date:
        """Return the Monday of the week."""
        outcome = read_week(data, trade_day()) if isinstance(data, str) else None
        if isinstance(outcome, Ambiguous):
            readings = ", ".join(weeks.label(one.value) for one in outcome.readings)
            self.fail("ambiguous", readings=readings)
        if outcome is None:
            self.fail("invalid")
        return outcome.value

    def to_representation(self, value: dt.date) -> str:
        return weeks.label(value)


class TermInput(serializers.SlugRelatedField[Any]):
    """A term by its code; in use, or carried by the post that is changed (``context["post"]``)."""

    default_error_messages = {
        "does_not_exist": _("There is no term “{value}”: /api/v1/taxonomy/ lists the codes."),
        "invalid": _("A term is named by its code, a string."),
    }

    def get_queryset(self) -> Any:
        field = self.parent.field_name or self.field_name
        post = self.context.get("post")
        rows = super().get_queryset()
        return None if rows is None else offered(rows, terms_of(post, str(field)))

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or FORBIDDEN.search(data):
            self.fail("invalid")
        return super().to_internal_value(data)

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> TermsInput:
        """Return the field of several terms that ``many=True`` asks for."""
        return TermsInput(
            child_relation=cls(*args, **kwargs), required=kwargs.get("required", True)
        )


class TermsInput(serializers.ManyRelatedField):
    """Several terms by their codes."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the terms.

        :raises ValidationError: also for an object, whose names would be read as codes
        """
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        return list(super().to_internal_value(data))


def _term(model: type[Any], *filters: Any, many: bool = False) -> Any:
    options: dict[str, Any] = {"many": True} if many else {"allow_null": True}
    rows = model.objects.filter(*filters)
    return TermInput(slug_field="code", queryset=rows, required=False, **options)


def _text(length: int, **options: Any) -> StrictText:
    return StrictText(
        max_length=length,
        required=False,
        allow_blank=True,
        validators=[no_control_characters],
        **options,
    )


def _choice(kinds: type[Any]) -> serializers.ChoiceField:
    """Return an output field of a choice that may be "", which a model's read-only one does not say."""
    return serializers.ChoiceField(kinds.choices, allow_blank=True, required=False)


def _price() -> WrittenPrice:
    return WrittenPrice(
        min_value=Decimal("0.01"),
        max_value=Decimal("999999.99"),
        required=False,
        allow_null=True,
    )


def _count(low: int = 1, high: int = MAX_PAIRS) -> WrittenPairs:
    return WrittenPairs(min_value=low, max_value=high, required=False, allow_null=True)


def _least(low: int = 1, high: int = MAX_PAIRS) -> WrittenPairs:
    return WrittenPairs(
        read=numbers.read_least_pairs,
        min_value=low,
        max_value=high,
        required=False,
        allow_null=True,
    )


def _some(low: int, high: int) -> WrittenPairs:
    return WrittenPairs(
        read=numbers.read_count, min_value=low, max_value=high, required=False, allow_null=True
    )


class PostInput(StrictSerializer):
    """The fields that a post of either kind has, as they are sent."""

    title = _text(120)
    own_reference = _text(60)
    notes = _text(4000)


class OrderInput(PostInput):
    """A processing order as it is sent; fields that are left out stay as they are."""

    category = _term(Category)
    construction = _term(Construction)
    upper_material = _term(Material, UPPER)
    sole_material = _term(Material, SOLE)
    pairs = _count()
    colourways = _some(1, 999)
    size_run = _text(120)
    target_unit_price_cny = _price()
    earliest_start = WeekField(required=False, allow_null=True)
    due_week = WeekField(required=False, allow_null=True)
    splittable = TrueOrFalse(required=False)
    smallest_part = _least()
    most_factories = _some(2, 99)
    certifications = _term(Certification, many=True)
    moulds_by = serializers.ChoiceField(ToolingOwner.choices, required=False, allow_blank=True)
    lasts_by = serializers.ChoiceField(ToolingOwner.choices, required=False, allow_blank=True)
    sample_need = serializers.ChoiceField(SampleNeed.choices, required=False, allow_blank=True)
    destination_markets = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{2}$"), required=False, max_length=60
    )


class SubmitInput(StrictSerializer):
    """Options that may come beside the fields of a post."""

    submit = TrueOrFalse(default=False, help_text=_("Hand it to the association in the same step."))
    version = serializers.IntegerField(
        required=False,
        help_text=_("The version that you saw: a change of somebody else gives a 409."),
    )


class NewOrderInput(OrderInput, SubmitInput):
    """A new or changed order."""


class WeeksInput(StrictSerializer):
    """The whole plan: pairs per week from ``first_week`` on; later weeks are empty."""

    first_week = WeekField()
    pairs = serializers.ListField(
        child=WrittenPairs(read=numbers.read_planned_pairs, min_value=0, max_value=MAX_WEEK_PAIRS),
        max_length=weeks.HORIZON_WEEKS,
        min_length=1,
    )

    def to_internal_value(self, data: Any) -> Any:
        """Return the plan, whole: a PATCH, which may leave fields out, changes no half of one.

        :raises ValidationError: naming what is missing
        """
        if isinstance(data, Mapping) and (
            gone := [str(name) for name in self.fields if name not in data]
        ):
            required = self.fields["pairs"].error_messages["required"]
            raise serializers.ValidationError({name: [required] for name in gone}, code="required")
        return super().to_internal_value(data)

    def to_weeks(self) -> Weeks:
        plan = self.validated_data
        return Weeks(first_week=plan["first_week"], pairs=plan["pairs"])


class OfferInput(PostInput):
    """A capacity offer as it is sent; fields that are left out stay as they are."""

    categories = _term(Category, many=True)
    constructions = _term(Construction, many=True)
    min_order_pairs = _least()
    lead_days = WrittenPairs(
        read=durations.read_days,
        min_value=0,
        max_value=MAX_LEAD_DAYS,
        required=False,
        allow_null=True,
    )
    price_low_cny = _price()
    price_high_cny = _price()
    lines = _some(1, 9999)
    weeks = WeeksInput(required=False)


class NewOfferInput(OfferInput, SubmitInput):
    """A new or changed offer."""


def weeks_of(plan: dict[str, Any] | None) -> Weeks | None:
    return Weeks(first_week=plan["first_week"], pairs=plan["pairs"]) if plan else None


@extend_schema_field(
    {
        "type": "string",
        "nullable": True,
        "description": "A code of the taxonomy, null where none was said.",
    }
)
class TermField(serializers.Field[Any, Any, str, Any]):
    """A term of the taxonomy by its code, read only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> str:
        return str(value.code)


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class TermsField(serializers.Field[Any, Any, list[str], Any]):
    """Several terms by their codes, read only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> list[str]:
        rows = value.all() if hasattr(value, "all") else value
        return sorted(str(row.code) for row in rows)


POST_OUTPUT = (
    "code",
    "title",
    "own_reference",
    "notes",
    "state",
    "version",
    "reject_reason",
    "edit_waits",
    "changes_left",
    "published_at",
    "expires_on",
    "created_at",
    "updated_at",
)


class EditsOutput(serializers.Serializer[Any]):
    """What a post on the market may still become today."""

    edit_waits = serializers.BooleanField(
        read_only=True, help_text=_("A change waits for the association; the post is as it was.")
    )
    changes_left = serializers.SerializerMethodField(
        help_text=_("Changes of terms that are left today, before one waits for the association.")
    )

    def get_changes_left(self, post: Post) -> int | None:
        return edits.changes_left(post, timezone.now())


class OrderOutput(EditsOutput, serializers.ModelSerializer[ProcessingOrder]):
    """An own order, whole."""

    category = TermField()
    construction = TermField()
    upper_material = TermField()
    sole_material = TermField()
    certifications = TermsField()
    moulds_by = _choice(ToolingOwner)
    lasts_by = _choice(ToolingOwner)
    sample_need = _choice(SampleNeed)
    earliest_start = WeekField(allow_null=True, read_only=True)
    due_week = WeekField(allow_null=True, read_only=True)

    class Meta:
        model = ProcessingOrder
        fields = (
            *POST_OUTPUT,
            "category",
            "construction",
            "upper_material",
            "sole_material",
            "pairs",
            "colourways",
            "size_run",
            "target_unit_price_cny",
            "earliest_start",
            "due_week",
            "splittable",
            "smallest_part",
            "most_factories",
            "certifications",
            "moulds_by",
            "lasts_by",
            "sample_need",
            "destination_markets",
        )
        read_only_fields = fields


class OfferOutput(EditsOutput, serializers.ModelSerializer[CapacityOffer]):
    """An own offer, whole, without its weeks."""

    categories = TermsField()
    constructions = TermsField()

    class Meta:
        model = CapacityOffer
        fields = (
            *POST_OUTPUT,
            "categories",
            "constructions",
            "free_pairs",
            "min_order_pairs",
            "lead_days",
            "price_low_cny",
            "price_high_cny",
            "lines",
            "confirmed_at",
        )
        read_only_fields = fields


class WeeksOutput(serializers.ModelSerializer[CapacityOffer]):
    """The ledger of an own offer: pairs per week from ``anchor_week``, 104 of each."""

    anchor_week = WeekField(allow_null=True, read_only=True)

    class Meta:
        model = CapacityOffer
        fields = ("code", "version", "anchor_week", "published", "free", "held", "booked")
        read_only_fields = fields


class TermOutput(serializers.Serializer[Any]):
    """A term of the trade."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class CategoryOutput(TermOutput):
    """A category with its family and HS codes."""

    family = TermField()
    hs4 = serializers.ListField(child=serializers.CharField())
    hs6 = serializers.ListField(child=serializers.CharField())


class MaterialOutput(TermOutput):
    """A material and the part that is made of it."""

    part = serializers.CharField()


class TaxonomyOutput(serializers.Serializer[Any]):
    """All terms that posts are written in."""

    families = TermOutput(many=True)
    categories = CategoryOutput(many=True)
    constructions = TermOutput(many=True)
    materials = MaterialOutput(many=True)
    certifications = TermOutput(many=True)
    clusters = TermOutput(many=True)
