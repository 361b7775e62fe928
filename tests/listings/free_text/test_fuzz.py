import datetime as dt
import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.read_text import DEFAULT
from benchmarks.read_text_time import HOSTILE
from matchmaking.listings.free_text.messages import read_message
from matchmaking.listings.free_text.vocabulary import shipped

TODAY = dt.date(2026, 11, 30)
TEXTS = [
    json.loads(line)["text"] for path in DEFAULT for line in path.read_text("utf-8").splitlines()
]
SLOWEST_SECONDS = 1.0  # of a loaded machine; the benchmark holds the promise of a tenth


def check(text):
    reading = read_message(text, TODAY, shipped())
    hidden = {place for contact in reading.contacts for place in range(*contact.span)}
    for index, draft in enumerate(reading.drafts):
        asked = {question.field for question in reading.questions if question.post == index}
        assert asked.isdisjoint(draft.fields)
        for name, field in draft.fields.items():
            for span in field.spans:
                assert 0 <= span.start <= span.end <= len(text)
                assert name in {"side", "place"} or hidden.isdisjoint(range(*span))
    for span in reading.left:
        assert hidden.isdisjoint(range(*span))
    return reading


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text):
    check(text)


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_cut_and_joined_messages_are_read_without_an_error(rng, one, other):
    start, end = sorted((rng.randrange(len(one) + 1), rng.randrange(len(one) + 1)))
    check(one[:start] + other[rng.randrange(len(other) + 1) :] + one[end:])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_bounded_time(name):
    text = HOSTILE[name]
    started = time.process_time()

    check(text)

    assert time.process_time() - started < SLOWEST_SECONDS


def test_contact_glued_to_any_figure_is_taken_out():
    rng = random.Random(7)
    for _ in range(200):
        phone = f"1{rng.randrange(30, 100)}{rng.randrange(10**8):08d}"
        text = f"找厂 跑鞋{rng.randrange(1, 99)}万双{phone} {rng.randrange(20, 90)}元"

        reading = check(text)

        assert [contact.text for contact in reading.contacts] == [phone]
