"""A name is found whichever brackets, width, dots or characters it is typed with."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts import queries
from accounts.models import Company, ListEntry
from matchmaking.core.folding import fold
from tests.factories import CompanyFactory

NAME = "莆田市（涵江）卓越鞋业有限公司"
TYPED = [
    "莆田市(涵江)卓越鞋业有限公司",
    "莆田市 涵江 卓越鞋業有限公司",
    "莆田市涵江·卓越鞋业有限公司",
    "PUTIAN ZHUOYUE SHOES CO LTD",
    "Ｐutian Zhuoyue Shoes Co., Ltd",
]


@pytest.fixture
def company(db):
    company = CompanyFactory(name_zh=NAME, name_en="Putian Zhuoyue Shoes Co., Ltd.")
    ListEntry.objects.create(company=company, name_zh=NAME, name_en=company.name_en)
    return company


@pytest.mark.parametrize("typed", TYPED)
def test_claim_search_finds_the_listed_company(company, typed):
    assert [row.company for row in queries.claimable().called(name=typed)] == [company]


@pytest.mark.parametrize("typed", ["卓越鞋业", "", "（）", "%", "莆田市%"])
def test_claim_search_finds_no_part_and_no_nothing(company, typed):
    assert list(queries.claimable().called(name=typed)) == []


@pytest.mark.parametrize(
    "typed", ["涵江卓越", "(涵江)卓越", "卓越鞋業", "ZHUOYUE", "zhuoyue shoes"]
)
def test_officers_search_finds_parts(client, officer, company, typed):
    other = CompanyFactory(name_zh="晋江别家鞋厂", name_en="")
    found = Company.objects.filter(search_key__folds=typed)

    assert list(found) == [company]
    assert other not in found


def test_key_follows_every_change(company):
    Company.objects.filter(pk=company.pk).update(name_zh="新名鞋廠")

    assert Company.objects.filter(search_key__folds="新名鞋厂").get() == company


@pytest.mark.django_db
@given(st.text(st.sampled_from("莆田（）()· .-ＡaZ1２鞋業业雙é「」・\u200b"), max_size=12))
def test_sql_folds_as_python_does(text):
    with connection.cursor() as cursor:
        cursor.execute("select fold_name(%s)", [text])
        (folded,) = cursor.fetchone()

    assert folded == fold(text)
