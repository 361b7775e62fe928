"""Pages of invitations: sent, sent again, withdrawn, and accepted by whom they are for."""

import pytest

from accounts import invitation_links
from accounts.services import invitations


@pytest.fixture
def invitation(brand, brand_company, newcomer, now):
    return invitations.invite_member(
        company=brand_company, email=newcomer.email, role="member", by=brand, at=now
    )


@pytest.fixture
def link(invitation):
    return f"/invitations/{invitation_links.token_of(invitation)}/"


def test_invitations_are_managed(client, brand, brand_company):
    client.force_login(brand)
    client.post("/company/members/", {"email": "x@example.com", "role": "member"})
    row = brand_company.invitations.get()
    page = client.post(f"/company/invitations/{row.code}/resend/", follow=True)
    assert "invited within a day" in page.content.decode()

    client.post(f"/company/invitations/{row.code}/withdraw/")

    row.refresh_from_db()
    assert row.status == "withdrawn"


def test_inviting_twice_says_so_on_the_form(client, brand, brand_company):
    client.force_login(brand)
    facts = {"email": "x@example.com", "role": "member"}
    client.post("/company/members/", facts)

    page = client.post("/company/members/", facts)

    assert "This address is invited already" in page.content.decode()


def test_an_invitation_asks_strangers_to_sign_in_and_hides_the_address(client, link, newcomer):
    page = client.get(link).content.decode()

    assert f"?next={link}" in page.replace("%3A", ":")
    assert newcomer.email not in page


def test_the_invited_person_accepts(client, link, newcomer, brand_company):
    client.force_login(newcomer)
    assert client.get(link).status_code == 200

    client.post(link)

    assert newcomer.role_in(brand_company.pk) == "member"
    assert client.get(link).status_code == 410


def test_another_account_is_told_clearly(client, link, stranger, newcomer, brand_company):
    client.force_login(stranger)

    page = client.post(link)

    assert "This invitation is for another address" in page.content.decode()
    assert newcomer.email not in page.content.decode()
    assert stranger.role_in(brand_company.pk) == ""


def test_a_forged_link_is_not_found(client, db):
    assert client.get("/invitations/forged/").status_code == 404


def test_a_withdrawn_invitation_is_over(client, link, invitation, brand, now):
    invitations.withdraw_invitation(invitation=invitation, at=now)

    assert client.get(link).status_code == 410
