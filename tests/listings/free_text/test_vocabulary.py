import csv
from pathlib import Path

import pytest

from matchmaking.listings.free_text.vocabulary import DATA, Kind, Vocabulary, shipped

ROOT = Path(__file__).parents[3]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("kinds", "path", "column"),
    [
        ({"category", "part", "age"}, "matchmaking/listings/data/categories.csv", "code"),
        ({"construction"}, "matchmaking/listings/data/constructions.csv", "code"),
        ({"certificate"}, "accounts/data/certifications.csv", "code"),
        ({"place"}, "accounts/data/clusters.csv", "division_code"),
    ],
)
def test_words_name_every_term_and_no_other(kinds, path, column):
    named = {
        code
        for row in rows(DATA)
        if row["kind"] in kinds
        for code in row["codes"].split(";")
        if code
    }

    assert named == {row[column] for row in rows(ROOT / path)}


def test_no_word_stands_twice():
    words = [(row["kind"], row["word"]) for row in rows(DATA)]

    assert len(words) == len(set(words))


def test_longest_word_is_found():
    (mention,) = shipped().find("女硫化帆布鞋2万双", Kind.CATEGORY)

    assert (mention.word, mention.codes) == ("硫化帆布鞋", ("skate_vulcanised",))


def test_latin_words_end_where_letters_do():
    words = Vocabulary([("certificate", "wrap", "wrap")])

    assert words.find("wrapped", Kind.CERTIFICATE) == []
    assert len(words.find("有wrap的", Kind.CERTIFICATE)) == 1
