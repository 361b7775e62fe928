"""The market in memory stays what the database says, whoever changed it and when."""

import random

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.ranking import market_changes
from matchmaking.matching.ranking.candidates import CachedSearch
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.growable_arrays import GrowableArrays
from matchmaking.matching.ranking.market_cache import MarketCache
from tests.factories import OfferFactory, OrderFactory

OURS_ALONE = {"cursor_factory", "context"}


def columns_of(rows):
    ids = np.array(sorted(rows), dtype=np.int64)
    return ids, {
        "value": np.array([rows[pk] for pk in ids.tolist()], dtype=np.int64).reshape(-1, 2)
    }


@pytest.mark.parametrize("seed", range(20))
def test_columns_follow_any_sequence_of_changes(seed):
    dice = random.Random(seed)
    rows = {pk: [pk, 0] for pk in dice.sample(range(60), dice.randint(0, 40))}
    columns = GrowableArrays(*columns_of(rows))
    for step in range(1, 30):
        changed = dice.sample(range(60), dice.randint(0, 8))
        fresh = {pk: [pk, step] for pk in changed if dice.random() < 0.6}
        rows = {pk: row for pk, row in rows.items() if pk not in changed} | fresh

        columns.replace(np.array(sorted(changed), dtype=np.int64), *columns_of(fresh))

        assert columns.ids.tolist() == sorted(rows)
        assert columns["value"].tolist() == [rows[pk] for pk in sorted(rows)]


@pytest.mark.django_db(transaction=True)
def test_the_clock_tells_what_commits_late():
    """A change that was begun before a moment and committed after it is not missed."""
    early, late = OrderFactory(), OrderFactory()
    reach = connection.get_connection_params()
    change = "update listings_processingorder set version = version + 1 where id = %s"
    with psycopg.connect(**{name: reach[name] for name in reach.keys() - OURS_ALONE}) as other:
        other.execute(change, [late.pk])
        with connection.cursor() as cursor:
            cursor.execute(change, [early.pk])
        snapshot = market_changes.current_snapshot()
        assert market_changes.changes_since(snapshot).of("order") == set()
        other.commit()

    changes = market_changes.changes_since(snapshot)

    assert changes.of("order") == {late.pk}
    assert market_changes.changes_since(changes.snapshot).of("order") == set()


@pytest.mark.django_db(transaction=True)
def test_the_clock_tells_what_its_own_transaction_wrote_after_it_looked():
    order = OrderFactory()
    with transaction.atomic():
        ProcessingOrder.objects.filter(pk=order.pk).update(title="Before")
        snapshot = market_changes.current_snapshot()
        market_changes.record_lists_changed(orders=np.array([7]))

    assert market_changes.changes_since(snapshot).of("order_list") == {7}


@pytest.mark.django_db
def test_the_clock_forgets_after_a_day():
    market_changes.record_lists_changed(orders=np.array([7]))
    with connection.cursor() as cursor:
        cursor.execute("update matching_marketchange set at = now() - interval '2 days'")
        market_changes.prune()
        cursor.execute("select count(*) from matching_marketchange")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_of_equal_scores_only_what_beats_the_last_of_a_list_enters_it(at, rescore, settings):
    settings.MATCHES_PER_POST = 2
    twins = sorted(OrderFactory.create_batch(4), key=lambda order: order.code)
    late, early = twins[3], twins[0]
    ProcessingOrder.objects.filter(pk__in=[late.pk, early.pk]).update(state="paused")
    offer = OfferFactory()
    rescore()
    ProcessingOrder.objects.filter(pk__in=[late.pk, early.pk]).update(state="published")

    run = ScoringContext.start(at)
    posts = np.array(sorted([late.pk, early.pk]))
    both = CachedSearch(run, MarketCache(run), posts, np.empty(0, dtype=np.int64))

    reached = both.new_candidates(2, near=False).to_offers
    assert (reached.posts.tolist(), reached.others.tolist()) == ([offer.pk], [early.pk])
