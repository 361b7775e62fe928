"""The market as people use it: filters, figures, a saved search that writes."""

import re

from django.utils import timezone
from playwright.sync_api import expect

from matchmaking.listings.services import transitions
from tests.factories import CompanyFactory, OfferFactory, OrderFactory, category
from tests.journeys.people import come_back, confirmed


def posts():
    for rate in (3_000, 4_000, 5_000):
        company = CompanyFactory(kind="factory")
        OfferFactory(company=company, rate=rate, categories=[category("athletic")])
        OrderFactory(pairs=rate * 10)
    OfferFactory(rate=900, categories=[category("sandals")])


def test_a_list_follows_its_filters_and_the_address_too(visit):
    posts()
    page = visit()
    page.goto("/market/offers/")
    expect(page.get_by_role("status")).to_have_text("4 capacity offers")

    page.get_by_label("Category").focus()
    page.get_by_label("Category").select_option("family:sport")
    expect(page.get_by_role("status")).to_have_text("3 capacity offers")
    expect(page).to_have_url(re.compile(r"/market/offers/\?category=family%3Asport$"))
    expect(page.get_by_label("Category")).to_be_focused()
    expect(page.locator("tbody tr")).to_have_count(3)
    save = page.get_by_role("link", name="Save this search")
    expect(save).to_have_attribute(
        "href", re.compile("category%3Dfamily%253Asport%26side%3Doffers")
    )

    page.go_back()
    expect(page.get_by_role("status")).to_have_text("4 capacity offers")
    expect(page.get_by_label("Category")).to_have_value("")
    page.get_by_label("Category").select_option("sandals")
    expect(page.get_by_role("status")).to_have_text("1 capacity offer")


def test_without_scripts_the_button_filters(visit):
    posts()
    page = visit(java_script_enabled=False)
    page.goto("/market/offers/")
    page.get_by_label("Category").select_option("family:sport")
    page.get_by_role("button", name="Show results").click()
    expect(page.get_by_role("status")).to_have_text("3 capacity offers")
    expect(page.get_by_label("Category")).to_have_value("family:sport")


def test_the_figures_are_drawn_and_stand_in_tables(visit):
    posts()
    page = visit(reduced_motion="reduce")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/market/offers/")
    assert not any("echarts" in url for url in asked)

    page.get_by_role("link", name="Market figures").click()
    expect(page.locator("[data-drawn] canvas")).to_be_visible()
    page.locator(".chart-choice label", has_text="Sport").click()
    expect(page.get_by_role("img", name="Sport: Pairs free / Pairs asked")).to_be_visible()
    page.get_by_text("Show as tables").first.click()
    expect(page.get_by_role("cell", name="13,700").first).to_be_visible()
    assert all(url.startswith((page.url.split("/market")[0], "data:")) for url in asked)

    page.get_by_role("link", name=re.compile("^Putian")).press("Enter")
    expect(page).to_have_url(re.compile(r"/market/offers/\?cluster=350300$"))


def test_without_scripts_the_figures_stand_in_tables(visit):
    posts()
    page = visit(java_script_enabled=False)
    page.goto("/market/")
    expect(page.get_by_text("The chart is drawn by a script.")).to_be_visible()
    page.get_by_text("Show as tables").first.click()
    expect(page.get_by_role("cell", name="13,700").first).to_be_visible()


def test_a_saved_search_writes_of_a_new_post(visit, mails, stack, stranger, brand, brand_company):
    page = visit()
    confirmed(stranger)
    come_back(page, stranger, "/market/orders/?category=athletic")
    page.get_by_role("link", name="Save this search").click()
    page.get_by_role("button", name="Save this search").click()
    expect(page.get_by_text("Saved. You hear of new posts that fit.")).to_be_visible()

    order = OrderFactory(company=brand_company, state="pending", title="Only ours")
    transitions.approve_post(post=order, by=brand, at=timezone.now())
    stack.morning()
    mail = mails.wait(stranger.email, "1 new post")
    assert "Only ours" not in mail.as_string()
    page.goto("/inbox/")
    expect(page.get_by_text("New for “Athletic / running / training”")).to_be_visible()


def test_another_language_keeps_the_filters_and_what_was_typed(visit, brand):
    posts()
    page = visit()
    page.goto("/market/offers/")
    page.get_by_label("Category").select_option("family:sport")
    expect(page.get_by_role("status")).to_have_text("3 capacity offers")
    chinese = page.get_by_role("button", name="中文")
    chinese.locator("visible=true").first.click()
    expect(page.get_by_role("status")).to_contain_text("3")
    expect(page).to_have_url(re.compile("category=family%3Asport"))

    come_back(page, brand, "/orders/new/")
    page.locator("[name=title]").fill("Half written")
    page.locator("[name=pairs]").fill("6万")
    page.locator("[name=language][value=en]:visible").first.click()
    expect(page.get_by_role("heading", name="New order")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Half written")
    expect(page.locator("[name=pairs]")).to_have_value("6万")
