from hypothesis import given
from hypothesis import strategies as st

from matchmaking.core.parsing.outcomes import Ambiguous, Reason
from matchmaking.listings.free_text.vocabulary import Kind
from matchmaking.listings.term_index import TermIndex, Terms, shipped_terms

SCRAPS = st.lists(
    st.sampled_from([*"男女童跑鞋休闲板 /、;()9", "bsci", "iso", "9001"]), max_size=14
).map("".join)
ANY_TEXT = st.one_of(st.text(max_size=60), SCRAPS)


def test_word_of_several_terms_is_asked_about():
    found = shipped_terms().read("板鞋", Kind.CATEGORY)

    assert isinstance(found, Ambiguous)
    assert found.reason is Reason.TRADE_WORD
    assert [reading.value for reading in found.readings] == ["skate_vulcanised", "casual_sport"]


def test_names_of_the_taxonomy_outweigh_words_of_the_trade():
    index = TermIndex([("category", "板鞋", "a;b")], [("category", "板鞋", "c")])

    assert index.read("板鞋", Kind.CATEGORY).value == "c"


def test_list_says_what_it_names_asks_and_does_not_know():
    found = shipped_terms().read_all("跑鞋、皮鞋、飞碟", Kind.CATEGORY)

    assert found == Terms(("athletic",), (("皮鞋", ("men_dress", "women_fashion")),), ("飞碟",))


def test_neighbour_answers_what_a_word_leaves_open():
    found = shipped_terms().read_all("硫化鞋、板鞋", Kind.CATEGORY)

    assert found == Terms(("skate_vulcanised",))


def test_brackets_that_say_something_else_are_not_passed_over():
    assert shipped_terms().read("跑鞋(儿童)", Kind.CATEGORY) is None


@given(ANY_TEXT)
def test_any_text_is_read_without_an_error(text):
    for kind in (Kind.CATEGORY, Kind.CERTIFICATE, Kind.UPPER):
        shipped_terms().read(text, kind)
        terms = shipped_terms().read_all(text, kind)
        assert len(terms.codes) == len(set(terms.codes))
