"""Invitations are mail to strangers: few, from companies that were looked at, without lures."""

import datetime as dt

import pytest

from accounts.models import Invitation
from accounts.services import contact_book, invitations
from accounts.states import CompanyStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.formatting import tel_url
from matchmaking.notifications.models import OutboxMessage
from tests.factories import CompanyFactory

HOUR = dt.timedelta(hours=1)


def invite(company, by, at, email="li@example.org"):
    return invitations.invite_member(company=company, email=email, role="member", by=by, at=at)


def test_an_address_hears_of_a_company_once_a_day(brand, brand_company, now):
    first = invite(brand_company, brand, now)
    invitations.withdraw_invitation(invitation=first, at=now + HOUR)

    with pytest.raises(Conflict, match="within a day"):
        invite(brand_company, brand, now + 2 * HOUR, email="LI@example.org")
    invite(brand_company, brand, now + 25 * HOUR)

    assert OutboxMessage.objects.filter(kind="accounts.invitation_mail").count() == 2


def test_sending_again_counts_as_sending(brand, brand_company, now):
    invitation = invite(brand_company, brand, now)

    with pytest.raises(Conflict, match="within a day"):
        invitations.resend_invitation(invitation=invitation, at=now + HOUR)
    invitations.resend_invitation(invitation=invitation, at=now + 25 * HOUR)


def test_a_person_sends_twenty_a_day_over_all_companies(brand, brand_company, now):
    for number in range(20):
        row = invite(brand_company, brand, now, email=f"p{number}@example.org")
        invitations.withdraw_invitation(invitation=row, at=now)
    other = CompanyFactory()

    for company in (brand_company, other):
        with pytest.raises(Conflict, match="Twenty invitations a day"):
            invite(company, brand, now + HOUR, email="more@example.org")
    assert Invitation.objects.count() == 20


def test_a_company_that_no_officer_has_seen_invites_nobody(brand, brand_company, now):
    brand_company.status = CompanyStatus.PENDING
    brand_company.save()

    with pytest.raises(Conflict, match="looks at your company first"):
        invite(brand_company, brand, now)
    assert not OutboxMessage.objects.filter(kind="accounts.invitation_mail").exists()


@pytest.mark.parametrize("name", ["微信 abc12345", "www.cheap.top", "加VX领红包", "13800001111"])
def test_names_that_lure_are_looked_at_first(brand, brand_company, now, name):
    brand.name = name
    brand.save()

    with pytest.raises(Conflict, match="no link, number or WeChat ID"):
        invite(brand_company, brand, now)


@pytest.mark.parametrize(
    ("typed", "stored", "link"),
    [
        ("０５９４－２３４５６７８", "0594-2345678", "tel:05942345678"),
        ("0594—2345678转801", "0594-2345678转801", "tel:05942345678;ext=801"),
        ("+86 138 0000 1111", "+86 138 0000 1111", "tel:+8613800001111"),
        ("(0594) 2345678 ext. 12", "(0594) 2345678 ext. 12", "tel:05942345678;ext=12"),
    ],
)
def test_phone_is_kept_in_half_width_and_dials_with_its_extension(
    brand_company, now, typed, stored, link
):
    contact = contact_book.add_contact(
        company=brand_company, person="Li", kind="phone", value=typed
    )

    assert contact.value == stored
    assert tel_url(contact.value) == link


def test_words_are_no_phone(brand_company, now):
    with pytest.raises(InvalidInput):
        contact_book.add_contact(company=brand_company, person="Li", kind="phone", value="call me")
