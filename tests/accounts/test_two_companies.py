"""A link leads a person of two companies into the one that it is about."""

from django.urls import reverse

from accounts.emails.companies import own_url
from accounts.models import Membership
from tests.factories import CompanyFactory


def test_link_of_a_mail_opens_the_company_that_it_is_about(client, brand, brand_company):
    other = CompanyFactory()
    Membership.objects.create(user=brand, company=other, role="owner")
    client.force_login(brand)
    assert client.get(reverse("accounts:company")).wsgi_request.company == brand_company

    page = client.get(own_url("accounts:company", other))

    assert page.wsgi_request.company == other
    assert client.get(reverse("accounts:members")).wsgi_request.company == other


def test_link_of_another_company_switches_nothing(client, brand, brand_company):
    client.force_login(brand)

    page = client.get(own_url("accounts:company", CompanyFactory()))

    assert page.wsgi_request.company == brand_company
