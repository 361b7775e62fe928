"""A term that officers switched off, or that a sheet alone took, is not lost at the next save."""

import json

import pytest
from django.urls import reverse

from matchmaking.listings.forms import OfferForm, OrderForm
from matchmaking.listings.models import Construction, Material
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company)


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company)


@pytest.fixture
def switched_off(order, offer):
    vulcanised = Construction.objects.get(code="vulcanised")
    order.construction = vulcanised
    order.sole_material = Material.objects.get(part="midsole", code="md")
    order.save()
    offer.constructions.set([vulcanised])
    Construction.objects.filter(pk=vulcanised.pk).update(is_active=False)
    Material.objects.filter(code="md").update(is_active=False)
    return vulcanised


def test_form_offers_what_the_post_carries_and_no_other_switched_off_term(
    switched_off, order, offer
):
    other = Construction.objects.get(code="goodyear")
    Construction.objects.filter(pk=other.pk).update(is_active=False)

    constructions = OrderForm(post=order).fields["construction"].queryset
    assert switched_off in constructions
    assert other not in constructions
    assert order.sole_material in OrderForm(post=order).fields["sole_material"].queryset
    assert switched_off in OfferForm(post=offer).fields["constructions"].queryset
    assert (
        switched_off
        not in OrderForm(post=type(order)(company=order.company)).fields["construction"].queryset
    )


def test_saving_the_form_keeps_the_terms(client, brand, switched_off, order):
    client.force_login(brand)
    page = client.get(reverse("listings:order-edit", args=[order.code]))
    form = page.context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() not in (None, [])}
    sent.pop("certifications", None)

    client.post(page.request["PATH_INFO"], sent | {"title": "Changed"})

    order.refresh_from_db()
    assert order.title == "Changed"
    assert order.construction == switched_off
    assert order.sole_material.code == "md"


def test_midsole_is_a_sole_for_the_form_as_for_a_sheet(order):
    Material.objects.filter(code="phylon").update(is_active=True)

    assert "phylon" in OrderForm(post=order).fields["sole_material"].queryset.values_list(
        "code", flat=True
    )


def test_api_takes_back_what_it_gave(api_for, brand, brand_company, switched_off, order):
    api = api_for(brand, brand_company)
    url = f"/api/v1/orders/{order.code}/"
    given = api.get(url).json()
    body = {name: given[name] for name in ("construction", "sole_material")}

    answer = api.patch(url, json.dumps(body), content_type="application/json")

    assert answer.status_code == 200
    order.refresh_from_db()
    assert (order.construction, order.sole_material.code) == (switched_off, "md")


def test_api_names_a_code_that_nobody_knows(api_for, brand, brand_company, order):
    api = api_for(brand, brand_company)

    answer = api.patch(
        f"/api/v1/orders/{order.code}/",
        json.dumps({"construction": "glued_by_hand", "certifications": ["bsci"]}),
        content_type="application/json",
        headers={"accept-language": "en"},
    )

    assert answer.status_code == 400
    details = [error["detail"] for error in answer.json()["errors"]]
    assert "There is no term “glued_by_hand”: /api/v1/taxonomy/ lists the codes." in details
    assert "There is no term “bsci”: /api/v1/taxonomy/ lists the codes." in details
