"""The weekly ledger: entries are the truth, arrays their sum, nothing is sold twice."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Company
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.listings import ledger, reconciliation
from matchmaking.listings.ledger import BelowPromised, NotEnoughPairs, OutsideHorizon
from matchmaking.listings.models import CapacityOffer, LedgerEntry
from matchmaking.listings.states import PostState
from matchmaking.notifications.models import OutboxMessage
from tests.factories import OfferFactory, this_monday

WEEK = dt.timedelta(weeks=1)


def weeks_of(offer, count=3):
    offer.refresh_from_db()
    columns = (offer.published, offer.free, offer.held, offer.booked)
    return tuple(column[:count] for column in columns)


@pytest.mark.django_db
class TestSteps:
    def test_publish_replaces_the_whole_plan(self, offer, factory, at):
        entry = ledger.publish_weeks(
            offer=offer, first_week=this_monday() + WEEK, pairs=[700], by=factory, at=at
        )

        assert weeks_of(offer) == ([0, 700, 0], [0, 700, 0], [0] * 3, [0] * 3)
        assert (entry.kind, sum(entry.pairs), entry.by) == ("publish", 700, factory)

    def test_publish_of_the_same_figures_is_no_entry(self, offer, factory, at, market_facts):
        again = ledger.publish_weeks(
            offer=offer, first_week=this_monday(), pairs=[5_000] * 20, by=factory, at=at
        )

        offer.refresh_from_db()
        assert (again, offer.version, market_facts()) == (None, 1, [])

    def test_hold_book_release(self, offer, factory, at, market_facts):
        hold = ledger.hold_pairs(
            offer=offer, first_week=this_monday(), pairs=[3_000, 0, 5_000], by=None, at=at
        )
        assert weeks_of(offer)[1:] == ([2_000, 5_000, 0], [3_000, 0, 5_000], [0] * 3)

        booking = ledger.book_hold(hold=hold, by=factory, at=at)
        assert weeks_of(offer)[1:] == ([2_000, 5_000, 0], [0] * 3, [3_000, 0, 5_000])

        ledger.release_hold(entry=booking, by=factory, at=at)
        assert weeks_of(offer)[1:] == ([5_000] * 3, [0] * 3, [0] * 3)
        assert reconciliation.reconcile(offer) == []
        assert market_facts() == [("offer", version, "published") for version in (2, 3, 4)]

    def test_hold_above_free_holds_nothing(self, offer, at):
        with pytest.raises(NotEnoughPairs, match="5,000 pairs are free, 5,001 were asked"):
            ledger.hold_pairs(
                offer=offer, first_week=this_monday(), pairs=[1, 5_001], by=None, at=at
            )

        assert weeks_of(offer)[2] == [0, 0, 0]
        assert offer.entries.count() == 1

    def test_publish_below_what_is_promised_is_refused(self, offer, factory, at):
        ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[4_000], by=None, at=at)

        with pytest.raises(BelowPromised, match="4,000 pairs are held or booked"):
            ledger.publish_weeks(
                offer=offer, first_week=this_monday(), pairs=[3_999], by=factory, at=at
            )

    def test_free_follows_a_new_plan(self, offer, factory, at):
        ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[4_000], by=None, at=at)
        ledger.publish_weeks(
            offer=offer, first_week=this_monday(), pairs=[4_500, 100], by=factory, at=at
        )

        assert weeks_of(offer)[1] == [500, 100, 0]
        assert reconciliation.reconcile(offer) == []

    def test_a_hold_is_settled_once(self, offer, at):
        hold = ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[10], by=None, at=at)
        ledger.release_hold(entry=hold, by=None, at=at)

        for step in (
            lambda: ledger.release_hold(entry=hold, by=None, at=at),
            lambda: ledger.book_hold(hold=hold, by=None, at=at),
        ):
            with pytest.raises(Conflict):
                step()
        assert weeks_of(offer)[1] == [5_000] * 3

    def test_only_holds_are_booked_and_only_promises_released(self, offer, at):
        published = offer.entries.get()

        with pytest.raises(Conflict):
            ledger.book_hold(hold=published, by=None, at=at)
        with pytest.raises(Conflict):
            ledger.release_hold(entry=published, by=None, at=at)

    def test_a_paused_offer_is_not_held(self, offer, at):
        CapacityOffer.objects.filter(pk=offer.pk).update(state=PostState.PAUSED)

        with pytest.raises(Conflict):
            ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[1], by=None, at=at)

    def test_an_empty_hold_is_refused(self, offer, at):
        with pytest.raises(InvalidInput):
            ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[0], by=None, at=at)

    @pytest.mark.parametrize(
        ("first", "pairs"),
        [(-1, [1]), (104, [1]), (103, [1, 1]), (0, [0] * 104 + [1])],
        ids=["past", "beyond", "over the edge", "too long"],
    )
    def test_weeks_outside_the_horizon_are_refused(self, offer, factory, at, first, pairs):
        with pytest.raises(OutsideHorizon, match="capacity runs from"):
            ledger.publish_weeks(
                offer=offer,
                first_week=this_monday() + first * WEEK,
                pairs=pairs,
                by=factory,
                at=at,
            )

    @pytest.mark.parametrize("number", [-1, 5_000_001])
    def test_impossible_figures_are_refused(self, offer, factory, at, number):
        with pytest.raises(InvalidInput, match="between 0 and 5,000,000"):
            ledger.publish_weeks(
                offer=offer, first_week=this_monday(), pairs=[number], by=factory, at=at
            )

    def test_a_week_is_a_monday(self, offer, factory, at):
        with pytest.raises(InvalidInput, match="Monday"):
            ledger.publish_weeks(
                offer=offer,
                first_week=this_monday() + dt.timedelta(days=1),
                pairs=[1],
                by=factory,
                at=at,
            )

    def test_roll_forward_keeps_promises_of_later_weeks(self, offer, at):
        hold = ledger.hold_pairs(
            offer=offer, first_week=this_monday(), pairs=[1_000, 2_000], by=None, at=at
        )
        next_week = at + WEEK

        assert ledger.roll_forward(offer=offer, at=next_week) == 1
        assert ledger.roll_forward(offer=offer, at=next_week) == 0
        assert weeks_of(offer, 2)[2] == [2_000, 0]
        assert reconciliation.reconcile(offer) == []

        ledger.release_hold(entry=hold, by=None, at=next_week)
        assert weeks_of(offer, 2)[1] == [5_000, 5_000]
        assert reconciliation.reconcile(offer) == []

    def test_reconcile_names_the_week(self, offer):
        free = [*offer.free]
        free[1] -= 7
        held = [*offer.held]
        held[1] += 7
        CapacityOffer.objects.filter(pk=offer.pk).update(free=free, held=held)
        offer.refresh_from_db()

        week = this_monday() + WEEK
        assert reconciliation.reconcile(offer) == [
            reconciliation.Difference(week, "held", 7, 0),
            reconciliation.Difference(week, "free", 4_993, 5_000),
        ]

    def test_nothing_to_reconcile_in_a_draft(self, factory_company):
        assert reconciliation.reconcile(CapacityOffer(company=factory_company)) == []

    @pytest.mark.parametrize(
        "changes",
        [{"free": [5_001]}, {"free": [-1], "held": [5_001]}, {"booked": [1]}],
        ids=["free above published", "below zero", "does not add up"],
    )
    def test_database_refuses_weeks_that_do_not_add_up(self, offer, changes):
        columns = {name: [*row, *getattr(offer, name)[1:]] for name, row in changes.items()}

        with pytest.raises(IntegrityError, match="offer_weeks_add_up"), transaction.atomic():
            CapacityOffer.objects.filter(pk=offer.pk).update(**columns)


class Oracle:
    """The ledger in plain words: dictionaries by absolute week."""

    def __init__(self):
        self.published, self.held, self.booked = {}, {}, {}

    def free(self, week):
        return self.published.get(week, 0) - self.held.get(week, 0) - self.booked.get(week, 0)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "hold", "book", "release", "roll"]),
        st.integers(0, 3),
        st.lists(st.integers(0, 9), min_size=1, max_size=4),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_random_sequences_equal_the_oracle(steps, factory_company, at):
    with transaction.atomic():
        offer = OfferFactory(company=factory_company, published=[0] * 104, free=[0] * 104)
        oracle, open_entries, now = Oracle(), [], at
        ledger.publish_weeks(offer=offer, first_week=this_monday(), pairs=[9] * 30, by=None, at=at)
        oracle.published = {this_monday() + i * WEEK: 9 for i in range(30)}
        for step, number, pairs in steps:
            now = take(step, number, pairs, offer, oracle, open_entries, now)
            offer.refresh_from_db()
            assert reconciliation.reconcile(offer) == []
            assert offer.free == [oracle.free(offer.anchor_week + i * WEEK) for i in range(104)]
        transaction.set_rollback(True)


def take(step, number, pairs, offer, oracle, open_entries, now):
    """Take one step in the ledger and in the oracle; both refuse or both accept."""
    first = ledger.current_week(now) + number * WEEK
    plan = {first + i * WEEK: n for i, n in enumerate(pairs) if n}
    if step == "roll":
        now += WEEK
        ledger.roll_forward(offer=offer, at=now)
    elif step == "publish":
        horizon = [ledger.current_week(now) + i * WEEK for i in range(104)]
        promised = {w: oracle.held.get(w, 0) + oracle.booked.get(w, 0) for w in horizon}
        allowed = all(plan.get(w, 0) >= promised[w] for w in horizon)
        if attempt(
            allowed,
            lambda: ledger.publish_weeks(
                offer=offer, first_week=first, pairs=pairs, by=None, at=now
            ),
        ):
            oracle.published = plan
    elif step == "hold":
        allowed = bool(plan) and all(oracle.free(w) >= n for w, n in plan.items())
        entry = attempt(
            allowed,
            lambda: ledger.hold_pairs(offer=offer, first_week=first, pairs=pairs, by=None, at=now),
        )
        if entry:
            add(oracle.held, plan)
            open_entries.append((entry, plan))
    elif open_entries:
        entry, plan = open_entries.pop(number % len(open_entries))
        column = oracle.held if entry.kind == "hold" else oracle.booked
        if step == "book":
            booking = attempt(
                entry.kind == "hold",
                lambda: ledger.book_hold(hold=entry, by=None, at=now),
            )
            if booking:
                add(column, plan, -1)
                add(oracle.booked, plan)
            open_entries.append((booking or entry, plan))
        else:
            ledger.release_hold(entry=entry, by=None, at=now)
            add(column, plan, -1)
    return now


def attempt(allowed, call):
    if allowed:
        return call() or True
    with pytest.raises((Conflict, InvalidInput)), transaction.atomic():
        call()
    return None


def add(column, plan, sign=1):
    for week, number in plan.items():
        column[week] = column.get(week, 0) + sign * number


ROUNDS = 40


def race(steps):
    """Run ``steps`` in threads that start together; return how many went through."""
    gate = threading.Barrier(len(steps))
    done = []

    def run(step):
        try:
            gate.wait(5)
            step()
            done.append(step)
        except Conflict:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return len(done)


@pytest.fixture
def last_pairs(django_db_setup, django_db_blocker):
    """An offer that other connections see, with one lot of 1,000 pairs in each week.

    Committed and deleted by hand: a flush would take the taxonomy with it.
    """
    with django_db_blocker.unblock():
        offer = OfferFactory(published=[0] * 104, free=[0] * 104)
        ledger.publish_weeks(
            offer=offer,
            first_week=this_monday(),
            pairs=[1_000] * ROUNDS,
            by=None,
            at=timezone.now(),
        )
        yield offer
        LedgerEntry.objects.filter(offer=offer, of__isnull=False).delete()
        LedgerEntry.objects.filter(offer=offer).delete()
        CapacityOffer.objects.filter(pk=offer.pk).delete()
        Company.objects.filter(pk=offer.company_id).delete()
        OutboxMessage.objects.filter(dedupe_key__contains=str(offer.code)).delete()
        connection.close()


def test_the_last_pairs_are_never_sold_twice(last_pairs):
    winners = [
        race(
            [
                lambda week=week: ledger.hold_pairs(
                    offer=last_pairs,
                    first_week=this_monday() + week * WEEK,
                    pairs=[1_000],
                    by=None,
                    at=timezone.now(),
                )
            ]
            * 2
        )
        for week in range(ROUNDS)
    ]

    last_pairs.refresh_from_db()
    assert winners == [1] * ROUNDS
    assert last_pairs.held[:ROUNDS] == [1_000] * ROUNDS
    assert reconciliation.reconcile(last_pairs) == []


def test_control_without_the_lock_the_last_pairs_are_sold_twice(last_pairs):
    """The same race with check-then-insert: the fault that the lock keeps away."""
    ledger.publish_weeks(
        offer=last_pairs,
        first_week=this_monday(),
        pairs=[1_000] * ROUNDS,
        by=None,
        at=timezone.now(),
    )
    checked = threading.Barrier(2)

    def sold(week):
        holds = LedgerEntry.objects.filter(offer=last_pairs, kind="hold", anchor_week=week)
        return sum(entry.pairs[0] for entry in holds)

    def hold_unprotected(week):
        with transaction.atomic():
            enough = sold(week) + 1_000 <= 1_000
            checked.wait(5)
            if enough:
                LedgerEntry.objects.create(
                    offer=last_pairs,
                    kind="hold",
                    anchor_week=week,
                    pairs=[1_000],
                    at=timezone.now(),
                )

    weeks = [this_monday() + number * WEEK for number in range(5)]
    for week in weeks:
        race([lambda week=week: hold_unprotected(week)] * 2)

    assert [sold(week) for week in weeks] == [2_000] * 5
