"""Own posts on their pages: steps by button, what happened to them, lists of them."""

import datetime as dt

import pytest
from django.urls import reverse

from matchmaking.core.formatting import unbroken
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import posts
from matchmaking.listings.states import PostState
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("draft", "submit", "pending"),
        ("pending", "withdraw", "draft"),
        ("published", "pause", "paused"),
        ("paused", "resume", "published"),
        ("expired", "renew", "published"),
        ("closed", "resume", "closed"),
        ("published", "nonsense", "published"),
    ],
)
def test_steps_by_button(as_brand, order, state, step, after):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=state)
    url = reverse("listings:order-step", args=[order.code])

    response = as_brand.post(url, {"step": step})

    order.refresh_from_db()
    assert (response.status_code, order.state) == (302, after)


def test_officers_look_but_do_not_act_for_the_company(client, officer, order, settings):
    settings.OFFICERS_NEED_TOTP = False
    client.force_login(officer)

    assert client.get(reverse("listings:order-detail", args=[order.code])).status_code == 200
    step = reverse("listings:order-step", args=[order.code])
    assert client.post(step, {"step": "pause"}).status_code == 403


def test_close_asks_first(as_brand, order):
    url = reverse("listings:order-close", args=[order.code])

    assert "Close this post?" in as_brand.get(url).content.decode()
    order.refresh_from_db()
    assert order.state == PostState.PUBLISHED
    as_brand.post(url)
    order.refresh_from_db()
    assert order.state == PostState.CLOSED


def test_copy_opens_the_draft(as_brand, order):
    response = as_brand.post(reverse("listings:order-copy", args=[order.code]))

    copy = ProcessingOrder.objects.exclude(pk=order.pk).get()
    assert response["Location"] == reverse("listings:order-edit", args=[copy.code])


def test_confirm_button(as_factory, offer, at):
    CapacityOffer.objects.filter(pk=offer.pk).update(confirmed_at=at - dt.timedelta(days=20))
    detail = as_factory.get(reverse("listings:offer-detail", args=[offer.code])).content.decode()
    as_factory.post(reverse("listings:offer-step", args=[offer.code]), {"step": "confirm"})

    offer.refresh_from_db()
    assert unbroken("confirmed more than 14 days ago") in detail
    assert offer.confirmed_at > at - dt.timedelta(minutes=5)


def test_history_names_what_changed(as_brand, order, brand, at):
    posts.save_order(company=order.company, order=order, data={"pairs": 48_000}, by=brand, at=at)
    page = as_brand.get(reverse("listings:order-detail", args=[order.code]))

    assert [(e.title, e.detail) for e in page.context["events"]] == [
        ("Version 2", "pairs"),
        ("Created", ""),
    ]


def test_history_says_what_was_done(as_brand, brand_company):
    order = OrderFactory(company=brand_company, state=PostState.DRAFT)
    for step in ("submit", "withdraw"):
        as_brand.post(reverse("listings:order-step", args=[order.code]), {"step": step})

    page = as_brand.get(reverse("listings:order-detail", args=[order.code]))

    titles = [event.title.partition(" by ")[0] for event in page.context["events"]]
    assert titles == ["Taken back", "Submitted for approval", "Created"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("kind", "count"), [("order", 8), ("offer", 9)])
def test_own_lists_keep_their_query_count(
    client,
    brand,
    factory,
    brand_company,
    factory_company,
    django_assert_num_queries,
    rows,
    kind,
    count,
):
    for _ in range(rows):
        OrderFactory(company=brand_company)
        OfferFactory(company=factory_company)
    client.force_login(brand if kind == "order" else factory)

    with django_assert_num_queries(count):
        assert client.get(reverse(f"listings:{kind}-list")).status_code == 200


def test_lists_show_one_state(as_brand, brand_company):
    OrderFactory(company=brand_company, title="Live")
    OrderFactory(company=brand_company, title="Over", state=PostState.CLOSED)

    def titles(**query):
        page = as_brand.get(reverse("listings:order-list"), query).context["page"]
        return [order.title for order in page]

    assert titles() == ["Live"]
    assert titles(state="closed") == ["Over"]
    assert titles(state="nonsense") == ["Live"]
