"""Claims, disputes and proofs in the workbench: each is decided once."""

import datetime as dt

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Certificate, Certification, UsccDispute
from accounts.models.companies import Company
from accounts.services import claims, invitations, partners
from tests.admin.conftest import said, step
from tests.factories import CompanyFactory

USCC = "91350300683079378B"


def test_a_claim_goes_to_the_claimant(desk, stranger):
    listed = CompanyFactory()
    claim = claims.claim_company(company=listed, note="Our works", by=stranger)

    queue = desk.get("/admin/accounts/companyclaim/?queue=waiting").context["cl"].result_list
    desk.post(step(claim, "accept"), {"note": ""})

    claim.refresh_from_db()
    assert list(queue) == [claim]
    assert (claim.status, claim.decided_by.name) == ("accepted", "Officer")
    assert stranger in listed.members.all()


def test_refusing_a_claim_needs_a_reason(desk, stranger):
    claim = claims.claim_company(company=CompanyFactory(), note="Ours", by=stranger)

    page = desk.post(step(claim, "refuse"), {"note": ""})

    claim.refresh_from_db()
    assert page.context["form"].errors["note"] == ["Give the reason: the company reads it."]
    assert claim.status == "open"


def test_the_second_officer_learns_who_decided_the_claim(desk, officer, stranger):
    claim = claims.claim_company(company=CompanyFactory(), note="Ours", by=stranger)
    claims.decide_claim(claim=claim, accept=False, note="No proof", by=officer, at=timezone.now())

    answer = desk.get(step(claim, "accept"), follow=True)

    assert "Officer was first, at " in said(answer)[0]


def test_a_dispute_is_settled_between_two_sides(desk, brand_company, factory_company):
    Company.objects.filter(pk=factory_company.pk).update(uscc=USCC)
    dispute = UsccDispute.objects.create(uscc=USCC, holder=factory_company, claimant=brand_company)

    page = desk.get(f"/admin/accounts/usccdispute/{dispute.pk}/change/")
    desk.post(step(dispute, "accept"), {"note": "Licence seen"})

    brand_company.refresh_from_db()
    assert [row[0] for row in page.context["wb_tables"][0].rows] == ["holder", "second claimant"]
    assert brand_company.uscc == USCC


def test_proofs_are_looked_at_and_marked(desk, brand_company, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rows = [
        Certificate.objects.create(
            company=brand_company,
            certification=certification,
            expires_on=timezone.localdate() + dt.timedelta(days=300),
            proof=ContentFile(b"%PDF", name="proof.pdf"),
        )
        for certification in Certification.objects.order_by("pk")[:2]
    ]
    queue = "/admin/accounts/certificate/?queue=waiting"
    waiting = len(desk.get(queue).context["cl"].result_list)

    desk.post(
        queue,
        {"action": "review", "_selected_action": [row.pk for row in rows], "confirmed": "yes"},
    )

    assert (waiting, len(desk.get(queue).context["cl"].result_list)) == (2, 0)
    assert {row.reviewed_by.name for row in Certificate.objects.all()} == {"Officer"}


def test_a_request_for_more_blocks_is_decided_in_the_workbench(desk, brand, brand_company):
    wish = partners.ask_for_blocks(company=brand_company, more=2, note="A rival", by=brand)

    queue = desk.get("/admin/accounts/blockrequest/?queue=waiting").context["cl"].result_list
    page = desk.get(f"/admin/accounts/blockrequest/{wish.pk}/change/").content.decode()
    desk.post(step(wish, "accept"), {"note": ""})

    wish.refresh_from_db()
    brand_company.refresh_from_db()
    assert list(queue) == [wish]
    assert "0 of 5" in page
    assert (wish.status, brand_company.most_blocks) == ("accepted", 7)


def test_an_invitation_with_a_link_in_a_name_is_sent_from_the_workbench(desk, brand, brand_company):
    brand.name = "www.cheap.top"
    brand.save()
    held = invitations.invite_member(
        company=brand_company, email="li@example.org", role="member", by=brand, at=timezone.now()
    )

    queue = desk.get("/admin/accounts/invitation/?queue=waiting").context["cl"].result_list
    desk.post(step(held, "send"), {})

    held.refresh_from_db()
    assert list(queue) == [held]
    assert held.status == "open"
