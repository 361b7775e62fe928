"""Matches and their answers in the API.

Bands of the other side, its figures once it is interested, its name and free text once both sides
are, and of its answers no more than it shares.
"""

from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matchmaking.core.errors import InvalidInput
from matchmaking.core.strict_input import StrictSerializer, StrictText, TrueOrFalse
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_day
from matchmaking.core.uploads import CleanUpload, check_number_and_weight, clean_upload
from matchmaking.listings.serializers import TermField, TermsField, WeekField
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Match, Message
from matchmaking.matching.services.messages import MOST_FILES
from matchmaking.matching.states import AnswerKind, DeclineReason

NAMED = _("Empty until both sides are interested.")
FIGURES = _("Null or empty until the other side is interested; the bands are there before.")


class BandOutput(serializers.Serializer[Any]):
    """A range: from ``low``, included, to below ``high``; null is an open end."""

    low = serializers.IntegerField()
    high = serializers.IntegerField(allow_null=True)


class WeekBandOutput(serializers.Serializer[Any]):
    """Whole blocks of four weeks, by their first and last week."""

    first = WeekField()
    last = WeekField()


class PartnerOutput(serializers.Serializer[Any]):
    """The other side's company, as a matched party may know it."""

    name = serializers.CharField(help_text=NAMED)
    cluster = TermField(source="place", allow_null=True)
    kind = serializers.CharField()
    size_band = serializers.CharField(
        help_text=_("A class, or two joined by + where fewer than five companies share one.")
    )
    tier = serializers.CharField()
    certifications = TermsField()


class PartnerOrderOutput(serializers.Serializer[Any]):
    """The other side's order: bands, and its figures once it is interested."""

    company = PartnerOutput()
    title = serializers.CharField(help_text=NAMED)
    notes = serializers.CharField(help_text=NAMED)
    size_run = serializers.CharField(help_text=NAMED)
    category = TermField(allow_null=True)
    construction = TermField(allow_null=True)
    upper_material = TermField(allow_null=True)
    sole_material = TermField(allow_null=True)
    pairs_band = BandOutput(allow_null=True)
    price_band = BandOutput(allow_null=True)
    part_band = BandOutput(allow_null=True)
    starts = WeekBandOutput(allow_null=True)
    due = WeekBandOutput(allow_null=True)
    pairs = serializers.IntegerField(allow_null=True, help_text=FIGURES)
    colourways = serializers.IntegerField(allow_null=True)
    target_unit_price_cny = serializers.DecimalField(
        max_digits=8, decimal_places=2, allow_null=True
    )
    earliest_start = WeekField(allow_null=True)
    due_week = WeekField(allow_null=True)
    splittable = serializers.BooleanField(allow_null=True)
    smallest_part = serializers.IntegerField(allow_null=True)
    most_factories = serializers.IntegerField(allow_null=True)
    certifications = TermsField()


class PartnerOfferOutput(serializers.Serializer[Any]):
    """The other side's capacity: bands, and its figures once it is interested."""

    company = PartnerOutput()
    title = serializers.CharField(help_text=NAMED)
    notes = serializers.CharField(help_text=NAMED)
    categories = TermsField()
    constructions = TermsField()
    weeks = WeekBandOutput(allow_null=True)
    pairs_band = BandOutput(allow_null=True)
    price_band = BandOutput(allow_null=True)
    min_order_band = BandOutput(allow_null=True)
    lead_band = BandOutput(allow_null=True, help_text=_("Days."))
    anchor_week = WeekField(allow_null=True)
    free = serializers.ListField(child=serializers.IntegerField(), help_text=FIGURES)
    min_order_pairs = serializers.IntegerField(allow_null=True)
    lead_days = serializers.IntegerField(allow_null=True)
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


class AnswerOutput(serializers.Serializer[Any]):
    """What the own side said last."""

    kind = serializers.ChoiceField(AnswerKind.choices)
    reason = serializers.CharField(help_text=_("Of a decline, else empty."))
    note = serializers.CharField()
    shares_note = serializers.BooleanField()
    is_on_behalf = serializers.BooleanField(help_text=_("Given by the association."))
    answered_at = serializers.DateTimeField()


class TheirsOutput(serializers.Serializer[Any]):
    """What the other side said last; its note only where it shares it."""

    kind = serializers.ChoiceField(AnswerKind.choices, source="theirs_kind")
    reason = serializers.CharField(source="theirs_reason")
    note = serializers.CharField(source="theirs_note")
    answered_at = serializers.DateTimeField(source="theirs_at")


class MatchOutput(serializers.ModelSerializer[Match]):
    """A match in a list."""

    order = serializers.UUIDField(source="order.code", read_only=True)
    offer = serializers.UUIDField(source="offer.code", read_only=True)
    side = serializers.CharField(read_only=True, help_text="order or offer: the own side")
    whose_turn = serializers.CharField(
        source="standing.whose_turn",
        read_only=True,
        help_text="mine or theirs while an answer is awaited, else empty",
    )
    answer_by = serializers.DateTimeField(
        source="standing.answer_by", read_only=True, allow_null=True
    )
    mine = AnswerOutput(source="standing.mine", read_only=True, allow_null=True)
    theirs = serializers.SerializerMethodField()
    alias = serializers.CharField(
        source="card.alias",
        read_only=True,
        help_text=_("Names the other side in this match alone."),
    )
    score = serializers.FloatField(
        source="card.score",
        read_only=True,
        help_text=_("Of the other side's bands until its figures are open."),
    )
    end_cause = serializers.ChoiceField(EndCause.choices, allow_blank=True, required=False)
    proposed_on = serializers.SerializerMethodField()

    class Meta:
        model = Match
        fields = (
            "code",
            "side",
            "order",
            "offer",
            "state",
            "whose_turn",
            "answer_by",
            "mine",
            "theirs",
            "mutual_at",
            "ended_at",
            "end_cause",
            "alias",
            "score",
            "proposed_on",
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.DATE)
    def get_proposed_on(self, match: Match) -> str:
        """Return the day alone: an hour that two matches share would tell that a firm has both."""
        return trade_day(match.proposed_at).isoformat()

    @extend_schema_field(TheirsOutput(allow_null=True))
    def get_theirs(self, match: Any) -> Any:
        """Return what the other side said, None before it has said anything."""
        standing = match.standing
        return TheirsOutput(standing).data if standing.theirs_kind else None


class MatchDetailOutput(MatchOutput):
    """A match with its explanation and the other side's figures."""

    factors = FactorOutput(many=True, read_only=True)
    partner_order = PartnerOrderOutput(read_only=True, allow_null=True)
    partner_offer = PartnerOfferOutput(read_only=True, allow_null=True)

    class Meta:
        model = Match
        fields = (*MatchOutput.Meta.fields, "factors", "partner_order", "partner_offer")
        read_only_fields = fields


def _text(length: int, **options: Any) -> StrictText:
    return StrictText(
        max_length=length,
        required=False,
        allow_blank=True,
        default="",
        validators=[no_control_characters],
        **options,
    )


class AnswerInput(StrictSerializer):
    """An answer to a match."""

    kind = serializers.ChoiceField(AnswerKind.choices)
    reason = serializers.ChoiceField(
        DeclineReason.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Needed when declining; the other side sees it."),
    )
    note = _text(1000, help_text=_("The association reads it."))
    shares_note = TrueOrFalse(default=False, help_text=_("The other side may read the note too."))


class EndInput(StrictSerializer):
    """The end of a conversation."""

    note = _text(1000, help_text=_("The association reads it, the other side does not."))


class UploadField(serializers.FileField):
    """A file that is checked as every file that people send."""

    def to_internal_value(self, data: Any) -> CleanUpload:  # type: ignore[override]
        """Return the checked file."""
        upload = cast("UploadedFile[Any]", super().to_internal_value(data))
        try:
            return clean_upload(upload)
        except InvalidInput as refusal:
            raise serializers.ValidationError(str(refusal), code=refusal.code) from refusal


class UploadsField(serializers.ListField):
    """Files that are counted and weighed before one of them is looked into."""

    child = UploadField(use_url=False)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the checked files."""
        sent = [file for file in data if isinstance(file, UploadedFile)]
        try:
            check_number_and_weight(sent, most=MOST_FILES)
        except InvalidInput as refusal:
            raise serializers.ValidationError(str(refusal), code=refusal.code) from refusal
        checked: list[Any] = super().to_internal_value(data)
        return checked


class MessageInput(StrictSerializer):
    """A message as JSON."""

    text = _text(4000)


class MessageFormInput(MessageInput):
    """A message as a form, with files."""

    files = UploadsField(
        required=False,
        max_length=MOST_FILES,
        help_text=_("PDF, JPEG, PNG or WebP, up to 10 MB each."),
    )


class FileOutput(serializers.Serializer[Any]):
    """A file of a message."""

    code = serializers.UUIDField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text=_("Bytes."))
    url = serializers.CharField(help_text=_("Where it is read with the same token."))


class MessageOutput(serializers.ModelSerializer[Message]):
    """A message of a conversation."""

    is_mine = serializers.BooleanField(read_only=True)
    author = serializers.CharField(
        read_only=True,
        source="author_name",
        help_text=_("Empty for the association, and for the other side once it is over."),
    )
    files = FileOutput(many=True, read_only=True, source="shown_files")

    class Meta:
        model = Message
        fields = ("code", "is_mine", "author", "is_on_behalf", "text", "files", "written_at")
        read_only_fields = fields


class ContactOutput(serializers.Serializer[Any]):
    """One way to reach one person."""

    person = serializers.CharField()
    kind = serializers.CharField()
    value = serializers.CharField()


class ContactsOutput(serializers.Serializer[Any]):
    """The other side's company by name, and how it is reached."""

    code = serializers.UUIDField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    contacts = ContactOutput(many=True)
