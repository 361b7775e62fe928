"""The market's figures laid out for the page: chart, table, map and sentences, all from one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Cluster
from matchmaking.core import weeks
from matchmaking.core.formatting import pairs_unit, weeks_in_words
from matchmaking.core.localized import localized
from matchmaking.core.text import join_sentences
from matchmaking.listings import figures
from matchmaking.listings.figures import WHOLE, MarketFigures, SideFigures
from matchmaking.listings.models import CategoryFamily, Side


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure of the page; hidden where too few firms stand behind it."""

    pairs: int | None

    @property
    def is_hidden(self) -> bool:
        return self.pairs is None

    @property
    def words(self) -> str:
        return "" if self.pairs is None else figures.in_words(self.pairs)


@dataclass(frozen=True, slots=True)
class Row:
    """A week of the table: free and asked, for one group."""

    monday: dt.date
    free: Amount
    asked: Amount


@dataclass(frozen=True, slots=True)
class Week:
    """A row of the whole table."""

    monday: dt.date
    amounts: list[Amount]


@dataclass(frozen=True, slots=True)
class Group:
    """The whole market, or one family."""

    code: str
    name: str
    free: Amount
    asked: Amount
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the map, for one of the two lists."""

    name: str
    posts: int
    pairs: Amount
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A province: where it lies in the scheme, and its places."""

    code: str
    name: str
    nodes: list[Node]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place with both lists: a line of the table beside the map."""

    code: str
    name: str
    free: Node
    asked: Node

    @property
    def is_empty(self) -> bool:
        return not self.free.posts and not self.asked.posts


# The provinces of today's clusters; where each lies is said by css/market.css.
PROVINCES = {
    "37": ("山东", "Shandong"),
    "51": ("四川", "Sichuan"),
    "50": ("重庆", "Chongqing"),
    "33": ("浙江", "Zhejiang"),
    "43": ("湖南", "Hunan"),
    "36": ("江西", "Jiangxi"),
    "35": ("福建", "Fujian"),
    "44": ("广东", "Guangdong"),
}


def groups(market: MarketFigures) -> list[Group]:
    """Return the whole market, then each family that has a post, in the families' order."""
    keys = {*market.free.by_week, *market.asked.by_week}
    found = [_group(market, WHOLE, "", _("Whole market"))]
    for family in CategoryFamily.objects.order_by("position"):
        key = f"family:{family.code}"
        if key in keys:
            found.append(_group(market, key, family.code, family.name))
    return found


def table(market: MarketFigures, shown: list[Group]) -> list[Week]:
    """Return the weeks as rows: free and asked of each group side by side."""
    rows = zip(market.mondays, *(group.rows for group in shown), strict=True)
    return [
        Week(day, [amount for row in cells for amount in (row.free, row.asked)])
        for day, *cells in rows
    ]


def chart_data(market: MarketFigures, shown: list[Group]) -> dict[str, Any]:
    """Return what the script draws: nothing but the cells of the table."""
    return {
        "weeks": [weeks.label(day) for day in market.mondays],
        "groups": [
            {
                "code": group.code,
                "name": group.name,
                "free": [row.free.pairs for row in group.rows],
                "asked": [row.asked.pairs for row in group.rows],
            }
            for group in shown
        ],
        "free": _("Pairs free"),
        "asked": _("Pairs asked"),
        "few": _("too few firms"),
        "pairs": pairs_unit(2),
    }


def summary(market: MarketFigures, shown: list[Group]) -> str:
    """Return the figures of the coming weeks in a sentence or two."""
    whole = shown[0]
    if whole.free.is_hidden or whole.asked.is_hidden:
        first = _("Too few firms are on the market yet for figures of the coming 26 weeks.")
    else:
        first = _(
            "In the next 26 weeks about %(free)s pairs are free and about %(asked)s are asked."
        ) % {"free": whole.free.words, "asked": whole.asked.words}
    tight = market.tightest
    if tight is None:
        return first
    name = next(group.name for group in shown if group.code == tight.family)
    second = _("Tightest: %(family)s in %(weeks)s.") % {
        "family": name,
        "weeks": weeks_in_words(tight.first, tight.last),
    }
    return join_sentences(first, second)


def tiles(places: list[PlaceRow], side: str) -> list[Tile]:
    """Return the provinces with their places, for one of the two lists."""
    found: dict[str, list[Node]] = {}
    for place in places:
        node = place.free if side == Side.OFFERS else place.asked
        found.setdefault(place.code[:2], []).append(node)
    known = [Tile(code, _province(code), found.pop(code)) for code in PROVINCES if code in found]
    elsewhere = [node for nodes in found.values() for node in nodes]
    return [*known, Tile("", _("Elsewhere"), elsewhere)] if elsewhere else known


def places(market: MarketFigures) -> list[PlaceRow]:
    """Return each place once: a prefecture that is a cluster stands for its counties."""
    clusters = list(Cluster.objects.filter(is_active=True).order_by("code"))
    codes = {cluster.code for cluster in clusters}
    return [
        PlaceRow(
            cluster.code,
            cluster.name,
            _node(cluster, market.free, "listings:market-offers"),
            _node(cluster, market.asked, "listings:market-orders"),
        )
        for cluster in clusters
        if cluster.code.endswith("00") or f"{cluster.code[:4]}00" not in codes
    ]


def _group(market: MarketFigures, key: str, code: str, name: str) -> Group:
    empty: list[int | None] = [0] * figures.SHOWN_WEEKS
    free = market.free.by_week.get(key, empty)
    asked = market.asked.by_week.get(key, empty)
    cells = zip(market.mondays, free, asked, strict=True)
    return Group(
        code,
        name,
        Amount(market.free.window.get(key, 0)),
        Amount(market.asked.window.get(key, 0)),
        [Row(day, Amount(have), Amount(want)) for day, have, want in cells],
    )


def _node(cluster: Cluster, side: SideFigures, view: str) -> Node:
    key = f"place:{cluster.code}"
    places = (pairs or 0 for name, pairs in side.window.items() if name.startswith("place:"))
    pairs = side.window.get(key, 0)
    return Node(
        cluster.name,
        side.posts.get(key, 0),
        Amount(pairs),
        figures.circle(pairs, max(places, default=0)),
        f"{reverse(view)}?cluster={cluster.code}",
    )


def _province(code: str) -> str:
    return localized(*PROVINCES[code])
