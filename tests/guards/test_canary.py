"""Secrets of one company reach nobody else: every address, every role."""

import re
from urllib.parse import quote

import pytest

from tests.guards.check import differences
from tests.guards.resolver import addresses
from tests.guards.routes import ADMIN_MODELS, ROLES, ROUTES, STAFF
from tests.guards.walk import (
    HTML,
    JSON,
    comparable,
    digest_of_database,
    short_refusals,
    unknown,
    urls_of,
)

# Passing by is no proof of a line: what only this walk reaches does not count as covered.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

# A method, whether asked in the other format than people or programs use, whether filled in.
GET = [("GET", False, False)]
POST = [("POST", False, True)]
REST = [("GET", True, False), ("HEAD", False, False), ("POST", True, False)]
# One role of each kind tries what works alike for all: other formats, all states of a post.
SAMPLES = {"anonymous", "brand", "staff"}
READERS = {"anonymous", "rival", "factory"}
OPEN_TO_ALL = {"listings:market-order", "listings:market-offer", "accounts:claim"}
LINKS = {"unsubscribe", "renew_link", "confirm_link", "lower_link", "pause_link", "text_link"}
IN_EVERY_STATE = {
    "listings:order-detail",
    "listings:market-order",
    "listings:offer-detail",
    "listings:market-offer",
    "matching:order-matches",
    "matching:offer-matches",
    "api:order-detail",
    "api:offer-detail",
    "listings:order-file",
}


def test_every_address_stands_in_the_table():
    assert differences() == []


# How deep roles go into the workbench, row by row.
LOOKS_INTO = {
    "anonymous": ("",),
    "staff": ("_changelist", "_change", "_export", "_step"),
    "officer": ("_changelist", "_change", "_export"),
}
WORKBENCH = tuple(f"admin:{model}_" for model in ADMIN_MODELS)


def looks_at(role):
    """Return whose objects a role reads: its own, a partner's, a stranger's, a listed firm's."""
    return {"", role, "brand", "rival" if role == "brand" else "factory", "factory", "listed"}


def tries_to_change(role):
    return {
        "",
        role,
        "rival" if role == "brand" else "brand",
        "listed",
        "brand+factory",
        "rival+plant",
    }


def is_program(address):
    """Tell whether programs ask there, in JSON."""
    return address.name.startswith("api:")


def cells(market, role):
    """Yield what the role tries, as (address, route, owner, url, method, is_odd, plausible).

    Every address, and in it an object of every owner; every state of a post where one is read.
    """
    for address in addresses():
        route = ROUTES[address.name]
        is_row = address.name.startswith(WORKBENCH)
        is_own_row = is_row and role == "officer"
        if is_row and (role not in LOOKS_INTO or not address.name.endswith(LOOKS_INTO[role])):
            continue
        owners: set[str] = set()
        for number, (owner, url) in enumerate(urls_of(address, route.objects, market)):
            visits = []
            if owner not in owners or not owner:
                visits += GET if owner in looks_at(role) or "+" in owner else []
                visits += POST if owner in tries_to_change(role) and not is_own_row else []
            elif address.name in IN_EVERY_STATE and role in READERS:
                visits += GET
            if not number and role in SAMPLES and not is_row:
                visits += REST
            owners.add(owner)
            for visit in visits:
                yield address, route, owner, url, *visit


def allowed(route, role, owner, label):
    """Tell whether the table lets the role read what the label names."""
    whose = label.split(":")[0]
    if whose == role:
        return True
    for cell in route.sees.get(role, ()):
        if cell in ("*", whose, label) or (cell == "link" and whose == owner):
            return True
    return False


def may_write(route, role, owner):
    if role not in route.writes:
        return False
    by_link = route.objects in LINKS
    return by_link or role in owner.split("+") or owner in ("", "listed") or role in STAFF


@pytest.mark.parametrize("role", ROLES)
def test_role_reads_what_the_table_allows_and_writes_what_is_its_own(role, market, walker):
    with short_refusals():
        assert walk(role, market, walker) == ([], [], [])
    assert digest_of_database() == walker.beginning


def walk(role, market, walker):
    """Return the cells that show too much, those that write too much, and those that break."""
    leaks, written, broken = [], [], []
    for address, route, owner, url, method, is_odd, plausible in cells(market, role):
        if walker.refuses(address, method):
            continue
        answer = walker.send(
            role,
            method,
            url,
            accept=HTML if is_program(address) is is_odd else JSON,
            plausible=plausible,
            api=is_program(address),
            marks=bool(route.marks),
        )
        walker.learn(address, method, answer)
        cell = (address.name, owner, method)
        shown = answer.body + answer.location + answer.headers
        leaks += [
            (*cell, label)
            for label in sorted(market.found_in(shown))
            if not allowed(route, role, owner, label)
        ]
        if answer.status >= 500:
            broken.append((*cell, url, answer.headers))
        marks = frozenset() if method == "POST" else route.marks
        if answer.wrote - marks and not (method == "POST" and may_write(route, role, owner)):
            written.append((*cell, plausible, sorted(answer.wrote)))
    return leaks, written, broken


def test_hidden_and_missing_read_the_same(market, walker):
    told = []
    for address in addresses():
        objects = ROUTES[address.name].objects
        kwargs = market.objects[objects][0][1] if objects in market.objects else {}
        if set(kwargs) - {"code", "file"} or not kwargs or address.name in OPEN_TO_ALL:
            continue
        api = is_program(address)
        url = unknown(address, market, objects)
        for method in ("GET", "POST"):
            if walker.refuses(address, method):
                continue
            options = {"api": api, "accept": JSON if api else HTML}
            missing = comparable(walker.send("plant", method, url, **options))
            for owner, hidden in urls_of(address, objects, market):
                if owner in ("brand", "suspended", "brand+factory"):
                    answer = comparable(walker.send("plant", method, hidden, **options))
                    if answer != missing:
                        told.append((address.name, owner, method, answer[0], missing[0]))
    assert told == []


@pytest.mark.parametrize("market_list", ["orders", "offers"])
def test_filters_and_orderings_are_no_oracle(market_list, market, walker):
    url = f"/market/{market_list}/"
    plain = cards_of(walker.send("anonymous", "GET", url))
    assert plain, "the market shows something"
    order, offer = market.posts["order"][0][1], market.posts["offer"][0][1]
    for name, value in {
        "pairs": order.pairs, "pairs__gte": order.pairs, "free_pairs": 6_133, "price": "46.37",
        "target_unit_price_cny": "46.37", "price_low_cny": "41.13", "title": order.title,
        "q": order.title, "search": order.notes, "name": order.company.name_zh,
        "company": order.company.code, "company__uscc": order.company.uscc,
        "own_reference": offer.own_reference, "ordering": "target_unit_price_cny",
        "order_by": "-pairs", "o": "pairs", "sort": "pairs", "state": "draft", "week": "nonsense",
        "after": order.company.code, "min_order_pairs": 3_069,
    }.items():  # fmt: skip
        found = cards_of(walker.send("anonymous", "GET", f"{url}?{name}={value}"))
        assert (name, found) == (name, plain)


def cards_of(answer):
    """Return the posts that a page of the market leads to, in their order."""
    assert answer.status == 200
    return re.findall(r'href="(/market/\w+/[0-9a-f-]{36}/)"', answer.body)


def test_claim_search_finds_no_company_that_takes_part(market, walker):
    company = market.companies["brand"]
    for text, other in ((company.name_en, "Zz Ltd."), (company.uscc, "Z" * 18)):
        said = []
        for q in (text, other):
            answer = walker.send("rival", "GET", f"/company/claim/?q={quote(q)}")
            said.append(comparable(answer)[1].decode().replace(quote(q), "").replace(q, ""))
        assert said[0] == said[1]
    listed = market.companies["listed"]
    assert (
        str(listed.listing.code)
        in walker.send("rival", "GET", f"/company/claim/?q={listed.uscc}").body
    )
