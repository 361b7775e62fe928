"""An attack on what stands on a card: who is the only one of that place, tier, size and papers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Cluster
from matchmaking.core.protections import Protection
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.models import Match
from tests.attacks.attack import Attack, Outcome
from tests.attacks.exclusions import SHOES, order
from tests.attacks.fitting import line
from tests.attacks.visitor import Visitor
from tests.attacks.world import World, taking_part

TIERS = {"documents": "Documents reviewed", "site": "Site visited"}
ALL_SHOES = (
    *SHOES,
    "skate_vulcanised",
    "safety",
    "rain_boots",
    "eva_clog",
    "flip_flop",
    "men_dress",
)
WIDER_SIZES = {
    "under_500": {"under_100", "100_499"},
    "500_plus": {"500_1999", "2000_plus"},
}


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
    named: set[int] = set()
    cards = 0
    for firm, theirs, kinds in (
        (world.brand, "offer", ("factory", "both")),
        (world.factory, "order", ("brand", "both")),
    ):
        visitor = world.with_token(firm)
        shoes = ALL_SHOES[: 2 if world.short else None]
        for shoe in shoes if theirs == "offer" else ():
            visitor.api("POST", "orders/", order(shoe))
        for shoe in shoes if theirs == "order" else ():
            visitor.api("POST", "offers/", line(shoe, min_order_pairs=1))
        world.approve()
        entries = list(directory(kinds, theirs))
        for row in visitor.all_of("matches/?state=proposed&page_size=200"):
            card = visitor.api("GET", f"matches/{row['code']}/")[f"partner_{theirs}"]["company"]
            cards += 1
            candidates = [entry.company for entry in entries if fits(entry, card)]
            company = getattr(Match.objects.get(code=row["code"]), theirs).company_id
            if candidates == [company]:
                named.add(company)
    by_match = len(named)
    strangers, seen = read_the_lists(world)
    return Outcome(
        by_match + len(strangers),
        f"named {by_match} firms by {cards} cards of matches, {len(strangers)} by {seen} of the lists",
    )


def read_the_lists(world: World) -> tuple[set[int], int]:
    """Look, without any sign-in, for the one firm that a card of the public lists can be."""
    visitor, named, seen = world.visitor(), set[int](), 0
    places = [
        code for code in Cluster.objects.order_by("code").values_list("code", flat=True) if code
    ]
    for posts, kinds in (("offer", ("factory", "both")), ("order", ("brand", "both"))):
        entries = list(directory(kinds, posts))
        model = CapacityOffer if posts == "offer" else ProcessingOrder
        for place in places[: 4 if world.short else None]:
            for code in listed(visitor, f"/market/{posts}s/?cluster={place}", posts):
                seen += 1
                page = visitor.get(f"/market/{posts}s/{code}/").text
                tier = next((tier for tier, words in TIERS.items() if words in page), None)
                card = {"cluster": place, "tier": tier}
                candidates = [entry.company for entry in entries if fits(entry, card)]
                if candidates == [model.objects.get(code=code).company_id]:
                    named.update(candidates)
    return named, seen


def listed(visitor: Visitor, path: str, posts: str) -> set[str]:
    """Return the codes of all posts of a public list, page after page."""
    found: set[str] = set()
    following = path
    while following:
        body = visitor.get(following).body
        found |= set(re.findall(rf"/market/{posts}s/([0-9a-f-]{{36}})/", body))
        more = re.search(r'rel="next"\s+href="([^"]+)"', body)
        address = html.unescape(more[1]) if more else ""
        following = path.partition("?")[0] + address if address.startswith("?") else address
    return found


def directory(kinds: tuple[str, ...], posts: str) -> Iterator[Entry]:
    """Yield every firm of the kind that is on the market, with all that is true of it."""
    today = timezone.localdate()
    state = {
        "processingorders__state" if posts == "order" else "capacityoffers__state": "published"
    }
    rows = taking_part().filter(kind__in=kinds, **state).distinct().select_related("cluster")
    for company in rows.prefetch_related("certificates__certification"):
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
    """Tell whether the card can be that firm's: what it does not say leaves all that fit."""
    code, size, tier = card.get("cluster") or "", card.get("size_band"), card.get("tier")
    return (
        entry.place.startswith(digits_of(code))
        and (not size or entry.size in WIDER_SIZES.get(size, {size}))
        and (tier in {None, "", "none"} or entry.tier == tier)
        and set(card.get("certifications", ())) <= entry.papers
    )


def digits_of(code: str) -> str:
    """Return the digits that a division shares with what lies in it: 3503 for 350300, 35 for 350000."""
    for digits in (2, 4):
        if code[digits:] == "0" * (6 - digits):
            return code[:digits]
    return code


ATTACKS = (
    Attack(
        8,
        "A matched party holds cards against a directory",
        hold_against_a_directory,
        (Protection.SHARED_CARDS, Protection.CHECKED_CERTIFICATES, Protection.FIGURES_BY_CONSENT),
    ),
)
