"""An attack on what stands on a card: who is the only one of that place, tier, size and papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from matchmaking.core.protections import Protection
from matchmaking.matching.models import Match
from tests.attacks.attack import Attack, Outcome
from tests.attacks.exclusions import SHOES, order
from tests.attacks.world import World, taking_part

ALL_SHOES = (
    *SHOES,
    "skate_vulcanised",
    "safety",
    "rain_boots",
    "eva_clog",
    "flip_flop",
    "men_dress",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A firm in a directory that anybody can buy."""

    company: int
    place: str
    tier: str
    size: str
    papers: frozenset[str]


def hold_against_a_directory(world: World) -> Outcome:
    """A matched party looks for the one firm in a directory that a card can be."""
    visitor = world.with_token(world.brand)
    for shoe in ALL_SHOES[: 4 if world.short else None]:
        visitor.api("POST", "orders/", order(shoe))
    world.approve()
    entries = list(directory())
    named: set[int] = set()
    cards = 0
    for row in visitor.all_of("matches/?state=proposed&page_size=200"):
        card = visitor.api("GET", f"matches/{row['code']}/")["partner_offer"]["company"]
        cards += 1
        candidates = [entry for entry in entries if fits(entry, card)]
        company = Match.objects.get(code=row["code"]).offer.company_id
        if [entry.company for entry in candidates] == [company]:
            named.add(company)
    return Outcome(len(named), f"named {len(named)} firms by {cards} cards")


def directory() -> Iterator[Entry]:
    """Yield every firm that offers; some that are on the market stand in it with all that is true."""
    today = timezone.localdate()
    rows = taking_part().filter(kind__in=("factory", "both")).distinct()
    offering = rows.filter(capacityoffers__state="published").select_related("cluster")
    for company in offering.prefetch_related("certificates__certification"):
        held = company.tier_expires_on is not None and company.tier_expires_on >= today
        papers = (
            row.certification.code for row in company.certificates.all() if row.expires_on >= today
        )
        yield Entry(
            company.pk,
            company.cluster.code if company.cluster else "",
            company.tier if held else "none",
            company.size_band,
            frozenset(papers),
        )


def fits(entry: Entry, card: dict) -> bool:
    """Tell whether the card can be that firm's; a coarser place or size leaves more that fit."""
    place = card.get("cluster") or ""
    size = card.get("size_band", "")
    return (
        (not place or entry.place.startswith(place.rstrip("0")))
        and (not size or entry.size == size or entry.size in size.split("+"))
        and (not card.get("tier") or entry.tier == card["tier"])
        and set(card.get("certifications", ())) <= entry.papers
    )


ATTACKS = (
    Attack(
        8,
        "A matched party holds cards against a directory",
        hold_against_a_directory,
        (Protection.SHARED_CARDS, Protection.CHECKED_CERTIFICATES, Protection.FIGURES_BY_CONSENT),
    ),
)
