"""Attacks on what an address, a cursor or a mail betrays by itself: row numbers, and the clock."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from django.core import mail

from accounts.models import User
from matchmaking.core.protections import Protection
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.notifications.models import OutboxMessage
from tests.attacks.attack import Attack, Outcome
from tests.attacks.world import World, week

MOST_DIGITS = 12
WORDS = re.compile(r"[A-Za-z0-9_-]{4,}")


def read_counters(world: World) -> Outcome:
    """A member reads the cursors of the API, the heads of his mails and the links in them."""
    api = world.with_token(world.brand)
    for _post in range(2):
        terms = {"pairs": 40_000, "target_unit_price_cny": "52.00", "due_week": week(22)}
        api.api("POST", "orders/", {"title": "Shoes", "category": "athletic", **terms})
    own = ProcessingOrder.objects.filter(company=world.brand.company)
    for order in own:
        api.api("POST", f"orders/{order.code}/submit/")
    mail.outbox.clear()
    world.approve()
    world.product.next_day()
    found = {
        "cursor": cursors(api, own),
        "Message-ID": message_ids(world.brand.email),
        "link": links(world.brand.email),
    }
    told = sorted(name for name, numbers in found.items() if numbers)
    return Outcome(len(told), f"row numbers in: {', '.join(told) or 'nothing'}")


def cursors(api: object, own: object) -> set[int]:
    """Return the keys of own rows that the cursor of a list says in one way or another."""
    seen = set()
    for path, rows in (("orders/?page_size=1", own), ("matches/?page_size=1", Match.objects.all())):
        address = api.api("GET", path).get("next") or ""
        keys = set(rows.values_list("pk", flat=True))
        for values in parse_qs(urlsplit(address).query).values():
            seen |= {n for value in values for n in numbers_in(value)} & keys - {1}
    return seen


def message_ids(address: str) -> set[int]:
    """Return the rows of the outbox whose keys stand in the Message-IDs of own mails."""
    keys = set(OutboxMessage.objects.values_list("pk", flat=True))
    heads = (message.message().get("Message-ID", "") for message in own_mails(address))
    return {n for head in heads for n in numbers_in(head.split("@")[0].strip("<"))} & keys


def links(address: str) -> set[int]:
    """Return the own person's key where a link of a mail says it."""
    key = User.objects.get(email=address).pk
    found = set()
    for message in own_mails(address):
        for link in re.findall(r"https?://\S+", f"{message.body} {message.extra_headers}"):
            found |= {n for part in urlsplit(link).path.split("/") for n in numbers_in(part)}
    return found & {key}


def own_mails(address: str) -> list:
    return [message for message in mail.outbox if address in message.recipients()]


def numbers_in(text: str) -> Iterator[int]:
    """Yield numbers that the text says plainly or in base 64, packed or not."""
    yield from whole_numbers(text)
    for word in WORDS.findall(unquote(text)):
        with suppress(ValueError, zlib.error):
            plain = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            plain = zlib.decompress(plain) if plain[:1] == b"x" else plain
            yield from whole_numbers(unquote(plain.decode()))


def whole_numbers(text: str) -> Iterator[int]:
    """Yield the words that are digits alone: those inside of a random code are no numbers."""
    words = re.split(r"[^A-Za-z0-9]+", text)
    yield from (int(word) for word in words if word.isdecimal() and len(word) < MOST_DIGITS)


ATTACKS = (
    Attack(
        10,
        "A member reads row numbers in cursors, mails and links",
        read_counters,
        (Protection.NO_ROW_NUMBERS,),
    ),
)
