"""One run of the engine: everything that all scores of the run share."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import timezone

from matchmaking.engine.near_miss import NearMiss, near_miss
from matchmaking.engine.ranking import Ranking, Rows, near_candidates, rank
from matchmaking.engine.scoring import assess, best_category
from matchmaking.engine.types import Assessment, BlockedPairs, Offer, Order, Profile
from matchmaking.matching.lists import Pair
from matchmaking.matching.market import Loader, Scene, load_blocked
from matchmaking.matching.models import ScoringProfile
from matchmaking.matching.states import ProfileState
from matchmaking.matching.taxonomy import Taxonomy, load_taxonomy, terms_of

NEAR_MISSES_PER_POST = 5


def engine_profile(profile: ScoringProfile) -> Profile:
    """Give the profile as the engine reads it."""
    return Profile(
        version=profile.version,
        volume=profile.volume,
        category=profile.category,
        lead_time=profile.lead_time,
        price=profile.price,
        place=profile.place,
        freshness=profile.freshness,
        wished_buffer_days=profile.wished_buffer_days,
        min_score=profile.min_score,
        stale_days=settings.STALE_AFTER_DAYS,
        fresh_horizon_days=settings.STALE_AFTER_DAYS,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """The settings of one scoring, and the posts that it has loaded so far."""

    at: dt.datetime
    profile_id: int
    profile: Profile
    taxonomy: Taxonomy
    blocked: BlockedPairs
    scenes: list[Scene]

    @classmethod
    def start(cls, at: dt.datetime, profile: ScoringProfile | None = None) -> "Run":
        """Read profile, taxonomy and blocked companies in six queries.

        Another ``profile`` than the active one is for trying it; its run writes nothing.
        """
        profile = profile or ScoringProfile.objects.get(state=ProfileState.ACTIVE)
        return cls(
            at=at,
            profile_id=profile.pk,
            profile=engine_profile(profile),
            taxonomy=load_taxonomy(),
            blocked=load_blocked(),
            scenes=[],
        )

    @cached_property
    def loader(self) -> Loader:
        """What loads sides of the market as of the run's day."""
        return Loader(taxonomy=self.taxonomy, today=timezone.localdate(self.at))

    @cached_property
    def basis(self) -> str:
        """What every score depends on beside the posts, see ``models.Scoring``."""
        k = settings.MATCHES_PER_POST
        return f"{self.loader.today} p{self.profile_id} k{k} {self.taxonomy.digest()}"

    def set_scene(self, scene: Scene) -> Scene:
        """Remember what was loaded: pairs are judged from it."""
        self.scenes.append(scene)
        return scene

    def rank(
        self, scene: Scene, k: int, *, near: bool, orders: Rows = None, offers: Rows = None
    ) -> Ranking:
        """Find the best lists of a scene, of matches or of near misses."""
        find = near_candidates if near else rank
        return find(scene.market, k=k, orders=orders, offers=offers, **self._settings())

    def posts(self, pair: Pair) -> tuple[Order, Offer]:
        """Give the values of two loaded posts."""
        return self._order(pair[0])[0], self._offer(pair[1])[0]

    def versions(self, pair: Pair) -> tuple[int, int]:
        """Give the versions of two loaded posts."""
        return self._order(pair[0])[1], self._offer(pair[1])[1]

    def assess(self, pair: Pair) -> dict[str, Any]:
        """Judge a pair in full, as ``Match.assessment`` keeps it."""
        order, offer = self.posts(pair)
        found: Assessment = assess(order, offer, **self._settings())
        category, _ = best_category(order, offer, self.taxonomy.likeness)
        return found.as_dict() | {"terms": terms_of(order, offer, category, self.taxonomy)}

    def near_miss(self, pair: Pair) -> tuple[NearMiss | None, dict[str, Any]]:
        """Find the smallest change that mends a pair, and the terms that name it."""
        order, offer = self.posts(pair)
        category, _ = best_category(order, offer, self.taxonomy.likeness)
        terms = terms_of(order, offer, category, self.taxonomy)
        return near_miss(order, offer, **self._settings()), terms

    def _settings(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "likeness": self.taxonomy.likeness,
            "blocked": self.blocked,
            "now_day": self.loader.now_day,
        }

    @cached_property
    def _orders(self) -> dict[int, tuple[Order, int]]:
        return {}

    @cached_property
    def _offers(self) -> dict[int, tuple[Offer, int]]:
        return {}

    def _order(self, pk: int) -> tuple[Order, int]:
        if pk not in self._orders:
            scene, row = next(
                (scene, row) for scene in self.scenes if (row := scene.orders.row(pk)) is not None
            )
            self._orders[pk] = scene.market.order(row), int(scene.orders.versions[row])
        return self._orders[pk]

    def _offer(self, pk: int) -> tuple[Offer, int]:
        if pk not in self._offers:
            scene, row = next(
                (scene, row) for scene in self.scenes if (row := scene.offers.row(pk)) is not None
            )
            self._offers[pk] = scene.market.offer(row), int(scene.offers.versions[row])
        return self._offers[pk]
