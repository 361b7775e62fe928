"""No contact of any labelled message stands in what a post would say."""

import datetime as dt
import json

import pytest

from benchmarks.read_text import DEFAULT
from matchmaking.listings.models import PastedText
from matchmaking.listings.texts import marks
from matchmaking.listings.texts.contacts import contact_of
from matchmaking.listings.texts.readings import read_text

pytestmark = pytest.mark.django_db
CASES = [
    case
    for path in DEFAULT
    for case in map(json.loads, path.read_text("utf-8").splitlines())
    if case["contacts"]
]


def test_no_contact_stands_in_a_value_a_title_a_note_or_a_question():
    assert len(CASES) > 70
    shown = []
    for case in CASES:
        text = PastedText(text=case["text"], read_on=dt.date.fromisoformat(case["today"]))
        reading = read_text(text)
        for post in reading.posts:
            said = [str(value) for value in post.values.values()]
            said += [*post.notes, *(one.sentence for one in post.asked)]
            said += [mark.text for mark in marks.marks_of(reading, post) if mark.kind == marks.READ]
            shown += [
                (case["id"], contact)
                for contact in case["contacts"]
                if any(contact in words for words in said)
            ]
    assert shown == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("找厂 跑鞋 电话138 0000 0000", "phone", "13800000000"),
        ("找厂 跑鞋 １３８００００００００", "phone", "13800000000"),
        ("找厂 跑鞋 加微信shoe0000", "wechat", "shoe0000"),
        ("Running shoes wanted, buyer@example.com", "email", "buyer@example.com"),
        ("找厂 跑鞋 电话0594-2345678", "phone", "0594-2345678"),
        ("找厂 跑鞋 李小姐", "", ""),
        ("找厂 跑鞋 whatsapp shoes0000", "", ""),
    ],
)
def test_contact_is_offered_as_the_address_book_takes_it(text, kind, value):
    reading = read_text(PastedText(text=text, read_on=dt.date(2026, 11, 30)))
    [contact] = [contact_of(0, one) for one in reading.contacts]
    assert (contact.kind, contact.value) == (kind, value)
