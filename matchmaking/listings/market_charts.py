"""The market's figures laid out for the page: chart, table, map and sentences, all from one."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Cluster
from matchmaking.core import weeks
from matchmaking.core.formatting import large, pairs_unit, weeks_in_words
from matchmaking.core.localized import localized
from matchmaking.core.text import join_sentences
from matchmaking.listings import figures
from matchmaking.listings.figures import FAMILY, PLACE, WHOLE, MarketFigures, SideFigures
from matchmaking.listings.models import CategoryFamily, Side


@dataclass(frozen=True, slots=True)
class Week:
    """A row of the whole table: free and asked of each group in turn.

    ``is_stopped`` says that the Spring Festival stops the lines.
    """

    monday: dt.date
    pairs: list[int]
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The whole market, or one family: pairs of all weeks, and of each week shown."""

    code: str
    name: str
    free: int
    asked: int
    free_by_week: list[int]
    asked_by_week: list[int]


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the map, for one of the two lists."""

    name: str
    posts: int
    pairs: int
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


SIZES = 6
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
        key = f"{FAMILY}{family.code}"
        if key in keys:
            found.append(_group(market, key, family.code, family.name))
    return found


def table(market: MarketFigures, shown: list[Group]) -> list[Week]:
    """Return the weeks as rows: free and asked of each group side by side."""
    stops = market.stops
    columns = [row for group in shown for row in (group.free_by_week, group.asked_by_week)]
    return [
        Week(day, list(cells), day in stops)
        for day, *cells in zip(market.mondays, *columns, strict=True)
    ]


def chart_data(market: MarketFigures, shown: list[Group]) -> dict[str, Any]:
    """Return what the script draws: nothing but the cells of the table."""
    stops = sorted(market.mondays.index(day) for day in market.stops)
    return {
        "weeks": [weeks.label(day) for day in market.mondays],
        "groups": [
            {
                "code": group.code,
                "name": group.name,
                "free": group.free_by_week,
                "asked": group.asked_by_week,
            }
            for group in shown
        ],
        "free": _("Pairs free"),
        "asked": _("Pairs asked"),
        "stops": stops,
        "stop": _("Spring Festival stop"),
        "pairs": pairs_unit(2),
    }


def summary(market: MarketFigures, shown: list[Group]) -> str:
    """Return the figures of the market in a sentence or two."""
    whole = shown[0]
    first = _(
        "Posts on the market offer about %(free)s pairs and ask for about %(asked)s, over all "
        "weeks that they name."
    ) % {"free": large(whole.free), "asked": large(whole.asked)}
    tight = market.tightest
    if tight is None:
        return first
    name = next(group.name for group in shown if group.code == tight.family)
    second = _("Tightest in the coming 26 weeks: %(family)s in %(weeks)s.") % {
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
    nothing = [0] * figures.SHOWN_WEEKS
    return Group(
        code,
        name,
        market.free.total.get(key, 0),
        market.asked.total.get(key, 0),
        market.free.by_week.get(key, nothing),
        market.asked.by_week.get(key, nothing),
    )


def _node(cluster: Cluster, side: SideFigures, view: str) -> Node:
    key = f"{PLACE}{cluster.code}"
    largest = max((n for name, n in side.total.items() if name.startswith(PLACE)), default=0)
    pairs = side.total.get(key, 0)
    return Node(
        cluster.name,
        side.posts.get(key, 0),
        pairs,
        # By area, as a circle is read.
        max(1, round(SIZES * math.sqrt(pairs / largest))) if pairs else 0,
        f"{reverse(view)}?cluster={cluster.code}",
    )


def _province(code: str) -> str:
    return localized(*PROVINCES[code])
