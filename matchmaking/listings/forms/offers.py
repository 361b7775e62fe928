"""Capacity as a factory types it: the offer, and its weeks in one of three ways."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from matchmaking.core import weeks
from matchmaking.core.formatting import week_range, weeks_in_words
from matchmaking.core.parsed_fields import (
    DaysField,
    LeastPairsField,
    NumberField,
    PlannedPairsField,
    PriceField,
)
from matchmaking.core.trade_day import trade_week
from matchmaking.listings import queries, validation, week_plans
from matchmaking.listings.current_terms import offered, terms_of
from matchmaking.listings.disclosure import current_rows
from matchmaking.listings.forms.editor import editor_data
from matchmaking.listings.forms.fields import LinesField, WeekField
from matchmaking.listings.forms.posts import CategoriesField, PostForm
from matchmaking.listings.models import CapacityOffer, Construction
from matchmaking.listings.services.posts import Weeks

KEEP, RATE, TABLE, PASTE = "keep", "rate", "table", "paste"
WAYS = [
    (KEEP, _("Leave the weeks as they are")),
    (RATE, _("A rate per week, with exceptions")),
    (TABLE, _("Each week in a table")),
    (PASTE, _("Paste from a sheet")),
]
WEEKS_AT_FIRST = 26


class OfferForm(PostForm):
    """All fields of an offer. The weeks come by rate, table or pasted lines."""

    categories = CategoriesField(
        label=_("Categories"), help_text=_("What the lines can make, one or several.")
    )
    weeks_mode = forms.ChoiceField(
        label=_("Pairs by week"),
        choices=WAYS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Enter the pairs of at least one week.")},
    )
    rate = PlannedPairsField(label=_("Pairs per week"), required=False)
    rate_from = WeekField(begins=True, label=_("From week"), required=False)
    rate_to = WeekField(label=_("To week"), required=False)
    exceptions = LinesField(
        label=_("Exceptions"),
        help_text=_(
            "A line for each week that differs: 2027-W06 0. The weeks of the Spring Festival "
            "are filled in; change them to your own stop."
        ),
    )
    pasted = LinesField(
        label=_("Lines of your sheet"),
        rows=8,
        help_text=_(
            "Two columns, week and pairs: 2027-W05 5000, or a day instead of the week. Weeks "
            "that are not named count as zero."
        ),
    )
    min_order_pairs = LeastPairsField(label=_("Minimum order, pairs"), required=False)
    lead_days = DaysField(
        label=_("Lead time before the first week, days"),
        required=False,
        help_text=_("From the order to the first pair: materials, tooling, samples."),
    )
    price_low_cny = PriceField(label=_("Price from, yuan a pair"), required=False)
    price_high_cny = PriceField(label=_("Price to, yuan a pair"), required=False)
    constructions = forms.ModelMultipleChoiceField(
        Construction.objects.none(),
        label=_("Constructions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means any."),
    )
    lines = NumberField(label=_("Lasting lines"), required=False)
    REQUIRED = ("title", "categories")
    GROUPS = (
        (_("Terms"), ("min_order_pairs", "lead_days", "price_low_cny", "price_high_cny")),
        (_("Constructions and lines"), ("constructions", "lines")),
        (_("Notes"), ("notes", "own_reference")),
    )
    LINKS = ("categories", "constructions")
    SUGGESTIBLE = ("min_order_pairs",)
    RATE_FIELDS = ("rate", "rate_from", "rate_to", "exceptions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.first = trade_week()
        self.last = self.first + dt.timedelta(weeks=weeks.HORIZON_WEEKS - 1)
        super().__init__(*args, **kwargs)
        for name, rows in {
            "categories": queries.categories_by_family(),
            "constructions": Construction.objects.order_by("position"),
        }.items():
            self._choices(name).queryset = offered(rows, terms_of(self.post, name))
        self._prefill()
        self._add_table()

    def _prefill(self) -> None:
        """Fill in a way to enter the weeks, and the calendar's stops."""
        offer = self.post
        self.has_weeks = isinstance(offer, CapacityOffer) and any(offer.published)
        mode = self.fields["weeks_mode"]
        if not self.has_weeks and isinstance(mode, forms.ChoiceField):
            mode.choices = WAYS[1:]
        until = self.first + dt.timedelta(weeks=WEEKS_AT_FIRST - 1)
        festival = week_plans.festival_weeks(self.first, self.first + dt.timedelta(weeks=52))
        for name, value in {
            "weeks_mode": KEEP if self.has_weeks else RATE,
            "rate_from": self.first,
            "rate_to": until,
            "exceptions": week_plans.as_lines((week, 0) for week in festival),
        }.items():
            if self.initial.get(name) is None:
                self.initial[name] = value

    def _add_table(self) -> None:
        """Add a field for each week of the horizon, named by its label."""
        row: tuple[int, ...] = ()
        if isinstance(self.post, CapacityOffer):
            row = current_rows(self.post, self.first)["published"]
        self.table_names = []
        for index in range(weeks.HORIZON_WEEKS):
            week = self.first + dt.timedelta(weeks=index)
            name = f"week_{weeks.label(week)}"
            self.fields[name] = PlannedPairsField(
                label=f"{week_range(week)} ({weeks.label(week)})",
                required=False,
                initial=(row[index] if index < len(row) else 0) or None,
            )
            self.table_names.append(name)

    @cached_property
    def editor(self) -> dict[str, Any]:
        return editor_data(self.post, self.first)  # type: ignore[arg-type]

    @property
    def table_fields(self) -> list[BoundField]:
        return [self[name] for name in self.table_names[:WEEKS_AT_FIRST]]

    @property
    def later_table_fields(self) -> list[BoundField]:
        return [self[name] for name in self.table_names[WEEKS_AT_FIRST:]]

    def post_problems(self, data: dict[str, Any]) -> validation.Problems:
        """Return what is impossible in the offer as typed."""
        offer = CapacityOffer(**{name: data.get(name) for name in OFFER_COLUMNS if name in data})
        problems = validation.offer_problems(offer)
        if self.wants_all:
            if not data.get("title"):
                problems |= {"title": validation.missing_in_offer(offer, [])["title"]}
            if not data.get("categories"):
                problems |= {"categories": validation.missing_in_offer(offer, [])["categories"]}
            keeps = data.get("weeks_mode") == KEEP and self.has_weeks
            if not keeps and not any((data.get("plan") or {}).values()):
                problems |= {"weeks_mode": validation.missing_in_offer(offer, [])["weeks_mode"]}
        return problems

    def clean(self) -> dict[str, Any]:
        """Read the weeks in the chosen way, then look for problems."""
        data = super().clean() or self.cleaned_data
        mode = data.get("weeks_mode")
        readers = {RATE: self._read_rate, TABLE: self._read_table, PASTE: self._read_pasted}
        data["plan"] = readers[mode](data) if mode in readers else None
        self.add_problems(self.post_problems(data))
        return data

    def _read_rate(self, data: dict[str, Any]) -> week_plans.Plan | None:
        exceptions = self._read_lines("exceptions", data)
        rate, start, end = (data.get(name) for name in ("rate", "rate_from", "rate_to"))
        if rate is None:
            if self.wants_all and "rate" not in self.errors:
                self.add_error("rate", now_("Say how many pairs the lines make in a week."))
            return None
        start, end = start or self.first, end or self.last
        self._check("rate", lambda: week_plans.check_pairs(rate))
        self._check("rate_from", lambda: week_plans.check_week(start, self.first, self.last))
        self._check("rate_to", lambda: week_plans.check_week(end, self.first, self.last))
        if end < start:
            self.add_error(
                "rate_to",
                now_("The last week lies in %(start)s or later.")
                % {"start": weeks_in_words(start)},
            )
        if any(name in self.errors for name in self.RATE_FIELDS):
            return None
        return week_plans.from_rate(rate, start, end, exceptions)

    def _read_table(self, data: dict[str, Any]) -> week_plans.Plan | None:
        plan: week_plans.Plan = {}
        for index, name in enumerate(self.table_names):
            pairs = data.get(name)
            if pairs:
                self._check(name, lambda number=pairs: week_plans.check_pairs(number))
                plan[self.first + dt.timedelta(weeks=index)] = pairs
        return plan

    def _read_pasted(self, data: dict[str, Any]) -> week_plans.Plan | None:
        return self._read_lines("pasted", data)

    def _read_lines(self, name: str, data: dict[str, Any]) -> week_plans.Plan:
        plan, errors = week_plans.parse_lines(
            data.get(name) or "", first=self.first, last=self.last
        )
        for error in errors:
            self.add_error(name, str(error))
        return plan

    def _check(self, name: str, check: Any) -> None:
        try:
            check()
        except week_plans.NotUnderstood as error:
            self.add_error(name, ValidationError(str(error)))

    @property
    def to_save(self) -> dict[str, Any]:
        """The arguments of :func:`save_offer` that were typed."""
        names = (*OFFER_COLUMNS, "notes", "own_reference", *self.LINKS)
        data = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        row = self.plan_row
        return {"data": data, "weeks": None if row is None else Weeks(self.first, row)}

    @property
    def plan_row(self) -> list[int] | None:
        """Pairs per week from this week on, None to leave the weeks as they are."""
        plan = self.cleaned_data.get("plan")
        return None if plan is None else week_plans.as_row(plan, self.first)


OFFER_COLUMNS = (
    "title",
    "min_order_pairs",
    "lead_days",
    "price_low_cny",
    "price_high_cny",
    "lines",
)
