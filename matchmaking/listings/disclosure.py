"""Posts as a reader may see them: five depths, decided in one place.

Strangers see bands. A matched party sees the same bands, and what the match rests on in steps as
coarse. Exact figures are for the one partner to whom the owner said yes; the name opens when both
did, and the owner sees all. Free text (title, notes, size run) may name its writer and is hidden
as long as the name is; the own reference always.

A card is a value: whatever a reader is told besides is computed from the cards that he may see.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.choices import CompanyKind, VerificationTier
from matchmaking.core import protections, weeks
from matchmaking.core.protections import Protection
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.listings import bands
from matchmaking.listings.places import Place, of_cluster

if TYPE_CHECKING:
    from accounts.models import Certificate, Certification, Company
    from matchmaking.listings.bands import Band, WeekBand
    from matchmaking.listings.models import (
        CapacityOffer,
        Category,
        Construction,
        Material,
        ProcessingOrder,
    )


SideName = Literal["order", "offer"]
KINDS_OF_SIDES = {"order": CompanyKind.BRAND, "offer": CompanyKind.FACTORY}


class Depth(IntEnum):
    """Depths of disclosure, from a stranger to the owner."""

    STRANGER = 1
    MATCHED = 2
    CONSENTED = 3
    MUTUAL = 4
    OWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What an order asks of a factory besides figures: of what it holds, only that is shown."""

    certifications: frozenset[int] = frozenset()
    construction: int | None = None

    @classmethod
    def by(cls, order: ProcessingOrder) -> Asked:
        # From what a list loaded; values_list() would ask for each row.
        wanted = frozenset(row.pk for row in order.certifications.all())
        return cls(wanted, order.construction_id)


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """The company behind a post. ``name`` is empty unless the reader may know it.

    While it is, place, tier, size and certificates are those of its shared card, which several
    companies have alike.
    """

    place: Place | None
    tier: str
    kind: str
    size_band: str = ""
    certifications: tuple[Certification, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order at one depth: bands for everybody, then steps, then figures.

    What the depth does not show is None or empty. ``starts`` and ``due`` are the blocks of the
    order's first and last week; an order that may begin at any time has no ``starts``.
    """

    code: UUID
    depth: Depth
    company: CompanyCard
    category: Category | None
    weeks: WeekBand | None
    pairs_band: Band | None
    price_band: Band | None
    starts: WeekBand | None = None
    due: WeekBand | None = None
    part_band: Band | None = None
    pairs: int | None = None
    target_unit_price_cny: Decimal | None = None
    earliest_start: dt.date | None = None
    due_week: dt.date | None = None
    construction: Construction | None = None
    upper_material: Material | None = None
    sole_material: Material | None = None
    colourways: int | None = None
    splittable: bool | None = None
    smallest_part: int | None = None
    most_factories: int | None = None
    certifications: tuple[Certification, ...] = ()
    moulds_by: str = ""
    lasts_by: str = ""
    sample_need: str = ""
    destination_markets: tuple[str, ...] = ()
    title: str = ""
    size_run: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer at one depth: bands for everybody, then steps, then figures.

    What the depth does not show is None or empty. ``says_constructions`` is None where the
    reader asked for none.
    """

    code: UUID
    depth: Depth
    company: CompanyCard
    categories: tuple[Category, ...]
    weeks: WeekBand | None
    pairs_band: Band | None
    price_band: Band | None
    is_stale: bool
    min_order_band: Band | None = None
    lead_band: Band | None = None
    says_constructions: bool | None = None
    free_pairs: int | None = None
    anchor_week: dt.date | None = None
    free: tuple[int, ...] = ()
    published: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    booked: tuple[int, ...] = ()
    min_order_pairs: int | None = None
    lead_days: int | None = None
    price_low_cny: Decimal | None = None
    price_high_cny: Decimal | None = None
    constructions: tuple[Construction, ...] = ()
    lines: int | None = None
    confirmed_at: dt.datetime | None = None
    title: str = ""
    notes: str = ""


def company_name(company: Company, depth: Depth) -> str:
    return company.name if depth >= Depth.MUTUAL else ""


def company_card(
    company: Company, depth: Depth, side: SideName, asked: Asked | None = None
) -> CompanyCard:
    """Return the company behind a post of that side as a reader of that depth may know it."""
    if depth < Depth.MUTUAL and protections.is_on(Protection.SHARED_CARDS):
        return _shared_card(company, depth, side, asked or Asked())
    tier = company.tier_today
    place = of_cluster(company.cluster) if company.cluster else None
    if depth == Depth.STRANGER:
        return CompanyCard(place, tier, company.kind)
    return CompanyCard(
        place=place,
        tier=tier,
        kind=company.kind,
        size_band=company.size_band,
        certifications=tuple(
            row.certification
            for row in _held(company)
            if depth >= Depth.MUTUAL or _is_shown(row, asked or Asked())
        ),
        name=company_name(company, depth),
    )


def _shared_card(company: Company, depth: Depth, side: SideName, asked: Asked) -> CompanyCard:
    """Return the company as coarse as others share it; of its kind, only the side of this post."""
    row = getattr(company, "shared_card", None)
    counted = getattr(row, side) if row else {}
    where, tier = counted.get("place"), counted.get("tier")
    card = CompanyCard(
        place=Place(*where) if where else None,
        # What lapsed since the count is vouched for no more.
        tier=tier if tier == company.tier_today else str(VerificationTier.NONE),
        kind=str(KINDS_OF_SIDES[side]),
    )
    if depth == Depth.STRANGER:
        return card
    allowed = counted.get("certifications", ())
    return replace(
        card,
        size_band=counted.get("size", ""),
        certifications=tuple(
            held.certification
            for held in _held(company)
            if held.certification_id in allowed and _is_shown(held, asked)
        ),
    )


def _held(company: Company) -> list[Certificate]:
    today = trade_day()
    # Lists load them with the company.
    return [row for row in company.certificates.all() if row.expires_on >= today]


def _is_shown(certificate: Certificate, asked: Asked) -> bool:
    """Return whether it is shown before consent: its proof was seen, and the reader asked for it."""
    is_on = protections.is_on(Protection.CHECKED_CERTIFICATES)
    is_checked = certificate.reviewed_at is not None or not is_on
    return is_checked and certificate.certification_id in asked.certifications


def order_card(order: ProcessingOrder, depth: Depth) -> OrderCard:
    """Return the order as a reader of that depth may know it.

    For strangers no query is made beyond the order, its category and its company's shared
    card; load these with it.
    """
    due, pairs, price = order.due_week, order.pairs, order.target_unit_price_cny
    start = order.earliest_start or due
    card = OrderCard(
        code=order.code,
        depth=depth,
        company=company_card(order.company, depth, "order"),
        category=order.category,
        weeks=bands.week_band(start, due) if start and due else None,
        pairs_band=bands.pairs_band(pairs) if pairs else None,
        price_band=bands.price_band(price) if price else None,
    )
    if depth >= Depth.MATCHED:
        card = _matched_order(card, order)
    return _order_figures(card, order) if depth >= Depth.CONSENTED else card


def offer_card(offer: CapacityOffer, depth: Depth, asked: Asked | None = None) -> OfferCard:
    """Return the offer as a reader of that depth may know it, who asked for that.

    For strangers the weeks span the blocks from the first to the last free week, and
    pairs are all that is free in them. Load categories and the company's shared card with it.
    """
    first, last = offer.free_from, offer.free_until
    card = OfferCard(
        code=offer.code,
        depth=depth,
        company=company_card(offer.company, depth, "offer", asked),
        categories=tuple(offer.categories.all()),
        weeks=bands.week_band(first, last) if first and last else None,
        pairs_band=bands.pairs_band(offer.free_pairs) if offer.free_pairs else None,
        price_band=bands.price_range_band(offer.price_low_cny, offer.price_high_cny),
        is_stale=is_stale(offer),
    )
    if depth >= Depth.MATCHED:
        card = _matched_offer(card, offer, asked or Asked())
    return _offer_figures(card, offer) if depth >= Depth.CONSENTED else card


def is_stale(offer: CapacityOffer, *, now: dt.datetime | None = None) -> bool:
    """Return whether the figures are older than ``STALE_AFTER_DAYS``; never without figures."""
    if offer.confirmed_at is None:
        return False
    age = (now or timezone.now()) - offer.confirmed_at
    return age > dt.timedelta(days=settings.STALE_AFTER_DAYS)


def current_rows(offer: CapacityOffer, this_week: dt.date) -> dict[str, tuple[int, ...]]:
    """Return the offer's arrays from this week on, also before the Monday's roll."""
    gone = 0
    if offer.anchor_week:
        gone = min(max((this_week - offer.anchor_week).days // 7, 0), weeks.HORIZON_WEEKS)
    return {
        name: tuple(getattr(offer, name)[gone:]) for name in ("free", "published", "held", "booked")
    }


def _matched_order(card: OrderCard, order: ProcessingOrder) -> OrderCard:
    """Return the card with what gates judge, no figure nearer than its band."""
    start, due, part = order.earliest_start, order.due_week, order.smallest_part
    return replace(
        card,
        starts=bands.week_band(start, start) if start else None,
        due=bands.week_band(due, due) if due else None,
        part_band=bands.pairs_band(part) if part else None,
        splittable=order.splittable,
        construction=order.construction,
        certifications=tuple(order.certifications.all()),
    )


def _order_figures(card: OrderCard, order: ProcessingOrder) -> OrderCard:
    # Words that people typed may name who typed them: they open with the name.
    named = card.depth >= Depth.MUTUAL
    return replace(
        card,
        pairs=order.pairs,
        target_unit_price_cny=order.target_unit_price_cny,
        earliest_start=order.earliest_start,
        due_week=order.due_week,
        upper_material=order.upper_material,
        sole_material=order.sole_material,
        colourways=order.colourways,
        smallest_part=order.smallest_part,
        most_factories=order.most_factories,
        moulds_by=order.get_moulds_by_display() if order.moulds_by else "",
        lasts_by=order.get_lasts_by_display() if order.lasts_by else "",
        sample_need=order.get_sample_need_display() if order.sample_need else "",
        destination_markets=tuple(order.destination_markets),
        title=order.title if named else "",
        size_run=order.size_run if named else "",
        notes=order.notes if named else "",
    )


def _matched_offer(card: OfferCard, offer: CapacityOffer, asked: Asked) -> OfferCard:
    """Return the card with what gates judge, no figure nearer than its band."""
    minimum, lead = offer.min_order_pairs, offer.lead_days
    made = offer.constructions.all()
    return replace(
        card,
        min_order_band=None if minimum is None else bands.pairs_band(minimum),
        lead_band=None if lead is None else bands.lead_band(lead),
        says_constructions=bool(made) if asked.construction else None,
        constructions=tuple(row for row in made if row.pk == asked.construction),
    )


def _offer_figures(card: OfferCard, offer: CapacityOffer) -> OfferCard:
    """Return the card with figures; pairs held and booked for others are the owner's alone."""
    own, named = card.depth == Depth.OWN, card.depth >= Depth.MUTUAL
    this_week = trade_week()
    rows = current_rows(offer, this_week)
    return replace(
        card,
        free_pairs=sum(rows["free"]),
        anchor_week=this_week,
        free=rows["free"],
        published=rows["published"] if own else (),
        held=rows["held"] if own else (),
        booked=rows["booked"] if own else (),
        min_order_pairs=offer.min_order_pairs,
        lead_days=offer.lead_days,
        price_low_cny=offer.price_low_cny,
        price_high_cny=offer.price_high_cny,
        constructions=tuple(offer.constructions.all()),
        lines=offer.lines,
        confirmed_at=offer.confirmed_at,
        title=offer.title if named else "",
        notes=offer.notes if named else "",
    )
