"""Each named constraint, and an attempt to break it."""

import datetime as dt
import uuid

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import (
    Block,
    BlockRequest,
    Certificate,
    Certification,
    CodeText,
    Company,
    CompanyClaim,
    CompanyDocument,
    CompanyToken,
    Contact,
    ContactConsent,
    ContactDisclosure,
    Invitation,
    Membership,
    PhoneNumber,
    UsccDispute,
    User,
    Verification,
)
from tests.factories import CompanyFactory, MembershipFactory, UserFactory

NUMBER = "+8613800138000"
USCC = "91350300MA2XXXXX0X"
DAY = dt.date(2027, 1, 1)
NOW = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def company(**changes):
    CompanyFactory(**changes)


def updated(**changes):
    Company.objects.filter(pk=CompanyFactory().pk).update(**changes)


def twice(make):
    make()
    make()


def number(**changes):
    PhoneNumber.objects.create(user=UserFactory(), **{"number": NUMBER, **changes})


def same_number():
    twice(lambda: number(verified_at=NOW))


def same_uscc():
    twice(lambda: company(uscc=USCC))


def same_reference():
    twice(lambda: company(source="nike", own_reference="7"))


def same_block(**what):
    own = CompanyFactory()
    twice(lambda: Block.objects.create(company=own, **what))


def certificate(**changes):
    facts = {
        "company": changes.pop("company", None) or CompanyFactory(),
        "certification": Certification.objects.get(code="iso9001"),
        "expires_on": timezone.localdate(),
        **changes,
    }
    Certificate.objects.create(**facts)


def same_certificate():
    own = CompanyFactory()
    twice(lambda: certificate(company=own))


def same_contact():
    own = CompanyFactory()
    twice(lambda: Contact.objects.create(company=own, person="Li", kind="phone", value="138"))


def consent(**changes):
    facts = {
        "company": CompanyFactory(),
        "to_company": CompanyFactory(),
        "source": uuid.uuid4(),
        "given_at": NOW,
        **changes,
    }
    return ContactConsent.objects.create(**facts)


def same_consent():
    first = consent()
    consent(company=first.company, to_company=first.to_company, source=first.source)


def consent_to_itself():
    own = CompanyFactory()
    consent(company=own, to_company=own)


def same_disclosure():
    facts = {"consent": consent(), "user": UserFactory(), "seen_at": NOW}
    twice(lambda: ContactDisclosure.objects.create(**facts))


def claim(**changes):
    facts = {"company": CompanyFactory(), "claimed_by": UserFactory(), **changes}
    CompanyClaim.objects.create(**facts)


def same_claim():
    facts = {"company": CompanyFactory(), "claimed_by": UserFactory()}
    twice(lambda: claim(**facts))


def block_request(**changes):
    BlockRequest.objects.create(**{"company": CompanyFactory(), "more": 2, **changes})


def same_block_request():
    own = CompanyFactory()
    twice(lambda: block_request(company=own))


def dispute(**changes):
    facts = {"uscc": USCC, "holder": CompanyFactory(), "claimant": CompanyFactory(), **changes}
    UsccDispute.objects.create(**facts)


def same_dispute():
    facts = {"holder": CompanyFactory(), "claimant": CompanyFactory()}
    twice(lambda: dispute(**facts))


def dispute_with_itself():
    own = CompanyFactory()
    dispute(holder=own, claimant=own)


def invitation(**changes):
    facts = {
        "company": CompanyFactory(),
        "email": "a@example.com",
        "invited_by": UserFactory(),
        "expires_at": NOW,
        **changes,
    }
    Invitation.objects.create(**facts)


def same_invitation():
    own = CompanyFactory()
    invitation(company=own, email="a@example.com")
    invitation(company=own, email="A@Example.com")


def same_membership():
    row = MembershipFactory()
    Membership.objects.create(user=row.user, company=row.company)


def token(**changes):
    facts = {"user": UserFactory(), "company": CompanyFactory(), "name": "ERP", **changes}
    CompanyToken.objects.create(**facts)


def verification(**changes):
    Verification.objects.create(
        company=CompanyFactory(), tier="site", officer=UserFactory(), on=DAY, **changes
    )


def same_address():
    User.objects.create(email="a@example.com")
    User.objects.create(email="A@example.com")


BREAKERS = {
    "company_uscc_once": same_uscc,
    "company_reference_once_per_source": same_reference,
    "company_kind_known": lambda: company(kind="shop"),
    "company_status_known": lambda: company(status="asleep"),
    "company_name_given": lambda: company(name_zh=""),
    "company_uscc_given_or_null": lambda: company(uscc=""),
    "company_number_of_its_country": lambda: company(uscc=USCC, country="DE"),
    "company_country_is_a_code": lambda: company(country="de"),
    "document_kind_known": lambda: CompanyDocument.objects.create(
        company=CompanyFactory(), kind="selfie", file="x.png", sent_at=NOW
    ),
    "company_tier_is_dated": lambda: company(tier_on=None),
    "company_returned_with_reason": lambda: company(status="pending", returned_at=NOW),
    "company_returned_only_while_pending": lambda: company(returned_at=NOW, returned_reason="x"),
    "company_size_known": lambda: company(size_band="huge"),
    "company_tier_known": lambda: company(tier="gold"),
    "block_uscc_once": lambda: same_block(uscc=USCC),
    "block_partner_once": lambda: same_block(partner_code=uuid.UUID(int=1)),
    "block_by_uscc_or_code": lambda: Block.objects.create(company=CompanyFactory()),
    "certificate_once_per_company": same_certificate,
    "certificate_valid_when_entered": lambda: certificate(
        expires_on=timezone.localdate() - dt.timedelta(days=1)
    ),
    "verification_expires_later": lambda: verification(expires_on=DAY - dt.timedelta(days=1)),
    "contact_once_per_company": same_contact,
    "consent_once_per_source": same_consent,
    "consent_is_given_to_another": consent_to_itself,
    "disclosure_once_per_person": same_disclosure,
    "contact_kind_known": lambda: Contact.objects.create(
        company=CompanyFactory(), person="Li", kind="fax", value="1"
    ),
    "companyclaim_status_known": lambda: claim(status="lost", decided_at=NOW),
    "companyclaim_decided_is_dated": lambda: claim(status="accepted"),
    "claim_open_once_per_person": same_claim,
    "usccdispute_status_known": lambda: dispute(status="lost", decided_at=NOW),
    "usccdispute_decided_is_dated": lambda: dispute(decided_at=NOW),
    "blockrequest_status_known": lambda: block_request(status="lost", decided_at=NOW),
    "blockrequest_decided_is_dated": lambda: block_request(status="accepted"),
    "block_request_open_once": same_block_request,
    "block_request_of_some_firms": lambda: block_request(more=0),
    "dispute_open_once_per_claimant": same_dispute,
    "dispute_of_two_companies": dispute_with_itself,
    "invitation_open_once_per_address": same_invitation,
    "invitation_role_known": lambda: invitation(role="boss"),
    "invitation_settled_is_dated": lambda: invitation(status="accepted"),
    "membership_once_per_company": same_membership,
    "membership_role_known": lambda: MembershipFactory(role="boss"),
    "token_scopes_known": lambda: token(scopes=["admin"]),
    "user_email_once": same_address,
    "phone_number_verified_once": same_number,
    "phone_number_is_mobile": lambda: number(number="+491711234567"),
    "code_text_kind_known": lambda: CodeText.objects.create(number=NUMBER, kind="advert"),
    "user_language_known": lambda: UserFactory(language="fr"),
}


def test_every_named_constraint_has_a_breaker():
    named = {
        constraint.name
        for model in apps.get_app_config("accounts").get_models()
        for constraint in model._meta.constraints  # noqa: SLF001 - the documented way
    }

    assert named == set(BREAKERS)


@pytest.mark.parametrize("name", sorted(BREAKERS))
def test_constraint_holds(db, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BREAKERS[name]()


def test_a_token_needs_a_scope(db):
    with pytest.raises(IntegrityError, match="token_scopes_known"), transaction.atomic():
        token(scopes=[])
