"""Deals and results in the API: input and output apart, weeks as ISO labels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matchmaking.core.strict_input import StrictSerializer, StrictText
from matchmaking.core.text import no_control_characters
from matchmaking.core.written_numbers import Yuan
from matchmaking.deals.models import Intention
from matchmaking.deals.models.intentions import MOST_PAIRS, MOST_YUAN
from matchmaking.deals.services.intentions import Figures
from matchmaking.deals.states import WithdrawReason
from matchmaking.listings.serializers import WeekField


def _text(length: int, **options: Any) -> StrictText:
    return StrictText(
        max_length=length,
        required=False,
        allow_blank=True,
        default="",
        validators=[no_control_characters],
        **options,
    )


class FiguresInput(StrictSerializer):
    """The figures of a deal."""

    pairs = serializers.IntegerField(min_value=1, max_value=MOST_PAIRS)
    unit_price = Yuan(
        min_value=Decimal("0.01"), max_value=Decimal(MOST_YUAN), help_text=_("Yuan a pair.")
    )
    first_week = WeekField(help_text=_("Of delivery."))
    last_week = WeekField(help_text=_("Of delivery."))
    note = _text(1000, help_text=_("What else was agreed on; both sides read it."))

    def figures(self) -> Figures:
        """Return the figures of valid input.

        :raises InvalidInput: for weeks that no deal can have
        """
        names = ("pairs", "unit_price", "first_week", "last_week", "note")
        return Figures(**{name: self.validated_data[name] for name in names})


class ProposalInput(FiguresInput):
    """Figures for the partner of a conversation."""

    match = serializers.UUIDField(help_text=_("Code of the match whose two sides talk."))


class ConfirmInput(StrictSerializer):
    """A yes to one version of the figures."""

    version = serializers.IntegerField(
        min_value=1, max_value=32_767, help_text=_("The version that was read.")
    )


class WithdrawInput(StrictSerializer):
    """Why the deal ends."""

    reason = serializers.ChoiceField(WithdrawReason.choices)
    note = _text(1000, help_text=_("The other side and the association read it."))


class ContractInput(StrictSerializer):
    """The contract."""

    number = _text(80)


class DeliveryInput(StrictSerializer):
    """Pairs that left on one day."""

    pairs = serializers.IntegerField(min_value=1, max_value=MOST_PAIRS)
    delivered_on = serializers.DateField()


class TermsOutput(serializers.Serializer[Any]):
    """One version of the figures."""

    version = serializers.IntegerField(source="number")
    pairs = serializers.IntegerField()
    unit_price = serializers.DecimalField(max_digits=8, decimal_places=2)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    first_week = WeekField()
    last_week = WeekField()
    note = serializers.CharField()
    side = serializers.CharField(help_text=_("order or offer: who proposed it"))
    is_on_behalf = serializers.BooleanField()
    proposed_at = serializers.DateTimeField()


class ConfirmationOutput(serializers.Serializer[Any]):
    """One side's yes to the version that was proposed last."""

    side = serializers.CharField()
    name = serializers.CharField()
    is_on_behalf = serializers.BooleanField(help_text=_("Given to the association."))
    confirmed_at = serializers.DateTimeField()


class DeliveryOutput(serializers.Serializer[Any]):
    """Pairs that were delivered on one day."""

    pairs = serializers.IntegerField()
    delivered_on = serializers.DateField()
    is_on_behalf = serializers.BooleanField()


class FirmOutput(serializers.Serializer[Any]):
    """The other side's company; both have said yes to each other."""

    code = serializers.UUIDField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class IntentionOutput(serializers.ModelSerializer[Intention]):
    """A deal in a list."""

    match = serializers.UUIDField(source="match.code", read_only=True, allow_null=True)
    order = serializers.UUIDField(source="order.code", read_only=True, allow_null=True)
    offer = serializers.UUIDField(source="offer.code", read_only=True, allow_null=True)
    side = serializers.CharField(read_only=True, help_text=_("order or offer: the own side"))
    partner = serializers.SerializerMethodField()
    whose_turn = serializers.SerializerMethodField(
        help_text=_("mine or theirs while a confirmation is awaited, else empty")
    )
    confirmed = TermsOutput(read_only=True, allow_null=True, help_text=_("The figures that count."))
    proposed = TermsOutput(source="terms", read_only=True, allow_null=True)
    delivered_pairs = serializers.IntegerField(source="card.delivered", read_only=True)

    class Meta:
        model = Intention
        fields: tuple[str, ...] = (
            "code",
            "state",
            "side",
            "whose_turn",
            "partner",
            "match",
            "order",
            "offer",
            "confirmed",
            "proposed",
            "delivered_pairs",
            "contract_number",
            "proposed_at",
            "confirmed_at",
            "contracted_at",
            "delivered_at",
            "ended_at",
            "end_reason",
            "end_note",
            "ended_side",
        )
        read_only_fields = fields

    @extend_schema_field(FirmOutput)
    def get_partner(self, row: Any) -> Any:
        return FirmOutput(row.card.partner).data

    def get_whose_turn(self, row: Any) -> str:
        if row.card.is_my_turn:
            return "mine"
        return "theirs" if row.card.waits_for_partner else ""


class IntentionDetailOutput(IntentionOutput):
    """A deal with every version of its figures, who confirmed the last, and its deliveries."""

    versions = serializers.SerializerMethodField()
    confirmations = serializers.SerializerMethodField()
    deliveries = serializers.SerializerMethodField()

    class Meta(IntentionOutput.Meta):
        fields: tuple[str, ...] = (
            *IntentionOutput.Meta.fields,
            "versions",
            "confirmations",
            "deliveries",
        )
        read_only_fields = fields

    @extend_schema_field(TermsOutput(many=True))
    def get_versions(self, row: Any) -> Any:
        return TermsOutput(row.versions.order_by("number"), many=True).data

    @extend_schema_field(ConfirmationOutput(many=True))
    def get_confirmations(self, row: Any) -> Any:
        rows = row.terms.confirmations.order_by("pk") if row.terms else []
        return ConfirmationOutput(rows, many=True).data

    @extend_schema_field(DeliveryOutput(many=True))
    def get_deliveries(self, row: Any) -> Any:
        return DeliveryOutput(row.deliveries.order_by("pk"), many=True).data


class TotalsOutput(serializers.Serializer[Any]):
    """The sums of one stage."""

    stage = serializers.CharField()
    firms = serializers.IntegerField()
    intentions = serializers.IntegerField()
    pairs = serializers.IntegerField()
    yuan = serializers.DecimalField(max_digits=20, decimal_places=2)


class TableRowOutput(serializers.Serializer[Any]):
    """A row that may be published, or the sum of all others."""

    name = serializers.CharField()
    stages = TotalsOutput(many=True)


class TableOutput(serializers.Serializer[Any]):
    """The whole by one of its parts; the rows add up to the sums of the board."""

    title = serializers.CharField()
    rows = TableRowOutput(many=True)


class DeliveredWithinOutput(serializers.Serializer[Any]):
    """What was delivered within so many days after both sides confirmed."""

    days = serializers.IntegerField()
    pairs = serializers.IntegerField()
    yuan = serializers.DecimalField(max_digits=20, decimal_places=2)


class BoardOutput(serializers.Serializer[Any]):
    """A published board of results."""

    code = serializers.UUIDField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    event = serializers.UUIDField(allow_null=True)


class BoardDetailOutput(BoardOutput):
    """A board with its sums; announced, confirmed, contracted and delivered stand together."""

    stages = TotalsOutput(many=True)
    tables = TableOutput(many=True)
    delivered_within = DeliveredWithinOutput(many=True)
