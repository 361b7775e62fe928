"""Two strangers sign up, post, and read why they fit: the main job, all by pages."""

import time

from playwright.sync_api import expect

from tests.journeys.people import (
    best_match,
    enter_workbench,
    open_waiting,
    post_capacity,
    post_order,
    register,
    sign_up,
    step,
)

BRAND, FACTORY = "brand@example.net", "factory@example.net"
PROMISE_MS = 5_000


def test_strangers_become_partners(visit, mails, stack, officer):
    brand, factory, desk = visit(), visit(), visit()
    for page, email, name, kind in (
        (brand, BRAND, "新潮鞋业有限公司", "brand"),
        (factory, FACTORY, "快制鞋业有限公司", "factory"),
    ):
        sign_up(page, mails, email)
        register(page, name, kind)
    # The first post goes with the registration; both wait for one decision.
    post_capacity(factory)
    post_order(brand)
    enter_workbench(desk, officer)
    open_waiting(desk, "Companies to verify", "快制鞋业")
    step(desk, "Approve with its posts")
    assert mails.wait(FACTORY, "is published")
    for page in (brand, factory):
        page.goto(page.url + "matches/")
    expect(brand.get_by_text("The association looks at this post first")).to_be_visible()

    open_waiting(desk, "Companies to verify", "新潮鞋业")
    step(desk, "Approve with its posts")
    # Nobody reloads from here on: the pages ask by themselves.
    began = time.monotonic()
    waits = {}
    for side, page in (("brand", brand), ("factory", factory)):
        expect(page.locator("#best")).to_be_visible(timeout=PROMISE_MS)
        waits[side] = time.monotonic() - began
    print("from the approval to the open pages, seconds:", waits)  # noqa: T201 -- a promise kept
    assert max(waits.values()) <= PROMISE_MS / 1000
    expect(best_match(brand)).to_be_visible()
    expect(best_match(factory)).to_be_visible()
    assert "快制" not in brand.content()
    assert "新潮" not in factory.content()

    stack.morning(people=2)
    for page, email in ((brand, BRAND), (factory, FACTORY)):
        page.goto(mails.link(email, "/matches/"))
        page.wait_for_url("**/matches/*-*/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
