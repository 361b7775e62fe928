"""Pages on which a person finds a listed company and claims it."""

import re

from accounts.models import CompanyClaim
from tests.factories import listed_company


def test_a_listed_company_is_found_and_claimed(client, newcomer):
    listed = listed_company(name_zh="莆田示例鞋厂").listing
    client.force_login(newcomer)
    found = client.get("/company/claim/", {"q": "莆田示例鞋厂"}).content.decode()
    assert f"/company/claim/{listed.code}/" in found

    assert client.get(f"/company/claim/{listed.code}/").status_code == 200
    client.post(f"/company/claim/{listed.code}/", {"note": "I run it"})

    claim = CompanyClaim.objects.get()
    assert (claim.company, claim.claimed_by, claim.note) == (listed.company, newcomer, "I run it")
    page = client.post(f"/company/claim/{listed.code}/", {"note": "again"}).content.decode()
    assert "You have claimed this company already." in page


def test_the_search_says_the_same_of_participants_and_of_nobody(
    client, newcomer, brand, brand_company
):
    client.force_login(newcomer)
    pages = []
    for name in (brand_company.name_zh, "不存在的公司"):
        page = client.get("/company/claim/", {"q": name}).content.decode().replace(name, "")
        pages.append(re.sub(r'value="[^"]*"|%[0-9A-F%]+|"X-CSRFToken": "\w+"', "", page))

    assert pages[0] == pages[1]


def test_a_company_that_is_in_no_list_cannot_be_claimed(client, newcomer, brand, brand_company):
    client.force_login(newcomer)

    assert client.get(f"/company/claim/{brand_company.code}/").status_code == 404
