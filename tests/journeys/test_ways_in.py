"""The same site in another language, without JavaScript, and by the keyboard alone."""

from django.utils import timezone
from playwright.sync_api import expect

from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.services import transitions
from tests.factories import PASSWORD, OfferFactory, category
from tests.journeys.people import best_match, post_order, sign_in, week_day


def test_another_language_keeps_the_page(visit, brand):
    page = visit()
    page.goto("/market/orders/?pairs=50000-100000")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    switch(page, "zh-hans")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url.endswith("/market/orders/?pairs=50000-100000")

    switch(page, "en")
    sign_in(page, brand, start="/account/login/?next=/orders/new/")
    page.wait_for_url("**/orders/new/")
    page.locator("details.menu.nav-wide summary").click()
    switch(page, "zh-hans")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url.endswith("/orders/new/")


def switch(page, language):
    shown = f"form[data-language] button[value={language}]:visible"
    page.locator(shown).first.click()


def test_the_main_pages_work_without_javascript(visit, stack, brand, officer, factory_company):
    OfferFactory(company=factory_company)
    page = visit(java_script_enabled=False)
    sign_in(page, brand)
    page.wait_for_url("**/dashboard/")
    post_order(page)
    order = ProcessingOrder.objects.get()
    assert (order.state, order.pairs) == ("pending", 60_000)
    page.goto("/orders/")
    page.get_by_role("main").get_by_role("link", name="Running shoe, spring").click()
    page.goto(page.url + "matches/")
    transitions.approve_post(post=order, by=officer, at=timezone.now())
    stack.rest()
    page.get_by_role("link", name="Refresh").click()
    best_match(page).click()
    page.wait_for_url("**/matches/*-*/")
    expect(page.get_by_text("room for all 60,000 pairs").first).to_be_visible()


def test_the_keyboard_alone_is_enough(visit, stack, brand, officer, factory_company):
    OfferFactory(company=factory_company)
    page = visit()
    page.goto("/account/login/")
    main = page.get_by_role("main")
    type_into(page, page.get_by_label("Email"), brand.email)
    type_into(page, page.get_by_label("Password", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/")

    press(page, page.get_by_role("link", name="My orders").first)
    page.wait_for_url("**/orders/")
    press(page, main.get_by_role("link", name="New order").first)
    page.wait_for_url("**/orders/new/")
    type_into(page, page.get_by_label("Title", exact=True), "Running shoe, by keyboard")
    type_into(page, page.get_by_label("Category"), category().name_en)
    type_into(page, page.get_by_label("Pairs", exact=True), "60000")
    type_into(page, page.get_by_label("Target price, yuan a pair"), "46.50")
    type_into(page, page.get_by_label("Due week"), week_day(20))
    press(page, page.get_by_role("button", name="Submit for approval"))
    page.wait_for_url("**/orders/*-*/")

    transitions.approve_post(post=ProcessingOrder.objects.get(), by=officer, at=timezone.now())
    stack.rest()
    press(page, page.get_by_role("link", name="Matches", exact=True).first)
    page.wait_for_url("**/matches/")
    press(page, best_match(page))
    page.wait_for_url("**/matches/*-*/")
    expect(page.get_by_text("room for all 60,000 pairs").first).to_be_visible()


def reach(page, target):
    """Press Tab until the target has the focus, as few times as the page asks."""
    expect(target).to_be_visible()
    for _ in range(60):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not within 60 presses of Tab: {target}")


def type_into(page, target, text):
    reach(page, target)
    page.keyboard.type(text)


def press(page, target):
    reach(page, target)
    page.keyboard.press("Enter")
