"""The change that would make a near miss a match, told to the edge of a band.

What a change needs follows from the other side's exact figures, so neither its figure nor its
place in a list is told: who takes the edge has done enough, and has learnt the band.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.core.formatting import grouped, money, pairs, weeks_in_words
from matchmaking.engine.types import Change
from matchmaking.listings import bands
from matchmaking.matching.presentation import band_words, explain

if TYPE_CHECKING:
    from matchmaking.matching.presentation.explain import Names

CENTS = 100


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change as one side may know it: in words, and as the stored one at the edge of its band."""

    words: str
    change: Mapping[str, Any]


def told_change(change: Mapping[str, Any], *, is_mine: bool, names: Names | None) -> ToldChange:
    """Return the change for the reader whose own post it is, or not."""
    kind = Change(change["kind"])
    edge = _EDGES.get(kind)
    told = {**change, "after": edge(change["after"])} if edge else change
    return ToldChange(_WORDS[kind](told, is_mine, names or {}), told)


def _block_end(week: int) -> int:
    last = bands.week_band(weeks.monday(week), weeks.monday(week)).last
    return weeks.week_number(last)


def _block_start(week: int) -> int:
    return weeks.week_number(bands.week_block(weeks.monday(week)))


def _fewer(number: int) -> int:
    return bands.pairs_band(max(1, number)).low


_EDGES: dict[Change, Callable[[int], int]] = {
    Change.DUE_LATER: _block_end,
    Change.START_EARLIER: _block_start,
    Change.MINIMUM_ORDER: _fewer,
    Change.ALLOW_SPLIT: _fewer,
    Change.FEWER_PAIRS: _fewer,
    Change.TARGET_PRICE: lambda cents: bands.price_edge_above(cents / CENTS) * CENTS,
}


def _week(number: int, *, is_exact: bool) -> str:
    monday = weeks.monday(number)
    return weeks_in_words(monday) if is_exact else bands.week_band(monday, monday).text


def _pairs(number: int, *, is_exact: bool) -> str:
    return pairs(number) if is_exact else band_words.pairs_of(bands.pairs_band(max(1, number)))


def _least(edge: int) -> str:
    """Return an edge of pairs in words: under the first there is no round figure to name."""
    if edge > 1:
        return grouped(edge)
    return _("less than %(pairs)s") % {"pairs": grouped(bands.PAIRS_EDGES[1])}


def _due_later(change: Mapping[str, Any], is_mine: bool, _names: Names) -> str:
    return _("due by %(after)s instead of %(before)s") % {
        "after": _week(change["after"], is_exact=True),
        "before": _week(change["before"], is_exact=is_mine),
    }


def _start_earlier(change: Mapping[str, Any], is_mine: bool, _names: Names) -> str:
    return _("start from %(after)s on instead of %(before)s") % {
        "after": _week(change["after"], is_exact=True),
        "before": _week(change["before"], is_exact=is_mine),
    }


def _figures(change: Mapping[str, Any], *, is_mine: bool) -> dict[str, str]:
    return {
        "after": _least(change["after"]),
        "before": _pairs(change["before"], is_exact=is_mine),
    }


def _minimum_order(change: Mapping[str, Any], is_mine: bool, _names: Names) -> str:
    return _("minimum order %(after)s instead of %(before)s") % _figures(change, is_mine=is_mine)


def _allow_split(change: Mapping[str, Any], is_mine: bool, _names: Names) -> str:
    figures = _figures(change, is_mine=is_mine)
    if change.get("terms", {}).get("is_splittable"):
        return _("smallest part %(after)s instead of %(before)s") % figures
    return _("allow a split, with parts of %(part)s pairs") % {"part": figures["after"]}


def _fewer_pairs(change: Mapping[str, Any], is_mine: bool, _names: Names) -> str:
    return _("%(after)s instead of %(before)s") % _figures(change, is_mine=is_mine)


def _any_construction(change: Mapping[str, Any], is_mine: bool, names: Names) -> str:
    if is_mine:
        return explain.change_sentence(change, names)
    return _("any construction instead of the one asked for")


def _add_certificate(change: Mapping[str, Any], _is_mine: bool, names: Names) -> str:
    return explain.change_sentence(change, names)


def _confirm_figures(change: Mapping[str, Any], is_mine: bool, names: Names) -> str:
    return (
        explain.change_sentence(change, names) if is_mine else _("the factory confirms its figures")
    )


def _target_price(change: Mapping[str, Any], is_mine: bool, _names: Names) -> str:
    before = change["before"] / CENTS
    return _("a target price of %(after)s instead of %(before)s") % {
        "after": money(change["after"] / CENTS),
        "before": money(before) if is_mine else band_words.price_of(bands.price_band(before)),
    }


_WORDS: dict[Change, Callable[[Mapping[str, Any], bool, Names], str]] = {
    Change.DUE_LATER: _due_later,
    Change.START_EARLIER: _start_earlier,
    Change.MINIMUM_ORDER: _minimum_order,
    Change.ALLOW_SPLIT: _allow_split,
    Change.FEWER_PAIRS: _fewer_pairs,
    Change.ANY_CONSTRUCTION: _any_construction,
    Change.ADD_CERTIFICATE: _add_certificate,
    Change.CONFIRM_FIGURES: _confirm_figures,
    Change.TARGET_PRICE: _target_price,
}
