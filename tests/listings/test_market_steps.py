"""A post of the market offers its reader what that reader can do, and nothing else."""

import pytest
from django.urls import reverse

from tests.factories import MembershipFactory, OfferFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company)


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company)


def step(client, post, user=None):
    if user:
        client.force_login(user)
    kind = "order" if hasattr(post, "due_week") else "offer"
    page = client.get(reverse(f"listings:market-{kind}", args=[post.code]))
    return page.context["step"], page.content.decode()


def test_a_visitor_registers(client, order):
    found, html = step(client, order)

    assert found.url == reverse("account_signup")
    assert found.second_url == reverse("account_login") + "?next=/offers/new/"
    assert 'href="/offers/new/"' not in html


def test_a_brand_is_told_that_factories_answer_orders(client, order, stranger_company):
    stranger_company.kind = "brand"
    stranger_company.save()
    found, html = step(client, order, MembershipFactory(company=stranger_company).user)

    assert str(found.text).startswith("Factories answer orders")
    assert found.url == reverse("accounts:company-edit")
    assert 'href="/offers/new/"' not in html


def test_a_factory_is_told_that_brands_answer_capacity(client, offer, stranger_company):
    stranger_company.kind = "factory"
    stranger_company.save()
    found, html = step(client, offer, MembershipFactory(company=stranger_company).user)

    assert str(found.text).startswith("Brands answer capacity")
    assert 'href="/orders/new/"' not in html


def test_who_can_answer_posts(client, order, offer, factory, brand):
    assert step(client, order, factory)[0].second_url == reverse("listings:offer-new")
    assert step(client, offer, brand)[0].second_url == reverse("listings:order-new")


def test_the_first_post_is_the_one_button(client, order, factory):
    found = step(client, order, factory)[0]

    assert (found.url, found.second_url) == (reverse("listings:offer-new"), "")


def test_the_own_post_leads_to_itself(client, order, brand):
    found, html = step(client, order, brand)

    assert found.url == reverse("listings:order-detail", args=[order.code])
    assert order.title not in html


def test_a_person_without_a_company_registers_one(client, order):
    assert step(client, order, UserFactory())[0].url == reverse("accounts:company-register")
