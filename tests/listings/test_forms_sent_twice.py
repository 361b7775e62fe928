"""A form that is sent twice, where no JavaScript holds its button, makes one thing."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import CompanyToken
from matchmaking.core.models import IdempotencyKey
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.notifications.models import OutboxMessage
from tests.factories import OrderFactory, category
from tests.listings.conftest import label

TOKEN = {"csrfmiddlewaretoken": "a" * 64}
OTHER_PAGE = {"csrfmiddlewaretoken": "b" * 64}


@pytest.fixture
def typed(db):
    return {
        "title": "Running shoe",
        "category": category().pk,
        "pairs": "60,000",
        "target_unit_price_cny": "46.5",
        "due_week": label(20),
        "action": "submit",
    }


@pytest.mark.django_db
def test_order_sent_twice_is_one_and_both_are_led_to_it(as_brand, typed):
    first, second = (as_brand.post(reverse("listings:order-new"), typed | TOKEN) for _ in "12")

    order = ProcessingOrder.objects.get()
    assert first["Location"] == second["Location"]
    assert first["Location"] == reverse("listings:order-detail", args=[order.code])


@pytest.mark.django_db
def test_control_the_same_form_made_two(as_brand, typed, settings):
    settings.PROTECTIONS_OFF = ["forms-once"]
    for _time in range(2):
        as_brand.post(reverse("listings:order-new"), typed | TOKEN)

    assert ProcessingOrder.objects.count() == 2


@pytest.mark.django_db
def test_form_of_a_page_that_was_opened_anew_is_another(as_brand, typed):
    for token in (TOKEN, OTHER_PAGE):
        as_brand.post(reverse("listings:order-new"), typed | token)

    assert ProcessingOrder.objects.count() == 2


@pytest.mark.django_db
def test_who_goes_back_and_corrects_sends_another_form(as_brand, typed):
    for title in ("Running shoe", "Trail shoe"):
        as_brand.post(reverse("listings:order-new"), typed | TOKEN | {"title": title})

    assert ProcessingOrder.objects.count() == 2


@pytest.mark.django_db
def test_form_with_errors_leaves_no_key_and_can_be_sent_again(as_brand, typed):
    refused = as_brand.post(reverse("listings:order-new"), typed | TOKEN | {"title": ""})

    assert refused.status_code == 200
    assert IdempotencyKey.objects.count() == 0
    assert as_brand.post(reverse("listings:order-new"), typed | TOKEN).status_code == 302


@pytest.mark.django_db
def test_key_of_one_person_opens_nothing_to_another(as_brand, stranger, typed):
    as_brand.post(reverse("listings:order-new"), typed | TOKEN)
    made = ProcessingOrder.objects.get()
    other = Client()
    other.force_login(stranger)

    answer = other.post(reverse("listings:order-new"), typed | TOKEN)

    assert answer.headers.get("Location") != reverse("listings:order-detail", args=[made.code])
    assert ProcessingOrder.objects.filter(company=made.company).count() == 1


@pytest.mark.django_db
def test_copy_sent_twice_is_one(as_brand, brand_company):
    order = OrderFactory(company=brand_company)
    for _time in range(2):
        as_brand.post(reverse("listings:order-copy", args=[order.code]), TOKEN)

    assert ProcessingOrder.objects.count() == 2


@pytest.mark.django_db
def test_token_is_issued_once_and_the_second_answer_says_so(as_brand):
    form = {"name": "ERP", "scope": "read", "days": 30} | TOKEN

    first, second = (as_brand.post(reverse("accounts:tokens"), form) for _time in range(2))

    assert CompanyToken.objects.count() == 1
    assert (first.status_code, second.status_code) == (200, 302)
    assert second["Location"] == reverse("accounts:tokens")


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_at_the_same_moment_is_one(brand, typed):
    start, answers = threading.Barrier(6), []

    def send():
        client = Client()
        client.force_login(brand)
        start.wait()
        answers.append(client.post(reverse("listings:order-new"), typed | TOKEN))
        connection.close()

    threads = [threading.Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ProcessingOrder.objects.count() == 1
    assert len({answer["Location"] for answer in answers}) == 1
    assert OutboxMessage.objects.filter(kind="listings.post_changed").count() <= 1
    assert CapacityOffer.objects.count() == 0
