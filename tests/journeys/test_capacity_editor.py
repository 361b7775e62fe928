"""The weeks of a capacity, by mouse, keyboard, touch and a sheet."""

import re

import pytest
from playwright.sync_api import expect

from matchmaking.core import weeks
from matchmaking.listings import week_plans
from matchmaking.listings.models import CapacityOffer
from tests.factories import this_monday
from tests.journeys.people import come_back, tick_category, week_label


@pytest.fixture
def editor(visit, factory):
    page = visit()
    come_back(page, factory, "/offers/new/")
    return page


def fill(page, rate):
    page.locator("#editor-rate").fill(rate)
    page.get_by_role("button", name="Fill in", exact=True).click()


def cells(page):
    return page.get_by_role("gridcell")


def row_of(page):
    texts = page.locator(".table-way input").evaluate_all("rows => rows.map(row => row.value)")
    return [int((text or "0").replace(",", "")) for text in texts]


def drag(page, first, last):
    cells(page).nth(first).hover()
    page.mouse.down()
    cells(page).nth(last).hover()
    page.mouse.up()


def test_half_a_year_by_a_rate_spares_the_spring_festival(editor):
    fill(editor, "1.2万")
    festival = week_plans.festival_weeks(
        this_monday(), weeks.monday(weeks.week_number(this_monday()) + 25)
    )
    row = row_of(editor)
    assert sum(row) == 12_000 * (26 - len(festival))
    expect(editor.locator(".editor-total")).to_contain_text(f"{sum(row):,} pairs")


def test_drag_type_take_back_and_save(editor):
    fill(editor, "8000")
    drag(editor, 1, 3)
    expect(editor.locator(".editor-selected")).to_contain_text("3 weeks")
    editor.keyboard.type("5000")
    editor.keyboard.press("Enter")
    assert row_of(editor)[:5] == [8000, 5000, 5000, 5000, 8000]
    editor.keyboard.press("Control+z")
    assert row_of(editor)[:5] == [8000] * 5
    editor.keyboard.press("Control+y")
    editor.locator("[name=title]").fill("Line 2")
    tick_category(editor)
    editor.get_by_role("button", name="Submit for approval").click()
    editor.wait_for_url(re.compile(r"/offers/[0-9a-f-]{36}/$"))
    assert CapacityOffer.objects.get().published[:5] == [8000, 5000, 5000, 5000, 8000]


def test_by_keyboard_alone(editor):
    cells(editor).first.focus()
    editor.keyboard.press("ArrowRight")
    editor.keyboard.press("Shift+ArrowRight")
    editor.keyboard.type("700")
    editor.keyboard.press("Enter")
    assert row_of(editor)[:4] == [0, 700, 700, 0]
    editor.keyboard.press("ArrowLeft")
    editor.keyboard.press("Delete")
    assert row_of(editor)[:4] == [0, 0, 700, 0]
    expect(editor.locator("[data-said]")).to_have_text("Weeks filled: 1")


def test_a_finger_taps_the_first_and_the_last_week(visit, factory):
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    come_back(page, factory, "/offers/new/")
    cells(page).nth(2).tap()
    cells(page).nth(15).tap()
    expect(page.locator(".editor-selected")).to_contain_text("14 weeks")


def test_after_a_fill_the_next_tap_begins_anew(visit, factory):
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    come_back(page, factory, "/offers/new/")
    for week, pairs in ((12, "20000"), (13, "15000")):
        cells(page).nth(week).tap()
        page.locator("#editor-amount").fill(pairs)
        page.get_by_role("button", name="Set", exact=True).tap()
    expect(page.locator("[data-said]")).to_have_text("Weeks filled: 1")
    cells(page).nth(14).tap()
    page.get_by_role("button", name="Set to 0").tap()
    assert row_of(page)[12:15] == [20_000, 15_000, 0]
    boxes = [cells(page).nth(at).bounding_box() for at in (0, 9)]
    assert min(box["width"] for box in boxes) >= 24


def test_a_sheet_is_pasted_and_its_mistakes_are_named(editor):
    editor.get_by_text("Paste from a sheet", exact=True).first.click()
    lines = editor.locator("#editor-lines")
    lines.fill(f"week\tpairs\n{week_label(20)}\t7,777\n{week_label(21)} 0.5万")
    editor.get_by_role("button", name="Fill in the table").click()
    assert row_of(editor)[20:22] == [7_777, 5_000]
    lines.fill(f"{week_label(20)} 1\nmany")
    editor.get_by_role("button", name="Fill in the table").click()
    expect(editor.locator(".editor-error")).to_contain_text("Line 2")
    assert row_of(editor)[20] == 7_777
    lines.fill("99999999")
    editor.get_by_role("button", name="Fill in the table").click()
    expect(editor.locator(".editor-error")).to_contain_text("At most")
