"""Events on their way: signed, once, again after a failure, and off after days of it."""

import datetime as dt
import json

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from matchmaking.connections import emails
from matchmaking.connections.models import Attempt, Delivery, Endpoint, Event
from matchmaking.connections.sealing import unseal
from matchmaking.connections.services import deliveries, endpoints, events
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.notifications.models import Notification, OutboxMessage
from matchmaking.notifications.services import notify
from tests.connections.conftest import work
from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def tell(company, *people, fact="one", kind="company_approved", at_once=True):
    with transaction.atomic():
        notify(
            kind=kind,
            recipients=[person.pk for person in people],
            fact=fact,
            subject={"company": company.pk, "version": 1},
            company_id=company.pk,
        )
    if at_once:
        work()


def test_webhook_verifies_and_is_thin(connect, receiver, brand, brand_company):
    _endpoint, secret = connect()

    tell(brand_company, brand)

    (heard,) = receiver.heard
    sent = Webhook(secret).verify(heard.body, heard.headers)
    event = Event.objects.get()
    assert heard.headers["webhook-id"] == event.message_id
    assert sent["type"] == "company_approved"
    assert sent["data"]["url"].startswith("http")
    assert set(sent) == {"type", "timestamp", "data"}
    assert len(heard.body) < 20_000
    assert brand_company.name_en not in heard.body.decode()
    assert Delivery.objects.get().state == "arrived"


def test_control_another_secret_does_not_verify(connect, receiver, brand, brand_company):
    connect()
    tell(brand_company, brand)

    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "QUJD" * 8).verify(receiver.heard[0].body, receiver.heard[0].headers)


def test_fact_told_to_many_is_heard_of_once(connect, receiver, brand, brand_company):
    connect()
    colleague = MembershipFactory(company=brand_company).user

    tell(brand_company, brand, colleague)
    tell(brand_company, MembershipFactory(company=brand_company).user)

    assert len(receiver.heard) == 1


def test_other_companies_events_stay_away(connect, receiver, factory, factory_company, brand):
    connect()

    tell(factory_company, factory)

    assert (receiver.heard, Event.objects.count()) == ([], 0)


def test_endpoint_hears_of_the_kinds_that_it_wants(connect, receiver, brand, brand_company):
    connect(events=["match_found"])

    tell(brand_company, brand)
    assert receiver.heard == []

    connect(events=["company_approved"])
    tell(brand_company, brand, fact="two")
    assert len(receiver.heard) == 1


def test_failure_is_tried_again_with_the_same_id_and_bytes(connect, receiver, brand, brand_company):
    _endpoint, _secret = connect()
    receiver.answers = [(500, {"no": 1}), (503, {}), (204, b"")]

    tell(brand_company, brand)
    assert Delivery.objects.get().state == "not_arrived"
    work()
    work()

    first, *others = receiver.heard
    assert len(others) == 2
    assert {one.body for one in others} == {first.body}
    assert {one.headers["webhook-id"] for one in receiver.heard} == {first.headers["webhook-id"]}
    assert Delivery.objects.get().state == "arrived"
    calls = Attempt.objects.order_by("pk").values_list("refusal", "status")
    assert list(calls) == [("HTTP 500", 500), ("HTTP 503", 503), ("", 204)]
    assert Attempt.objects.earliest("pk").answer == '{"no": 1}'


@pytest.mark.parametrize("status", [400, 401, 404, 429, 302])
def test_every_answer_but_2xx_is_a_failure(status, connect, receiver, brand, brand_company):
    connect()
    receiver.answers = [(status, {"to": "http://127.0.0.1:1/"})]

    tell(brand_company, brand)

    assert Delivery.objects.get().state == "not_arrived"
    assert OutboxMessage.objects.get(kind="connections.webhook").state == "pending"


def test_replay_is_equal_to_the_byte(connect, receiver, brand, brand_company):
    _endpoint, secret = connect()
    tell(brand_company, brand)

    deliveries.send_again(delivery=Delivery.objects.get())
    work()

    one, other = receiver.heard
    assert (one.body, one.headers["webhook-id"]) == (other.body, other.headers["webhook-id"])
    Webhook(secret).verify(other.body, other.headers)


def test_both_secrets_sign_for_a_day_after_a_rotation(connect, receiver, brand, brand_company):
    endpoint, old = connect()
    at = timezone.now()
    new = endpoints.rotate_secret(endpoint=endpoint, at=at)

    tell(brand_company, brand)

    (heard,) = receiver.heard
    for secret in (old, new):
        Webhook(secret).verify(heard.body, heard.headers)
    endpoint.refresh_from_db()
    assert endpoint.secrets_at(at + dt.timedelta(hours=23)) == [new, old]
    assert endpoint.secrets_at(at + dt.timedelta(hours=25)) == [new]


def test_secret_of_a_robot_is_not_rotated(connect):
    endpoint, _secret = connect("wecom")

    with pytest.raises(Conflict):
        endpoints.rotate_secret(endpoint=endpoint, at=timezone.now())


def test_days_of_failure_switch_it_off_and_mail_the_owners(connect, receiver, brand, brand_company):
    endpoint, _secret = connect()
    receiver.answers = [(500, {})]
    tell(brand_company, brand)
    long_ago = timezone.now() - dt.timedelta(days=3, minutes=1)
    Endpoint.objects.update(failing_since=long_ago)

    work()

    endpoint.refresh_from_db()
    assert (endpoint.is_on, endpoint.off_reason) == (False, "failing")
    told = Notification.objects.get(kind="connection_off", recipient=brand)
    mail = emails.write_off(brand, [told])
    assert "“ERP” hears nothing any more" in str(mail.subject)
    assert emails.headlines([type("Row", (), {"notification": told})])[0].url.endswith(
        f"/{endpoint.code}/"
    )
    tell(brand_company, brand, fact="later")
    assert Event.objects.count() == 1

    endpoints.switch_on(endpoint=endpoint)
    receiver.answers = [(200, {})]
    assert deliveries.send_failed_again(endpoint=endpoint) == 1
    work()
    assert Delivery.objects.get().state == "arrived"
    assert emails.write_off(brand, [told]) is None


def test_one_failure_does_not_switch_it_off(connect, receiver, brand, brand_company):
    endpoint, _secret = connect()
    receiver.answers = [(500, {}), (200, {})]

    tell(brand_company, brand)
    endpoint.refresh_from_db()
    assert endpoint.is_on
    assert endpoint.failing_since is not None

    work()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_answer_gone_switches_it_off_at_once(connect, receiver, brand, brand_company):
    endpoint, _secret = connect()
    receiver.answers = [(410, {})]

    tell(brand_company, brand)

    endpoint.refresh_from_db()
    assert endpoint.off_reason == "gone"


def test_what_waits_for_a_connection_that_is_off_is_cancelled(connect, receiver, brand):
    endpoint, _secret = connect()
    events.send_test(endpoint=endpoint, at=timezone.now())
    endpoints.switch_off(endpoint=endpoint, at=timezone.now())

    work()

    assert receiver.heard == []
    assert OutboxMessage.objects.get(kind="connections.webhook").state == "cancelled"
    with pytest.raises(Conflict):
        deliveries.send_again(delivery=Delivery.objects.get())


def test_removed_connection_is_called_no_more(connect, receiver):
    endpoint, _secret = connect()
    events.send_test(endpoint=endpoint, at=timezone.now())
    endpoints.remove_endpoint(endpoint=endpoint)

    work()

    assert receiver.heard == []


def test_addresses_and_secrets_are_sealed_at_rest(connect, receiver):
    _endpoint, secret = connect()

    row = Endpoint.objects.values().get()

    assert receiver.url not in str(row)
    assert secret not in str(row)
    assert (unseal(row["sealed_url"]), unseal(row["sealed_secret"])) == (receiver.url, secret)


def test_key_that_was_replaced_goes_on_opening(connect, settings, receiver):
    endpoint, _secret = connect()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough"

    assert unseal(endpoint.sealed_url) == receiver.url


def test_robots_address_is_that_vendors(brand, brand_company, settings):
    settings.CONNECTIONS_OTHER_ROBOT_HOSTS = []
    with pytest.raises(InvalidInput, match=r"qyapi\.weixin\.qq\.com"):
        endpoints.add_endpoint(
            company=brand_company,
            kind="wecom",
            name="x",
            url="https://example.com/",
            language="en",
            by=brand,
        )
    assert not Endpoint.objects.exists()


def test_ten_connections_are_enough(connect):
    for _number in range(10):
        connect()

    with pytest.raises(Conflict):
        connect()


@pytest.mark.parametrize(
    ("kind", "key", "good"),
    [("wecom", "errcode", 0), ("dingtalk", "errcode", 0), ("feishu", "code", 0)],
)
def test_robot_that_answers_another_code_is_told_again(
    kind, key, good, connect, receiver, brand, brand_company
):
    _endpoint, _none = connect(kind, secret="" if kind == "wecom" else "SECtest000")
    receiver.answers = [(200, {key: 19021, "msg": "bad"}), (200, {key: good})]

    tell(brand_company, brand)
    assert Delivery.objects.get().state == "not_arrived"
    assert "19021" in Attempt.objects.get().refusal
    work()

    assert Delivery.objects.get().state == "arrived"
    assert len(receiver.heard) == 2


def text_of(heard):
    content = heard.json
    return content.get("text", content.get("content", {}))


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_two_hundred_events_in_a_minute_make_at_most_twenty_messages(
    kind, connect, receiver, brand, brand_company
):
    """Every event is named or counted, whichever slot of five seconds it came in."""
    connect(kind)
    receiver.answers = [(200, {"errcode": 0, "code": 0})]
    began = dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)
    endpoint = Endpoint.objects.get()
    for number in range(200):
        at = began + dt.timedelta(seconds=60 * number / 200)
        with transaction.atomic():
            event = Event.objects.create(
                company=brand_company,
                kind="company_approved",
                fact=str(number),
                subject={"company": brand_company.pk},
                reader_id=brand.pk,
                happened_at=at,
            )
            events.publish_event(event, [endpoint])
    # As the clock would: what is due at the end of each slot goes out together.
    slots = sorted(set(OutboxMessage.objects.values_list("next_at", flat=True)))
    for slot in slots:
        with transaction.atomic():
            OutboxMessage.objects.filter(next_at=slot).update(next_at="2020-01-01T00:00:00Z")
        work(even_later=False)

    assert len(receiver.heard) <= 20
    assert Delivery.objects.filter(state="arrived").count() == 200
    told = 0
    for heard in receiver.heard:
        content = heard.json.get("text") or heard.json["content"]
        said = content.get("content") or content["text"]
        assert len(said.encode()) <= (2048 if kind == "wecom" else 6000)
        count = int(said.splitlines()[0].rsplit("·", 1)[1].split()[0])
        named = said.count("\n· ")
        rest = said.rsplit("and ", 1)[1].split()[0] if "more (" in said else 0
        assert named + int(rest) == count
        told += count
    assert told == 200


def test_robot_that_had_its_messages_waits(connect, receiver, brand, brand_company):
    endpoint, _secret = connect("wecom")
    receiver.answers = [(200, {"errcode": 0})]
    for _number in range(18):
        Attempt.objects.create(endpoint=endpoint, began_at=timezone.now())

    tell(brand_company, brand)

    assert receiver.heard == []
    assert OutboxMessage.objects.get(kind="connections.robot").state == "pending"


def test_association_hears_what_has_entered_a_queue(connect, receiver, officer):
    _endpoint, _secret = connect("wecom", company=None, by=officer)
    receiver.answers = [(200, {"errcode": 0})]
    at = timezone.now()
    assert events.announce_waiting(at=at) == 0
    CompanyFactory(status="pending")

    assert events.announce_waiting(at=at + dt.timedelta(minutes=1)) == 1
    assert events.announce_waiting(at=at + dt.timedelta(minutes=2)) == 0
    work()

    (heard,) = receiver.heard
    assert "1 new, 1 wait" in heard.json["text"]["content"]


def test_old_calls_and_events_are_forgotten(connect, receiver, brand, brand_company):
    connect()
    tell(brand_company, brand)

    assert deliveries.forget_old(at=timezone.now() + dt.timedelta(days=29)) == 0
    deliveries.forget_old(at=timezone.now() + dt.timedelta(days=31))

    assert (Attempt.objects.count(), Event.objects.count(), Delivery.objects.count()) == (0, 0, 0)


def test_body_is_json_with_the_kind(connect, receiver, brand, brand_company):
    endpoint, _secret = connect()
    events.send_test(endpoint=endpoint, at=timezone.now())
    work()

    assert json.loads(receiver.heard[0].body)["type"] == "test"
