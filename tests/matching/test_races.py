"""Two people in the same moment: one story, told once, and the loser hears what happened."""

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts.models import ContactConsent
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.services import base, endings
from matchmaking.matching.services.answers import answer_match
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import MembershipFactory, OfferFactory, OrderFactory
from tests.matching.conftest import propose

ROUNDS = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(brand, factory, brand_company, factory_company):
    MembershipFactory(company=brand_company)
    return OrderFactory(company=brand_company), OfferFactory(company=factory_company)


def together(*steps):
    """Run the steps at the same moment; give what each returned or raised."""
    start = threading.Barrier(len(steps))
    results = [None] * len(steps)

    def run(place, step):
        try:
            connection.ensure_connection()
            start.wait()
            results[place] = step()
        except Exception as error:  # noqa: BLE001 - judged by the test
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=row) for row in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def answers(match, brand, factory, at, kinds=("interested", "interested")):
    return [
        lambda side=side, by=by, kind=kind: answer_match(
            match=match,
            side=side,
            kind=kind,
            reason="price" if kind == "declined" else "",
            by=by,
            at=at,
        )
        for side, by, kind in zip(("order", "offer"), (brand, factory), kinds, strict=True)
    ]


def forget(match):
    OutboxMessage.objects.all().delete()
    Notification.objects.all().delete()
    ContactConsent.objects.all().delete()
    match.delete()


def test_both_at_the_same_moment_make_one_mutual_match(pair, brand, factory, at):
    for _ in range(ROUNDS):
        match = propose(*pair)

        results = together(*answers(match, brand, factory, at))

        assert [type(result) for result in results] == [Match, Match]
        match.refresh_from_db()
        assert match.state == "mutual"
        assert sorted(Answer.objects.values_list("side", "kind")) == [
            ("offer", "interested"),
            ("order", "interested"),
        ]
        assert ContactConsent.objects.filter(source=match.code).count() == 2
        mails = OutboxMessage.objects.filter(
            kind="mail", dedupe_key__startswith="mail:match_mutual"
        )
        people = [row.subject["user"] for row in mails]
        # Three people, without the one who answered second.
        assert len(people) == len(set(people)) == 2
        assert Notification.objects.filter(kind="match_mutual").count() == 2
        forget(match)


def test_control_without_the_lock_both_wait_for_each_other(pair, brand, factory, at, monkeypatch):
    """Both read "proposed" before either writes: two interested sides, and no mutual match."""
    both_have_read = threading.Barrier(2)

    def read_without_lock(match):
        rows = Match.objects.select_related("order__company", "offer__company")
        found = rows.get(pk=match.pk)
        both_have_read.wait()
        return found

    monkeypatch.setattr(base, "lock_match", read_without_lock)
    match = propose(*pair)

    together(*answers(match, brand, factory, at))

    match.refresh_from_db()
    assert (Answer.objects.count(), match.state) == (2, "interested")
    assert not ContactConsent.objects.exists()


def test_decline_against_interest_has_one_end(pair, brand, factory, at):
    refused = 0
    for _ in range(ROUNDS):
        match = propose(*pair)

        results = together(*answers(match, brand, factory, at, kinds=("interested", "declined")))

        match.refresh_from_db()
        assert match.state == "declined"
        assert isinstance(results[1], Match)
        if isinstance(results[0], NotAnswerable):
            refused += 1
            assert str(results[0].message) == "The other side declined a moment ago."
            assert Answer.objects.count() == 1
        assert Notification.objects.filter(kind="match_declined").count() == 2
        forget(match)
    assert 0 < refused <= ROUNDS


def test_expiry_against_acceptance_has_one_winner(pair, brand, factory, at):
    won = {"mutual": 0, "expired": 0}
    for _ in range(ROUNDS):
        match = propose(*pair)
        answers(match, brand, factory, at)[0]()
        due = at + dt.timedelta(days=7)

        accepted, expired = together(
            answers(match, brand, factory, due - dt.timedelta(milliseconds=1))[1],
            lambda due=due: endings.expire_due_matches(at=due),
        )

        match.refresh_from_db()
        won[match.state] += 1
        kinds = set(Notification.objects.values_list("kind", flat=True))
        if match.state == "expired":
            assert str(accepted.message) == "The time for an answer has run out."
            assert (expired, "match_mutual" in kinds, "match_expired" in kinds) == (1, False, True)
        else:
            assert (expired, isinstance(accepted, Match)) == (0, True)
            assert ("match_mutual" in kinds, "match_expired" in kinds) == (True, False)
        forget(match)
    assert won["mutual"] + won["expired"] == ROUNDS


def test_a_double_tap_is_one_answer(pair, brand, at):
    for _ in range(ROUNDS // 5):
        match = propose(*pair)
        tap = lambda match=match: answer_match(  # noqa: E731
            match=match, side="order", kind="interested", by=brand, at=at
        )

        assert [type(result) for result in together(tap, tap)] == [Match, Match]
        assert Answer.objects.count() == 1
        forget(match)


def test_answers_beside_a_scoring_end_in_no_deadlock(pair, brand, factory, at, rescore):
    for _ in range(10):
        rescore()
        match = Match.objects.get(state="proposed")
        pair[1].version += 1
        pair[1].save()

        results = together(*answers(match, brand, factory, at), lambda: rescore(offers=[pair[1]]))

        assert [row for row in results if isinstance(row, Exception)] == []
        assert Match.objects.get().state == "mutual"
        forget(match)
