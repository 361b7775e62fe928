import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import queries
from accounts.models import (
    Company,
    CompanyGroup,
    CompanyToken,
    Invitation,
    UsccDispute,
    Verification,
)
from accounts.services import companies, invitations, review, tokens
from accounts.services.documents import add_document
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.uploads import CleanUpload
from matchmaking.notifications.models import Notification
from tests.accounts.conftest import published


def kinds_told():
    return sorted(Notification.objects.values_list("kind", "recipient__name"))


def test_approve_company_lists_it_and_tells_its_people(brand, pending_company, officer, now):
    review.approve_company(company=pending_company, by=officer, at=now)

    pending_company.refresh_from_db()
    assert (pending_company.tier, pending_company.tier_by) == ("listed", officer)
    assert pending_company.activated_at == now
    assert kinds_told() == [("company_approved", brand.name)]


def test_approve_company_vouches_for_no_number_that_fails_its_check(pending_company, officer, now):
    pending_company.uscc_warning = "check character"
    pending_company.save()
    review.approve_company(company=pending_company, by=officer, at=now)

    pending_company.refresh_from_db()
    assert (pending_company.status, pending_company.tier) == ("active", "none")


def test_approve_company_twice_tells_once(brand, pending_company, officer, now):
    review.approve_company(company=pending_company, by=officer, at=now)

    with pytest.raises(Conflict):
        review.approve_company(company=pending_company, by=officer, at=now)

    assert (published("mail"), Verification.objects.count()) == (1, 1)


def test_approve_company_waits_for_the_dispute(pending_company, factory_company, officer, now):
    UsccDispute.objects.create(
        uscc="91350300683079378B", holder=factory_company, claimant=pending_company
    )

    with pytest.raises(Conflict):
        review.approve_company(company=pending_company, by=officer, at=now)

    pending_company.refresh_from_db()
    assert pending_company.status == "pending"


def test_return_company_gives_the_reason(brand, pending_company, officer, now):
    review.return_company(company=pending_company, reason=" name? ", by=officer, at=now)

    pending_company.refresh_from_db()
    assert (pending_company.returned_at, pending_company.returned_reason) == (now, "name?")
    assert kinds_told() == [("company_returned", brand.name)]


def test_return_company_needs_a_reason(pending_company, officer, now):
    with pytest.raises(InvalidInput):
        review.return_company(company=pending_company, reason=" ", by=officer, at=now)

    pending_company.refresh_from_db()
    assert pending_company.returned_at is None


def test_return_company_twice_tells_the_second_officer(pending_company, officer, now):
    review.return_company(company=pending_company, reason="name", by=officer, at=now)

    with pytest.raises(Conflict):
        review.return_company(company=pending_company, reason="kind", by=officer, at=now)

    pending_company.refresh_from_db()
    assert pending_company.returned_reason == "name"


def test_return_company_again_after_resubmission_is_a_new_fact(
    brand, pending_company, officer, now
):
    review.return_company(company=pending_company, reason="name", by=officer, at=now)
    companies.submit_company(company=pending_company)
    review.return_company(company=pending_company, reason="kind", by=officer, at=now)

    assert Notification.objects.filter(kind="company_returned").count() == 2


def test_suspend_company_ends_its_peoples_sessions(client, brand, brand_company, officer, now):
    client.force_login(brand)
    assert client.get("/profile/").status_code == 200

    review.suspend_company(company=brand_company, reason="figures", by=officer, at=now)

    assert client.get("/profile/").status_code == 302
    assert kinds_told() == [("company_suspended", brand.name)]


def test_close_company_ends_tokens_and_invitations(brand, brand_company, officer, now):
    tokens.issue_token(company=brand_company, name="ERP", scopes=["read"], by=brand)
    invitations.invite_member(
        company=brand_company, email="x@example.com", role="member", by=brand, at=now
    )

    review.close_company(company=brand_company, reason="dissolved", by=officer, at=now)

    assert CompanyToken.objects.count() == 0
    assert Invitation.objects.get().status == "withdrawn"


def test_record_verification_is_dated_and_signed(brand_company, officer, now):
    today = timezone.localdate(now)
    paper(brand_company, officer, now)
    review.record_verification(
        company=brand_company,
        tier="site",
        is_compared=True,
        lines_seen=2,
        workers_seen=140,
        pictures=[picture()],
        on=today,
        expires_on=today + dt.timedelta(days=730),
        note="two lines seen",
        by=officer,
        at=now,
    )

    brand_company.refresh_from_db()
    act = Verification.objects.get()
    assert (brand_company.tier, brand_company.tier_on, brand_company.tier_by) == (
        "site",
        today,
        officer,
    )
    assert (act.tier, act.officer, act.note) == ("site", officer, "two lines seen")


@pytest.mark.parametrize(("on", "expires"), [(1, 30), (-30, -1), (0, -1)])
def test_record_verification_refuses_impossible_days(brand_company, officer, now, on, expires):
    today = timezone.localdate(now)

    with pytest.raises(InvalidInput):
        review.record_verification(
            company=brand_company,
            tier="site",
            on=today + dt.timedelta(days=on),
            expires_on=today + dt.timedelta(days=expires),
            by=officer,
            at=now,
        )

    assert Verification.objects.count() == 0


def test_change_group_keeps_sisters_apart(brand_company, factory_company, officer, now):
    group = CompanyGroup.objects.create(name="Sisters")
    for company in (brand_company, factory_company):
        review.change_group(company=company, group=group, by=officer, at=now)

    brand_company.refresh_from_db()
    assert queries.excluded_companies(brand_company) == {brand_company.pk, factory_company.pk}
    # The next scoring of the whole market heeds it, with everything else of its day.
    assert published("accounts.company_changed") == 0


def test_the_history_keeps_each_status(brand_company, officer, now):
    review.suspend_company(company=brand_company, reason="x", by=officer, at=now)
    history = Company.pgh_event_model.objects.filter(pgh_obj=brand_company)

    assert list(history.order_by("pgh_id").values_list("status", flat=True)) == [
        "active",
        "suspended",
    ]


def picture():
    file = ContentFile(b"x", name="x.png")
    return CleanUpload(file, "gate.png", "image/png", 1)


def paper(company, by, at, kind="licence"):
    return add_document(company=company, kind=kind, upload=picture(), by=by, at=at)


@pytest.mark.parametrize(
    ("tier", "has_licence", "facts", "field"),
    [
        ("documents", False, {"is_compared": True}, "tier"),
        ("documents", True, {}, "is_compared"),
        ("site", True, {"is_compared": True}, "pictures"),
    ],
)
def test_a_tier_rests_on_its_evidence(brand_company, officer, now, tier, has_licence, facts, field):
    if has_licence:
        paper(brand_company, officer, now)
    today = timezone.localdate(now)

    with pytest.raises(InvalidInput) as refused:
        review.record_verification(
            company=brand_company,
            tier=tier,
            on=today,
            expires_on=today,
            by=officer,
            at=now,
            **facts,
        )

    assert refused.value.field == field
    assert not Verification.objects.exists()


def test_listing_needs_no_paper(brand_company, officer, now):
    today = timezone.localdate(now)

    review.record_verification(
        company=brand_company, tier="listed", on=today, expires_on=today, by=officer, at=now
    )

    assert Verification.objects.get().tier == "listed"
