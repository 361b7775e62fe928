"""The order as a merchandiser types it, five fields first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Certification
from matchmaking.core.parsed_fields import NumberField, PairsField, PriceField
from matchmaking.core.trade_day import trade_day
from matchmaking.core.uploads import UploadsField
from matchmaking.listings import queries, validation
from matchmaking.listings.current_terms import SOLE, UPPER, offered, terms_of
from matchmaking.listings.forms.fields import (
    CountriesField,
    WeekField,
    WeekInput,
)
from matchmaking.listings.forms.posts import CategoryField, PostForm, TextField
from matchmaking.listings.models import Attachment, Construction, Material, ProcessingOrder
from matchmaking.listings.models.orders import SampleNeed, ToolingOwner
from matchmaking.listings.services.posts import MOST_ATTACHMENTS

if TYPE_CHECKING:
    from matchmaking.listings.forms.posts import OneCategory

NONE_CHOSEN = [("", _("Not stated"))]


class FittingForm(forms.Form):
    """The figures of an order typed so far, as far as they can be read."""

    category = CategoryField()
    pairs = PairsField(label=_("Pairs"), required=False)
    due_week = WeekField(label=_("Due week"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("OneCategory", self.fields["category"]).queryset = queries.active_categories()

    def count(self) -> int | None:
        """Count the capacity that may fit, None while no category is chosen."""
        self.is_valid()
        category = self.cleaned_data.get("category")
        if category is None:
            return None
        pairs, due_week = (self.cleaned_data.get(name) for name in ("pairs", "due_week"))
        return queries.count_fitting_offers(category, pairs, due_week)


class OrderForm(PostForm):
    """All fields of an order. ``submit`` asks for the five required ones; a draft does not."""

    category = CategoryField(label=_("Category"))
    pairs = PairsField(label=_("Pairs"), required=False, help_text=_("For example 60,000"))
    target_unit_price_cny = PriceField(
        label=_("Target price, yuan a pair"), required=False, help_text=_("For example 46.50")
    )
    due_week = WeekField(
        label=_("Due week"),
        required=False,
        help_text=_("A day, or in words: end of March. The week that it lies in counts."),
        widget=WeekInput(chips=(4, 8, 13, 26)),
    )

    construction = forms.ModelChoiceField(
        Construction.objects.none(), label=_("Construction"), required=False, empty_label=_("Any")
    )
    upper_material = forms.ModelChoiceField(
        Material.objects.none(), label=_("Upper material"), required=False, empty_label=_("Any")
    )
    sole_material = forms.ModelChoiceField(
        Material.objects.none(), label=_("Sole material"), required=False, empty_label=_("Any")
    )
    colourways = NumberField(label=_("Colourways"), required=False)
    size_run = TextField(label=_("Size run"), max_length=120, help_text=_("For example 36 to 45"))

    earliest_start = WeekField(
        begins=True, label=_("Earliest start"), required=False, help_text=_("Empty means at once.")
    )
    splittable = forms.BooleanField(
        label=_("The order may be split over several factories"), required=False
    )
    smallest_part = PairsField(label=_("Smallest part for one factory, pairs"), required=False)
    most_factories = NumberField(label=_("At most this many factories"), required=False)

    certifications = forms.ModelMultipleChoiceField(
        Certification.objects.none(),
        label=_("Required certificates"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only factories that hold all of them are proposed."),
    )
    moulds_by = forms.ChoiceField(
        label=_("Moulds"), choices=[*NONE_CHOSEN, *ToolingOwner.choices], required=False
    )
    lasts_by = forms.ChoiceField(
        label=_("Lasts"), choices=[*NONE_CHOSEN, *ToolingOwner.choices], required=False
    )
    sample_need = forms.ChoiceField(
        label=_("Samples"), choices=[*NONE_CHOSEN, *SampleNeed.choices], required=False
    )
    destination_markets = CountriesField(
        label=_("Destination markets"),
        required=False,
        max_length=200,
        help_text=_("Countries by name: Japan, Germany, United States."),
    )
    uploads = UploadsField(
        most=MOST_ATTACHMENTS,
        label=_("Add drawings, photos, lists"),
        required=False,
        help_text=_("PDF, JPEG, PNG or WebP, up to 10 MB each, 10 files in all."),
    )
    remove_files = forms.ModelMultipleChoiceField(
        Attachment.objects.none(),
        label=_("Remove these files"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    REQUIRED = ("title", "category", "pairs", "target_unit_price_cny", "due_week")
    GROUPS = (
        (
            _("The shoe"),
            ("construction", "upper_material", "sole_material", "colourways", "size_run"),
        ),
        (_("Time and split"), ("earliest_start", "splittable", "smallest_part", "most_factories")),
        (
            _("Certificates, tooling, samples"),
            ("certifications", "moulds_by", "lasts_by", "sample_need", "destination_markets"),
        ),
        (_("Notes and files"), ("notes", "own_reference", "uploads", "remove_files")),
    )
    LINKS = ("certifications",)
    SUGGESTIBLE = (
        "pairs",
        "due_week",
        "earliest_start",
        "splittable",
        "smallest_part",
        "construction",
        "target_unit_price_cny",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_terms()
        order = self.post
        if isinstance(order, ProcessingOrder) and order.pk and order.attachments.exists():
            self._choices("remove_files").queryset = order.attachments.order_by("pk")
        else:
            del self.fields["remove_files"]

    def _offer_terms(self) -> None:
        """Offer the active terms, and the one that the post carries already."""
        materials = Material.objects.order_by("position")
        for name, rows in {
            "category": queries.categories_by_family(),
            "construction": Construction.objects.order_by("position"),
            "upper_material": materials.filter(UPPER),
            "sole_material": materials.filter(SOLE),
            "certifications": Certification.objects.order_by("position"),
        }.items():
            self._choices(name).queryset = offered(rows, terms_of(self.post, name))

    def post_problems(self, data: dict[str, Any]) -> validation.Problems:
        """Return what is impossible in the order as typed."""
        order = ProcessingOrder(**{name: data.get(name) for name in ORDER_COLUMNS if name in data})
        order.splittable = bool(data.get("splittable"))
        problems = validation.order_problems(order, today=self.today)
        if self.wants_all:
            problems = validation.missing_in_order(order) | problems
        return problems

    def clean(self) -> dict[str, Any]:
        """Drop the parts of an order that may not be split; add its problems."""
        data = super(forms.Form, self).clean() or self.cleaned_data
        if not data.get("splittable"):
            data["smallest_part"] = data["most_factories"] = None
        self.add_problems(self.post_problems(data))
        return data

    @property
    def today(self) -> dt.date:
        return trade_day()

    @property
    def to_save(self) -> dict[str, Any]:
        """The arguments of :func:`save_order` that were typed."""
        removed = self.cleaned_data.get("remove_files") or ()
        return {
            "data": {
                name: value
                for name, value in self.cleaned_data.items()
                if name not in {"uploads", "remove_files", "version"}
            },
            "files": self.cleaned_data["uploads"],
            "remove_files": [file.code for file in removed],
        }


ORDER_COLUMNS = (
    "title",
    "category",
    "pairs",
    "target_unit_price_cny",
    "due_week",
    "earliest_start",
    "colourways",
    "smallest_part",
    "most_factories",
)
