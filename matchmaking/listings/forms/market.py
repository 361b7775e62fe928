"""The filters above the public lists: bands and terms, never free figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from accounts.models import Cluster
from matchmaking.core import weeks
from matchmaking.core.formatting import band_text, weeks_in_words
from matchmaking.core.parsing.outcomes import Read
from matchmaking.core.parsing.weeks import read_week
from matchmaking.core.selects import PlainSelect
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import bands, queries
from matchmaking.listings.queries import MarketFilters


class MarketFilterForm(forms.Form):
    """Read from the address; what is not offered any more is left out, and ``left_out`` says so.

    Pairs are the exception: a range of other edges, out of an old link or a search saved before
    the edges changed, is widened to whole bands and shown as such. Dropped, it would list posts
    of any size without a word.
    """

    category = forms.ChoiceField(label=_("Category"), required=False, widget=PlainSelect)
    cluster = forms.ChoiceField(label=_("Cluster"), required=False, widget=PlainSelect)
    week = forms.ChoiceField(label=_("Weeks"), required=False, widget=PlainSelect)
    pairs = forms.ChoiceField(label=_("Pairs"), required=False, widget=PlainSelect)
    passed: dt.date | None = None

    def __init__(self, address: QueryDict) -> None:
        asked = address.copy()
        band = bands.parse_pairs_band(asked.get("pairs", ""))
        if band:
            asked["pairs"] = band.slug
        asked["week"] = self._week_asked(asked.get("week", ""))
        super().__init__(asked)
        any_of = [("", str(_("All")))]
        self._offer("category", [*any_of, *self._categories()])
        clusters = Cluster.objects.filter(is_active=True).order_by("position", "code")
        self._offer("cluster", [*any_of, *((row.code, row.name) for row in clusters)])
        self._offer("week", [*any_of, *self._weeks()])
        offered = bands.all_pairs_bands()
        if band and band not in offered:
            offered.append(band)
        offered.sort(key=lambda each: each.low)
        self._offer(
            "pairs", [*any_of, *((each.slug, band_text(each.low, each.high)) for each in offered)]
        )

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _categories(self) -> list[Any]:
        """Families as choices of their own, their categories under them."""
        groups = []
        for family in queries.families_with_categories():
            members = sorted(family.categories.all(), key=lambda row: row.position)
            options = [(f"family:{family.code}", _("All: %(name)s") % {"name": family.name})]
            options += [(row.code, row.name) for row in members if row.is_active]
            groups.append((family.name, options))
        return groups

    def _week_asked(self, text: str) -> str:
        """Return the band of the week that the address names, "" for one that is over."""
        outcome = read_week(text, trade_day()) if text else None
        if not isinstance(outcome, Read):
            return text
        block = bands.week_block(outcome.value)
        self.passed = outcome.value if block < bands.week_block(trade_day()) else None
        return "" if self.passed else weeks.label(block)

    @property
    def left_out(self) -> list[str]:
        """Sentences about filters of the address that narrow nothing; the others do."""
        said = []
        if self.passed:
            said.append(
                now_("The weeks around %(week)s are over: this filter is left out.")
                % {"week": weeks_in_words(self.passed)}
            )
        self.is_valid()
        for name in self.errors:
            field = self.fields.get(name)
            said.append(
                now_("The filter “%(filter)s” names something that is not offered: it is left out.")
                % {"filter": field.label if field else name}
            )
        return said

    def _weeks(self) -> list[tuple[str, str]]:
        block = bands.week_block(trade_day())
        step = dt.timedelta(weeks=bands.WEEKS_IN_BAND)
        count = weeks.HORIZON_WEEKS // bands.WEEKS_IN_BAND
        blocks = [block + step * index for index in range(count)]
        return [(weeks.label(day), bands.week_band(day, day).text) for day in blocks]

    @property
    def filters(self) -> MarketFilters:
        """The filters that the address names."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        category = data.get("category") or ""
        is_family = category.startswith("family:")
        return MarketFilters(
            family=category.removeprefix("family:") if is_family else "",
            category="" if is_family else category,
            cluster=data.get("cluster") or "",
            week=weeks.parse_label(data["week"]) if data.get("week") else None,
            pairs=bands.parse_pairs_band(data.get("pairs") or ""),
        )

    @property
    def filters_chosen(self) -> list[str]:
        self.is_valid()
        return [value for value in getattr(self, "cleaned_data", {}).values() if value]
