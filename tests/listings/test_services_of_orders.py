"""Making, editing, deciding and renewing orders."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.states import CompanyStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.uploads import CleanUpload
from matchmaking.listings.models import Attachment, ProcessingOrder
from matchmaking.listings.services import edits, posts, transitions
from matchmaking.listings.services.transitions import (
    AlreadyDecided,
    CompanyNotActive,
    DueWeekPassed,
)
from matchmaking.listings.states import PostState
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import OrderFactory, category, this_monday

pytestmark = pytest.mark.django_db


def save(company, by, at, **changes):
    return posts.save_order(company=company, by=by, at=at, **changes)


def test_save_order_makes_a_draft_of_what_is_there(brand_company, brand, at, market_facts):
    order = save(brand_company, brand, at, data={"title": "Only a title"})

    assert (order.state, order.version, order.created_by) == (PostState.DRAFT, 1, brand)
    assert market_facts() == []


def test_submit_in_the_same_step_puts_it_into_the_queue(brand_company, brand, at, order_data):
    order = save(brand_company, brand, at, data=order_data, submit=True)

    assert (order.state, order.submitted_at) == (PostState.PENDING, at)
    assert list(ProcessingOrder.objects.waiting()) == [order]


@pytest.mark.parametrize(
    "field", ["title", "category", "pairs", "target_unit_price_cny", "due_week"]
)
def test_submit_needs_the_five_fields(brand_company, brand, at, order_data, field):
    del order_data[field]

    with pytest.raises(InvalidInput) as refused:
        save(brand_company, brand, at, data=order_data, submit=True)

    assert refused.value.field == field
    assert ProcessingOrder.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pairs": 0}, "pairs"),
        ({"pairs": 50_000_001}, "pairs"),
        ({"target_unit_price_cny": 0}, "target_unit_price_cny"),
        ({"splittable": True, "smallest_part": 60_001, "most_factories": 2}, "smallest_part"),
        ({"splittable": True, "most_factories": 2}, "smallest_part"),
        ({"splittable": True, "smallest_part": 1_000, "most_factories": 1}, "most_factories"),
        ({"smallest_part": 1_000}, "smallest_part"),
        ({"title": "bell\x07"}, "title"),
        ({"moulds_by": "nobody"}, "moulds_by"),
        ({"colourways": 0}, "colourways"),
    ],
)
def test_impossible_figures_are_refused_with_their_field(
    brand_company, brand, at, order_data, changes, field
):
    with pytest.raises(InvalidInput) as refused:
        save(brand_company, brand, at, data=order_data | changes)

    assert refused.value.field == field
    assert ProcessingOrder.objects.count() == 0


@pytest.mark.parametrize("weeks", [-1, 104])
def test_due_week_outside_the_horizon_is_refused(brand_company, brand, at, order_data, weeks):
    order_data["due_week"] = this_monday() + dt.timedelta(weeks=weeks)

    with pytest.raises(InvalidInput) as refused:
        save(brand_company, brand, at, data=order_data)

    assert refused.value.field == "due_week"


def test_due_before_start_says_what_would_be_right(brand_company, brand, at, order_data):
    order_data["earliest_start"] = order_data["due_week"] + dt.timedelta(weeks=1)

    with pytest.raises(InvalidInput, match="choose a later due week"):
        save(brand_company, brand, at, data=order_data)


def test_a_company_that_waits_submits_and_is_not_published_before_it(
    brand_company, brand, officer, at, order_data
):
    brand_company.status = CompanyStatus.PENDING
    brand_company.save()
    order = save(brand_company, brand, at, data=order_data)

    order = transitions.submit_post(post=order, by=brand, at=at)

    assert order.state == PostState.PENDING
    with pytest.raises(CompanyNotActive):
        transitions.approve_post(post=order, by=officer, at=at)
    order.refresh_from_db()
    assert order.state == PostState.PENDING


@pytest.mark.parametrize("status", [CompanyStatus.SUSPENDED, CompanyStatus.CLOSED])
def test_a_company_that_left_submits_nothing(brand_company, brand, at, order_data, status):
    order = save(brand_company, brand, at, data=order_data)
    brand_company.status = status
    brand_company.save()

    with pytest.raises(CompanyNotActive):
        transitions.submit_post(post=order, by=brand, at=at)

    order.refresh_from_db()
    assert order.state == PostState.DRAFT


def test_a_factory_posts_no_order(factory_company, factory, at, order_data):
    with pytest.raises(CompanyNotActive) as refused:
        save(factory_company, factory, at, data=order_data, submit=True)

    assert refused.value.code == "wrong_kind_of_company"


def test_approve_publishes_dates_and_tells(order, brand, officer, at, market_facts):
    ProcessingOrder.objects.filter(pk=order.pk).update(
        state=PostState.PENDING, published_at=None, expires_on=None
    )

    published = transitions.approve_post(post=order, by=officer, at=at, version=1)

    today = timezone.localdate(at)
    assert published.state == PostState.PUBLISHED
    assert published.expires_on >= today + dt.timedelta(days=89)
    assert market_facts() == [("order", 1, "published")]
    notification = Notification.objects.get()
    assert (notification.recipient, notification.kind) == (brand, "post_approved")


def test_expiry_ends_with_the_due_week(brand_company, brand, officer, at, order_data):
    order_data["due_week"] = this_monday() + dt.timedelta(weeks=3)
    order = save(brand_company, brand, at, data=order_data, submit=True)

    order = transitions.approve_post(post=order, by=officer, at=at)

    assert order.expires_on == order.due_week + dt.timedelta(days=6)


def test_reject_needs_a_reason_and_carries_it(order, brand, officer, at, market_facts):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=PostState.PENDING)

    with pytest.raises(InvalidInput):
        transitions.reject_post(post=order, reason=" ", by=officer, at=at)
    rejected = transitions.reject_post(post=order, reason="No category", by=officer, at=at)

    assert (rejected.state, rejected.reject_reason) == (PostState.REJECTED, "No category")
    assert market_facts() == []
    assert Notification.objects.get().kind == "post_rejected"


def test_second_officer_is_told_who_was_first(order, officer, brand, at):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=PostState.PENDING)
    transitions.approve_post(post=order, by=officer, at=at)

    with pytest.raises(AlreadyDecided, match="Officer was first"):
        transitions.reject_post(post=order, reason="late", by=officer, at=at)

    assert Notification.objects.count() == 1


def test_approval_of_what_changed_meanwhile_is_refused(order, officer, brand, at):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=PostState.PENDING)
    save(order.company, brand, at, order=order, data={"pairs": 70_000})

    with pytest.raises(Conflict) as refused:
        transitions.approve_post(post=order, by=officer, at=at, version=1)

    assert refused.value.code == "version_conflict"


def test_save_that_changes_nothing_counts_and_tells_nothing(order, brand, at, market_facts):
    same = save(
        order.company,
        brand,
        at,
        order=order,
        version=1,
        data={"pairs": 60_000, "title": order.title, "certifications": []},
    )

    assert (same.version, market_facts()) == (1, [])
    assert OutboxMessage.objects.count() == 0


def test_edit_of_a_published_order_is_a_new_version(order, brand, at, market_facts):
    edited = save(order.company, brand, at, order=order, version=1, data={"pairs": 48_000})

    assert (edited.state, edited.version) == (PostState.PUBLISHED, 2)
    assert market_facts() == [("order", 2, "published")]


def test_edit_waits_for_approval_where_officers_asked_for_it(order, brand, at, market_facts):
    order.company.recheck_edits = True
    order.company.save()

    edited = save(order.company, brand, at, order=order, data={"pairs": 48_000})

    assert (edited.state, edited.version, edited.pairs) == (PostState.PUBLISHED, 1, 60_000)
    assert edits.open_edit(order).changes == {"pairs": 48_000}
    assert market_facts() == []


def test_edit_of_an_older_version_is_refused(order, brand, at):
    save(order.company, brand, at, order=order, version=1, data={"pairs": 48_000})

    with pytest.raises(Conflict) as refused:
        save(order.company, brand, at, order=order, version=1, data={"pairs": 50_000})

    order.refresh_from_db()
    assert (refused.value.code, order.pairs) == ("version_conflict", 48_000)


def test_closed_order_is_not_edited(order, brand, at):
    transitions.close_post(post=order, by=brand, at=at)

    with pytest.raises(Conflict):
        save(order.company, brand, at, order=order, data={"pairs": 1})


def test_a_published_order_stays_complete(order, brand, at):
    with pytest.raises(InvalidInput) as refused:
        save(order.company, brand, at, order=order, data={"category": None})

    assert refused.value.field == "category"


def test_own_reference_is_once_per_company(order, brand, at):
    save(order.company, brand, at, data={"own_reference": "PO-1"})

    with pytest.raises(InvalidInput) as refused:
        save(order.company, brand, at, data={"own_reference": "PO-1"})

    assert refused.value.field == "own_reference"


def test_post_of_another_company_is_not_edited(order, stranger_company, stranger, at):
    with pytest.raises(Conflict):
        save(stranger_company, stranger, at, order=order, data={"pairs": 1})


def test_pause_and_resume_are_new_facts_each_time(order, brand, at, market_facts):
    for _ in range(2):
        order = transitions.pause_post(post=order, by=brand, at=at)
        order = transitions.resume_post(post=order, by=brand, at=at)

    assert market_facts() == [
        ("order", 2, "paused"),
        ("order", 2, "published"),
        ("order", 3, "paused"),
        ("order", 3, "published"),
    ]


def test_renew_prolongs_once_a_day(order, brand, at):
    ProcessingOrder.objects.filter(pk=order.pk).update(expires_on=this_monday())

    first = transitions.renew_post(post=order, by=brand, at=at)
    again = transitions.renew_post(post=order, by=brand, at=at)

    assert first.expires_on == again.expires_on > this_monday() + dt.timedelta(days=80)
    assert (again.version, OutboxMessage.objects.count()) == (1, 0)


def test_order_whose_due_week_has_passed_cannot_be_renewed(brand_company, brand, at):
    order = OrderFactory(
        company=brand_company,
        state=PostState.EXPIRED,
        earliest_start=None,
        due_week=this_monday() - dt.timedelta(weeks=1),
    )

    with pytest.raises(DueWeekPassed):
        transitions.renew_post(post=order, by=brand, at=at)


def test_copy_order_is_a_template_without_what_has_passed(brand_company, brand, at):
    order = OrderFactory(
        company=brand_company,
        state=PostState.CLOSED,
        own_reference="PO-7",
        earliest_start=None,
        due_week=this_monday() - dt.timedelta(weeks=4),
    )

    copy = posts.copy_order(order=order, by=brand, at=at)

    assert (copy.state, copy.pairs, copy.category) == (PostState.DRAFT, 60_000, category())
    assert (copy.due_week, copy.own_reference) == (None, "")


def test_files_are_kept_under_random_names_and_removed(
    order, brand, at, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    sent = CleanUpload(ContentFile(b"%PDF-1.4", name="4711.pdf"), "Sole.pdf", "application/pdf", 8)
    order = save(order.company, brand, at, order=order, data={}, files=[sent])
    attachment = Attachment.objects.get()

    assert (attachment.name, attachment.size, order.version) == ("Sole.pdf", 8, 2)
    assert attachment.file.read() == b"%PDF-1.4"
    attachment.file.close()

    with django_capture_on_commit_callbacks(execute=True):
        save(order.company, brand, at, order=order, data={}, remove_files=[attachment.code])

    assert Attachment.objects.count() == 0
    assert not (tmp_path / attachment.file.name).exists()


@pytest.mark.parametrize(
    ("data", "is_material"),
    [
        ({"pairs": 55_000}, True),
        ({"target_unit_price_cny": Decimal("44.00")}, True),
        ({"certifications": []}, False),
        ({"title": "New", "notes": "New", "size_run": "36-40", "colourways": 2}, False),
    ],
)
def test_an_edit_of_the_terms_is_remembered(brand_company, brand, at, data, is_material):
    order = OrderFactory(company=brand_company)

    save(brand_company, brand, at, order=order, data=data)

    order.refresh_from_db()
    assert order.terms_version == (order.version if is_material else 1)
