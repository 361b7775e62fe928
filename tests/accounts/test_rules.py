import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import queries, rules
from accounts.contacts import contacts_visible_to
from accounts.models import Company, CompanyClaim, Contact, Membership, UsccDispute
from tests.factories import CompanyFactory, MembershipFactory, UserFactory

WHO = ["anonymous", "brand", "member", "factory", "stranger", "staff", "officer"]


@pytest.fixture
def anonymous():
    return AnonymousUser()


@pytest.fixture
def staff(db):
    return UserFactory(is_staff=True)


@pytest.mark.parametrize("who", WHO)
def test_companies_are_visible_to_their_people_and_officers(request, brand_company, who):
    seen = Company.objects.visible_to(request.getfixturevalue(who)).filter(pk=brand_company.pk)

    assert seen.exists() is (who in {"brand", "member", "officer"})


def test_companies_are_invisible_to_an_inactive_member(brand, brand_company):
    brand.is_active = False

    assert list(Company.objects.visible_to(brand)) == []


@pytest.mark.parametrize("who", WHO)
def test_contacts_are_visible_to_their_people_and_officers(request, brand_company, who):
    Contact.objects.create(company=brand_company, person="Li", kind="phone", value="138")

    seen = contacts_visible_to(request.getfixturevalue(who), brand_company)

    assert seen.count() == (1 if who in {"brand", "member", "officer"} else 0)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (rules.is_member, {"brand", "member"}),
        (rules.is_owner, {"brand"}),
        (rules.can_edit, {"brand"}),
        (rules.can_invite, {"brand"}),
        (rules.can_block, {"brand"}),
        (rules.can_issue_tokens, {"brand"}),
    ],
)
@pytest.mark.parametrize("who", WHO)
def test_rules_of_the_company(request, brand_company, rule, allowed, who):
    assert rule(request.getfixturevalue(who), brand_company) is (who in allowed)


@pytest.mark.parametrize("who", WHO)
def test_officers_are_staff_with_the_right(request, who):
    assert rules.is_officer(request.getfixturevalue(who)) is (who == "officer")


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_owners_change_nothing_of_a_company_that_is_not_open(brand, brand_company, status):
    brand_company.status = status

    assert rules.can_edit(brand, brand_company) is False
    assert rules.can_issue_tokens(brand, brand_company) is False


def test_no_company_no_rights(brand):
    assert rules.is_member(brand, None) is False
    assert rules.can_edit(brand, None) is False


def test_companies_of_lists_the_first_joined_first(brand, brand_company, stranger_company):
    MembershipFactory(user=brand, company=stranger_company)

    assert list(queries.companies_of(brand)) == [brand_company, stranger_company]


def test_members_of_leaves_out_who_cannot_sign_in(brand, member, brand_company):
    member.is_active = False
    member.save()

    assert list(queries.members_of(brand_company)) == [brand]


@pytest.mark.parametrize("who", WHO)
def test_what_belongs_to_a_company_is_seen_with_it(request, brand, brand_company, newcomer, who):
    user = request.getfixturevalue(who)
    claim = CompanyClaim.objects.create(company=brand_company, claimed_by=newcomer)
    dispute = UsccDispute.objects.create(
        uscc="91350300683079378B", holder=brand_company, claimant=CompanyFactory()
    )

    seen = Membership.objects.visible_to(user).filter(company=brand_company).exists()

    assert seen is (who in {"brand", "member", "officer"})
    assert (claim in CompanyClaim.objects.visible_to(user)) is (who == "officer")
    assert (dispute in UsccDispute.objects.visible_to(user)) is (who == "officer")


def test_claims_are_seen_by_who_made_them(brand_company, newcomer):
    claim = CompanyClaim.objects.create(company=brand_company, claimed_by=newcomer)

    assert list(CompanyClaim.objects.visible_to(newcomer)) == [claim]
