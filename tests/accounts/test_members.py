import datetime as dt
import re

import pytest
from django.core import mail

from accounts import invitation_links
from accounts.models import CompanyToken, Invitation, Membership
from accounts.services import invitations, members, tokens
from accounts.services.members import LastOwner
from matchmaking.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.accounts.conftest import published, work
from tests.factories import CompanyFactory, UserFactory

MAIL = "accounts.invitation_mail"


@pytest.fixture
def invitation(brand, brand_company, newcomer, now):
    return invitations.invite_member(
        company=brand_company, email=newcomer.email, role="member", by=brand, at=now
    )


def test_leave_company_ends_the_membership_and_its_tokens(brand, member, brand_company, now):
    tokens.issue_token(company=brand_company, name="ERP", scopes=["read"], by=member)

    members.leave_company(company=brand_company, by=member)

    assert list(brand_company.members.all()) == [brand]
    assert CompanyToken.objects.count() == 0


def test_the_last_owner_cannot_leave(brand, member, brand_company, now):
    with pytest.raises(LastOwner):
        members.leave_company(company=brand_company, by=brand)

    assert brand.role_in(brand_company.pk) == "owner"


def test_the_last_owner_cannot_become_a_member(brand, brand_company, now):
    with pytest.raises(LastOwner):
        members.change_role(company=brand_company, user=brand, role="member")


def test_an_owner_leaves_when_another_stays(brand, member, brand_company, now):
    members.change_role(company=brand_company, user=member, role="owner")

    members.leave_company(company=brand_company, by=brand)

    assert member.role_in(brand_company.pk) == "owner"


def test_an_inactive_owner_does_not_count(brand, member, brand_company, now):
    members.change_role(company=brand_company, user=member, role="owner")
    member.is_active = False
    member.save()

    with pytest.raises(LastOwner):
        members.leave_company(company=brand_company, by=brand)


def test_remove_member_twice_is_told(brand, member, brand_company, now):
    members.remove_member(company=brand_company, user=member)

    with pytest.raises(Conflict):
        members.remove_member(company=brand_company, user=member)


def test_change_role_refuses_an_unknown_role(brand, member, brand_company, now):
    with pytest.raises(InvalidInput):
        members.change_role(company=brand_company, user=member, role="boss")


def test_invite_member_writes_no_address_and_no_secret(invitation):
    row = OutboxMessage.objects.get(kind=MAIL)

    assert row.subject == {"invitation": invitation.pk}
    assert invitation.email not in row.dedupe_key


def test_the_invitation_mail_carries_a_link_on_our_site(invitation, newcomer, settings):
    settings.SITE_URL = "https://hand.example"

    assert work(MAIL) == ["done"]

    (sent,) = mail.outbox
    assert sent.to == [newcomer.email]
    [token] = re.findall(r"https://hand\.example/invitations/(\S+)/", sent.body)
    assert invitation_links.read(token) == invitation


def test_a_withdrawn_invitation_is_not_sent(invitation, brand, now):
    invitations.withdraw_invitation(invitation=invitation, at=now)

    assert (work(MAIL), mail.outbox) == (["cancelled"], [])


def test_invite_member_does_the_same_for_known_and_unknown_addresses(
    brand, brand_company, stranger, now
):
    rows = [
        invitations.invite_member(
            company=brand_company, email=email, role="member", by=brand, at=now
        )
        for email in (stranger.email, "nobody@example.com")
    ]

    assert {(row.status, row.language) for row in rows} == {("open", "en")}
    assert published(MAIL) == 2


def test_invite_member_refuses_a_member_and_a_second_invitation(
    brand, member, brand_company, invitation, now
):
    for email in (member.email.upper(), invitation.email):
        with pytest.raises(DomainError):
            invitations.invite_member(
                company=brand_company, email=email, role="member", by=brand, at=now
            )

    assert (Invitation.objects.count(), published(MAIL)) == (1, 1)


def test_invite_member_anew_when_the_first_is_over(brand, brand_company, invitation, now):
    later = now + dt.timedelta(days=8)

    again = invitations.invite_member(
        company=brand_company, email=invitation.email, role="owner", by=brand, at=later
    )

    invitation.refresh_from_db()
    assert (invitation.status, again.status) == ("withdrawn", "open")


def test_invite_member_has_a_bound(brand, brand_company, now):
    for number in range(20):
        invitations.invite_member(
            company=brand_company, email=f"p{number}@example.com", role="member", by=brand, at=now
        )

    with pytest.raises(Conflict):
        invitations.invite_member(
            company=brand_company, email="one@example.com", role="member", by=brand, at=now
        )


def test_resend_invitation_waits_a_moment_and_begins_anew(brand, invitation, now):
    with pytest.raises(Conflict):
        invitations.resend_invitation(invitation=invitation, at=now)
    later = now + dt.timedelta(days=3)

    invitations.resend_invitation(invitation=invitation, at=later)

    invitation.refresh_from_db()
    assert (invitation.expires_at, published(MAIL)) == (later + dt.timedelta(days=7), 2)


def test_accept_invitation_makes_a_member_and_tells_the_owner(
    invitation, newcomer, brand, brand_company, now
):
    invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)

    assert newcomer.role_in(brand_company.pk) == "member"
    told = Notification.objects.get()
    assert (told.kind, told.recipient) == ("member_joined", brand)


def test_accept_invitation_is_for_the_verified_address(invitation, stranger, now):
    with pytest.raises(NotAllowed):
        invitations.accept_invitation(invitation=invitation, by=stranger, at=now)

    assert Membership.objects.filter(user=stranger, company=invitation.company).count() == 0


def test_accept_invitation_needs_the_address_verified(brand, brand_company, now):
    unverified = UserFactory(email="fresh@example.com")
    row = invitations.invite_member(
        company=brand_company, email="fresh@example.com", role="member", by=brand, at=now
    )

    with pytest.raises(NotAllowed):
        invitations.accept_invitation(invitation=row, by=unverified, at=now)


def test_accept_invitation_once_and_in_time(invitation, newcomer, now):
    with pytest.raises(Conflict):
        invitations.accept_invitation(
            invitation=invitation, by=newcomer, at=now + dt.timedelta(days=7)
        )
    invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)
    with pytest.raises(Conflict):
        invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)

    assert Membership.objects.filter(user=newcomer).count() == 1


def test_accept_invitation_keeps_the_role_of_a_member(invitation, newcomer, brand_company, now):
    Membership.objects.create(user=newcomer, company=brand_company, role="owner")

    invitations.accept_invitation(invitation=invitation, by=newcomer, at=now)

    assert newcomer.role_in(brand_company.pk) == "owner"


def test_a_forged_token_opens_nothing(db):
    CompanyFactory()

    assert invitation_links.read("forged:token") is None
