"""The list of all that waits, and what officers do from it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Company
from accounts.services import review
from matchmaking.casework import queries, services
from matchmaking.casework.models import Case, CaseNote, SavedView
from matchmaking.casework.queries import Filters
from matchmaking.core import business_time
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.workbench import queues
from tests.admin.conftest import signed_in
from tests.factories import CompanyFactory, OfferFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def colleague(officer):
    user = UserFactory(is_staff=True, name="Colleague")
    user.groups.add(Group.objects.get(name="Officers"))
    return user


def pending_company(name="莆田市荔城区双驰鞋业有限公司", at=MONDAY):
    company = CompanyFactory(status="pending", name_zh=name, name_en="")
    Company.objects.filter(pk=company.pk).update(created_at=at)
    company.refresh_from_db()
    return company


def pending_order(at=MONDAY, **values):
    return OrderFactory(state="pending", submitted_at=at, **values)


def rows_at(officer, at, **filters):
    return queries.waiting(officer, Filters(**filters), at=at)


def test_rows_of_all_queues_stand_in_one_list_the_soonest_due_first(officer):
    late = pending_order(at=MONDAY + dt.timedelta(hours=2))
    company = pending_company()
    offer = OfferFactory(state="pending", submitted_at=MONDAY + dt.timedelta(hours=1))

    found = rows_at(officer, MONDAY + dt.timedelta(hours=3))

    assert [row.row for row in found] == [company, offer, late]
    assert [row.minutes for row in found] == [180, 120, 60]
    assert {row.stage for row in found} == {queries.NEW}


def test_deadline_counts_office_hours_of_working_days(officer):
    friday = dt.datetime(2026, 11, 27, 17, 0, tzinfo=ZONE)
    pending_company(at=friday)

    (row,) = rows_at(officer, friday + dt.timedelta(hours=1))
    assert row.due == dt.datetime(2026, 12, 1, 17, 0, tzinfo=ZONE)
    assert row.minutes == 30

    (row,) = rows_at(officer, row.due)
    assert row.is_overdue


def test_time_that_the_company_takes_is_left_out_and_listed(officer):
    company = pending_company(at=timezone.now() - dt.timedelta(days=20))
    review.return_company(
        company=company, reason="USCC", by=officer, at=timezone.now(), version=company.version
    )

    (row,) = rows_at(officer, timezone.now())
    assert (row.stage, row.due) == (queries.WITH_COMPANY, None)

    event = Company.events.rel.related_model
    returned = event.objects.filter(pgh_obj=company, returned_at__isnull=False)
    began = timezone.now() - dt.timedelta(days=10)
    returned.update(pgh_created_at=began)
    Company.objects.filter(pk=company.pk).update(returned_at=None)
    ended = event.objects.filter(pgh_obj=company).latest("pgh_id").pgh_created_at

    (row,) = rows_at(officer, timezone.now())
    assert row.paused == business_time.minutes_between(began, ended)
    total = business_time.minutes_between(row.since, timezone.now())
    assert abs(row.minutes + row.paused - total) <= 1
    assert row.due == queues.queues["companies"].due_at(row.since, [(began, ended)])


@pytest.mark.parametrize(
    "typed",
    ["双驰", "（荔城区）", "雙馳", "ｓｈｕａｎｇｃｈｉ", "shuangchi", "SCXY", "莆田市 荔城"],
)
def test_search_finds_a_name_however_it_is_typed(typed, officer):
    company = pending_company()
    pending_company(name="晋江市安海宏达鞋厂")

    assert [row.row for row in rows_at(officer, MONDAY, text=typed)] == [company]


def test_staff_without_the_right_sees_nothing(db, settings, brand):
    settings.OFFICERS_NEED_TOTP = False
    pending_company()

    assert (
        signed_in(UserFactory(is_staff=True)).get(reverse("casework:waiting-list")).status_code
        == 403
    )
    assert signed_in(brand).get(reverse("casework:waiting-list")).status_code == 302


def test_page_lists_filters_and_says_when(officer):
    company = pending_company(at=timezone.now())
    desk = signed_in(officer)

    page = desk.get(reverse("casework:waiting-list")).content.decode()
    assert company.name_zh in page
    assert "answer by" in page
    assert (
        company.name_zh
        not in desk.get(reverse("casework:waiting-list") + "?stage=overdue").content.decode()
    )
    assert (
        company.name_zh
        not in desk.get(
            reverse("casework:waiting-list") + "?mine=1&queue=companies"
        ).content.decode()
    )


def test_number_of_queries_does_not_depend_on_the_rows(officer):
    desk = signed_in(officer)
    pending_company()
    desk.get(reverse("casework:waiting-list"))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("casework:waiting-list"))
    pending_company(name="另一家鞋厂")
    pending_company(name="第三家鞋厂")
    with CaptureQueriesContext(connection) as three:
        desk.get(reverse("casework:waiting-list"))
    assert len(three) == len(one)


def test_officer_takes_a_row_and_a_colleague_is_told(officer, colleague):
    order = pending_order()
    services.take_case(row=order, by=officer, at=MONDAY)

    with pytest.raises(Conflict, match="Officer has it in hand"):
        services.take_case(row=order, by=colleague, at=MONDAY)

    (row,) = rows_at(officer, MONDAY, mine=True)
    assert (row.stage, row.case.assigned_to) == (queries.IN_HAND, officer)
    assert rows_at(colleague, MONDAY, mine=True) == []


def test_hand_over_leaves_a_note_for_the_colleague(officer, colleague):
    order = pending_order()
    desk = signed_in(officer)
    services.take_case(row=order, by=officer, at=MONDAY)

    answer = desk.post(
        reverse("admin:listings_processingorder_step", args=[order.pk, "hand-over"]),
        {"to": colleague.pk, "note": "Ask for the drawing"},
        follow=True,
    )

    assert Case.objects.get().assigned_to == colleague
    assert CaseNote.objects.get().handed_to == colleague
    assert "Ask for the drawing" in answer.content.decode()


def test_nobody_without_the_right_is_handed_anything(officer, brand):
    with pytest.raises(NotAllowed):
        services.hand_over(row=pending_order(), to=brand, note="x", by=officer, at=MONDAY)
    assert not Case.objects.filter(assigned_to=brand).exists()


def test_row_is_given_back_and_noted_on(officer, colleague):
    order = pending_order()
    services.take_case(row=order, by=officer, at=MONDAY)
    services.note_case(row=order, text="Called", by=officer, at=MONDAY)
    services.give_back(row=order)

    services.take_case(row=order, by=colleague, at=MONDAY)
    assert queries.notes_on(order).get().text == "Called"


def test_row_of_no_queue_is_no_case(officer, brand):
    with pytest.raises(InvalidInput):
        services.take_case(row=brand, by=officer, at=MONDAY)


def test_views_are_saved_replaced_and_removed(officer):
    desk = signed_in(officer)
    address = reverse("casework:view-save")

    desk.post(address + "?stage=overdue", {"name": "Late"})
    desk.post(address + "?stage=new&q=双驰", {"name": "Late"})
    desk.post(address, {"name": ""})

    view = SavedView.objects.get()
    assert view.query == "stage=new&q=%E5%8F%8C%E9%A9%B0"
    assert "Late" in desk.get(reverse("casework:waiting-list")).content.decode()
    desk.post(reverse("casework:view-remove", args=[view.code]))
    assert not SavedView.objects.exists()


def test_view_of_a_colleague_is_not_found(officer, colleague, settings):
    settings.OFFICERS_NEED_TOTP = False
    view = services.save_view(name="Mine", query="", by=officer)

    answer = signed_in(colleague).post(reverse("casework:view-remove", args=[view.code]))

    assert answer.status_code == 404
    assert SavedView.objects.exists()


def test_twenty_views_are_enough(officer):
    for number in range(20):
        services.save_view(name=str(number), query="", by=officer)
    with pytest.raises(Conflict):
        services.save_view(name="more", query="", by=officer)


def test_next_row_opens_by_itself_after_a_decision(officer):
    desk = signed_in(officer)
    first = pending_order(at=MONDAY)
    second = pending_order(at=MONDAY + dt.timedelta(minutes=1))
    step = reverse("admin:listings_processingorder_step", args=[first.pk, "approve"])

    answer = desk.post(step, {"version": first.version})
    assert answer.url == reverse("admin:listings_processingorder_change", args=[second.pk])

    step = reverse("admin:listings_processingorder_step", args=[second.pk, "approve"])
    answer = desk.post(step, {"version": second.version})
    assert answer.url == reverse("admin:listings_processingorder_change", args=[second.pk])


def test_pages_offer_keys(officer):
    order = pending_order()

    page = (
        signed_in(officer)
        .get(reverse("admin:listings_processingorder_change", args=[order.pk]))
        .content.decode()
    )

    assert 'data-key="a"' in page
    assert 'data-key="r"' in page
    assert 'id="wb-keys"' in page


def test_company_reads_until_when_it_is_answered(client, brand, brand_company):
    Company.objects.filter(pk=brand_company.pk).update(
        status="pending", created_at=dt.datetime(2026, 11, 27, 17, 0, tzinfo=ZONE)
    )
    client.force_login(brand)

    page = client.get(reverse("accounts:company")).content.decode()

    assert "Answer by Tue 1 Dec 17:00." in page


def test_post_reads_until_when_it_is_answered(client, brand, brand_company):
    order = pending_order(company=brand_company, at=MONDAY)
    client.force_login(brand)

    page = client.get(reverse("listings:order-detail", args=[order.code])).content.decode()

    assert "Answer by Tue 1 Dec 17:30." in page
