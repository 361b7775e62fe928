"""An officer's day: who waits, what is wrong, what is decided, and what did not arrive."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from accounts.choices import VerificationTier
from accounts.models import ListEntry
from matchmaking.core import jobs
from tests.factories import CompanyFactory, MembershipFactory, OrderFactory
from tests.journeys.people import (
    come_back,
    confirmed,
    open_waiting,
    sign_up,
    step,
)
from tests.notifications.sink import ACCEPT, NEVER

WAIT = dt.timedelta(days=3, hours=1)


@pytest.fixture
def desk(visit, officer):
    page = visit()
    come_back(page, officer, "/admin/")
    return page


@pytest.fixture
def newcomer():
    """The owner of a company that has waited for three days."""
    company = CompanyFactory(
        name_en="Newcomer Co.",
        status="pending",
        tier=VerificationTier.NONE,
        tier_on=None,
        tier_expires_on=None,
    )
    type(company).objects.filter(pk=company.pk).update(created_at=timezone.now() - WAIT)
    return confirmed(MembershipFactory(company=company).user)


def submitted(company, title):
    return OrderFactory(
        company=company,
        title=title,
        state="pending",
        published_at=None,
        expires_on=None,
        submitted_at=timezone.now() - WAIT,
    )


def overview(desk, queue):
    desk.goto("/admin/")
    return desk.locator(".wb-cards").get_by_role("link", name=queue)


def test_a_company_is_sent_back_and_corrected(visit, mails, desk, newcomer):
    card = overview(desk, "Companies to verify")
    expect(card).to_contain_text("3 days")
    card.click()
    expect(desk.locator("#result_list")).to_contain_text("3 days")
    company = newcomer.companies.get()
    open_waiting(desk, "Companies to verify", company.name_en)
    step(desk, "Send back", reason="The licence says 新来者鞋业有限公司.")

    assert mails.wait(newcomer.email, "The licence says 新来者鞋业有限公司.")
    page = visit()
    come_back(page, newcomer, mails.link(newcomer.email, "/company/edit/"))
    expect(page.get_by_text("The licence says")).to_be_visible()
    page.get_by_label("Legal name").fill("新来者鞋业有限公司")
    page.get_by_role("button", name="Save and send again").click()
    expect(page.get_by_text("Waiting for verification").first).to_be_visible()

    open_waiting(desk, "Companies to verify", company.name_en)
    expect(desk.locator("#history")).to_contain_text("新来者鞋业有限公司")
    step(desk, "Approve")
    assert mails.wait(newcomer.email, "has been verified")
    expect(overview(desk, "Companies to verify")).to_contain_text("nothing waits")


def test_posts_are_rejected_corrected_and_approved_in_bulk(
    visit, mails, desk, brand, brand_company
):
    for title in ("Trail shoe", "Court shoe", "Beach sandal"):
        submitted(brand_company, title)
    open_waiting(desk, "Orders to approve", "Beach sandal")
    step(desk, "Send back", reason="A sandal is no running shoe: choose its category.")

    assert mails.wait(brand.email, "choose its category")
    page = visit()
    come_back(page, brand, mails.link(brand.email, "/orders/"))
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_text("choose its category")).to_be_visible()
    page.get_by_label("Title").fill("Beach sandal, corrected")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("corrected")

    card = overview(desk, "Orders to approve")
    expect(card).to_contain_text("3")
    card.click()
    desk.locator("#action-toggle").check()
    desk.locator("select[name=action]").select_option("approve")
    desk.get_by_role("button", name="Run").click()
    desk.locator("form.wb-form").get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("done for 3 rows")).to_be_visible()
    for title in ("Trail shoe", "Court shoe", "Beach sandal, corrected"):
        assert mails.wait(brand.email, title)

    desk.goto("/admin/listings/processingorder/")
    desk.get_by_role("link", name="Beach sandal, corrected").first.click()
    desk.locator("#history").get_by_role("link", name="All").click()
    history = desk.locator(".wb")
    for trace in ("Officer", brand.name, "choose its category"):
        expect(history).to_contain_text(trace)


def test_a_dead_letter_is_sent_again(stack, mails, desk, brand, brand_company):
    stack.sink.answer = lambda mail: NEVER
    submitted(brand_company, "Trail shoe")
    open_waiting(desk, "Orders to approve", "Trail shoe")
    step(desk, "Approve")
    stack.rest()
    assert mails.to(brand.email) == []

    expect(overview(desk, "Undeliverable mail")).to_contain_text("1")
    health = desk.locator(".wb-block").filter(has_text="Outbox")
    expect(health.locator("div").filter(has_text="Undeliverable").locator("dd")).to_have_text("1")
    open_waiting(desk, "Undeliverable mail", "mail")
    expect(desk.get_by_text("No such person")).to_be_visible()
    stack.sink.answer = lambda mail: ACCEPT
    step(desk, "Send again")

    assert mails.wait(brand.email, "is published")
    expect(overview(desk, "Undeliverable mail")).to_contain_text("nothing waits")


def test_a_listed_company_is_claimed_by_its_people(visit, mails, desk):
    company = CompanyFactory(name_zh="名录鞋业有限公司", name_en="Listed Co.", source="a list")
    ListEntry.objects.create(company=company, name_zh=company.name_zh, name_en=company.name_en)
    page = visit()
    sign_up(page, mails, "owner@example.net")
    page.wait_for_url("**/company/register/")
    page.get_by_role("link", name="Claim a listed company").click()
    page.get_by_label("USCC or full legal name").fill("名录鞋业有限公司")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name=company.name_en).click()
    page.get_by_label("How do you belong to the company?").fill("I keep its books.")
    page.get_by_role("button", name="Claim this company").click()

    open_waiting(desk, "Claims to companies", company.name_en)
    expect(desk.get_by_text("I keep its books.")).to_be_visible()
    step(desk, "Give the company to the claimant")

    page.goto(mails.link("owner@example.net", "/company/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(company.name_en)
    expect(page.get_by_role("link", name="Change the record")).to_be_visible()


def test_the_page_of_a_job_follows_its_work(desk, officer):
    job = jobs.start_job(kind="rescoring", by=officer, total=10)
    with transaction.atomic():
        job = jobs.begin(job)
    jobs.advance(job, 4)
    desk.goto(f"/admin/core/job/{job.pk}/change/")
    expect(desk.locator("#job_form")).to_contain_text("4 / 10")
    expect(desk.get_by_role("link", name="Stop")).to_be_visible()

    jobs.advance(job, 10)
    with transaction.atomic():
        jobs.finish(job, {"pairs_scored": 120})

    expect(desk.locator("#job_form")).to_contain_text("10 / 10")
    expect(desk.locator("#job_form")).to_contain_text("120")
    expect(desk.get_by_role("link", name="Stop")).to_have_count(0)
    expect(desk.locator("#job-progress")).to_have_count(0)
