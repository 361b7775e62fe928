"""Codes with a clock are replaced, and links of old mails go on for who may read them."""

import datetime as dt
import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import ContactConsent
from matchmaking.listings.models import ProcessingOrder
from matchmaking.notifications.maintenance import prune
from matchmaking.notifications.models import Notification, OutboxMessage, ReplacedCode
from tests.factories import OrderFactory

OLD = uuid.UUID("01990000-0000-7000-8000-000000000001")
replace_codes = import_module(
    "matchmaking.matching.migrations.0007_codes_without_a_clock"
).replace_codes


@pytest.fixture
def order(brand, brand_company):
    order = OrderFactory(company=brand_company, title="Runner")
    ProcessingOrder.objects.filter(pk=order.pk).update(code=OLD)
    return order


@pytest.fixture
def replaced(order):
    with connection.schema_editor(atomic=False) as editor:
        replace_codes(apps, editor)
    order.refresh_from_db()
    return order


def test_a_code_with_a_clock_becomes_a_random_one_and_others_stay(order, stranger_company):
    other = OrderFactory(company=stranger_company).code
    events = order.events.count()
    with connection.schema_editor(atomic=False) as editor:
        replace_codes(apps, editor)
    order.refresh_from_db()

    assert (order.code != OLD, order.code.version) == (True, 4)
    assert ProcessingOrder.objects.filter(code=other).exists()
    assert ReplacedCode.objects.get().new == order.code
    assert order.events.count() == events
    assert not order.events.filter(code=OLD).exists()


def test_what_refers_to_a_code_or_was_told_by_it_follows(
    order, brand, brand_company, factory_company
):
    brand_company.blocks.create(partner_code=OLD)
    ContactConsent.objects.create(
        company=brand_company,
        to_company=factory_company,
        source=OLD,
        given_at="2027-01-01T00:00:00Z",
    )
    Notification.objects.create(
        recipient=brand, kind="post_expiring", fact=f"{OLD}:2027", topic=f"match:{OLD}"
    )
    OutboxMessage.objects.create(kind="x", dedupe_key=f"post_changed:{OLD}:1", subject={})
    with connection.schema_editor(atomic=False) as editor:
        replace_codes(apps, editor)
    new = ProcessingOrder.objects.get(pk=order.pk).code

    assert brand_company.blocks.get().partner_code == new
    assert ContactConsent.objects.get().source == new
    told = Notification.objects.get()
    assert (told.fact, told.topic) == (f"{new}:2027", f"match:{new}")
    assert OutboxMessage.objects.filter(dedupe_key=f"post_changed:{new}:1").exists()


def test_an_old_link_shows_the_page_to_who_may_read_it_and_to_nobody_else(
    client, replaced, brand, stranger
):
    address = f"/orders/{OLD}/"
    nobody = client.get(address)
    client.force_login(stranger)
    other = client.get(address)
    random = client.get(f"/orders/{uuid.uuid4()}/")
    client.force_login(brand)
    own = client.get(address)

    assert (nobody.status_code, other.status_code, own.status_code) == (302, 404, 200)
    assert "Runner" in own.content.decode()
    assert str(replaced.code) not in other.content.decode()
    assert other.status_code == random.status_code


def test_an_old_public_address_tells_strangers_nothing(client, replaced):
    assert client.get(f"/market/orders/{replaced.code}/").status_code == 200
    assert client.get(f"/market/orders/{OLD}/").status_code == 404


def test_after_ninety_days_it_is_forgotten(client, replaced, brand):
    ends_on = ReplacedCode.objects.get().ends_on
    midnight = dt.datetime.combine(ends_on, dt.time(), dt.UTC)
    prune(midnight)
    assert ReplacedCode.objects.count() == 1
    prune(midnight + dt.timedelta(days=1))
    client.force_login(brand)

    assert client.get(f"/orders/{OLD}/").status_code == 404
