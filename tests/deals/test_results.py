"""Counting that nobody can call double."""

import datetime as dt
from decimal import Decimal

import pytest

from matchmaking.deals import results
from matchmaking.deals.results import Stage
from matchmaking.deals.services import fulfilment, intentions
from tests.deals.conftest import Talk

DAY = dt.timedelta(days=1)


@pytest.fixture
def event(db, at):
    """The docking event of June 2022: three intentions between three brands and three factories."""
    sizes = ((3_000_000, "45"), (2_010_000, "47.50"), (1_500_000, "46.50"))
    talks = [Talk(at, weekly=600_000) for _ in sizes]
    for talk, (pairs, price) in zip(talks, sizes, strict=True):
        talk.intention = talk.agree(pairs=pairs, price=price)
    return talks


def count(at):
    return results.count(results.of_period(at.date(), at.date()))


def figures_of(totals):
    return totals.firms, totals.intentions, totals.pairs, totals.yuan


def test_three_intentions_read_6_firms_and_6_51_million_pairs_for_300_225_million_yuan(event, at):
    whole = count(at).whole

    assert figures_of(whole[Stage.CONFIRMED]) == (6, 3, 6_510_000, Decimal(300_225_000))
    assert figures_of(whole[Stage.ANNOUNCED]) == figures_of(whole[Stage.CONFIRMED])
    assert figures_of(whole[Stage.CONTRACTED]) == (0, 0, 0, 0)


def test_second_intention_between_two_of_them_leaves_6_firms(event, at):
    Talk(at, brand=event[0].brand, factory=event[1].factory).agree(pairs=10_000, price="40")

    assert figures_of(count(at).whole[Stage.CONFIRMED]) == (
        6,
        4,
        6_520_000,
        Decimal(300_625_000),
    )


def test_signing_five_times_again_changes_no_total(event, at):
    before = figures_of(count(at).whole[Stage.CONFIRMED])
    for last in (13, 14, 15, 16, 12):
        event[2].agree(pairs=1_500_000, price="46.50", last=last)

    assert figures_of(count(at).whole[Stage.CONFIRMED]) == before


def test_withdrawing_lowers_exactly_what_it_carried(event, at):
    gone = event[1]
    intentions.withdraw(
        intention=gone.intention, side="order", reason="price", by=gone.buyer, at=at
    )

    assert figures_of(count(at).whole[Stage.CONFIRMED]) == (
        4,
        2,
        4_500_000,
        Decimal(300_225_000 - 95_475_000),
    )


def test_tables_have_the_rows_of_the_whole(event, at):
    found = count(at)

    for table in (found.by_clusters, found.by_family):
        for stage in Stage:
            assert sum(row[stage].pairs for row in table.values()) == found.whole[stage].pairs
            assert sum(row[stage].yuan for row in table.values()) == found.whole[stage].yuan


def test_proposal_is_announced_and_nothing_more(event, at):
    Talk(at).propose(pairs=1_000, price="10")

    whole = count(at).whole
    assert whole[Stage.ANNOUNCED].intentions == 4
    assert whole[Stage.CONFIRMED].intentions == 3


def test_delivered_counts_what_was_delivered_at_the_agreed_price(event, at):
    talk = event[0]
    act = {"intention": talk.intention, "side": "offer", "by": talk.maker}
    fulfilment.record_contract(**act, number="HT-1", at=at)
    for days, pairs in ((20, 1_000_000), (60, 500_000), (170, 500_000)):
        day = at + days * DAY
        fulfilment.record_delivery(**act, pairs=pairs, delivered_on=day.date(), at=day)

    whole = count(at).whole
    rows = results.of_period(at.date(), None)
    assert figures_of(whole[Stage.CONTRACTED]) == (2, 1, 3_000_000, Decimal(135_000_000))
    assert figures_of(whole[Stage.DELIVERED]) == (2, 1, 2_000_000, Decimal(90_000_000))
    assert [results.delivered_within(rows, days)[0] for days in (30, 90, 180)] == [
        1_000_000,
        1_500_000,
        2_000_000,
    ]


def test_period_is_of_the_trades_days(event, at):
    before = at.date() - DAY

    assert results.count(results.of_period(before, before)).whole[Stage.ANNOUNCED].intentions == 0
    assert results.count(results.of_period(before, None)).whole[Stage.ANNOUNCED].intentions == 3


def test_row_of_its_own_has_three_firms_on_either_side_and_so_has_the_sum_of_others():
    def stages(first, count, yuan):
        row = results.Totals()
        for n in range(count):
            row.add(first + n, 100 + first + n, 10, Decimal(yuan))
        return {stage: row if stage == Stage.ANNOUNCED else results.Totals() for stage in Stage}

    table = {"a": stages(0, 4, 9), "b": stages(10, 3, 5), "c": stages(20, 1, 1)}

    alone, rest = results.published_rows(table)

    assert list(alone) == ["a"]
    assert figures_of(rest[Stage.ANNOUNCED]) == (8, 4, 40, 16)
    assert results.published_rows({"a": table["a"], "b": table["b"]})[1] is None
