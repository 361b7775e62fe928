"""Every cause of a match's end has its words, and they tell a side no more than it may know."""

import datetime as dt

import pytest

from matchmaking.listings.states import PostState
from matchmaking.matching import conversations
from matchmaking.matching.end_causes import END_WORDS, EndCause
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import match_status
from matchmaking.matching.services.base import NotAnswerable


def test_every_cause_has_its_words():
    assert set(END_WORDS) == set(EndCause)


@pytest.mark.parametrize("cause", EndCause)
def test_a_headline_is_a_sentence_with_its_day(cause):
    headline = END_WORDS[cause].headline % {"day": "1 March"}

    assert "%" not in headline


def test_a_block_reads_like_any_match_that_is_gone():
    words = END_WORDS[EndCause.BLOCKED]

    assert {str(words.headline), str(words.refusal).rstrip("."), str(words.mail).rstrip(".")} == {
        "This match no longer stands"
    }
    assert (words.mail_to_causer, NotAnswerable.because(EndCause.BLOCKED).code) == (None, "gone")


@pytest.mark.django_db
def test_the_side_whose_post_left_has_caused_the_end(match):
    match.order.state = PostState.PAUSED
    match.end_cause = EndCause.POST_LEFT

    caused = [conversations.has_caused_end(match, side) for side in ("order", "offer")]

    assert caused == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(("cause", "again"), [("changed", True), ("partner", False)])
def test_a_page_says_whether_the_pair_may_meet_again(match, at, cause, again):
    Match.objects.filter(pk=match.pk).update(
        state="ended",
        end_cause=cause,
        ended_at=at + dt.timedelta(days=1),
        order_rank=None,
        offer_rank=None,
        answer_by=None,
    )
    match.refresh_from_db()

    said = match_status.status_of(match, "order", score=81.5).next

    assert ("you meet again" in said) == again
