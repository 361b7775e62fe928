"""Quotes and questions in the API. A sealed quote has no terms until its round opens."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matchmaking.core.strict_input import StrictSerializer, StrictText
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_day
from matchmaking.core.written_numbers import Yuan
from matchmaking.deals.models import OrderQuestion, Quote
from matchmaking.deals.models.intentions import MOST_PAIRS, MOST_YUAN
from matchmaking.deals.models.questions import LONGEST
from matchmaking.deals.quote_presentation import card_of
from matchmaking.deals.quote_terms import (
    MOST_BREAKS,
    MOST_COST,
    MOST_DAYS,
    WHOLE,
    Payment,
    PriceBreak,
    QuoteTerms,
)
from matchmaking.deals.states import Audience, QuestionState, QuoteDeclineReason, QuoteState
from matchmaking.listings.models.orders import ToolingOwner
from matchmaking.listings.serializers import WeekField
from matchmaking.matching.states import MatchSide

NOTE_LENGTH = 1000


def _pairs(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MOST_PAIRS, **options)


def _price() -> Yuan:
    return Yuan(
        min_value=Decimal("0.01"),
        max_value=Decimal(MOST_YUAN),
        help_text=_("Yuan a pair."),
    )


def _cost() -> Yuan:
    return Yuan(
        min_value=Decimal(0),
        max_value=MOST_COST,
        default=Decimal(0),
        help_text=_("Yuan."),
    )


def _words(**options: Any) -> StrictText:
    return StrictText(max_length=NOTE_LENGTH, validators=[no_control_characters], **options)


class PriceBreakInput(StrictSerializer):
    """Another price from so many pairs on, or where delivery may last until a week, or both."""

    unit_price = _price()
    from_pairs = _pairs(allow_null=True, default=None)
    from_week = WeekField(allow_null=True, default=None)


class PaymentInput(StrictSerializer):
    """Milestones in percent, 100 together."""

    deposit = serializers.IntegerField(min_value=0, max_value=WHOLE)
    before_shipping = serializers.IntegerField(min_value=0, max_value=WHOLE)
    after_delivery = serializers.IntegerField(min_value=0, max_value=WHOLE)
    days = serializers.IntegerField(
        min_value=0, max_value=MOST_DAYS, help_text=_("After delivery.")
    )


class QuoteTermsInput(StrictSerializer):
    """What a quote says."""

    pairs = _pairs()
    least_pairs = _pairs(
        required=False, help_text=_("The smallest part that you stand by; without it, all.")
    )
    unit_price = _price()
    breaks = serializers.ListField(child=PriceBreakInput(), default=list, max_length=MOST_BREAKS)
    tooling_cost = _cost()
    moulds_by = serializers.ChoiceField(ToolingOwner.choices, default=ToolingOwner.OPEN)
    lasts_by = serializers.ChoiceField(ToolingOwner.choices, default=ToolingOwner.OPEN)
    sample_days = serializers.IntegerField(
        min_value=0, max_value=MOST_DAYS, allow_null=True, default=None
    )
    sample_cost = _cost()
    first_week = WeekField()
    last_week = WeekField()
    payment = PaymentInput()
    valid_until = serializers.DateField()
    note = _words(allow_blank=True, default="")


class QuoteInput(StrictSerializer):
    """A quote on the order of a match, or the next version of the open one."""

    match = serializers.UUIDField()
    number = serializers.IntegerField(
        required=False,
        help_text=_("The version that you saw: another one meanwhile gives a 409."),
    )
    terms = QuoteTermsInput()

    def to_terms(self) -> QuoteTerms:
        """Return the terms.

        :raises InvalidInput: for terms that no quote can have
        """
        sent = dict(self.validated_data["terms"])
        breaks = tuple(PriceBreak(**one) for one in sent.pop("breaks"))
        payment = Payment(**sent.pop("payment"))
        sent.setdefault("least_pairs", sent["pairs"])
        return QuoteTerms(**sent, breaks=breaks, payment=payment)


class AcceptInput(StrictSerializer):
    """What is accepted of a quote: all of it without ``pairs``."""

    number = serializers.IntegerField(help_text=_("The version that you saw."))
    pairs = _pairs(required=False)
    last_week = WeekField(required=False)


class QuoteDeclineInput(StrictSerializer):
    """Why the brand declines."""

    reason = serializers.ChoiceField(QuoteDeclineReason.choices)
    note = _words(allow_blank=True, default="")


class WishInput(StrictSerializer):
    """What the brand would like to be different."""

    wish = _words()


class QuoteNoteInput(StrictSerializer):
    """A word to the other side."""

    note = _words(allow_blank=True, default="")


class PriceBreakOutput(serializers.Serializer[Any]):
    """As it was sent."""

    unit_price = serializers.DecimalField(max_digits=8, decimal_places=2)
    from_pairs = serializers.IntegerField(allow_null=True)
    from_week = WeekField(allow_null=True)


class PaymentOutput(serializers.Serializer[Any]):
    """Milestones in percent."""

    deposit = serializers.IntegerField()
    before_shipping = serializers.IntegerField()
    after_delivery = serializers.IntegerField()
    days = serializers.IntegerField()


class QuoteTermsOutput(serializers.Serializer[Any]):
    """What a quote says."""

    pairs = serializers.IntegerField()
    least_pairs = serializers.IntegerField()
    unit_price = serializers.DecimalField(max_digits=8, decimal_places=2)
    breaks = PriceBreakOutput(many=True)
    tooling_cost = serializers.DecimalField(max_digits=11, decimal_places=2)
    moulds_by = serializers.ChoiceField(ToolingOwner.choices)
    lasts_by = serializers.ChoiceField(ToolingOwner.choices)
    sample_days = serializers.IntegerField(allow_null=True)
    sample_cost = serializers.DecimalField(max_digits=11, decimal_places=2)
    first_week = WeekField()
    last_week = WeekField()
    payment = PaymentOutput()
    valid_until = serializers.DateField()
    note = serializers.CharField()


class QuoteOutput(serializers.ModelSerializer[Quote]):
    """A quote as the token's company reads it."""

    side = serializers.CharField(help_text=_("Yours: order or offer."))
    partner = serializers.SerializerMethodField()
    match = serializers.UUIDField(source="match.code", allow_null=True, default=None)
    number = serializers.IntegerField(source="current.number", allow_null=True, default=None)
    terms = serializers.SerializerMethodField()
    is_sealed = serializers.BooleanField(read_only=True)
    opens_at = serializers.SerializerMethodField()
    receipt = serializers.CharField(source="current.digest", default="")
    deal = serializers.UUIDField(source="intention.code", allow_null=True, default=None)
    state = serializers.ChoiceField(QuoteState.choices)

    class Meta:
        model = Quote
        fields = (
            "code",
            "match",
            "side",
            "partner",
            "state",
            "number",
            "terms",
            "is_sealed",
            "opens_at",
            "receipt",
            "wish",
            "valid_until",
            "submitted_at",
            "ended_at",
            "decline_reason",
            "end_note",
            "accepted_pairs",
            "deal",
        )

    def get_partner(self, quote: Any) -> str:
        return str(quote.company(MatchSide(quote.side).other).name)

    @extend_schema_field(QuoteTermsOutput(allow_null=True))
    def get_terms(self, quote: Any) -> Any:
        terms = card_of(quote, MatchSide(quote.side)).terms
        return QuoteTermsOutput(terms).data if terms else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_opens_at(self, quote: Any) -> Any:
        opens_at = card_of(quote, MatchSide(quote.side)).opens_at
        return opens_at.isoformat() if opens_at else None


class OrderQuestionInput(StrictSerializer):
    """A question on the order of a match."""

    match = serializers.UUIDField()
    text = StrictText(max_length=LONGEST, validators=[no_control_characters])


class QuestionAnswerInput(StrictSerializer):
    """The one answer to a question, and who reads it."""

    text = StrictText(max_length=LONGEST, validators=[no_control_characters])
    audience = serializers.ChoiceField(Audience.choices)


class OrderQuestionOutput(serializers.ModelSerializer[OrderQuestion]):
    """A question and its answer; who asked is told to nobody."""

    is_mine = serializers.BooleanField(help_text=_("Your company asked it."))
    order = serializers.UUIDField(
        source="own_order", allow_null=True, help_text=_("Your own order; null for factories.")
    )
    state = serializers.ChoiceField(QuestionState.choices)
    asked_on = serializers.SerializerMethodField()

    class Meta:
        model = OrderQuestion
        fields = (
            "code",
            "order",
            "is_mine",
            "state",
            "text",
            "asked_on",
            "answer",
            "audience",
            "close_reason",
        )

    @extend_schema_field(serializers.DateField())
    def get_asked_on(self, question: OrderQuestion) -> str:
        # By the day: the hour might tell who of the factories asked.
        return trade_day(question.asked_at).isoformat()
