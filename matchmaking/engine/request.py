"""A ranking's request, in the form that every way of ranking reads."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine import formula
from matchmaking.engine.market import Floats, Ints, Market
from matchmaking.engine.rules import Rules
from matchmaking.engine.types import BlockedPairs, Likeness, Profile

Lists: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Scores in hundredths and places by code, best first, -1 behind the last: [rows, k] each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """The market, the rules, and the length of the lists.

    ``likeness`` is rounded as ``formula.likeness_of`` rounds. ``near`` asks for pairs that
    fail by one mendable cause; ``least`` is the lowest score that is kept, in hundredths.
    """

    market: Market
    profile: Profile
    likeness: Floats
    blocked: Ints
    now_day: int
    k: int
    near: bool
    least: int

    @classmethod
    def of(
        cls,
        market: Market,
        profile: Profile,
        likeness: Likeness,
        blocked: BlockedPairs,
        now_day: int,
        *,
        k: int,
        near: bool,
    ) -> "Request":
        """Take over what the caller gave."""
        return cls(
            market=market,
            profile=profile,
            likeness=np.floor(np.asarray(likeness, np.float64) * 1_000_000.0 + 0.5) / 1_000_000.0,
            blocked=np.ascontiguousarray(blocked, dtype=np.int64),
            now_day=now_day,
            k=k,
            near=near,
            least=0 if near else profile.least_hundredths,
        )

    @property
    def rules(self) -> Rules:
        """Give the numbers of the run; always of the same types, so that kernels compile once."""
        profile, market = self.profile, self.market
        return Rules(
            weights=profile.weights,
            wished_buffer_days=int(profile.wished_buffer_days),
            stale_days=int(profile.stale_days),
            fresh_horizon_days=int(profile.fresh_horizon_days),
            stale_volume_share=float(profile.stale_volume_share),
            price_tolerance=float(profile.price_tolerance),
            least=int(profile.least_hundredths),
            near=bool(self.near),
            now_day=int(self.now_day),
            base_week=int(market.base_week),
            weeks=int(market.offers.free.shape[1]),
        )

    def freshness(self, offers: Ints) -> Floats:
        """Give the freshness of some offers; each age is asked of the formula once."""
        ages, places = np.unique(self.market.offers.age_days[offers], return_inverse=True)
        horizon = self.profile.fresh_horizon_days
        fresh = [formula.freshness(age, horizon) for age in ages.tolist()]
        return np.array(fresh, dtype=np.float64)[places]

    def no_lists(self, rows: int) -> Lists:
        shape = (rows, self.k)
        return np.full(shape, -1, dtype=np.int32), np.full(shape, -1, dtype=np.int32)
