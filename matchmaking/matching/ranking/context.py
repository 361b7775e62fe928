"""One run of the engine: everything that all scores of the run share."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from matchmaking.engine.explain_batch import assess_pairs, mend_pairs
from matchmaking.engine.market import Ints, Market, places_of, taken
from matchmaking.engine.ranking import Ranking, Rows, near_candidates, rank
from matchmaking.engine.records import Records
from matchmaking.engine.request import Request
from matchmaking.engine.types import BlockedPairs, Profile
from matchmaking.matching.models import ScoringProfile
from matchmaking.matching.ranking.market import Loader, Scene, load_blocked
from matchmaking.matching.ranking.stored_assessments import Reasons, stored, terms_of
from matchmaking.matching.ranking.taxonomy import Taxonomy, load_taxonomy
from matchmaking.matching.states import ProfileState


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

    def request(self, market: Market) -> Request:
        """Give what the engine is asked of single pairs."""
        return Request.of(market, **self._settings(), k=1, near=False)

    def versions(self, orders: Ints, offers: Ints) -> tuple[Ints, Ints]:
        """Give the versions of loaded posts, by ids."""
        of_orders = [(scene.orders.ids, scene.orders.versions) for scene in self.scenes]
        of_offers = [(scene.offers.ids, scene.offers.versions) for scene in self.scenes]
        return _found(of_orders, orders), _found(of_offers, offers)

    def assess(self, orders: Ints, offers: Ints) -> Reasons:
        """Judge pairs of loaded posts in full, as ``Match.assessment`` keeps it."""
        return self._reasons(assess_pairs, orders, offers)

    def mend(self, orders: Ints, offers: Ints) -> Reasons:
        """Find the smallest change that mends each pair, as ``NearMiss.change`` keeps it."""
        return self._reasons(mend_pairs, orders, offers)

    def _reasons(self, judge: Callable[..., Records], orders: Ints, offers: Ints) -> Reasons:
        """Judge pairs by ids, whatever scenes their posts stand in."""
        (order_ids, order_rows), (offer_ids, offer_rows) = (
            np.unique(ids, return_inverse=True) for ids in (orders, offers)
        )
        market = Market.from_columns(
            taken([(scene.orders.ids, scene.orders.columns) for scene in self.scenes], order_ids),
            taken([(scene.offers.ids, scene.offers.columns) for scene in self.scenes], offer_ids),
        )
        records = judge(self.request(market), order_rows, offer_rows)
        order_versions, offer_versions = self.versions(orders, offers)
        terms = terms_of(
            self.taxonomy, market, order_rows, offer_rows, records["found"].astype(np.int64)
        )
        return Reasons(
            records=records,
            stored=stored(records, terms),
            order_versions=order_versions,
            offer_versions=offer_versions,
        )

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
