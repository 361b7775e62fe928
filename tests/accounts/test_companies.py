import pytest
from stdnum.cn.uscc import calc_check_digit

from accounts import queries, uscc
from accounts.models import Cluster, Company, Membership, UsccDispute, Verification
from accounts.services import companies, contact_book, review
from accounts.services.companies import AlreadyListed
from matchmaking.core.errors import Conflict, InvalidInput
from tests.accounts.conftest import published
from tests.factories import CompanyFactory, listed_company

VALID = "91350300683079378B"


def register(by, now, **facts):
    facts = {"name_zh": "示例鞋业", "kind": "brand", **facts}
    return companies.register_company(by=by, at=now, **facts)


def test_register_company_makes_its_registrant_the_owner(newcomer, now):
    company = register(newcomer, now, uscc_text="9135 0300-683079378b")

    assert (company.status, company.uscc, company.uscc_warning) == ("pending", VALID, "")
    assert newcomer.role_in(company.pk) == "owner"
    assert list(Company.objects.waiting()) == [company]


@pytest.mark.parametrize(
    ("code", "warning"),
    [
        (
            "913503006830793780",
            "The check character of the USCC does not fit its other characters.",
        ),
        ("A1350300683079378B", "The USCC is not formed as the standard says."),
    ],
)
def test_register_company_keeps_a_failing_uscc_with_a_warning(newcomer, now, code, warning):
    company = register(newcomer, now, uscc_text=code)

    assert (company.uscc, company.uscc_warning) == (code, warning)
    assert company.uscc_warning_text == warning


def test_warning_names_an_unknown_region():
    code = "91999900683079378"
    assert uscc.warning(code + calc_check_digit(code)) == (
        "The USCC names a region that is not in today's table of divisions."
    )


def test_register_company_refuses_what_cannot_be_a_uscc(newcomer, now):
    with pytest.raises(InvalidInput) as refused:
        register(newcomer, now, uscc_text="12345")

    assert (refused.value.field, Company.objects.count()) == ("uscc", 0)


@pytest.mark.parametrize("kind", ["supplier", "institute", "shop"])
def test_register_company_refuses_reserved_kinds(newcomer, now, kind):
    with pytest.raises(InvalidInput):
        register(newcomer, now, kind=kind)

    assert Company.objects.count() == 0


def test_a_second_claim_to_a_uscc_goes_to_the_officer(newcomer, now, factory, factory_company):
    factory_company.uscc = VALID
    factory_company.save()

    company = register(newcomer, now, uscc_text=VALID)

    company.refresh_from_db()
    dispute = UsccDispute.objects.get()
    assert (company.uscc, dispute.holder, dispute.claimant) == (None, factory_company, company)
    # Its own page shows what it typed: nobody learns from it that the code is taken.
    assert queries.stated_uscc(company) == VALID


def test_a_company_that_gives_another_code_ends_its_dispute(
    newcomer, now, factory, factory_company
):
    Company.objects.filter(pk=factory_company.pk).update(uscc=VALID)
    company = register(newcomer, now, uscc_text=VALID)

    companies.change_company(company=company, by=newcomer, at=now, uscc="91350582MA2XXXXX0X")

    company.refresh_from_db()
    assert (company.uscc, UsccDispute.objects.get().status) == ("91350582MA2XXXXX0X", "refused")


def test_saving_the_disputed_code_again_changes_nothing(newcomer, now, factory, factory_company):
    Company.objects.filter(pk=factory_company.pk).update(uscc=VALID)
    company = register(newcomer, now, uscc_text=VALID)
    version = Company.objects.get(pk=company.pk).version

    companies.change_company(company=company, by=newcomer, at=now, uscc=VALID)

    assert Company.objects.get(pk=company.pk).version == version
    assert UsccDispute.objects.get().status == "open"


def test_register_company_sends_to_the_claim_of_a_listed_one(newcomer, now, officer):
    listed_company(uscc=VALID)

    with pytest.raises(AlreadyListed):
        register(newcomer, now, uscc_text=VALID)

    assert Membership.objects.count() == 0


def test_submit_company_puts_it_back_into_the_queue(brand, pending_company, officer, now):
    review.return_company(company=pending_company, reason="name", by=officer, at=now)
    assert list(Company.objects.waiting()) == []

    companies.submit_company(company=pending_company)

    assert list(Company.objects.waiting()) == [pending_company]


def test_submit_company_refuses_what_was_not_sent_back(brand, pending_company, now):
    with pytest.raises(Conflict):
        companies.submit_company(company=pending_company)


def test_change_company_makes_a_new_version_for_matching(brand, brand_company, now):
    companies.change_company(company=brand_company, by=brand, at=now, size_band="2000_plus")

    brand_company.refresh_from_db()
    assert (brand_company.size_band, brand_company.version) == ("2000_plus", 2)
    assert published("accounts.company_changed") == 1


def test_change_company_without_a_change_publishes_nothing(brand, brand_company, now):
    companies.change_company(company=brand_company, by=brand, at=now, name_zh=brand_company.name_zh)

    assert published("accounts.company_changed") == 0


@pytest.mark.parametrize(
    "change",
    [{"name_zh": "别的名字"}, {"kind": "factory"}, {"recheck_edits": True}, {"tier": "site"}],
)
def test_change_company_leaves_what_was_checked_to_officers(brand, brand_company, now, change):
    with pytest.raises(InvalidInput):
        companies.change_company(company=brand_company, by=brand, at=now, **change)

    brand_company.refresh_from_db()
    assert brand_company.version == 1


def test_officers_change_what_was_checked(officer, brand_company, now):
    companies.change_company(
        company=brand_company, by=officer, at=now, as_officer=True, kind="both", recheck_edits=True
    )

    brand_company.refresh_from_db()
    assert (brand_company.kind, brand_company.recheck_edits) == ("both", True)


def test_change_company_refuses_a_suspended_one(brand, brand_company, now):
    Company.objects.filter(pk=brand_company.pk).update(status="suspended")

    with pytest.raises(Conflict):
        companies.change_company(company=brand_company, by=brand, at=now, size_band="under_100")


def imported(officer, now, **facts):
    facts = {
        "name_zh": "进口鞋业",
        "kind": "factory",
        "source": "list",
        "own_reference": "1",
        **facts,
    }
    return companies.import_company(by=officer, at=now, **facts)


def test_import_company_vouches_for_nobody(officer, now):
    company, is_new = imported(officer, now, uscc_text=VALID)

    assert (is_new, company.status, company.tier, company.uscc) == (True, "active", "none", VALID)
    assert not Verification.objects.exists()


def test_import_company_again_changes_the_same_row(officer, now):
    company, _ = imported(officer, now)

    again, is_new = imported(officer, now, name_zh="改名鞋业")

    again.refresh_from_db()
    assert (again.pk, is_new) == (company.pk, False)
    assert Company.objects.get().name_zh == "改名鞋业"


def test_import_company_leaves_one_with_members_alone(officer, now, factory, factory_company):
    Company.objects.filter(pk=factory_company.pk).update(uscc=VALID)

    company, is_new = imported(officer, now, uscc_text=VALID)

    company.refresh_from_db()
    assert (company, is_new, company.name_zh) == (factory_company, False, factory_company.name_zh)


@pytest.mark.parametrize(
    ("cluster", "code", "division"),
    [("350582", "", "350582"), ("", "91350300683079378B", "350300"), ("", "", "")],
)
def test_the_division_follows_from_the_cluster_else_from_the_uscc(
    newcomer, now, cluster, code, division
):
    place = Cluster.objects.filter(code=cluster).first()

    company = register(newcomer, now, cluster=place, uscc_text=code)

    assert company.division_code == division


def test_another_cluster_moves_the_division_and_a_county_within_it_stays(brand, now):
    company = CompanyFactory(division_code="350304")
    putian, jinjiang = (Cluster.objects.get(code=code) for code in ("350300", "350582"))

    for cluster, division in ((putian, "350304"), (jinjiang, "350582")):
        company = companies.change_company(company=company, by=brand, at=now, cluster=cluster)
        assert company.division_code == division


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"country": "DE", "uscc_text": VALID}, "uscc"),
        ({"country": "XX"}, "country"),
        ({"registration_number": "HRB 1"}, "uscc"),
        ({"contact": "12"}, "contact"),
    ],
)
def test_register_company_refuses_what_no_register_gives(newcomer, now, facts, field):
    with pytest.raises(InvalidInput) as refused:
        register(newcomer, now, **facts)

    assert (refused.value.field, Company.objects.count()) == (field, 0)


def test_a_company_abroad_keeps_its_number_once_it_was_checked(newcomer, now):
    company = register(newcomer, now, country="VN", registration_number="0301234567")
    company.status = "active"
    company.save()

    with pytest.raises(InvalidInput) as refused:
        companies.change_company(company=company, by=newcomer, at=now, registration_number="1")

    assert refused.value.field == "registration_number"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("13800001111", "phone"),
        ("+86 594 234-5678", "phone"),
        ("１３８００００１１１１", "phone"),
        ("lin@example.com", "email"),
        ("lin_shoes-88", "wechat"),
        ("wxid_a1b2c3d4", "wechat"),
    ],
)
def test_a_contact_is_what_it_looks_like(value, kind):
    assert contact_book.kind_of(value) == kind
