import datetime as dt

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts import home
from accounts.models import Certificate, Certification, Contact, UsccDispute
from accounts.services import claims, review
from tests.factories import CompanyFactory


def titles(user, company):
    return [str(todo.title) for todo in home.todos(user, company)]


def reachable(company):
    Contact.objects.create(company=company, person="Li", kind="phone", value="13800001111")


TOTP = "Protect your sign-in with a second step"


def test_a_newcomer_confirms_and_protects_and_the_way_begins_with_the_company(newcomer):
    EmailAddress.objects.update(verified=False)

    assert titles(newcomer, None) == ["Confirm your email address", TOTP]
    first, *_more = home.steps(newcomer, None)
    assert (str(first.title), first.done) == ("Register your company, or claim it", False)


def test_a_returned_company_comes_first(brand, pending_company, officer, now):
    review.return_company(company=pending_company, reason="Name?", by=officer, at=now)
    pending_company.refresh_from_db()

    heaviest = max(home.todos(brand, pending_company), key=lambda todo: todo.weight)

    assert (str(heaviest.title), heaviest.detail) == ("Correct your company's record", "Name?")


def test_a_factory_is_asked_for_certificates_a_brand_is_not(
    brand, brand_company, factory, factory_company
):
    for company in (brand_company, factory_company):
        reachable(company)

    assert titles(factory, factory_company) == [TOTP, "Add your certificates"]
    assert titles(brand, brand_company) == [TOTP]


def test_an_owner_is_asked_for_a_contact_until_there_is_one(brand, brand_company):
    assert titles(brand, brand_company) == [TOTP, "Say how a partner reaches you"]

    reachable(brand_company)

    assert titles(brand, brand_company) == [TOTP]


def test_members_are_not_asked_for_what_owners_do(member, brand_company):
    brand_company.kind = "factory"

    assert titles(member, brand_company) == [TOTP]


def test_certificates_that_expire_are_named(factory, factory_company):
    reachable(factory_company)
    today = timezone.localdate()
    for code, days in (("iso9001", -1), ("iso14001", 30), ("sa8000", 300)):
        Certificate.objects.create(
            company=factory_company,
            certification=Certification.objects.get(code=code),
            entered_on=today - dt.timedelta(days=400),
            expires_on=today + dt.timedelta(days=days),
        )

    assert titles(factory, factory_company) == [
        TOTP,
        "ISO 9001 has expired",
        "ISO 14001 expires soon",
    ]


def test_officers_see_their_queues(officer, newcomer, pending_company, factory_company, now):
    claims.claim_company(company=CompanyFactory(), note="mine", by=newcomer)
    UsccDispute.objects.create(
        uscc="91350300683079378B", holder=factory_company, claimant=pending_company
    )

    assert titles(officer, None) == [
        "Companies to verify: 1",
        "Claims to companies: 1",
        "Disputes over USCCs: 1",
    ]


def test_steps_lead_a_new_company_to_the_market(brand, pending_company, officer):
    assert [step.done for step in home.steps(brand, None)] == [False, False]
    assert [step.done for step in home.steps(brand, pending_company)] == [True, False]
    pending_company.status = "active"
    assert [step.done for step in home.steps(brand, pending_company)] == [True, True]
    assert home.steps(officer, None) == []


def test_companies_come_from_the_request_or_the_database(brand, brand_company, stranger_company):
    assert list(home.companies(brand)) == [brand_company]
    brand.companies_at_hand = [stranger_company]
    assert home.companies(brand) == [stranger_company]
