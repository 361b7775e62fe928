import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from matchmaking.core.errors import Conflict
from matchmaking.core.registry import AlreadyRegistered
from matchmaking.core.transitions import IllegalTransition, check_transition
from matchmaking.notifications import delivery, leases, outbox, services
from matchmaking.notifications.labels import kind_label, message_labels
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OUTBOX_TRANSITIONS, OutboxState
from tests.notifications.conftest import make_due, publish, row


def fails_with(error):
    @outbox.handles("test")
    def handler(messages):
        raise error


@pytest.mark.django_db(transaction=True)
def test_publish_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        outbox.publish(kind="test", dedupe_key="a", subject={})

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_publish_writes_a_fact_once():
    assert publish("a") is True
    assert publish("a") is False

    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_publish_many_is_one_statement_and_one_hint(django_assert_num_queries):
    facts = [outbox.Fact("test", f"k{n}", {"id": n}) for n in range(50)]
    with transaction.atomic(), django_assert_num_queries(1):
        assert len(outbox.publish_many(facts)) == 50


@pytest.mark.django_db
def test_publish_falls_with_its_transaction():
    with transaction.atomic():
        outbox.publish(kind="test", dedupe_key="a", subject={})
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_deliver_calls_the_handler_once_and_settles():
    seen = []
    outbox.handles("test")(seen.extend)
    publish("a")

    assert delivery.deliver(row("a").pk) is True
    assert delivery.deliver(row("a").pk) is False
    assert [message.dedupe_key for message in seen] == ["a"]
    assert (row("a").state, row("a").attempts, row("a").lease_token) == ("done", 1, None)


@pytest.mark.django_db
def test_deliver_leaves_what_is_not_due():
    publish("a", not_before=timezone.now() + timezone.timedelta(hours=1))

    assert delivery.deliver(row("a").pk) is False
    assert leases.find_due(10) == []


@pytest.mark.django_db
def test_deliver_takes_the_bundle_of_the_same_kind_along():
    seen = []
    outbox.handles("test")(lambda messages: seen.append([m.dedupe_key for m in messages]))
    for key in ("a", "b", "c"):
        publish(key, bundle_key="market")
    publish("other kind", kind="other", bundle_key="market")
    publish("other bundle", bundle_key="else")
    publish("later", bundle_key="market", not_before=timezone.now() + timezone.timedelta(hours=1))

    delivery.deliver(row("b").pk)

    assert seen == [["a", "b", "c"]]
    assert row("later").state == row("other kind").state == row("other bundle").state == "pending"


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (outbox.Discard("left"), "cancelled", "left"),
        (outbox.GiveUp("550"), "dead", "550"),
        (outbox.Uncertain("cut"), "uncertain", "cut"),
        (outbox.Retry("451"), "pending", "Retry('451')"),
        (OperationalError("away"), "pending", "OperationalError('away')"),
        (ValueError("bug\x00"), "pending", "ValueError('bug\\x00')"),
    ],
)
@pytest.mark.django_db
def test_deliver_settles_by_what_the_handler_raised(error, state, reason):
    fails_with(error)
    publish("a")

    delivery.deliver(row("a").pk)

    message = row("a")
    assert (message.state, message.last_error, message.lease_until) == (state, reason, None)
    assert delivery.deliver(message.pk) is False


@pytest.mark.django_db
def test_deliver_waits_for_a_worker_that_knows_the_kind():
    publish("a", kind="of tomorrow")

    delivery.deliver(row("a").pk)

    assert (row("a").state, row("a").last_error) == (
        "pending",
        "Retry('no handler for of tomorrow')",
    )


@pytest.mark.django_db
def test_retries_wait_longer_each_time_and_end_after_a_day():
    fails_with(outbox.Retry("451"))
    publish("a")
    waits = []
    while row("a").state == "pending":
        make_due()
        delivery.deliver(row("a").pk)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM next_at - now())::int FROM notifications_outboxmessage"
            )
            waits.append(cursor.fetchone()[0])

    assert waits[:7] == [10, 30, 60, 300, 900, 1800, 1800]
    assert 23.5 * 3600 < sum(waits[:-1]) <= 24 * 3600
    assert (row("a").state, row("a").last_error) == ("dead", "Retry('451')")


@pytest.mark.django_db
def test_uncertain_waits_ten_minutes_with_its_companions():
    fails_with(outbox.Uncertain("cut"))
    publish("a", bundle_key="x")
    publish("b", bundle_key="x")
    delivery.deliver(row("a").pk)
    publish("c", bundle_key="x")
    seen = []
    outbox.subscribers.reset()
    outbox.subscribe("test", lambda messages: seen.append([m.dedupe_key for m in messages]))

    delivery.deliver(row("c").pk)
    assert row("a").next_at == row("b").next_at > timezone.now() + timezone.timedelta(minutes=9)
    make_due(state="uncertain")
    delivery.deliver(row("b").pk)

    assert seen == [["c"], ["a", "b"]]


@pytest.mark.django_db
def test_poison_in_a_bundle_dies_alone():
    @outbox.handles("test")
    def handler(messages):
        if any(message.dedupe_key == "poison" for message in messages):
            raise ValueError

    for key in ("a", "poison", "b"):
        publish(key, bundle_key="market")
    for _ in range(10):
        make_due(state="pending")
        for due in leases.find_due(10):
            delivery.deliver(due.id)

    assert (row("a").state, row("b").state, row("poison").state) == ("done", "done", "pending")


@pytest.mark.django_db
def test_a_bundle_stays_together_while_the_world_is_away():
    fails_with(outbox.Retry("451"))
    for key in ("a", "b"):
        publish(key, bundle_key="x")
    for _ in range(10):
        make_due()
        delivery.deliver(row("a").pk)

    assert [(m.attempts, m.bundle_key) for m in OutboxMessage.objects.all()] == [(10, "x")] * 2


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_taken_over_and_its_old_holder_changes_nothing():
    publish("a")
    dead = leases.claim(row("a").pk)
    assert leases.claim(row("a").pk) is None
    OutboxMessage.objects.update(lease_until="2020-01-01T00:00:00Z")

    heir = leases.claim(row("a").pk)

    assert leases.settle(dead, OutboxState.CANCELLED) is False
    assert leases.settle_for_retry(dead, error="late", is_our_fault=True) is False
    assert leases.settle(heir, OutboxState.DONE) is True
    assert (row("a").state, row("a").attempts) == ("done", 2)


@pytest.mark.django_db
def test_sweep_buries_what_ended_its_worker_each_time():
    publish("a")
    leases.claim(row("a").pk)
    OutboxMessage.objects.update(lease_until="2020-01-01T00:00:00Z", attempts=leases.MOST_ATTEMPTS)

    assert leases.claim(row("a").pk) is None
    assert leases.find_due(10) == []
    assert leases.sweep() == 1
    assert row("a").state == "dead"


@pytest.mark.django_db
def test_resend_dead_starts_again_and_only_from_dead(officer):
    fails_with(outbox.GiveUp("550"))
    publish("a")
    delivery.deliver(row("a").pk)

    services.resend_dead(message=row("a"), by=officer, at=timezone.now())
    with pytest.raises(Conflict):
        services.resend_dead(message=row("a"), by=officer, at=timezone.now())

    assert (row("a").state, row("a").attempts, row("a").settled_at) == ("pending", 0, None)
    make_due()
    assert [due.id for due in leases.find_due(10)] == [row("a").pk]


@pytest.mark.parametrize("current", OutboxState)
@pytest.mark.parametrize("target", OutboxState)
def test_transitions_of_the_full_square(current, target):
    if target in OUTBOX_TRANSITIONS[current]:
        check_transition(OUTBOX_TRANSITIONS, current, target)
    else:
        with pytest.raises(IllegalTransition):
            check_transition(OUTBOX_TRANSITIONS, current, target)


def race(count, work):
    """Run ``work(n)`` in ``count`` threads that start together; return what they returned."""
    results, barrier = [None] * count, threading.Barrier(count)

    def run(n):
        try:
            barrier.wait()
            results[n] = work(n)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_one_of_many_claims_of_a_row_wins():
    for round_ in range(20):
        publish(f"r{round_}")
        pk = row(f"r{round_}").pk

        claimed = race(6, lambda _n, pk=pk: leases.claim(pk))

        assert sum(lease is not None for lease in claimed) == 1


@pytest.mark.django_db(transaction=True)
def test_claims_by_different_rows_do_not_share_a_bundle_out():
    for round_ in range(20):
        keys = [f"r{round_}:{n}" for n in range(6)]
        for key in keys:
            publish(key, bundle_key=f"b{round_}")
        ids = [row(key).pk for key in keys]

        claimed = [lease for lease in race(6, lambda n, ids=ids: leases.claim(ids[n])) if lease]

        assert [lease.ids for lease in claimed] == [ids]


@pytest.mark.django_db(transaction=True)
def test_publishing_one_fact_at_once_writes_it_once():
    for round_ in range(10):
        new = race(6, lambda _n, key=f"r{round_}": publish(key))

        assert sorted(new) == [False] * 5 + [True]


@pytest.fixture
def webhooks():
    """Two subscribers of one kind: what each got, and the exception that the second raises."""
    got = {"first": [], "second": [], "error": None}

    def second(messages):
        got["second"] += [message.dedupe_key for message in messages]
        if got["error"]:
            raise got["error"]

    outbox.subscribe("test", lambda ms: got["first"].extend(m.dedupe_key for m in ms))
    outbox.subscribe("test", second, name="webhooks")
    return got


def deliver_all():
    for due in leases.find_due(10):
        delivery.deliver(due.id)


@pytest.mark.django_db
def test_each_subscriber_gets_a_row_of_its_own(webhooks):
    assert publish("a") is True
    assert publish("a") is False
    deliver_all()

    assert (webhooks["first"], webhooks["second"]) == (["a"], ["a:test>webhooks"])
    rows = OutboxMessage.objects.order_by("pk").values_list("kind", "state")
    assert list(rows) == [("test", "done"), ("test>webhooks", "done")]


@pytest.mark.django_db
def test_a_subscriber_that_fails_is_tried_again_alone(webhooks):
    webhooks["error"] = OSError("the hook is away")
    publish("a")
    for _ in range(3):
        make_due(state="pending")
        deliver_all()
    webhooks["error"] = None
    make_due(state="pending")
    deliver_all()

    assert (webhooks["first"], len(webhooks["second"])) == (["a"], 4)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db
def test_a_bundle_reaches_each_subscriber_together(webhooks):
    for key in ("a", "b"):
        publish(key, bundle_key="market")
    deliver_all()

    assert (webhooks["first"], webhooks["second"]) == (
        ["a", "b"],
        ["a:test>webhooks", "b:test>webhooks"],
    )


@pytest.mark.django_db
def test_a_fact_known_before_a_subscriber_came_is_not_new_but_reaches_it():
    outbox.subscribe("test", lambda messages: None)
    publish("a")
    outbox.subscribe("test", lambda messages: None, name="webhooks")

    assert publish("a") is False
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"test", "test>webhooks"}


@pytest.mark.django_db
def test_a_long_key_stays_unique_for_each_subscriber(webhooks):
    for end in ("x", "y"):
        assert publish("k" * 199 + end) is True

    keys = list(OutboxMessage.objects.values_list("dedupe_key", flat=True))
    assert (len(set(keys)), max(map(len, keys))) == (4, 200)


def test_a_name_subscribes_once_and_fits_the_column(webhooks):
    with pytest.raises(AlreadyRegistered):
        outbox.subscribe("test", lambda messages: None, name="webhooks")
    with pytest.raises(ValueError, match="longer than 60 characters"):
        outbox.subscribe("test", lambda messages: None, name="w" * 60)


def test_officers_read_whose_row_it_is():
    message_labels.register("A test", key="test")

    assert kind_label("test") == "A test"
    assert kind_label("test>webhooks") == "A test · webhooks"
    assert kind_label("of tomorrow") == "of tomorrow"
