import pytest

from matchmaking.listings.current_terms import load_terms
from matchmaking.listings.free_text.vocabulary import Kind, shipped_rows
from matchmaking.listings.models import Category, Construction

pytestmark = pytest.mark.django_db


def test_terms_are_read_by_code_name_and_word():
    terms = load_terms()

    for cell in ("athletic", "运动鞋", "跑鞋", "Athletic / running / training"):
        assert terms.index.read(cell, Kind.CATEGORY).value == "athletic"
    assert terms.rows[Kind.CATEGORY]["athletic"].name_zh == "运动鞋"
    assert terms.index.read("MD底", Kind.SOLE).value == "md"


def test_word_of_a_term_that_is_switched_off_names_nothing():
    Category.objects.filter(code="casual_sport").update(is_active=False)
    Construction.objects.filter(code="goodyear").update(is_active=False)

    terms = load_terms()

    assert terms.index.read("板鞋", Kind.CATEGORY).value == "skate_vulcanised"
    assert terms.index.read("休闲鞋", Kind.CATEGORY) is None
    assert terms.index.read("固特异", Kind.CONSTRUCTION) is None


def test_every_shipped_word_names_a_term():
    rows = load_terms().rows
    for kind, word, codes in shipped_rows():
        known = rows.get(Kind(kind), {}) if kind != "part" else rows[Kind.CATEGORY]
        if kind not in {"place", "age"}:
            assert {code for code in codes.split(";") if code} <= set(known), word
