import datetime as dt

import pytest
from django.core import mail

from accounts.emails import companies as company_emails
from accounts.models import Company, UsccDispute
from accounts.services import claims, companies, invitations, members, review
from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import InboxRow
from matchmaking.notifications.models import Notification
from tests.accounts.conftest import work
from tests.factories import CompanyFactory


def subjects():
    return [message.subject for message in mail.outbox]


def test_an_approval_is_mailed(brand, pending_company, officer, now):
    review.approve_company(company=pending_company, by=officer, at=now)

    assert work("mail") == ["done"]
    assert subjects() == ["Brand Co. has been verified"]
    assert mail.outbox[0].to == [brand.email]


def test_a_return_is_mailed_with_the_reason(brand, pending_company, officer, now):
    review.return_company(company=pending_company, reason="Which name?", by=officer, at=now)

    assert work("mail") == ["done"]
    assert "Which name?" in mail.outbox[0].body
    assert "Which name?" in mail.outbox[0].alternatives[0][0]
    assert 'class="quote"' in mail.outbox[0].alternatives[0][0]


def test_a_return_that_was_answered_is_not_mailed(brand, pending_company, officer, now):
    review.return_company(company=pending_company, reason="Which name?", by=officer, at=now)
    companies.submit_company(company=pending_company)

    assert (work("mail"), mail.outbox) == (["cancelled"], [])


def test_suspension_and_closing_are_mailed(brand, brand_company, officer, now):
    review.suspend_company(company=brand_company, reason="Figures", by=officer, at=now)
    assert work("mail") == ["done"]
    review.close_company(company=brand_company, reason="Dissolved", by=officer, at=now)
    assert work("mail") == ["done"]

    assert subjects() == ["Brand Co. is suspended", "Brand Co. is closed"]


@pytest.mark.parametrize("service", [review.reinstate_company, review.close_company])
def test_a_suspension_that_is_over_is_not_mailed(brand, brand_company, officer, now, service):
    review.suspend_company(company=brand_company, reason="Figures", by=officer, at=now)
    reason = {"reason": "Dissolved"} if service is review.close_company else {}
    service(company=brand_company, by=officer, at=now, **reason)

    assert work("mail") == ["cancelled", "done"]


def test_an_approval_that_is_over_is_not_mailed(brand, pending_company, officer, now):
    review.approve_company(company=pending_company, by=officer, at=now)
    Company.objects.update(status="suspended")

    assert work("mail") == ["cancelled"]


def test_a_reopened_closing_is_not_mailed(brand, brand_company, officer, now):
    review.close_company(company=brand_company, reason="Dissolved", by=officer, at=now)
    Company.objects.update(status="active")

    assert work("mail") == ["cancelled"]


def test_joining_is_mailed_to_the_owner(brand, brand_company, newcomer, now):
    row = invitations.invite_member(
        company=brand_company, email=newcomer.email, role="member", by=brand, at=now
    )
    invitations.accept_invitation(invitation=row, by=newcomer, at=now)

    assert work("mail") == ["done"]
    assert subjects() == ["Newcomer has joined Brand Co."]


def test_joining_is_not_mailed_when_the_member_has_left(brand, brand_company, newcomer, now):
    row = invitations.invite_member(
        company=brand_company, email=newcomer.email, role="member", by=brand, at=now
    )
    invitations.accept_invitation(invitation=row, by=newcomer, at=now)
    members.leave_company(company=brand_company, by=newcomer)

    assert work("mail") == ["cancelled"]


@pytest.mark.parametrize(
    ("accept", "subject"),
    [(True, "Sample Works is yours to manage"), (False, "Your claim to Sample Works was refused")],
)
def test_a_decided_claim_is_mailed(newcomer, officer, now, accept, subject):
    claim = claims.claim_company(
        company=CompanyFactory(name_en="Sample Works"), note="mine", by=newcomer
    )
    claims.decide_claim(claim=claim, accept=accept, note="no proof", by=officer, at=now)

    assert (work("mail"), subjects()) == (["done"], [subject])


@pytest.mark.parametrize(
    ("accept", "texts"), [(True, ["belongs", "does not belong"]), (False, ["does not belong"])]
)
def test_a_settled_dispute_is_mailed(
    brand, brand_company, factory, factory_company, officer, now, accept, texts
):
    Company.objects.filter(pk=brand_company.pk).update(uscc="91350300683079378B")
    dispute = UsccDispute.objects.create(
        uscc="91350300683079378B", holder=brand_company, claimant=factory_company
    )
    claims.settle_uscc_dispute(dispute=dispute, accept=accept, note="seen", by=officer, at=now)

    work("mail")

    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert [
        text in bodies[person.email] for text, person in zip(texts, (factory, brand), strict=False)
    ] == [True] * len(texts)


def test_headlines_name_the_company_by_one_query(
    brand, pending_company, officer, now, django_assert_num_queries
):
    review.return_company(company=pending_company, reason="x", by=officer, at=now)
    companies.submit_company(company=pending_company)
    review.approve_company(company=pending_company, by=officer, at=now)
    rows = list(Notification.objects.order_by("pk"))

    with django_assert_num_queries(1):
        lines = kinds.get("company_approved").headlines([InboxRow(row) for row in rows])

    assert [line.title for line in lines] == ["Your company has been verified: Brand Co."] * 2


def test_decisions_cannot_be_switched_off():
    assert {kind.name for kind in company_emails.KINDS if not kind.mandatory} == {
        "member_joined",
        "token_ending",
    }


@pytest.mark.parametrize(("status", "heard"), [("active", True), ("suspended", False)])
def test_a_companys_mail_needs_an_active_company(brand, brand_company, status, heard):
    Company.objects.update(status=status)

    assert company_emails.may_hear(brand.pk, brand_company.pk) is heard


def test_a_companys_mail_is_for_its_people(stranger, brand_company):
    assert company_emails.may_hear(stranger.pk, brand_company.pk) is False


@pytest.mark.parametrize("kind", ["claim_decided", "uscc_decided"])
def test_a_decision_that_is_gone_is_not_mailed(brand, kind):
    row = Notification(subject={"claim": 0, "dispute": 0, "company": 0})

    assert kinds.get(kind).write(brand, [row]) is None


def test_an_expired_invitation_is_not_sent(brand, brand_company, now):
    invitations.invite_member(
        company=brand_company,
        email="x@example.com",
        role="member",
        by=brand,
        at=now - dt.timedelta(days=8),
    )

    assert work("accounts.invitation_mail") == ["cancelled"]
