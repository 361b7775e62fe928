"""Companies in the workbench: the queue, every step, what the page tells."""

import datetime as dt
import io

import pytest
import python_calamine
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import CompanyGroup, UsccDispute, Verification
from accounts.models.companies import Company
from accounts.services import companies, contact_book, review
from accounts.services.documents import add_document
from matchmaking.core.uploads import clean_upload
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.admin.conftest import make_pending, said, signed_in, step, waiting_companies
from tests.factories import CompanyFactory, UserFactory

LIST = "/admin/accounts/company/"
QUEUE = f"{LIST}?queue=waiting"
USCC = "91350300683079378B"


def second_officer():
    user = UserFactory(is_staff=True, name="Second officer")
    user.groups.add(Group.objects.get(name="Officers"))
    return user


def mails():
    return OutboxMessage.objects.filter(kind="mail").count()


def test_the_queue_shows_who_waits_longest_first(desk):
    first, second = waiting_companies(2)
    Company.objects.filter(pk=second.pk).update(created_at=timezone.now() - dt.timedelta(days=3))
    returned = make_pending(CompanyFactory())
    review.return_company(company=returned, reason="name", by=UserFactory(), at=timezone.now())
    CompanyFactory()

    page = desk.get(QUEUE)

    assert [row.pk for row in page.context["cl"].result_list] == [second.pk, first.pk]
    assert b"3\xc2\xa0days" in page.content


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_so_often_however_long(desk, count, django_assert_num_queries):
    waiting_companies(count)
    desk.get(QUEUE)

    with django_assert_num_queries(22):
        assert len(desk.get(QUEUE).context["cl"].result_list) == count


@pytest.mark.parametrize("text", ["name", "uscc"])
def test_companies_are_found_by_name_and_by_uscc(desk, factory_company, brand_company, text):
    Company.objects.filter(pk=factory_company.pk).update(uscc=USCC)
    wanted = {"name": "Factory Co", "uscc": USCC[4:]}[text]

    found = desk.get(LIST, {"q": wanted}).context["cl"].result_list

    assert list(found) == [factory_company]


def test_the_list_names_companies_to_the_reader_and_marks_a_missing_code(desk, factory_company):
    Company.objects.filter(pk=factory_company.pk).update(
        name_zh="示例工厂", name_en="Factory Co", uscc=None, uscc_warning="missing"
    )

    page = desk.get(LIST, {"q": "Factory Co"}).content.decode()

    assert "Factory Co</a>" in page
    assert "示例工厂" not in page
    assert '<span class="wb-badge wb-warn">To check</span>' in page
    assert "None" not in page


def test_approving_asks_first_and_then_tells_the_company(desk, brand, pending_company):
    url = step(pending_company, "approve")

    asked = desk.get(url)
    pending_company.refresh_from_db()
    before = pending_company.status
    answer = desk.post(url, {"version": pending_company.version}, follow=True)

    pending_company.refresh_from_db()
    assert (asked.status_code, before) == (200, "pending")
    assert (pending_company.status, pending_company.tier_by.name) == ("active", "Officer")
    assert said(answer) == ["Approve: “Brand Co.”."]
    assert mails() == 1


def test_two_officers_approve_once_and_the_second_is_told_who_was_first(
    desk, brand, pending_company
):
    url = step(pending_company, "approve")
    version = pending_company.version
    events = pending_company.events.count()

    desk.post(url, {"version": version})
    client = Client()
    client.force_login(second_officer())
    answer = _without_second_step(client, url, version)

    assert mails() == 1
    assert pending_company.events.count() == events + 1
    assert Verification.objects.count() == 1
    [sentence] = said(answer)
    assert "Officer was first, at " in sentence


def _without_second_step(client, url, version):
    from django.test import override_settings  # noqa: PLC0415 - one use

    with override_settings(OFFICERS_NEED_TOTP=False):
        return client.post(url, {"version": version}, follow=True)


def test_a_record_that_changed_meanwhile_is_not_approved(desk, brand, pending_company):
    seen = pending_company.version
    companies.change_company(
        company=pending_company, by=brand, at=timezone.now(), name_zh="另一个名字有限公司"
    )

    answer = desk.post(step(pending_company, "approve"), {"version": seen}, follow=True)

    pending_company.refresh_from_db()
    assert pending_company.status == "pending"
    assert "changed its record while you had it open" in said(answer)[0]


def test_sending_back_needs_a_reason(desk, brand, pending_company):
    answer = desk.post(step(pending_company, "return"), {"reason": " "})

    pending_company.refresh_from_db()
    assert answer.context["form"].errors["reason"] == ["This field is required."]
    assert pending_company.returned_at is None


def test_sending_back_tells_the_reason_and_leads_on(desk, brand, pending_company):
    other = waiting_companies(1)[0]

    answer = desk.post(step(pending_company, "return"), {"reason": "The name."}, follow=True)

    pending_company.refresh_from_db()
    assert pending_company.returned_reason == "The name."
    assert Notification.objects.get().kind == "company_returned"
    assert str(answer.context["original"]) == str(other)


def test_many_are_approved_and_the_one_that_is_refused_is_named(desk, factory_company):
    good, bad, also_good = waiting_companies(3)
    UsccDispute.objects.create(uscc=USCC, holder=factory_company, claimant=bad)
    chosen = {"action": "approve", "_selected_action": [good.pk, bad.pk, also_good.pk]}

    asked = desk.post(QUEUE, {**chosen, "index": 0})
    answer = desk.post(QUEUE, {**chosen, "confirmed": "yes"}, follow=True)

    assert [row[0].pk for row in asked.context["action_rows"]] == [good.pk, bad.pk, also_good.pk]
    assert list(
        Company.objects.filter(pk__in=[good.pk, bad.pk, also_good.pk])
        .order_by("pk")
        .values_list("status", flat=True)
    ) == ["active", "pending", "active"]
    done, refused = said(answer)
    assert done == "Approve: done for 2 rows."
    assert f"<li>{bad}: Decide the dispute over its USCC first.</li>" in refused
    assert mails() == 2


def test_many_are_sent_back_with_one_reason(desk):
    rows = waiting_companies(2)
    chosen = {"action": "return", "_selected_action": [row.pk for row in rows]}

    asked_again = desk.post(QUEUE, {**chosen, "confirmed": "yes", "reason": ""})
    desk.post(QUEUE, {**chosen, "confirmed": "yes", "reason": "Licence missing."})

    assert asked_again.context["form"].errors["reason"] == ["This field is required."]
    assert set(
        Company.objects.filter(pk__in=[row.pk for row in rows]).values_list(
            "returned_reason", flat=True
        )
    ) == {"Licence missing."}


def test_rows_decided_meanwhile_are_refused_by_name_not_dropped(desk, officer):
    first, second = waiting_companies(2)
    chosen = {"action": "approve", "_selected_action": [first.pk, second.pk]}
    review.approve_company(company=first, by=officer, at=timezone.now())

    answer = desk.post(QUEUE, {**chosen, "confirmed": "yes"}, follow=True)

    done, refused = said(answer)
    assert done == f"Approve: “{second}”."
    assert f"<li>{first}: This step is no longer possible" in refused


def photo(name="gate.png"):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def test_a_verification_is_recorded_with_what_it_rests_on(desk, brand_company, brand, officer):
    add_document(
        company=brand_company,
        kind="licence",
        upload=clean_upload(photo("licence.png")),
        by=brand,
        at=timezone.now(),
    )
    licence = brand_company.documents.get()
    asked = desk.get(step(brand_company, "verify")).content.decode()
    assert f"/company/documents/{licence.code}/" in asked  # seen before the tick
    today = timezone.localdate()
    data = {"tier": "site", "on": today, "expires_on": today + dt.timedelta(days=700), "note": "ok"}
    desk.post(step(brand_company, "verify"), data)
    assert not Verification.objects.exists()

    data |= {"is_compared": "on", "lines_seen": "2", "workers_seen": "140", "pictures": photo()}
    desk.post(step(brand_company, "verify"), data)

    act = Verification.objects.get()
    assert (act.tier, act.officer, act.note) == ("site", officer, "ok")
    assert (act.lines_seen, act.workers_seen) == (2, 140)
    assert [one.kind for one in brand_company.documents.order_by("pk")] == ["licence", "visit"]
    page = desk.get(f"{LIST}{brand_company.pk}/change/").content.decode()
    assert page.count('class="wb-paper"') == 2


def test_a_verification_of_tomorrow_is_refused_at_its_field(desk, brand_company):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    page = desk.post(
        step(brand_company, "verify"),
        {"tier": "site", "on": tomorrow, "expires_on": tomorrow, "note": ""},
    )

    assert "on" in page.context["form"].errors
    assert Verification.objects.count() == 0


def test_officers_correct_what_stands_on_the_licence(desk, brand_company):
    form = desk.get(step(brand_company, "edit")).context["form"]
    data = {name: field.value() or "" for name, field in ((n, form[n]) for n in form.fields)}
    data.update(name_zh="改正后的名称有限公司", uscc=USCC, recheck_edits="on")

    desk.post(step(brand_company, "edit"), data)

    brand_company.refresh_from_db()
    assert (brand_company.name_zh, brand_company.uscc, brand_company.recheck_edits) == (
        "改正后的名称有限公司",
        USCC,
        True,
    )


def test_a_group_is_set_for_many(desk, brand_company, factory_company):
    group = CompanyGroup.objects.create(name="Group")
    chosen = {"action": "group", "_selected_action": [brand_company.pk, factory_company.pk]}

    desk.post(LIST, {**chosen, "confirmed": "yes", "group": group.pk})

    assert set(group.companies.all()) == {brand_company, factory_company}


def test_suspending_reinstating_and_closing(desk, brand, brand_company):
    statuses = []
    for name, data in (
        ("suspend", {"reason": "figures"}),
        ("reinstate", {}),
        ("close", {"reason": "dissolved"}),
    ):
        desk.post(step(brand_company, name), data)
        brand_company.refresh_from_db()
        statuses.append(brand_company.status)

    assert statuses == ["suspended", "active", "closed"]


def test_the_page_tells_what_changed_and_who_did_it(desk, brand, pending_company):
    desk.post(step(pending_company, "approve"))
    page = desk.get(f"{LIST}{pending_company.pk}/history/")

    last = page.context["wb_events"][0]
    changes = {change.label: (change.before, change.after) for change in last.changes}
    assert last.who == "Officer"
    assert changes["state"] == ("Waiting for verification", "Active")
    assert changes["verification"] == ("Not verified", "Listed")
    assert changes["verified by"] == ("–", "Officer")


def test_the_page_shows_people_contacts_and_posts(desk, brand, brand_company):
    contact_book.add_contact(
        company=brand_company,
        person="Ms Lin",
        kind="phone",
        value="+86 138 0000 0000",
    )

    page = desk.get(f"{LIST}{brand_company.pk}/change/")

    tables = {str(table.title): table.rows for table in page.context["wb_tables"]}
    assert list(tables) == [
        "Business licence and pictures",
        "People",
        "Contacts",
    ]
    assert tables["People"][0][1] == brand.email
    assert tables["Contacts"] == [("Ms Lin", "Phone", "+86 138 0000 0000")]


def test_nothing_on_the_page_is_an_open_field(desk, brand_company):
    answer = desk.post(
        f"{LIST}{brand_company.pk}/change/", {"status": "closed", "tier": "site", "version": 9}
    )

    brand_company.refresh_from_db()
    assert answer.status_code == 403
    assert (brand_company.status, brand_company.tier) == ("active", "documents")


def test_an_export_holds_what_the_filters_show(desk, brand_company, factory_company):
    answer = desk.get(f"{LIST}export/", {"kind__exact": "factory"})

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    header, *rows = book.get_sheet_by_index(0).to_python()
    assert header[:3] == ["Chinese name", "English name", "country"]
    assert [row[1] for row in rows] == ["Factory Co."]


def test_an_export_is_for_officers(brand, db, settings):
    settings.OFFICERS_NEED_TOTP = False
    clerk = signed_in(UserFactory(is_staff=True))

    assert clerk.get(f"{LIST}export/").status_code == 404
    assert signed_in(brand).get(f"{LIST}export/").status_code == 302


@pytest.mark.parametrize("name", ["approve", "close", "nothing"])
def test_steps_are_for_officers(brand, brand_company, settings, name):
    settings.OFFICERS_NEED_TOTP = False
    clerk = signed_in(UserFactory(is_staff=True))

    assert clerk.post(step(brand_company, name)).status_code == 404
    assert signed_in(brand).post(step(brand_company, name)).status_code == 302
    brand_company.refresh_from_db()
    assert brand_company.status == "active"


def test_a_company_and_its_first_post_are_decided_at_once(
    desk, pending_company, pending_order, brand, officer
):
    page = desk.get(f"{LIST}{pending_company.pk}/change/")
    text = page.content.decode()
    assert [link["label"] for link in page.context["wb_actions"]][:2] == [
        "Approve with its posts",
        "Send back",
    ]
    assert "Trail shoe" in text
    assert "60,000" in text
    # What waits with its company is no second thing to decide.
    assert (
        desk.get("/admin/listings/processingorder/?queue=waiting").context["cl"].result_count == 0
    )

    question = desk.get(f"{LIST}{pending_company.pk}/step/admit/")
    ticked = question.context["form"].initial["posts"]
    desk.post(
        f"{LIST}{pending_company.pk}/step/admit/",
        {"posts": ticked, "version": pending_company.version},
    )

    pending_company.refresh_from_db()
    pending_order.refresh_from_db()
    assert (pending_company.status, pending_order.state) == ("active", "published")
    assert list(Notification.objects.filter(recipient=brand).values_list("kind", flat=True)) == [
        "post_approved"
    ]
    assert mails() == 1


def test_a_company_is_admitted_without_a_post_that_is_not_ticked(
    desk, pending_company, pending_order, brand
):
    desk.post(f"{LIST}{pending_company.pk}/step/admit/", {"version": pending_company.version})

    pending_order.refresh_from_db()
    assert pending_order.state == "pending"
    assert Notification.objects.get(recipient=brand).kind == "company_approved"
    assert (
        desk.get("/admin/listings/processingorder/?queue=waiting").context["cl"].result_count == 1
    )


def test_a_post_that_changed_since_the_officer_looked_admits_nobody(
    desk, pending_company, pending_order
):
    seen = f"order:{pending_order.pk}:{pending_order.version}"
    pending_order.version += 1
    pending_order.save()

    answer = desk.post(
        f"{LIST}{pending_company.pk}/step/admit/",
        {"posts": [seen], "version": pending_company.version},
    )

    assert "changed since you looked" in answer.content.decode()
    pending_company.refresh_from_db()
    assert pending_company.status == "pending"
