import pytest

from accounts import queries
from accounts.models import Company, CompanyClaim, Membership, UsccDispute
from accounts.services import claims, companies
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection
from matchmaking.notifications.models import Notification
from tests.factories import CompanyFactory, listed_company

CODE = "91350300683079378B"


@pytest.fixture
def listed(db):
    return listed_company(name_zh="莆田示例鞋厂", name_en="Sample Works", uscc=CODE)


@pytest.fixture
def claim(listed, newcomer, now):
    return claims.claim_company(company=listed, note="I run it", by=newcomer)


@pytest.fixture
def dispute(brand, brand_company, factory, factory_company, now):
    Company.objects.filter(pk=brand_company.pk).update(uscc=CODE)
    return UsccDispute.objects.create(uscc=CODE, holder=brand_company, claimant=factory_company)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"uscc": CODE}, 1),
        ({"name": "莆田示例鞋厂"}, 1),
        ({"name": "sample works"}, 1),
        ({"name": "莆田示例"}, 0),
        ({"uscc": CODE[:17]}, 0),
        ({"name": ""}, 0),
        ({}, 0),
    ],
)
def test_claimable_finds_exact_codes_and_names_alone(listed, search, found):
    CompanyFactory(name_en="")

    assert queries.claimable().called(**search).count() == found


def test_a_company_that_registered_itself_is_not_found(brand, brand_company):
    assert list(queries.claimable().called(name=brand_company.name_zh)) == []


def test_a_listed_company_is_found_as_before_when_somebody_acts_for_it(listed, now, officer):
    """Its search would else tell that it takes part."""
    Membership.objects.create(user=officer, company=listed)
    companies.change_company(
        company=listed, by=officer, at=now, as_officer=True, name_en="New Name", name_zh="新名"
    )
    (found,) = queries.claimable().called(uscc=CODE)

    assert (found.name_zh, found.name_en) == ("莆田示例鞋厂", "Sample Works")
    assert queries.claimable().called(name="sample works").count() == 1
    assert queries.claimable().called(name="新名").count() == 0


def test_a_company_of_a_list_that_takes_part_already_is_found_too(
    brand_company, brand, officer, now
):
    Company.objects.filter(pk=brand_company.pk).update(uscc=CODE)
    companies.import_company(
        by=officer,
        at=now,
        source="list",
        own_reference="1",
        name_zh="名录名",
        kind="brand",
        uscc_text=CODE,
    )

    assert queries.claimable().called(name="名录名").get().company == brand_company


def test_a_claim_to_a_company_that_takes_part_is_taken_and_refused_by_an_officer(
    listed, brand, newcomer, officer, now
):
    Membership.objects.create(user=brand, company=listed)

    claim = claims.claim_company(company=listed, note="I run it", by=newcomer)

    with pytest.raises(Conflict):
        claims.decide_claim(claim=claim, accept=True, by=officer, at=now)


def test_registering_a_listed_code_is_answered_the_same_when_it_takes_part(
    listed, newcomer, brand, now
):
    said = []
    for _ in range(2):
        with pytest.raises(companies.AlreadyListed) as refused:
            companies.register_company(
                by=newcomer, at=now, name_zh="别家", kind="brand", uscc_text=CODE
            )
        said.append(str(refused.value))
        Membership.objects.get_or_create(user=brand, company=listed)

    assert said[0] == said[1]


def test_the_rule_before_found_only_whom_nobody_acts_for(listed, brand, settings):
    settings.PROTECTIONS_OFF = [Protection.CLAIM_SEARCH_ALIKE.value]
    before = queries.claimable().called(uscc=CODE).count()
    Membership.objects.create(user=brand, company=listed)

    assert (before, queries.claimable().called(uscc=CODE).count()) == (1, 0)


def test_decide_claim_makes_the_claimant_owner_and_refuses_the_others(
    claim, listed, stranger, officer, newcomer, now
):
    other = claims.claim_company(company=listed, note="me too", by=stranger)

    claims.decide_claim(claim=claim, accept=True, by=officer, at=now)

    other.refresh_from_db()
    assert newcomer.role_in(listed.pk) == "owner"
    assert (other.status, other.decision_note) == (
        "refused",
        "The association could not confirm that you act for this company.",
    )
    assert set(Notification.objects.values_list("kind", "recipient")) == {
        ("claim_decided", newcomer.pk),
        ("claim_decided", stranger.pk),
    }


def test_decide_claim_refuses_with_a_reason(claim, officer, now):
    with pytest.raises(InvalidInput):
        claims.decide_claim(claim=claim, accept=False, by=officer, at=now)

    claims.decide_claim(claim=claim, accept=False, note="no proof", by=officer, at=now)

    claim.refresh_from_db()
    assert (claim.status, claim.decision_note, Membership.objects.count()) == (
        "refused",
        "no proof",
        0,
    )


def test_decide_claim_once(claim, officer, now):
    claims.decide_claim(claim=claim, accept=False, note="no proof", by=officer, at=now)

    with pytest.raises(Conflict):
        claims.decide_claim(claim=claim, accept=True, by=officer, at=now)

    assert Membership.objects.count() == 0


def test_claim_company_once_and_with_a_note(claim, listed, newcomer, now):
    with pytest.raises(Conflict):
        claims.claim_company(company=listed, note="again", by=newcomer)
    with pytest.raises(InvalidInput):
        claims.claim_company(company=CompanyFactory(), note=" ", by=newcomer)

    assert CompanyClaim.objects.count() == 1


def test_claim_company_has_a_bound(newcomer, now):
    for _ in range(5):
        claims.claim_company(company=CompanyFactory(), note="mine", by=newcomer)

    with pytest.raises(Conflict):
        claims.claim_company(company=CompanyFactory(), note="mine", by=newcomer)


def test_settle_uscc_dispute_hands_the_code_over(
    dispute, brand, brand_company, factory, factory_company, officer, now
):
    claims.settle_uscc_dispute(dispute=dispute, accept=True, by=officer, at=now)

    brand_company.refresh_from_db()
    factory_company.refresh_from_db()
    assert (brand_company.uscc, brand_company.status) == (None, "active")
    assert factory_company.uscc == CODE
    assert set(Notification.objects.values_list("recipient", flat=True)) == {brand.pk, factory.pk}


def test_settle_uscc_dispute_closes_a_holder_that_was_listed_twice(dispute, brand, officer, now):
    Membership.objects.filter(user=brand).delete()

    claims.settle_uscc_dispute(dispute=dispute, accept=True, by=officer, at=now)

    dispute.holder.refresh_from_db()
    assert dispute.holder.status == "closed"


def test_settle_uscc_dispute_refused_leaves_the_code(
    dispute, brand_company, factory, factory_company, officer, now
):
    claims.settle_uscc_dispute(dispute=dispute, accept=False, note="no", by=officer, at=now)

    brand_company.refresh_from_db()
    factory_company.refresh_from_db()
    assert (brand_company.uscc, factory_company.uscc) == (CODE, None)
    assert list(Notification.objects.values_list("recipient", flat=True)) == [factory.pk]


def test_settle_uscc_dispute_looks_at_the_holder_again(dispute, brand_company, officer, now):
    Company.objects.filter(pk=brand_company.pk).update(uscc=None)

    with pytest.raises(Conflict):
        claims.settle_uscc_dispute(dispute=dispute, accept=True, by=officer, at=now)

    dispute.refresh_from_db()
    assert dispute.status == "open"
