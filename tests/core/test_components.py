"""Figures, states and the weekly strip, as templates show them."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from matchmaking.core import dashboard_registry, formatting, weeks
from matchmaking.core.localized import localized
from matchmaking.core.templatetags import ui, week_chart

MONDAY = dt.date(2027, 2, 1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 pairs"), (1, "1 pair"), (1_250_000, "1,250,000 pairs"), (None, "")],
)
def test_pairs_are_grouped_in_threes(number, text):
    assert formatting.pairs(number) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Decimal("46.5"), "¥46.50"), (46.005, "¥46.01"), (300_225_000, "¥300,225,000.00")],
)
def test_money_has_two_decimals_rounded_half_up(amount, text):
    assert formatting.money(amount) == text


def test_money_of_another_currency_names_it():
    assert formatting.money(Decimal(3), "VND") == "VND 3.00"


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (50_000, 100_000, "pairs", "50,000–100,000"),
        (40, 50, "cny", "¥40–50"),
        (500_000, None, "pairs", "from 500,000"),
        (None, 1_000, "pairs", "up to 1,000"),
        (1, 1_000, "pairs", "up to 1,000"),
        (None, None, "pairs", "not stated"),
    ],
)
def test_band_says_open_ends_in_words(low, high, unit, text):
    assert formatting.band_text(low, high, unit) == text


def test_week_crosses_new_year():
    day = dt.date(2023, 1, 1)

    assert formatting.week(day) == "2022-W52"
    assert formatting.week_range(day) == "26 Dec 2022 – 1 Jan 2023"


@pytest.mark.parametrize(
    ("day", "text"), [((2027, 3, 9), "8–14 Mar 2027"), ((2027, 4, 1), "29 Mar – 4 Apr 2027")]
)
def test_week_says_month_and_year_once(day, text):
    assert formatting.week_range(dt.date(*day)) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ((2026, 12, 21), (2027, 3, 8), "late Dec – early Mar (W52–W10)"),
        ((2026, 12, 14), None, "mid-Dec (W51)"),
        ((2026, 12, 1), (2026, 12, 10), "early Dec (W49–W50)"),
        ((2027, 9, 6), (2028, 1, 31), "early Sep 2027 – late Jan 2028 (W36–W05)"),
        ((2026, 8, 31), None, "late Aug 2026 (W36)"),
    ],
)
def test_weeks_are_told_as_dates_with_a_year_where_it_is_not_the_next_one(first, last, text):
    with time_machine.travel(dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC), tick=False):
        assert formatting.weeks_in_words(dt.date(*first), last and dt.date(*last)) == text


@pytest.mark.parametrize(("share", "text"), [(-1, "0"), (0.804, "80"), (2, "100"), (None, "0")])
def test_bars_stay_between_nothing_and_full(share, text):
    assert formatting.hundredths(share) == text


def test_unknown_state_speaks_for_itself():
    assert ui.state_label("puzzled") == "puzzled"
    assert ui.state_tone("puzzled") == "neutral"


@pytest.mark.parametrize(
    ("path", "url", "is_current"),
    [
        ("/orders/", "/orders/", True),
        ("/orders/new/", "/orders/", True),
        ("/orders/", "/", False),
        ("/orders/", "", False),
    ],
)
def test_is_under_marks_the_page_and_what_lies_below(path, url, is_current):
    assert ui.is_under(path, url) is is_current


def test_strip_stacks_booked_held_and_free():
    bars = week_chart.week_bars(MONDAY, [100, 0], [20], [30]).bars

    assert [(bar.free, bar.held, bar.booked) for bar in bars] == [(50, 20, 30), (0, 0, 0)]
    assert [part.kind for part in bars[0].parts] == ["booked", "held", "free"]
    assert bars[1].parts == ()


def test_strip_lays_in_the_weeks_of_the_order():
    laid = week_chart.week_bars(
        MONDAY,
        [10] * 6,
        window_start=MONDAY + dt.timedelta(days=9),
        window_end=MONDAY + dt.timedelta(days=22),
    )

    assert [bar.in_window for bar in laid.bars] == [False, True, True, True, False, False]
    assert laid.free_in_window == 30


@pytest.mark.parametrize(
    ("start", "months", "years"),
    [
        (dt.date(2026, 11, 2), ["Nov", "Dec", "Jan"], ["2026", "2027"]),
        (dt.date(2026, 12, 28), ["Jan", "Feb", "Mar"], ["2027"]),  # one week of the old year
    ],
)
def test_strip_names_every_month_and_below_it_the_year(start, months, years):
    laid = week_chart.week_bars(start, [10] * 52, show=52)

    assert [tick.label for tick in laid.months[:3]] == months
    assert [tick.label for tick in laid.years] == years


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("2027-W09 instead of 2027-W05", "2027-\u2060W09 instead of 2027-\u2060W05"),
        ("¥80–150 / pair", "¥80–\u2060150\u00a0/\u00a0pair"),
        ("all 1,250,000 pairs free", "all 1,250,000\u00a0pairs free"),
        ("全部 60,000 双", "全部 60,000\u00a0双"),
        ("¥3.00 亿", "¥3.00\u00a0亿"),
        ("Sport / Work · Boots", "Sport\u00a0/ Work\u00a0· Boots"),
        ("PO-W01, 9 – 15 Nov", "PO-W01, 9 – 15 Nov"),
        ("<b>", "<b>"),
    ],
)
def test_figures_stay_on_one_line_of_a_page(words, shown):
    assert formatting.unbroken(words) == shown


def test_a_week_copied_from_a_page_is_read_as_it_was_written():
    assert weeks.parse_label(formatting.unbroken("2022-W52")) == dt.date(2022, 12, 26)


def test_strip_without_a_window_shows_none():
    assert week_chart.week_bars(MONDAY, [10]).window is None


def test_strip_of_a_long_horizon_writes_positions_without_grouping():
    page = render_to_string(
        "components/week_strip.html",
        {
            "start": MONDAY,
            "published": [10_000] * 104,
            "held": [],
            "booked": [],
            "window_start": None,
            "window_end": None,
            "weeks": 104,
        },
    )

    assert 'viewBox="0 0 1248 112"' in page
    assert "10,000" in page


def test_masked_company_shows_no_name():
    page = render_to_string(
        "components/company_chip.html",
        {"name": "", "kind": "Factory", "cluster": "Putian", "size_band": "", "tier": "site"},
    )

    assert "masked" in page
    assert "Putian" in page
    assert "Site visited" in page


def test_no_template_writes_style_or_script_into_the_page():
    """The content security policy would drop it silently."""
    inline = re.compile(r"""\sstyle=|<style|\son[a-z]+=["']|<script(?![^>]*(src=|json))""")
    guilty = [
        str(path.relative_to(settings.BASE_DIR))
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if "mail" not in path.parts and inline.search(path.read_text())
    ]

    assert guilty == []


def test_both_dark_palettes_are_equal():
    css = (Path(settings.BASE_DIR) / "static" / "css" / "site.css").read_text()
    device, chosen = re.findall(
        r':root(?::not\(\[data-theme="light"\]\)|\[data-theme="dark"\]) \{\s*color-scheme: dark;(.*?)\}',
        css,
        re.DOTALL,
    )

    assert device.split() == chosen.split()


def test_stylesheet_stays_under_forty_kilobytes():
    assert (Path(settings.BASE_DIR) / "static" / "css" / "site.css").stat().st_size < 40_960


def test_every_icon_that_a_template_names_exists():
    sprite = (Path(settings.BASE_DIR) / "static" / "img" / "icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    named = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r'\{% icon "([a-z]+)"', path.read_text())
        + re.findall(r'\sicon="([a-z]+)"', path.read_text())
    }

    assert named <= known
    assert set(dashboard_registry.kind_icons.ordered()) <= known


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8",
            "WeChat · iPhone",
        ),
        ("curl/8.0", "Unknown device"),
    ],
)
def test_a_device_is_named_as_people_name_it(user_agent, words):
    with translation.override("en"):
        assert ui.device(user_agent) == words


@pytest.mark.parametrize(
    ("language", "chinese", "english", "shown"),
    [
        ("en", "莆田", "Putian", "Putian"),
        ("en", "莆田", "", "莆田"),
        ("zh-hans", "莆田", "Putian", "莆田"),
    ],
)
def test_a_value_is_localized_where_its_english_is_known(language, chinese, english, shown):
    with translation.override(language):
        assert localized(chinese, english) == shown
