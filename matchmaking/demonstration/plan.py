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
from matchmaking.demonstration.figures import Dice, tables
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
    """A company and its one person. ``fate`` is what became of it here.

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
    fate: str
    days_ago: int
    tier: str = VerificationTier.LISTED
    certificates: Mapping[str, int] = field(default_factory=dict)  # code → days until it expires

    @property
    def takes_part(self) -> bool:
        """Whether it was approved once, so that it has posts."""
        return self.fate in {"active", "suspended"}


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
    dice = Dice()
    brands = list(_companies(dice, scale.brands, CompanyKind.BRAND, ODD_BRANDS))
    factories = list(_companies(dice, scale.factories, CompanyKind.FACTORY, ODD_FACTORIES))
    companies = [*brands, *factories]
    orders = [
        _order(dice, companies, company, state, number, year)
        for number, (company, state) in enumerate(
            _spread(dice, companies, scale.orders, CompanyKind.BRAND), start=1
        )
    ]
    offers = [
        _offer(dice, companies, company, state, number)
        for number, (company, state) in enumerate(
            _spread(dice, companies, scale.offers, CompanyKind.FACTORY), start=1
        )
    ]
    return Plan(companies, orders, offers)


def _companies(
    dice: Dice, count: int, kind: CompanyKind, odd: Sequence[str]
) -> Iterator[PlannedCompany]:
    """Yield companies of a kind, the demo sign-in's first, the odd ones last."""
    is_brand = kind == CompanyKind.BRAND
    first = names.FIRST_BRAND if is_brand else names.FIRST_FACTORY
    named = names.company_names(
        dice, names.BRAND_TRADES if is_brand else names.FACTORY_TRADES, first=first
    )
    fates = ["active"] * (count - len(odd)) + list(odd)
    for number, (fate, (name_zh, name_en)) in enumerate(zip(fates, named, strict=False)):
        if is_brand:
            place, band, workers = dice.brand_place(), dice.one(["under_100", "100_499"]), 0
        else:
            place, (band, workers) = dice.factory_place(), dice.size()
        if number == 0:  # the sign-ins: sports shoes on both sides, so that they meet
            place = "350582" if is_brand else "350304"
            band, workers = ("100_499", 0) if is_brand else ("500_1999", MEDIAN_WORKERS)
        language = "en" if dice.chance(ENGLISH_SHARE) and number else "zh-hans"
        yield PlannedCompany(
            name_zh=name_zh,
            name_en=name_en,
            kind=CompanyKind.BOTH if is_brand and number % 13 == 12 else kind,  # noqa: PLR2004 - a few
            place=place,
            size_band=band,
            workers=workers,
            person=names.person_name(dice, language),
            language=language,
            fate=fate,
            days_ago=dice.between(140, 400)
            if fate in {"active", "suspended"}
            else dice.between(0, 9),
            tier=_tier(dice, number),
            certificates=_certificates(dice, number) if fate == "active" else {},
        )


def _tier(dice: Dice, number: int) -> str:
    if number == 0 or dice.chance(0.3):
        return VerificationTier.SITE if dice.chance(0.4) else VerificationTier.DOCUMENTS
    return VerificationTier.LISTED


def _certificates(dice: Dice, number: int) -> dict[str, int]:
    """Return certificates; the first company's first one ends soon."""
    held = ["iso9001", "amfori_bsci", "smeta", "grs", "inspection_factory", "en_iso_20345"]
    chosen = [code for code in held if dice.chance(0.1)]
    if number == 0:
        return {"iso9001": 12, "amfori_bsci": 300}
    return {code: dice.between(20, 700) for code in chosen}


def _spread(
    dice: Dice, companies: Sequence[PlannedCompany], count: int, kind: CompanyKind
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
    dice.random.shuffle(states)
    turn = cycle(owners)
    return [*dealt, *zip(islice(turn, len(states)), states, strict=True)][:count]


def _age(dice: Dice, state: PostState) -> int:
    """Return how many hours ago the post was handed in."""
    if state == PostState.PENDING:
        return dice.between(1, 9 * DAY)
    if state == PostState.EXPIRED:
        return dice.between(*EXPIRED_HOURS)
    if state == PostState.PUBLISHED and dice.chance(0.05):
        return dice.between(84 * DAY, 88 * DAY)  # ends within days: the reminder
    return dice.between(2 * DAY, 60 * DAY)


def _order(
    dice: Dice,
    companies: Sequence[PlannedCompany],
    company: int,
    state: PostState,
    number: int,
    year: int,
) -> PlannedPost:
    owner = companies[company]
    category = dice.categories(owner.place, 1)[0]
    pairs = BIG_ORDER if number == len(SHARES) + 1 else dice.order_pairs()
    constructions = tables()["constructions"]["by_category"].get(category, [])
    upper, sole = tables()["materials"]["by_category"].get(category, [["pu"], ["rubber"]])
    start = dice.between(1, 14)
    fields = {
        "title": _title(dice, category, year, owner.language),
        "own_reference": f"PO-{number:04d}",
        "category": category,
        "construction": dice.one(constructions) if constructions and dice.chance(0.5) else None,
        "upper_material": dice.one(upper),
        "sole_material": dice.one(sole),
        "pairs": pairs,
        "colourways": dice.between(1, 6),
        "size_run": dice.one(wording.SIZE_RUNS.get(category, wording.USUAL_SIZE_RUNS)),
        "target_unit_price_cny": dice.price(category),
        "earliest_start": start,
        "due_week": start + dice.between(5, 22) + min(20, pairs // 60_000),
        **_split(dice, pairs),
        "moulds_by": dice.one(["brand", "factory", "open", ""]),
        "lasts_by": dice.one(["brand", "factory", "open", ""]),
        "sample_need": dice.one(["none", "confirm", "develop", ""]),
        "destination_markets": dice.one([["CN"], ["CN"], ["US"], ["DE", "FR"], ["JP"], []]),
        "notes": dice.one(wording.ORDER_NOTES) if owner.language != "en" else "",
        "certifications": [dice.one(["iso9001", "amfori_bsci"])] if dice.chance(0.08) else [],
    }
    return PlannedPost(company=company, state=state, age_hours=_age(dice, state), fields=fields)


def _split(dice: Dice, pairs: int) -> dict[str, Any]:
    """Large orders go to several factories."""
    if pairs >= 100_000 or (pairs >= 20_000 and dice.chance(0.5)):  # noqa: PLR2004 - from a line's month on
        part = max(3_000, round(pairs / dice.between(6, 14) / 1_000) * 1_000)
        return {"splittable": True, "smallest_part": part, "most_factories": dice.between(3, 12)}
    return {"splittable": False, "smallest_part": None, "most_factories": None}


def _offer(
    dice: Dice, companies: Sequence[PlannedCompany], company: int, state: PostState, number: int
) -> PlannedPost:
    owner = companies[company]
    categories = dice.categories(owner.place, dice.between(1, 3))
    by_category = tables()["constructions"]["by_category"]
    price = dice.price(categories[0])
    age = _age(dice, state)
    is_stale = state == PostState.PUBLISHED and dice.chance(0.12)
    confirmed = dice.between(15 * DAY, 40 * DAY) if is_stale else dice.between(1, 12 * DAY)
    lines = max(1, round(max(owner.workers, 60) / 133 / 2))
    fields = {
        "title": _offer_title(dice, categories[0], number, owner.language),
        "own_reference": f"CAP-{number:04d}",
        "categories": categories,
        "constructions": sorted({way for code in categories for way in by_category.get(code, [])}),
        "min_order_pairs": dice.one(tables()["minimum_orders"]["by_band"][owner.size_band]),
        "lead_days": dice.one(tables()["lead_days"]["choices"]),
        "price_low_cny": price,
        "price_high_cny": round(price * dice.random.uniform(1.15, 1.6) * 2) / 2,
        "lines": min(lines, 40),
        "notes": dice.one(wording.OFFER_NOTES) if owner.language != "en" else "",
    }
    return PlannedPost(
        company=company,
        state=state,
        age_hours=max(age, confirmed + 1) if is_stale else age,
        fields=fields,
        weekly_pairs=dice.weekly_pairs(max(owner.workers, 60)),
        first_week=dice.between(0, 5),
        weeks=dice.between(12, 60),
        confirmed_hours=min(confirmed, age) if not is_stale else confirmed,
    )


def _title(dice: Dice, category: str, year: int, language: str) -> str:
    zh, en = dice.one(wording.PRODUCTS[category])
    season_zh, season_en = dice.one([("春夏", "SS"), ("秋冬", "AW")])
    return f"{en}, {season_en} {year}" if language == "en" else f"{year} {season_zh} {zh}"


def _offer_title(dice: Dice, category: str, number: int, language: str) -> str:
    zh, en = dice.one(wording.PRODUCTS[category])
    line = number % 4 + 1
    return f"Line {line}: {en.lower()}" if language == "en" else f"{line} 号线 {zh}"
