"""Questions about quotes on decided orders: from rows to words, for officers alone."""

import datetime as dt

import pytest
from django.urls import reverse

from matchmaking.deals import quote_patterns
from matchmaking.deals.models import ResultsBoard
from tests.deals.conftest import Talk, accept, submit
from tests.factories import OrderFactory


@pytest.fixture
def round_of_two(db, at):
    """Two factories on one order; the second quotes a little more, and the first is accepted."""
    order = OrderFactory(pairs=100_000)
    winner, loser = (Talk(at, order=order) for _ in range(2))
    submit(loser, price="46.90")
    accept(winner, submit(winner, price="46.50"))
    return winner, loser


def test_price_just_above_the_winners_is_asked_about(round_of_two, at):
    winner, loser = round_of_two

    (question,) = quote_patterns.of_period(at.date(), None)

    assert question == (
        f"{winner.order.title}: {loser.factory.name} quoted ¥46.90, just above the ¥46.50 of "
        f"{winner.factory.name}. By chance?"
    )
    assert quote_patterns.of_period(at.date() + dt.timedelta(days=1), None) == []


def test_order_with_one_quote_is_asked_about_once_it_is_decided(talk, at):
    quote = submit(talk)
    assert quote_patterns.of_period(at.date(), at.date()) == []
    accept(talk, quote)

    (question,) = quote_patterns.of_period(at.date(), at.date())

    assert question == f"{talk.order.title}: why did {talk.factory.name} alone quote?"


def test_questions_stand_on_the_officers_report_and_nowhere_else(
    client, round_of_two, officer, settings, at
):
    settings.OFFICERS_NEED_TOTP = False
    client.cookies["django_language"] = "en"
    board = ResultsBoard.objects.create(
        title_zh="板", title_en="Board", since=at.date(), is_published=True
    )
    public = client.get(reverse("deals:board-detail", args=[board.code])).content.decode()
    assert "By chance?" not in public

    client.force_login(officer)
    report = client.get(reverse("deals:board-report", args=[board.code])).content.decode()
    assert "By chance?" in report
