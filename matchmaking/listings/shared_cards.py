"""Cards of hidden companies, each as coarse as :data:`FIRMS` companies share it.

k-anonymity by generalization (Samarati and Sweeney, 1998): of the companies that take part on one
side of the market, those whose values fewer than k have alike get the next coarser ones, until each
card that is shown is shown of k companies or more. Counted over cards as they are shown, since who
knows the rule knows that a coarse card belongs to none of those with a fine one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from accounts.choices import SizeBand, VerificationTier
from accounts.models import Cluster, Company
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import places
from matchmaking.listings.models import SharedCard
from matchmaking.listings.places import Place
from matchmaking.listings.post_kinds import KINDS, PostKind

FIRMS = 5
NO_TIER = str(VerificationTier.NONE)
SMALL = f"{SizeBand.UNDER_100}+{SizeBand.FROM_100}"
LARGE = f"{SizeBand.FROM_500}+{SizeBand.FROM_2000}"
WIDER_SIZES = {
    SizeBand.UNDER_100: SMALL,
    SizeBand.FROM_100: SMALL,
    SizeBand.FROM_500: LARGE,
    SizeBand.FROM_2000: LARGE,
}
# Which place of the ladder, and whether the tier stands beside it: the nearest first.
STEPS = ((0, True), (1, True), (2, True), (3, True), (2, False), (3, False), (4, False))

Key = TypeVar("Key", bound=Hashable)
Firm = TypeVar("Firm")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is true of a company that takes part."""

    company: int
    ladder: Sequence[Place | None]
    tier: str
    size: str
    certifications: frozenset[int] = frozenset()


@dataclass(slots=True)
class Shown:
    """What is shown of it: a matched party also sees the size and, if asked, certificates."""

    place: Place | None
    tier: str
    size: str = ""
    certifications: list[int] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        where = self.place
        return {
            "place": [where.code, where.name_zh, where.name_en] if where else None,
            "tier": self.tier,
            "size": self.size,
            "certifications": self.certifications,
        }


def generalize(
    firms: Iterable[Firm], steps: Sequence[Callable[[Firm], Key]], *, least: int = FIRMS
) -> list[tuple[Key, list[Firm]]]:
    """Group firms by the first of ``steps`` at which at least ``least`` of the rest are alike.

    The last step makes all alike. Too few that are left over there join another group, so none is
    smaller than ``least`` unless there are fewer firms than that.
    """
    settled: list[tuple[Key, list[Firm]]] = []
    rest = list(firms)
    for step in steps:
        groups: dict[Key, list[Firm]] = defaultdict(list)
        for firm in rest:
            groups[step(firm)].append(firm)
        settled += [(key, group) for key, group in groups.items() if len(group) >= least]
        rest = [firm for group in groups.values() if len(group) < least for firm in group]
    if not rest:
        return settled
    if len(rest) < least and settled:
        # The group that loses least by taking them in: whose values come together nearest.
        joined = min(
            (
                (_first_alike([*rest, *group], steps), len(group), place)
                for place, (_key, group) in enumerate(settled)
            )
        )
        rest += settled.pop(joined[2])[1]
    at = _first_alike(rest, steps) if len(rest) >= least else -1
    settled.append((steps[at](rest[0]), rest))
    return settled


def _first_alike(firms: Sequence[Firm], steps: Sequence[Callable[[Firm], Key]]) -> int:
    return next(at for at, step in enumerate(steps) if len({step(firm) for firm in firms}) == 1)


def cards_of(firms: Sequence[Traits], *, least: int = FIRMS) -> dict[int, Shown]:
    """Return what is shown of each company, by its id."""
    shown: dict[int, Shown] = {}
    steps = [_by_place(level, has_tier=has_tier) for level, has_tier in STEPS]
    for (place, tier), alike in generalize(firms, steps, least=least):
        for size, group in generalize(alike, (_size, _wider_size, _no_size), least=least):
            for firm in group:
                shown[firm.company] = Shown(place, tier, size)
            _allow_certificates(group, shown, least)
    return shown


def count_cards() -> int:
    """Count the cards of all companies that take part anew; return how many changed.

    Who takes part no more keeps no card: it shows nothing until it is counted again.
    """
    counted: dict[int, dict[str, Any]] = defaultdict(dict)
    for kind in KINDS:
        for company, shown in cards_of(traits_of(kind)).items():
            counted[company][kind.name] = shown.to_json()
    known = {row.company_id: row for row in SharedCard.objects.all()}
    changed = []
    for company in {*known, *counted}:
        row = known.get(company) or SharedCard(company_id=company)
        cards = {kind.name: counted[company].get(kind.name, {}) for kind in KINDS}
        if row.pk is None or (row.order, row.offer) != (cards["order"], cards["offer"]):
            row.order, row.offer = cards["order"], cards["offer"]
            changed.append(row)
    # One statement, which two counts at once may both run: the later one's cards stand.
    SharedCard.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["order", "offer"],
    )
    return len(changed)


def traits_of(kind: PostKind) -> list[Traits]:
    """Return the companies with a post of that kind on the market."""
    posts = kind.model.objects.in_market().filter(kind.in_market)
    rows = Company.objects.filter(pk__in=posts.values_list("company", flat=True)).select_related(
        "cluster"
    )
    prefectures = {
        row.code: places.of_cluster(row) for row in Cluster.objects.filter(code__endswith="00")
    }
    return [
        _traits(company, prefectures)
        for company in rows.prefetch_related("certificates").order_by("pk")
    ]


def _traits(company: Company, prefectures: Mapping[str, Place]) -> Traits:
    here = places.of_cluster(company.cluster) if company.cluster else None
    today = trade_day()
    return Traits(
        company=company.pk,
        ladder=places.ladder(here.code if here else "", prefectures, here),
        tier=company.tier_today,
        size=company.size_band,
        certifications=frozenset(
            row.certification_id
            for row in company.certificates.all()
            if row.reviewed_at is not None and row.expires_on >= today
        ),
    )


def _by_place(level: int, *, has_tier: bool) -> Callable[[Traits], tuple[Place | None, str]]:
    return lambda firm: (firm.ladder[level], firm.tier if has_tier else NO_TIER)


def _size(firm: Traits) -> str:
    return firm.size


def _wider_size(firm: Traits) -> str:
    return WIDER_SIZES.get(SizeBand(firm.size), "") if firm.size else ""


def _no_size(_firm: Traits) -> str:
    return ""


def _allow_certificates(group: Sequence[Traits], shown: Mapping[int, Shown], least: int) -> None:
    """Note which certificates may be shown: any of them together are held by ``least`` companies.

    The most common first, each among those that hold the ones before.
    """
    counts = Counter(one for firm in group for one in firm.certifications)
    holders = list(group)
    for certification, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        more = [firm for firm in holders if certification in firm.certifications]
        if len(more) < least:
            continue
        holders = more
        for firm in holders:
            shown[firm.company].certifications.append(certification)
