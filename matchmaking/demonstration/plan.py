"""The plan of the demonstration: who is in it and what they post. Plain values, no rows.

The same seed, scale and day give the same plan. Weeks count from the present one, ages back
from now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from accounts.choices import CompanyKind, VerificationTier
from matchmaking.demonstration import names, wording
from matchmaking.demonstration.figures import Rng, tables
from matchmaking.listings.states import PostState

BIG_ORDER = 1_250_000
MEDIAN_WORKERS = 1_216  # of the factories in the brands' lists
ENGLISH_SHARE = 0.15
EXPIRED_HOURS = (24 * 95, 24 * 130)
DAY = 24


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    brands: int = 40
    factories: int = 200
    orders: int = 300
    offers: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCompany:
    """A company and its one person. ``outcome`` is what became of it here.

    active, pending, returned, suspended, disputed (pending, with another's USCC), or listed
    (by the association; nobody acts for it).
    """

    name_zh: str
    name_en: str
    kind: str
    place: str
    size_band: str
    workers: int
    person: str
    language: str
    outcome: str
    days_ago: int
    tier: str = VerificationTier.LISTED
    certificates: Mapping[str, int] = field(default_factory=dict)  # code → days until it expires

    @property
    def takes_part(self) -> bool:
        return self.outcome in {"active", "suspended"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPost:
    """An order or an offer: whose, in which state, since how many hours, with which fields.

    Terms stand as codes, weeks as numbers from the present week.
    """

    company: int
    state: PostState
    age_hours: int
    fields: Mapping[str, Any]
    weekly_pairs: int = 0
    first_week: int = 0
    weeks: int = 0
    confirmed_hours: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Companies (brands first), orders, offers."""

    companies: Sequence[PlannedCompany]
    orders: Sequence[PlannedPost]
    offers: Sequence[PlannedPost]


ODD_BRANDS = ("pending", "returned", "suspended", "pending")
ODD_FACTORIES = (
    *("pending", "disputed", "returned", "suspended", "listed", "listed"),
    *("pending", "pending", "listed", "listed"),
)

# Shares of the states beside "published", in hundredths of all posts.
SHARES = {
    PostState.PENDING: 6,
    PostState.DRAFT: 4,
    PostState.PAUSED: 4,
    PostState.EXPIRED: 5,
    PostState.REJECTED: 3,
    PostState.CLOSED: 4,
}


def make_plan(scale: Scale, *, year: int) -> Plan:
    """Draw the plan; ``year`` is the coming one, which the titles name."""
    rng = Rng()
    brands = list(_companies(rng, scale.brands, CompanyKind.BRAND, ODD_BRANDS))
    factories = list(_companies(rng, scale.factories, CompanyKind.FACTORY, ODD_FACTORIES))
    companies = [*brands, *factories]
    orders = [
        _order(rng, companies, company, state, number, year)
        for number, (company, state) in enumerate(
            _spread(rng, companies, scale.orders, CompanyKind.BRAND), start=1
        )
    ]
    offers = [
        _offer(rng, companies, company, state, number)
        for number, (company, state) in enumerate(
            _spread(rng, companies, scale.offers, CompanyKind.FACTORY), start=1
        )
    ]
    return Plan(companies, orders, offers)


def _companies(
    rng: Rng, count: int, kind: CompanyKind, odd: Sequence[str]
) -> Iterator[PlannedCompany]:
    """Yield companies of a kind, the demo sign-in's first, the odd ones last."""
    is_brand = kind == CompanyKind.BRAND
    first = names.FIRST_BRAND if is_brand else names.FIRST_FACTORY
    named = names.company_names(
        rng, names.BRAND_TRADES if is_brand else names.FACTORY_TRADES, first=first
    )
    outcomes = ["active"] * (count - len(odd)) + list(odd)
    for number, (outcome, (name_zh, name_en)) in enumerate(zip(outcomes, named, strict=False)):
        if is_brand:
            place, band, workers = rng.brand_place(), rng.one(["under_100", "100_499"]), 0
        else:
            place, (band, workers) = rng.factory_place(), rng.size()
        if number == 0:  # the sign-ins: sports shoes on both sides, so that they meet
            place = "350582" if is_brand else "350304"
            band, workers = ("100_499", 0) if is_brand else ("500_1999", MEDIAN_WORKERS)
        language = "en" if rng.chance(ENGLISH_SHARE) and number else "zh-hans"
        yield PlannedCompany(
            name_zh=name_zh,
            name_en=name_en,
            kind=CompanyKind.BOTH if is_brand and number % 13 == 12 else kind,  # noqa: PLR2004 - a few
            place=place,
            size_band=band,
            workers=workers,
            person=names.person_name(rng, language),
            language=language,
            outcome=outcome,
            days_ago=rng.between(140, 400)
            if outcome in {"active", "suspended"}
            else rng.between(0, 9),
            tier=_tier(rng, number),
            certificates=_certificates(rng, number) if outcome == "active" else {},
        )


def _tier(rng: Rng, number: int) -> str:
    if number == 0 or rng.chance(0.3):
        return VerificationTier.SITE if rng.chance(0.4) else VerificationTier.DOCUMENTS
    return VerificationTier.LISTED


def _certificates(rng: Rng, number: int) -> dict[str, int]:
    """Return certificates; the first company's first one ends soon."""
    held = ["iso9001", "amfori_bsci", "smeta", "grs", "inspection_factory", "en_iso_20345"]
    chosen = [code for code in held if rng.chance(0.1)]
    if number == 0:
        return {"iso9001": 12, "amfori_bsci": 300}
    return {code: rng.between(20, 700) for code in chosen}


def _spread(
    rng: Rng, companies: Sequence[PlannedCompany], count: int, kind: CompanyKind
) -> list[tuple[int, PostState]]:
    """Deal states and companies; the first company gets one post in each state."""
    owners = [
        index
        for alike in (kind, CompanyKind.BOTH)  # the sign-in's company is the first of its kind
        for index, company in enumerate(companies)
        if company.takes_part and company.kind == alike
    ]
    states = [state for state, share in SHARES.items() for _ in range(max(1, count * share // 100))]
    states += [PostState.PUBLISHED] * (count - len(states))
    dealt = [(owners[0], state) for state in SHARES if state in states]
    for _, state in dealt:
        states.remove(state)
    rng.random.shuffle(states)
    turn = cycle(owners)
    return [*dealt, *zip(islice(turn, len(states)), states, strict=True)][:count]


def _age(rng: Rng, state: PostState) -> int:
    """Return how many hours ago the post was handed in."""
    if state == PostState.PENDING:
        return rng.between(1, 9 * DAY)
    if state == PostState.EXPIRED:
        return rng.between(*EXPIRED_HOURS)
    if state == PostState.PUBLISHED and rng.chance(0.05):
        return rng.between(84 * DAY, 88 * DAY)  # ends within days: the reminder
    return rng.between(2 * DAY, 60 * DAY)


def _order(
    rng: Rng,
    companies: Sequence[PlannedCompany],
    company: int,
    state: PostState,
    number: int,
    year: int,
) -> PlannedPost:
    owner = companies[company]
    category = rng.categories(owner.place, 1)[0]
    pairs = BIG_ORDER if number == len(SHARES) + 1 else rng.order_pairs()
    constructions = tables()["constructions"]["by_category"].get(category, [])
    upper, sole = tables()["materials"]["by_category"].get(category, [["pu"], ["rubber"]])
    start = rng.between(1, 14)
    fields = {
        "title": _title(rng, category, year, owner.language),
        "own_reference": f"PO-{number:04d}",
        "category": category,
        "construction": rng.one(constructions) if constructions and rng.chance(0.5) else None,
        "upper_material": rng.one(upper),
        "sole_material": rng.one(sole),
        "pairs": pairs,
        "colourways": rng.between(1, 6),
        "size_run": rng.one(wording.SIZE_RUNS.get(category, wording.USUAL_SIZE_RUNS)),
        "target_unit_price_cny": rng.price(category),
        "earliest_start": start,
        "due_week": start + rng.between(5, 22) + min(20, pairs // 60_000),
        **_split(rng, pairs),
        "moulds_by": rng.one(["brand", "factory", "open", ""]),
        "lasts_by": rng.one(["brand", "factory", "open", ""]),
        "sample_need": rng.one(["none", "confirm", "develop", ""]),
        "destination_markets": rng.one([["CN"], ["CN"], ["US"], ["DE", "FR"], ["JP"], []]),
        "notes": rng.one(wording.ORDER_NOTES) if owner.language != "en" else "",
        "certifications": [rng.one(["iso9001", "amfori_bsci"])] if rng.chance(0.08) else [],
    }
    return PlannedPost(company=company, state=state, age_hours=_age(rng, state), fields=fields)


def _split(rng: Rng, pairs: int) -> dict[str, Any]:
    """Large orders go to several factories."""
    if pairs >= 100_000 or (pairs >= 20_000 and rng.chance(0.5)):  # noqa: PLR2004 - from a line's month on
        part = max(3_000, round(pairs / rng.between(6, 14) / 1_000) * 1_000)
        return {"splittable": True, "smallest_part": part, "most_factories": rng.between(3, 12)}
    return {"splittable": False, "smallest_part": None, "most_factories": None}


def _offer(
    rng: Rng, companies: Sequence[PlannedCompany], company: int, state: PostState, number: int
) -> PlannedPost:
    owner = companies[company]
    categories = rng.categories(owner.place, rng.between(1, 3))
    by_category = tables()["constructions"]["by_category"]
    price = rng.price(categories[0])
    age = _age(rng, state)
    is_stale = state == PostState.PUBLISHED and rng.chance(0.12)
    confirmed = rng.between(15 * DAY, 40 * DAY) if is_stale else rng.between(1, 12 * DAY)
    lines = max(1, round(max(owner.workers, 60) / 133 / 2))
    fields = {
        "title": _offer_title(rng, categories[0], number, owner.language),
        "own_reference": f"CAP-{number:04d}",
        "categories": categories,
        "constructions": sorted({way for code in categories for way in by_category.get(code, [])}),
        "min_order_pairs": rng.one(tables()["minimum_orders"]["by_band"][owner.size_band]),
        "lead_days": rng.one(tables()["lead_days"]["choices"]),
        "price_low_cny": price,
        "price_high_cny": round(price * rng.random.uniform(1.15, 1.6) * 2) / 2,
        "lines": min(lines, 40),
        "notes": rng.one(wording.OFFER_NOTES) if owner.language != "en" else "",
    }
    return PlannedPost(
        company=company,
        state=state,
        age_hours=max(age, confirmed + 1) if is_stale else age,
        fields=fields,
        weekly_pairs=rng.weekly_pairs(max(owner.workers, 60)),
        first_week=rng.between(0, 5),
        weeks=rng.between(12, 60),
        confirmed_hours=min(confirmed, age) if not is_stale else confirmed,
    )


def _title(rng: Rng, category: str, year: int, language: str) -> str:
    zh, en = rng.one(wording.PRODUCTS[category])
    season_zh, season_en = rng.one([("春夏", "SS"), ("秋冬", "AW")])
    return f"{en}, {season_en} {year}" if language == "en" else f"{year} {season_zh} {zh}"


def _offer_title(rng: Rng, category: str, number: int, language: str) -> str:
    zh, en = rng.one(wording.PRODUCTS[category])
    line = number % 4 + 1
    return f"Line {line}: {en.lower()}" if language == "en" else f"{line} 号线 {zh}"
