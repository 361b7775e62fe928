from decimal import Decimal

import pytest

from matchmaking.core.parsing.answers import is_filler, read_yes_no
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Span
from matchmaking.core.parsing.sizes import SizeRun, read_sizes


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("是", True),
        ("Ｙｅｓ", True),
        ("可以。", True),
        ("不可", False),
        ("NO", False),
        ("maybe", None),
        ("", None),
    ],
)
def test_yes_and_no_in_either_language(text, answer):
    assert read_yes_no(text) is answer


def test_fillers_say_nothing():
    assert all(map(is_filler, ["", " / ", "-", "待定", "N/A", "—"]))
    assert not is_filler("0")


@pytest.mark.parametrize("text", ["36-41码", "36-41", "36#-41#", "３６～４１码", "EU 36-41"])
def test_run_of_sizes(text):
    assert read_sizes(text).value == SizeRun(Decimal(36), Decimal(41))


def test_run_of_sizes_does_not_go_backwards():
    assert read_sizes("41-36") is None


def test_normalized_text_knows_the_way_back():
    text = NormalizedText("１２\u200b萬雙 ＵＳＤ")

    assert text.plain == "12万双 usd"
    assert text.cased == "12万双 USD"
    assert text.span(0, 4) == Span(0, 5)
    assert text.original[slice(*text.span(2, 4))] == "萬雙"
