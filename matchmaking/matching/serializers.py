"""How matches are read through the API: figures of the other side, never its name."""

from typing import Any

from rest_framework import serializers

from matchmaking.listings.serializers import TermField, TermsField, WeekField
from matchmaking.matching.models import Match


class PartnerOutput(serializers.Serializer[Any]):
    """The other side's company, as a matched party may know it."""

    cluster = TermField()
    kind = serializers.CharField()
    size_band = serializers.CharField()
    tier = serializers.CharField()
    certifications = TermsField()


class PartnerOrderOutput(serializers.Serializer[Any]):
    """The other side's order: figures without name and free text."""

    company = PartnerOutput()
    category = TermField()
    construction = TermField()
    upper_material = TermField()
    sole_material = TermField()
    pairs = serializers.IntegerField()
    colourways = serializers.IntegerField(allow_null=True)
    target_unit_price_cny = serializers.DecimalField(max_digits=8, decimal_places=2)
    earliest_start = WeekField(allow_null=True)
    due_week = WeekField()
    splittable = serializers.BooleanField()
    smallest_part = serializers.IntegerField(allow_null=True)
    most_factories = serializers.IntegerField(allow_null=True)
    certifications = TermsField()


class PartnerOfferOutput(serializers.Serializer[Any]):
    """The other side's capacity: figures without name and free text."""

    company = PartnerOutput()
    categories = TermsField()
    constructions = TermsField()
    anchor_week = WeekField()
    free = serializers.ListField(child=serializers.IntegerField())
    min_order_pairs = serializers.IntegerField()
    lead_days = serializers.IntegerField()
    price_low_cny = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    price_high_cny = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    lines = serializers.IntegerField(allow_null=True)
    is_stale = serializers.BooleanField()


class FactorOutput(serializers.Serializer[Any]):
    """One factor of the score, in words of the reader's language."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.FloatField()
    weight = serializers.FloatField()
    sentence = serializers.CharField()


class MatchOutput(serializers.ModelSerializer[Match]):
    """A match in a list."""

    order = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    offer = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    side = serializers.CharField(read_only=True, help_text="order or offer: the own side")

    class Meta:
        model = Match
        fields = (
            "code",
            "side",
            "order",
            "offer",
            "score",
            "order_rank",
            "offer_rank",
            "proposed_at",
            "scored_at",
        )
        read_only_fields = fields


class MatchDetailOutput(MatchOutput):
    """A match with its explanation and the other side's figures."""

    factors = FactorOutput(many=True, read_only=True)
    partner_order = PartnerOrderOutput(read_only=True, allow_null=True)
    partner_offer = PartnerOfferOutput(read_only=True, allow_null=True)

    class Meta:
        model = Match
        fields = (*MatchOutput.Meta.fields, "factors", "partner_order", "partner_offer")
        read_only_fields = fields
