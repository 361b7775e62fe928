"""An attack within a conversation: what the other side has not published."""

from __future__ import annotations

import re

from django.utils import timezone

from accounts.models import Company
from matchmaking.core.protections import Protection
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.services import posts, transitions
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers
from tests.attacks.attack import Attack, Outcome
from tests.attacks.exclusions import SHOES, order
from tests.attacks.visitor import Visitor
from tests.attacks.world import World

# What nobody else has: it is found wherever it stands. No wider than what was checked.
UNPUBLISHED = {"min_order_pairs": 77_777, "notes": "not said to anybody yet"}


def read_along(world: World) -> Outcome:
    """A partner reads the post while its owner pauses and edits it, or an officer checks the edit."""
    visitor, page = world.with_token(world.brand), world.signed_in(world.brand)
    for shoe in SHOES[:2]:
        visitor.api("POST", "orders/", order(shoe))
    world.approve()
    rows = visitor.all_of("matches/?state=proposed&page_size=200")
    learnt, tried = 0, 0
    seen: set[int] = set()
    for is_checked in (False, True):
        match = next(m for m in map(match_of, rows) if m.offer.company_id not in seen)
        seen.add(match.offer.company_id)
        talk(visitor, match)
        change(match.offer, is_checked=is_checked)
        tried += 1
        learnt += bool(numbers_told(visitor, page, match))
    return Outcome(learnt, f"unpublished figures in {learnt} of {tried} conversations")


def match_of(row: dict) -> Match:
    return Match.objects.select_related("offer__company").get(code=row["code"])


def talk(visitor: Visitor, match: Match) -> None:
    """Let both sides say yes, the other one by its owner."""
    visitor.api("POST", f"matches/{match.code}/answer/", {"kind": "interested"})
    owner = match.offer.company.memberships.first().user
    answers.answer_match(match=match, side="offer", kind="interested", by=owner, at=timezone.now())


def change(offer: CapacityOffer, *, is_checked: bool) -> None:
    """Let the owner pause and edit, or edit a post whose changes an officer looks at first."""
    owner, at = offer.company.memberships.first().user, timezone.now()
    if is_checked:
        Company.objects.filter(pk=offer.company_id).update(recheck_edits=True)
    else:
        transitions.pause_post(post=offer, by=owner, at=at)
    posts.save_offer(
        company=Company.objects.get(pk=offer.company_id),
        offer=CapacityOffer.objects.get(pk=offer.pk),
        data=dict(UNPUBLISHED),
        by=owner,
        at=at,
        submit=is_checked,
    )


def numbers_told(visitor: Visitor, page: Visitor, match: Match) -> set[str]:
    """Return which of the unpublished figures stand in the API or on the page."""
    said = str(visitor.api("GET", f"matches/{match.code}/"))
    said += page.get(f"/matches/{match.code}/").text.replace(",", "")
    return {str(value) for value in UNPUBLISHED.values() if re.search(rf"\b{value}\b", said)}


ATTACKS = (
    Attack(
        9,
        "A partner reads what the other side has not published",
        read_along,
        (
            Protection.PUBLISHED_VERSIONS,
            Protection.WIDENED_POSTS_WAIT,
            Protection.CHANGE_BUDGET,
        ),
    ),
)
