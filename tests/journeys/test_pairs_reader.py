"""The editor's reader of pairs in the browser against the parser of forms, sheets and the API."""

from pathlib import Path

import pytest
from django.conf import settings

from matchmaking.core.parsing.numbers import read_planned_pairs
from matchmaking.core.parsing.outcomes import Read

READ = [
    "60000", "60,000", "６０，０００", "60 000", "1'200'000", "1.200.000", "6万", "6.55万", "6.5万双", "3w5", "8k",
    "2千5", "1.2百万", "3m", "500打", "2 dozen", "60000双", "共60000双", "合计：60000", "60000.00", "+60000", "停产",
    "休", "已排满", "春节放假", "closed", "0", "9,000 pairs", "9000双左右", "'9000", "1万",
]  # fmt: skip
NOT_READ = [
    "60.000", "12.500", "3000双以上", "3000起", "5-6万", "约五千", "6万多", "46.5", "sixty", "6,00", "1,2345", "-5",
    "无", "", "60000 60000", "W10", "6万5千5", "12.34.567", "1.2345678万",
]  # fmt: skip


@pytest.fixture
def reader(browser):
    """Return the reader in an empty page of its own: it needs no site."""
    page = browser.new_page()
    page.add_script_tag(path=Path(settings.BASE_DIR) / "static/js/pairs.js")
    yield lambda text: page.evaluate("text => window.readPairs(text)", text)
    page.close()


@pytest.mark.parametrize("text", READ)
def test_one_reading_is_the_same_in_the_browser_and_in_the_form(reader, text):
    outcome = read_planned_pairs(text)

    assert isinstance(outcome, Read)
    assert reader(text) == outcome.value


@pytest.mark.parametrize("text", NOT_READ)
def test_what_the_form_asks_about_is_not_taken_by_the_browser(reader, text):
    assert reader(text) is None


@pytest.mark.parametrize(
    "text",
    ["6万5", "7w", "123,456,789", "99999", "1.5万", "4.500", "08000", "9 000双", "满", "0.500"],
)
def test_the_browser_never_reads_another_figure_than_the_form(reader, text):
    found, outcome = reader(text), read_planned_pairs(text)

    assert found is None or (isinstance(outcome, Read) and outcome.value == found)
