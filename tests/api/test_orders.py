import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from accounts.choices import TokenScope
from matchmaking.core import weeks
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.states import PostState
from tests.factories import OrderFactory, this_monday

URL = "/api/v1/orders/"


def due():
    return weeks.label(this_monday() + dt.timedelta(weeks=12))


def order_body(**changes):
    return {
        "title": "Trail runner",
        "category": "athletic",
        "pairs": 60_000,
        "target_unit_price_cny": "46.50",
        "due_week": due(),
        **changes,
    }


def post(client, url, body=None, key=None):
    return client.post(
        url,
        body or {},
        content_type="application/json",
        headers={"idempotency-key": key or str(uuid4())},
    )


def test_create_order_makes_a_draft_of_the_tokens_company(brand_api, brand_company):
    answer = post(brand_api, URL, order_body())

    assert answer.status_code == 201
    order = ProcessingOrder.objects.get()
    assert (order.company, order.pairs, order.state) == (brand_company, 60_000, PostState.DRAFT)
    assert answer.json()["due_week"] == due()


def test_create_order_with_submit_waits_for_approval(brand_api):
    answer = post(brand_api, URL, order_body(submit=True))

    assert answer.json()["state"] == PostState.PENDING


def test_create_order_without_a_key_is_refused(brand_api):
    answer = brand_api.post(URL, order_body(), content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:hand-in-hand:problem:idempotency_key_missing"
    assert ProcessingOrder.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"pairs": 0}, "/pairs"),
        ({"pairs": "many"}, "/pairs"),
        ({"due_week": "2027-W60"}, "/due_week"),
        ({"category": "hats"}, "/category"),
        ({"target_unit_price_cny": "-1"}, "/target_unit_price_cny"),
        ({"title": "bad\x00title"}, "/title"),
        ({"splittable": True, "smallest_part": 70_000, "most_factories": 2}, "/smallest_part"),
        ({"earliest_start": "2050-W01"}, "/earliest_start"),
    ],
)
def test_create_order_names_what_is_wrong(brand_api, changes, pointer):
    answer = post(brand_api, URL, order_body(**changes))

    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert ProcessingOrder.objects.count() == 0


def test_a_repeated_post_gets_the_first_answer(brand_api):
    first = post(brand_api, URL, order_body(), key="one")
    second = post(brand_api, URL, order_body(), key="one")

    assert second.json() == first.json()
    assert second.status_code == 201
    assert second["Idempotent-Replay"] == "true"
    assert ProcessingOrder.objects.count() == 1


def test_a_key_with_another_body_is_refused(brand_api):
    post(brand_api, URL, order_body(), key="one")

    answer = post(brand_api, URL, order_body(pairs=10), key="one")

    assert answer.status_code == 422
    assert ProcessingOrder.objects.get().pairs == 60_000


@pytest.mark.django_db(transaction=True)
def test_24_identical_posts_at_once_make_one_order(brand_api):
    token = brand_api.defaults["HTTP_AUTHORIZATION"]
    codes = []

    def send():
        try:
            answer = post(Client(headers={"authorization": token}), URL, order_body(), key="one")
            codes.append(answer.json()["code"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(codes) == 24
    assert len(set(codes)) == 1
    assert ProcessingOrder.objects.count() == 1


def test_change_order_keeps_what_is_left_out(brand_api, brand_company):
    order = OrderFactory(company=brand_company)

    answer = brand_api.patch(
        f"{URL}{order.code}/", {"pairs": 30_000}, content_type="application/json"
    )

    assert answer.status_code == 200
    assert (answer.json()["pairs"], answer.json()["title"]) == (30_000, order.title)
    assert answer.json()["version"] == order.version + 1


def test_change_order_of_an_old_version_is_a_conflict(brand_api, brand_company):
    order = OrderFactory(company=brand_company, version=3)

    answer = brand_api.patch(
        f"{URL}{order.code}/", {"pairs": 30_000, "version": 2}, content_type="application/json"
    )

    assert answer.status_code == 409
    order.refresh_from_db()
    assert order.pairs == 60_000


def test_steps_of_an_order(brand_api, brand_company):
    order = OrderFactory(company=brand_company)

    assert post(brand_api, f"{URL}{order.code}/pause/").json()["state"] == PostState.PAUSED
    assert post(brand_api, f"{URL}{order.code}/pause/").status_code == 403
    assert post(brand_api, f"{URL}{order.code}/resume/").json()["state"] == PostState.PUBLISHED
    assert post(brand_api, f"{URL}{order.code}/close/").json()["state"] == PostState.CLOSED


def test_strangers_orders_do_not_exist(factory_api):
    order = OrderFactory()

    assert factory_api.get(f"{URL}{order.code}/").status_code == 404
    assert factory_api.get(URL).json()["results"] == []
    assert post(factory_api, f"{URL}{order.code}/pause/").status_code == 404


def test_a_factory_posts_no_orders(factory_api):
    assert post(factory_api, URL, order_body()).status_code == 403


def test_a_reading_token_writes_nothing(api_for, brand, brand_company):
    client = api_for(brand, brand_company, TokenScope.READ)

    assert client.get(URL).status_code == 200
    assert post(client, URL, order_body()).status_code == 403
    assert ProcessingOrder.objects.count() == 0


def test_without_a_token_there_is_nothing(db):
    answer = Client().get(URL)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_a_constant_number_of_queries(
    brand_api, brand_company, django_assert_num_queries, count
):
    OrderFactory.create_batch(count, company=brand_company)
    brand_api.get(URL)  # the token's day of use is written once

    with django_assert_num_queries(3):  # token, orders, certificates
        assert len(brand_api.get(URL).json()["results"]) == count


def test_list_filters_and_pages(brand_api, brand_company):
    OrderFactory.create_batch(3, company=brand_company)
    OrderFactory(company=brand_company, state=PostState.PAUSED, own_reference="A-1")

    assert len(brand_api.get(f"{URL}?state=paused").json()["results"]) == 1
    assert len(brand_api.get(f"{URL}?own_reference=A-1").json()["results"]) == 1
    assert len(brand_api.get(f"{URL}?category=athletic").json()["results"]) == 4
    first = brand_api.get(f"{URL}?page_size=3").json()
    assert len(first["results"]) == 3
    assert len(brand_api.get(first["next"]).json()["results"]) == 1
    assert brand_api.get(f"{URL}?state=nonsense").status_code == 400


def test_a_change_that_waits_is_accepted_and_the_order_stays(brand_api, brand_company):
    order = OrderFactory(company=brand_company)

    answer = brand_api.patch(
        f"{URL}{order.code}/", {"pairs": 800_000}, content_type="application/json"
    )

    assert answer.status_code == 202
    shown = answer.json()
    assert (shown["pairs"], shown["edit_waits"], shown["changes_left"]) == (60_000, True, 3)


def test_a_change_within_what_was_checked_is_made_and_counted(brand_api, brand_company):
    order = OrderFactory(company=brand_company)

    answer = brand_api.patch(
        f"{URL}{order.code}/", {"pairs": 61_000}, content_type="application/json"
    )

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["pairs"], shown["edit_waits"], shown["changes_left"]) == (61_000, False, 2)
