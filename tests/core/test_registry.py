import pytest

from matchmaking.core.registry import AlreadyRegistered, Registry, isolated


@pytest.fixture
def words():
    with isolated():
        yield Registry("word", key=str.lower, place=len)


def test_entries_come_by_place_then_as_they_were_registered(words):
    for word in ("match", "order", "by", "offer"):
        words.register(word)

    assert words.ordered() == ["by", "match", "order", "offer"]


def test_a_key_is_taken_once(words):
    words.register("Match")

    with pytest.raises(AlreadyRegistered, match="word 'match' is registered already"):
        words.register("MATCH")
    assert words.ordered() == ["Match"]


def test_an_entry_is_its_own_key_where_no_other_is_given():
    providers = Registry("provider")
    providers.register(len)

    with pytest.raises(AlreadyRegistered):
        providers.register(len)


def test_register_returns_what_it_registered(words):
    assert words.register("match") == "match"


def test_update_takes_entries_with_or_without_their_keys(words):
    words.update(["match"])
    words.update({"order": "ORDER"})

    assert words.items() == [("match", "match"), ("order", "ORDER")]
    assert (words["order"], words.get("offer"), "match" in words) == ("ORDER", None, True)


def test_isolated_undoes_what_was_registered_and_reset(words):
    words.register("match")
    with isolated():
        words.reset()
        words.register("order")
        assert words.ordered() == ["order"]

    assert words.ordered() == ["match"]
