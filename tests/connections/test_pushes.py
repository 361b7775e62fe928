"""Weeks that a factory's system pushes: signed, once, and by nobody else."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from matchmaking.connections.models import PushReceipt
from matchmaking.connections.services import sources
from matchmaking.core.trade_day import trade_week
from matchmaking.listings import ledger
from matchmaking.listings.models import LedgerEntry
from tests.factories import OfferFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(factory_company, factory):
    offer = OfferFactory(company=factory_company, rate=0)
    ledger.publish_weeks(
        offer=offer, first_week=trade_week(), pairs=[5_000] * 8, by=factory, at=timezone.now()
    )
    offer.refresh_from_db()
    return offer


@pytest.fixture
def source(factory_company, factory):
    return sources.add_source(company=factory_company, name="Planning", by=factory)


def week_label(day):
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def plan(offer, pairs=(4_000, 3_000), **changes):
    first = week_label(trade_week())
    return {"offer": str(offer.code), "first_week": first, "pairs": list(pairs)} | changes


def push(client, source, sent, *, key="msg_1", at=None, secret=None):
    row, own = source
    body = sent if isinstance(sent, str) else json.dumps(sent)
    at = at or dt.datetime.now(dt.UTC)
    signature = Webhook(secret or own).sign(key, at, body)
    return client.post(
        reverse("api:push-weeks", args=[row.code]),
        body,
        content_type="application/json",
        headers={
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        },
    )


def test_signed_plan_takes_the_place_of_the_old_one(client, source, offer):
    before = offer.version

    answer = push(client, source, plan(offer))

    offer.refresh_from_db()
    assert answer.status_code == 200, answer.content
    assert offer.published[:4] == [4_000, 3_000, 0, 0]
    assert offer.version > before
    assert answer.json()["published"][:2] == [4_000, 3_000]
    source[0].refresh_from_db()
    assert source[0].heard_at is not None


def test_replay_changes_nothing_and_is_answered_alike(client, source, offer):
    first = push(client, source, plan(offer))
    offer.refresh_from_db()
    version, entries = offer.version, LedgerEntry.objects.count()

    again = push(client, source, plan(offer))

    offer.refresh_from_db()
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert (offer.version, LedgerEntry.objects.count()) == (version, entries)
    assert PushReceipt.objects.count() == 1


def test_old_id_with_another_body_is_refused(client, source, offer):
    push(client, source, plan(offer))

    answer = push(client, source, plan(offer, pairs=[1]))

    assert answer.status_code == 422
    offer.refresh_from_db()
    assert offer.published[0] == 4_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "whsec_" + "QUJD" * 8},
        {"at": dt.datetime.now(dt.UTC) - dt.timedelta(minutes=6)},
        {"key": "x" * 121},
    ],
)
def test_what_is_not_signed_now_with_this_secret_is_refused(wrong, client, source, offer):
    answer = push(client, source, plan(offer), **wrong)

    assert answer.status_code == 401
    offer.refresh_from_db()
    assert offer.published[0] == 5_000


def test_unsigned_call_is_refused(client, source):
    answer = client.post(
        reverse("api:push-weeks", args=[source[0].code]), "{}", content_type="application/json"
    )
    assert answer.status_code == 401


def test_body_changed_on_its_way_is_refused(client, source, offer):
    row, secret = source
    at = dt.datetime.now(dt.UTC)
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("m", at, json.dumps(plan(offer))),
    }
    answer = client.post(
        reverse("api:push-weeks", args=[row.code]),
        json.dumps(plan(offer, pairs=[9])),
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 401


def test_capacity_of_another_company_is_not_found(client, source, stranger_company):
    other = OfferFactory(company=stranger_company)

    assert push(client, source, plan(other)).status_code == 404


def test_wrong_plan_is_told_and_may_be_mended_under_the_same_id(client, source, offer):
    refused = push(client, source, plan(offer, pairs=[-1]))
    assert refused.status_code in {400, 422}
    assert PushReceipt.objects.count() == 0

    assert push(client, source, plan(offer)).status_code == 200


@pytest.mark.parametrize("sent", ["", "[]", "{", '{"offer": 1}'])
def test_body_that_is_no_plan_is_told(sent, client, source):
    assert push(client, source, sent).status_code in {400, 422}


def test_unknown_field_is_refused_by_name(client, source, offer):
    answer = push(client, source, plan(offer, pears=[1]))

    assert answer.status_code in {400, 422}
    assert "pears" in answer.content.decode()


def test_person_who_left_opens_nothing(client, source, offer, factory):
    factory.memberships.all().delete()

    assert push(client, source, plan(offer)).status_code == 401


def test_company_that_was_suspended_pushes_nothing(client, source, offer, factory_company):
    type(factory_company).objects.update(status="suspended")

    assert push(client, source, plan(offer)).status_code == 401


def test_silent_source_is_stale_after_fourteen_days(source):
    row, _secret = source
    assert not row.is_stale
    row.heard_at = timezone.now() - dt.timedelta(days=13)
    assert not row.is_stale
    row.heard_at = timezone.now() - dt.timedelta(days=15)
    assert row.is_stale
