"""People in the workbench: found with their companies, suspended and reinstated."""

import pytest

from tests.admin.conftest import step, waiting_companies
from tests.factories import CompanyFactory, MembershipFactory


def test_people_are_listed_with_their_companies(desk, brand, brand_company, officer):
    MembershipFactory(user=brand, company=CompanyFactory(name_en="Second Co."))

    page = desk.get("/admin/accounts/user/", {"q": brand.email})

    assert list(page.context["cl"].result_list) == [brand]
    assert b"Brand Co., Second Co." in page.content


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_asks_the_database_so_often(desk, count, django_assert_num_queries):
    for company in waiting_companies(count):
        MembershipFactory(company=company)
    desk.get("/admin/accounts/user/")

    with django_assert_num_queries(22):
        desk.get("/admin/accounts/user/")


def test_a_person_is_suspended_and_reinstated(desk, stranger):
    states = []
    for name in ("suspend", "reinstate"):
        desk.post(step(stranger, name))
        stranger.refresh_from_db()
        states.append(stranger.is_active)

    assert states == [False, True]
