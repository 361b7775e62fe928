"""Pages of connections: owners alone, and what they show and never show."""

import pytest
from django.urls import reverse

from matchmaking.connections.models import Attempt, Delivery, Endpoint, PushSource
from matchmaking.connections.sealing import unseal
from tests.admin.conftest import signed_in
from tests.connections.conftest import work
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_brand(client, brand):
    client.force_login(brand)
    return client


def address(name, *args):
    return reverse(f"connections:{name}", args=args)


def sent(receiver, **changes):
    return {"kind": "webhook", "name": "ERP", "url": receiver.url, "language": "en"} | changes


def body(response):
    return response.content.decode()


def test_owner_adds_a_webhook_and_sees_its_secret_once(as_brand, receiver):
    answer = as_brand.post(address("endpoint-new"), sent(receiver))

    endpoint = Endpoint.objects.get()
    secret = unseal(endpoint.sealed_secret)
    assert secret in body(answer)
    page = body(as_brand.get(address("endpoint-detail", endpoint.code)))
    assert secret not in page
    assert "k1" not in page
    assert "127.0.0.1" in page


def test_owner_adds_a_group_tests_it_and_reads_the_call(as_brand, receiver):
    receiver.answers = [(200, {"errcode": 0, "errmsg": "ok"})]
    as_brand.post(address("endpoint-new"), sent(receiver, kind="wecom", name="Sales"))
    endpoint = Endpoint.objects.get()

    as_brand.post(address("endpoint-test", endpoint.code))
    work()

    call = Attempt.objects.get()
    page = body(as_brand.get(address("attempt-detail", endpoint.code, call.code)))
    assert "This is a test" in page
    assert "errmsg" in page
    assert "Arrived" in page
    as_brand.post(
        address("endpoint-resend", endpoint.code), {"delivery": Delivery.objects.get().code}
    )
    work()
    assert len(receiver.heard) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://10.0.0.1/"}, "must begin with https"),
        ({"url": "https://10.0.0.1/"}, "private network"),
        ({"kind": "feishu", "url": "https://example.com/"}, "open.feishu.cn"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_typed_is_lost(
    changes, said, as_brand, receiver, settings
):
    settings.CONNECTIONS_OTHER_ROBOT_HOSTS = []
    settings.CONNECTIONS_MAY_CALL_LOOPBACK = False
    given = sent(receiver, url="https://erp.example.com/hook") | changes

    answer = as_brand.post(address("endpoint-new"), given)

    assert answer.status_code == 422
    assert said in body(answer)
    assert given["url"] in body(answer)
    assert not Endpoint.objects.exists()


def test_owner_rotates_switches_and_removes(as_brand, connect):
    endpoint, old = connect()

    answer = as_brand.post(address("endpoint-rotate", endpoint.code))
    endpoint.refresh_from_db()
    assert unseal(endpoint.sealed_secret) in body(answer)
    assert unseal(endpoint.sealed_old_secret) == old

    as_brand.post(address("endpoint-switch", endpoint.code))
    endpoint.refresh_from_db()
    assert endpoint.off_reason == "by_hand"
    as_brand.post(address("endpoint-test", endpoint.code))
    assert not Delivery.objects.exists()
    as_brand.post(address("endpoint-switch", endpoint.code))
    endpoint.refresh_from_db()
    assert endpoint.is_on

    assert "Remove the connection" in body(as_brand.get(address("endpoint-remove", endpoint.code)))
    as_brand.post(address("endpoint-remove", endpoint.code))
    assert not Endpoint.objects.exists()


def test_others_neither_see_nor_change_it(client, connect, brand_company, factory, officer):
    endpoint, _secret = connect()
    member = MembershipFactory(company=brand_company, role="member").user

    for person, status in ((member, 403), (factory, 404), (officer, 403)):
        client.force_login(person)
        assert client.get(address("endpoint-detail", endpoint.code)).status_code == status
        assert client.post(address("endpoint-switch", endpoint.code)).status_code == status
    client.logout()
    assert client.get(address("endpoint-list")).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.is_on


def test_owner_adds_and_removes_a_system(as_brand):
    answer = as_brand.post(address("source-new"), {"name": "Planning"})

    source = PushSource.objects.get()
    assert unseal(source.sealed_secret) in body(answer)
    assert reverse("api:push-weeks", args=[source.code]) in body(answer)
    as_brand.post(address("source-remove", source.code))
    assert not PushSource.objects.exists()


def test_list_has_one_query_count_with_one_and_three(as_brand, connect, django_assert_num_queries):
    connect()
    as_brand.get(address("endpoint-list"))
    with django_assert_num_queries(6) as one:
        as_brand.get(address("endpoint-list"))
    connect()
    connect()
    with django_assert_num_queries(len(one)):
        as_brand.get(address("endpoint-list"))


def test_officers_add_a_group_and_see_no_address(officer, receiver):
    desk = signed_in(officer)
    given = sent(receiver, kind="wecom", name="秘书处群", secret="")

    assert desk.post(reverse("admin:connections_endpoint_add"), given).status_code == 302

    endpoint = Endpoint.objects.get()
    assert (endpoint.company, endpoint.created_by) == (None, officer)
    page = body(desk.get(reverse("admin:connections_endpoint_change", args=[endpoint.pk])))
    assert "127.0.0.1" in page
    assert "k1" not in page
    receiver.answers = [(200, {"errcode": 0})]
    desk.post(reverse("admin:connections_endpoint_step", args=[endpoint.pk, "test"]))
    work()
    assert len(receiver.heard) == 1
    assert "秘书处群" in body(desk.get(reverse("admin:connections_endpoint_changelist")))


def test_officers_are_refused_an_address_that_is_not_the_robots(officer, receiver, settings):
    settings.CONNECTIONS_OTHER_ROBOT_HOSTS = []

    page = signed_in(officer).post(
        reverse("admin:connections_endpoint_add"),
        sent(receiver, kind="wecom", url="https://example.com/"),
    )

    assert page.status_code == 200
    assert "qyapi.weixin.qq.com" in body(page)
    assert not Endpoint.objects.exists()
