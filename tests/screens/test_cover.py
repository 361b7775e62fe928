"""The walk takes its pages from the route table: none is forgotten, none is excused in vain."""

import ast
from pathlib import Path

from tests.guards.resolver import addresses
from tests.guards.routes import ROUTES
from tests.screens.sights import NO_SIGHT, is_page

HERE = Path(__file__).parent
MADE_ELSEWHERE = {"", "row", "nothing"}


def kinds_in_scenario():
    """Return the kinds of objects that scenario.py puts into addresses."""
    calls = (
        node
        for node in ast.walk(ast.parse((HERE / "scenario.py").read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "put"
    )
    named = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    # Written in loops over (kind, …).
    return named | {"order", "offer", "renew_link", "confirm_link", "lower_link", "pause_link"}


def test_every_page_of_the_route_table_is_looked_at():
    pages = {name for name in ROUTES if is_page(name)}
    assert len(pages) > 60
    assert {ROUTES[name].objects for name in pages} - MADE_ELSEWHERE <= kinds_in_scenario()


def test_every_page_has_a_row_in_the_route_table():
    assert {address.name for address in addresses() if is_page(address.name)} <= set(ROUTES)


def test_nothing_is_excused_that_is_not_there():
    assert set(NO_SIGHT) <= set(ROUTES)
