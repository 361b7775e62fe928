"""Invitations are mail to strangers: few, from companies that were looked at, without lures."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts import invitation_links
from accounts.models import Invitation
from accounts.services import contact_book, invitations
from accounts.states import CompanyStatus, InvitationStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.formatting import tel_url
from matchmaking.core.transitions import IllegalTransition
from matchmaking.notifications.models import Notification, OutboxMessage
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

    held = invite(brand_company, brand, now)

    assert held.status == InvitationStatus.HELD
    assert not OutboxMessage.objects.filter(kind="accounts.invitation_mail").exists()
    with pytest.raises(Conflict, match="invited already"):
        invite(brand_company, brand, now + 25 * HOUR)
    with pytest.raises(Conflict, match="looks at this invitation first"):
        invitations.resend_invitation(invitation=held, at=now + 25 * HOUR)


@pytest.fixture
def held(brand, brand_company, now):
    brand.name = "微信 abc12345"
    brand.save()
    return invite(brand_company, brand, now)


def test_an_officer_sends_what_was_held_and_its_days_begin_then(held, officer, now):
    later = now + 48 * HOUR

    sent = invitations.decide_invitation(invitation=held, accept=True, by=officer, at=later)

    assert (sent.status, sent.expires_at) == (InvitationStatus.OPEN, later + 7 * 24 * HOUR)
    assert OutboxMessage.objects.filter(kind="accounts.invitation_mail").count() == 1
    with pytest.raises(IllegalTransition):
        invitations.decide_invitation(
            invitation=held, accept=False, note="No", by=officer, at=later
        )


def test_who_invited_reads_why_an_officer_refused(held, brand, officer, now):
    with pytest.raises(InvalidInput, match="Give the reason"):
        invitations.decide_invitation(invitation=held, accept=False, by=officer, at=now)

    invitations.decide_invitation(
        invitation=held, accept=False, note="Correct your name.", by=officer, at=now
    )

    held.refresh_from_db()
    assert (held.status, held.decision_note) == (InvitationStatus.REFUSED, "Correct your name.")
    assert held.settled_at == now
    notice = Notification.objects.get(kind="invitation_refused")
    assert notice.recipient_id == brand.pk
    assert not OutboxMessage.objects.filter(kind="accounts.invitation_mail").exists()


def test_a_held_invitation_opens_no_link_and_can_be_withdrawn(client, held, now):
    path = reverse("accounts:invitation", args=[invitation_links.token_of(held)])

    assert client.get(path).status_code == 410
    invitations.withdraw_invitation(invitation=held, at=now)
    held.refresh_from_db()
    assert held.status == InvitationStatus.WITHDRAWN


def test_the_members_page_says_that_the_association_looks_first(client, brand, brand_company):
    brand.name = "加微信 lin88"
    brand.save()
    client.force_login(brand)

    page = client.post(
        "/company/members/", {"email": "li@example.org", "role": "member"}, follow=True
    )

    text = page.content.decode()
    assert "looks at the invitation first" in " ".join(text.split())
    assert "The association looks at it first" in text
    assert "Send again" not in text


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
