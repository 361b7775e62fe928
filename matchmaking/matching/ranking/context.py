"""The context of one scoring: everything that all its scores share."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.conf import settings

from matchmaking.core.trade_day import trade_day
from matchmaking.engine.explain_batch import assess_pairs, suggest_changes
from matchmaking.engine.market import Ints, Market, places_of, taken
from matchmaking.engine.ranking import Ranking, Rows, near_candidates, rank
from matchmaking.engine.records import Records
from matchmaking.engine.request import Request
from matchmaking.engine.types import BlockedPairs, Profile, blocked_pairs
from matchmaking.matching.models import ScoringProfile
from matchmaking.matching.ranking.blocks import Blocks, blocks_of
from matchmaking.matching.ranking.market import Loader, MarketSlice
from matchmaking.matching.ranking.stored_assessments import (
    PairAssessments,
    TermTexts,
    encoded,
)
from matchmaking.matching.ranking.taxonomy import Taxonomy, load_taxonomy
from matchmaking.matching.states import ProfileState


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoringContext:
    """The settings of one scoring, and the posts that it has loaded so far."""

    at: dt.datetime
    profile_id: int
    profile: Profile
    taxonomy: Taxonomy
    blocks: Blocks
    slices: list[MarketSlice]

    @classmethod
    def start(cls, at: dt.datetime, profile: ScoringProfile | None = None) -> "ScoringContext":
        """Read profile, taxonomy and blocked companies in six queries.

        Another ``profile`` than the active one is for trying it; such a scoring writes nothing.
        """
        profile = profile or ScoringProfile.objects.get(state=ProfileState.ACTIVE)
        return cls(
            at=at,
            profile_id=profile.pk,
            profile=profile.for_engine(),
            taxonomy=load_taxonomy(),
            blocks=blocks_of(trade_day(at)),
            slices=[],
        )

    @cached_property
    def blocked(self) -> BlockedPairs:
        return blocked_pairs(self.blocks.apart)

    @cached_property
    def loader(self) -> Loader:
        return Loader(taxonomy=self.taxonomy, today=trade_day(self.at))

    @cached_property
    def basis(self) -> str:
        k = settings.MATCHES_PER_POST
        return f"{self.loader.today} p{self.profile_id} k{k} {self.taxonomy.digest()}"

    def add_slice(self, market_slice: MarketSlice) -> MarketSlice:
        self.slices.append(market_slice)
        return market_slice

    def rank(
        self,
        market_slice: MarketSlice,
        k: int,
        *,
        near: bool,
        orders: Rows = None,
        offers: Rows = None,
    ) -> Ranking:
        find = near_candidates if near else rank
        return find(market_slice.market, k=k, orders=orders, offers=offers, **self._settings())

    def request(self, market: Market) -> Request:
        return Request.of(market, **self._settings(), k=1, near=False)

    def versions(self, orders: Ints, offers: Ints) -> tuple[Ints, Ints]:
        """Give the versions of loaded posts, by ids."""
        of_orders = [
            (market_slice.orders.ids, market_slice.orders.versions) for market_slice in self.slices
        ]
        of_offers = [
            (market_slice.offers.ids, market_slice.offers.versions) for market_slice in self.slices
        ]
        return _found(of_orders, orders), _found(of_offers, offers)

    def assess(self, orders: Ints, offers: Ints) -> PairAssessments:
        return self._reasons(assess_pairs, orders, offers)

    def suggest(self, orders: Ints, offers: Ints) -> PairAssessments:
        return self._reasons(suggest_changes, orders, offers)

    def _reasons(
        self, judge: Callable[..., Records], orders: Ints, offers: Ints
    ) -> PairAssessments:
        """Judge pairs by ids, whatever slices their posts stand in."""
        market, order_rows, offer_rows = self._market_of(orders, offers)
        records = judge(self.request(market), order_rows, offer_rows)
        order_versions, offer_versions = self.versions(orders, offers)
        best_categories = records["found"].astype(np.int64)
        terms = self._term_texts.of(market, order_rows, offer_rows, best_categories)
        return PairAssessments(
            records=records,
            stored=encoded(records, terms),
            order_versions=order_versions,
            offer_versions=offer_versions,
        )

    def _market_of(self, orders: Ints, offers: Ints) -> tuple[Market, Ints, Ints]:
        """Give a market in which all of these posts stand, and their rows in it."""
        for market_slice in self.slices:
            order_rows, has_orders = places_of(market_slice.orders.ids, orders)
            offer_rows, has_offers = places_of(market_slice.offers.ids, offers)
            if has_orders.all() and has_offers.all():
                return market_slice.market, order_rows, offer_rows
        (order_ids, order_rows), (offer_ids, offer_rows) = (
            np.unique(ids, return_inverse=True) for ids in (orders, offers)
        )
        sides = (
            [(one.orders.ids, one.orders.columns) for one in self.slices],
            [(one.offers.ids, one.offers.columns) for one in self.slices],
        )
        market = Market.from_columns(taken(sides[0], order_ids), taken(sides[1], offer_ids))
        return market, order_rows, offer_rows

    @cached_property
    def _term_texts(self) -> TermTexts:
        return TermTexts(self.taxonomy)

    def _settings(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "likeness": self.taxonomy.likeness,
            "blocked": self.blocked,
            "now_day": self.loader.now_day,
        }


def _found(known: Sequence[tuple[Ints, Ints]], wanted: Ints) -> Ints:
    """Give the value of each id from the first of the columns that has it."""
    found = np.zeros(len(wanted), dtype=np.int64)
    for ids, values in reversed(known):
        rows, has = places_of(ids, wanted)
        found[has] = values[rows[has]]
    return found
