"""Orders and capacity in the workbench."""

import datetime as dt
import io

import pytest
import python_calamine
from django.contrib.auth.models import Group
from django.utils import timezone

from matchmaking.core.formatting import weeks_in_words
from matchmaking.listings.models import CapacityOffer, LedgerEntry, ProcessingOrder
from matchmaking.listings.services import posts
from matchmaking.listings.services.posts import Weeks
from matchmaking.listings.states import PostState
from matchmaking.matching.ranking import rescore_market
from matchmaking.notifications.models import OutboxMessage
from tests.admin.conftest import said, signed_in, waiting_posts
from tests.factories import (
    MembershipFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
    category,
    this_monday,
)

LISTS = {
    "order": "/admin/listings/processingorder/",
    "offer": "/admin/listings/capacityoffer/",
}
MODELS = {"order": ProcessingOrder, "offer": CapacityOffer}


def step(kind, post, name):
    return f"{LISTS[kind]}{post.pk}/step/{name}/"


def mails():
    return OutboxMessage.objects.filter(kind="mail").count()


@pytest.mark.parametrize("kind", ["order", "offer"])
def test_the_queue_shows_what_waits_longest_first(desk, kind):
    first, second = waiting_posts(kind, 2)
    MODELS[kind].objects.filter(pk=second.pk).update(
        submitted_at=timezone.now() - dt.timedelta(days=2)
    )
    {"order": OrderFactory, "offer": OfferFactory}[kind]()

    page = desk.get(LISTS[kind], {"queue": "waiting"})

    assert [row.pk for row in page.context["cl"].result_list] == [second.pk, first.pk]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("kind", "queries"), [("order", 23), ("offer", 24)])
def test_the_list_asks_the_database_so_often_however_long(
    desk, kind, queries, count, django_assert_num_queries
):
    waiting_posts(kind, count)
    desk.get(LISTS[kind])

    with django_assert_num_queries(queries):
        desk.get(LISTS[kind])


@pytest.mark.parametrize("kind", ["order", "offer"])
def test_approving_publishes_and_tells_the_market_and_the_company(desk, officer, kind):
    [post] = waiting_posts(kind, 1)
    MembershipFactory(company=post.company)

    answer = desk.post(step(kind, post, "approve"), {"version": post.version}, follow=True)

    post.refresh_from_db()
    assert (post.state, post.decided_by) == (PostState.PUBLISHED, officer)
    assert said(answer) == [f"Approve: “{post} · {post.company}”."]
    assert OutboxMessage.objects.filter(kind="listings.post_changed").count() == 1
    assert mails() == 1


def test_two_officers_approve_once_and_the_second_is_told_who_was_first(
    desk, brand, pending_order, settings
):
    settings.OFFICERS_NEED_TOTP = False
    second = UserFactory(is_staff=True)
    second.groups.add(Group.objects.get(name="Officers"))
    url, version = step("order", pending_order, "approve"), {"version": pending_order.version}
    events = pending_order.events.count()

    desk.post(url, version)
    answer = signed_in(second).post(url, version, follow=True)

    assert (mails(), pending_order.events.count()) == (1, events + 1)
    [sentence] = said(answer)
    assert sentence.startswith("Officer was first, at ")


def test_a_post_that_changed_meanwhile_is_not_approved(desk, brand, pending_order):
    seen = pending_order.version
    posts.save_order(
        company=pending_order.company,
        data={"pairs": 90_000},
        order=pending_order,
        by=brand,
        at=timezone.now(),
    )

    desk.post(step("order", pending_order, "approve"), {"version": seen})

    pending_order.refresh_from_db()
    assert pending_order.state == PostState.PENDING


def test_the_buttons_carry_the_version_that_the_officer_sees(desk, pending_order):
    page = desk.get(f"{LISTS['order']}{pending_order.pk}/change/")

    assert [link["label"] for link in page.context["wb_actions"]] == [
        "Approve",
        "Send back",
        "Close for good",
        "Take it in hand",
        "Note",
    ]
    assert page.context["wb_actions"][0]["url"].endswith(
        f"/step/approve/?version={pending_order.version}"
    )


def test_rejecting_needs_a_reason_and_tells_it(desk, brand, pending_order):
    url = step("order", pending_order, "reject")

    refused = desk.post(url, {"reason": ""})
    desk.post(url, {"reason": "Which season?"})

    pending_order.refresh_from_db()
    assert refused.context["form"].errors["reason"] == ["This field is required."]
    assert (pending_order.state, pending_order.reject_reason) == (
        PostState.REJECTED,
        "Which season?",
    )
    assert mails() == 1


def test_a_reason_with_control_characters_is_refused(desk, pending_order):
    page = desk.post(step("order", pending_order, "reject"), {"reason": "a\x07b"})

    pending_order.refresh_from_db()
    assert "reason" in page.context["form"].errors
    assert pending_order.state == PostState.PENDING


def test_many_are_approved_and_the_one_that_is_refused_is_named(desk):
    good, bad, also_good = waiting_posts("order", 3)
    for post in (good, bad, also_good):
        MembershipFactory(company=post.company)
    bad.company.status = "suspended"
    bad.company.save()
    chosen = {"action": "approve", "_selected_action": [good.pk, bad.pk, also_good.pk]}

    asked = desk.post(LISTS["order"], {**chosen, "index": 0})
    versions = {f"version_{row.pk}": version for row, _, _, version in asked.context["action_rows"]}
    answer = desk.post(LISTS["order"], {**chosen, **versions, "confirmed": "yes"}, follow=True)

    states = ProcessingOrder.objects.order_by("pk").values_list("state", flat=True)
    done, refused = said(answer)
    assert list(states) == ["published", "pending", "published"]
    assert done == "Approve: done for 2 rows."
    assert f"<li>{bad} · {bad.company}: The association has not verified" in refused
    assert mails() == 2


def test_many_are_rejected_with_one_reason(desk):
    rows = waiting_posts("offer", 2)
    chosen = {"action": "reject", "_selected_action": [row.pk for row in rows]}

    desk.post(LISTS["offer"], {**chosen, "confirmed": "yes", "reason": "Weeks look copied."})

    assert set(CapacityOffer.objects.values_list("state", "reject_reason")) == {
        ("rejected", "Weeks look copied.")
    }


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_steps_are_for_officers(brand, pending_order, settings, name):
    settings.OFFICERS_NEED_TOTP = False
    clerk = signed_in(UserFactory(is_staff=True))

    assert clerk.post(step("order", pending_order, name)).status_code == 404
    assert signed_in(brand).post(step("order", pending_order, name)).status_code == 302
    pending_order.refresh_from_db()
    assert pending_order.state == PostState.PENDING


def test_an_officer_takes_a_post_off_the_market(desk):
    order = OrderFactory()

    states = []
    for name in ("pause", "close"):
        desk.post(step("order", order, name))
        order.refresh_from_db()
        states.append(order.state)

    assert states == [PostState.PAUSED, PostState.CLOSED]


def test_an_offer_shows_its_weeks_and_its_ledger(desk, factory, factory_company):
    offer = posts.save_offer(
        company=factory_company,
        data={"title": "Line 2", "categories": [category()], "min_order_pairs": 3_000},
        weeks=Weeks(this_monday(), [5_000] * 2),
        by=factory,
        at=timezone.now(),
    )

    page = desk.get(f"{LISTS['offer']}{offer.pk}/change/")

    tables = {str(table.title): table.rows for table in page.context["wb_tables"]}
    assert tables["Weeks"][0] == (weeks_in_words(this_monday()), "5,000", "0", "0", "5,000")
    assert len(tables["Weeks"]) == 2
    assert LedgerEntry.objects.count() == 1
    assert tables["Ledger"][0][1:3] == ("Capacity entered", "10,000")


def test_the_weeks_of_an_offer_add_up_to_its_free_pairs(desk, factory, factory_company):
    offer = posts.save_offer(
        company=factory_company,
        data={"title": "Line 2", "categories": [category()], "min_order_pairs": 3_000},
        weeks=Weeks(this_monday(), [1_000, 0, *[1_000] * 28]),
        by=factory,
        at=timezone.now(),
    )

    page = desk.get(f"{LISTS['offer']}{offer.pk}/change/")

    offer.refresh_from_db()
    (table,) = [table for table in page.context["wb_tables"] if str(table.title) == "Weeks"]
    assert [row[1] for row in table.rows] == ["1,000", "0", *["1,000"] * 24]
    assert table.foot == [
        ("4 more weeks", "4,000", "0", "0", "4,000"),
        ("Total", "29,000", "0", "0", f"{offer.free_pairs:,}"),
    ]


def test_the_page_shows_the_history_and_the_matches_of_an_order(desk, pending_order):
    OfferFactory()
    desk.post(step("order", pending_order, "approve"))
    rescore_market(at=timezone.now())

    page = desk.get(f"{LISTS['order']}{pending_order.pk}/change/")

    event = page.context["wb_events"][0]
    tables = {str(table.title): table.rows for table in page.context["wb_tables"]}
    assert event.who == "Officer"
    assert ("state", "Waiting for approval", "Published") in [
        (change.label, change.before, change.after) for change in event.changes
    ]
    assert len(tables["Matches"]) == 1


@pytest.mark.parametrize("kind", ["order", "offer"])
def test_an_export_holds_what_the_filters_show(desk, kind):
    [wanted] = waiting_posts(kind, 1)
    {"order": OrderFactory, "offer": OfferFactory}[kind]()

    answer = desk.get(f"{LISTS[kind]}export/", {"queue": "waiting"})

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    title = {"order": "Processing orders", "offer": "Capacity offers"}[kind]
    _header, *rows = book.get_sheet_by_name(title).to_python()
    assert [row[0] for row in rows] == [wanted.title]


def test_a_title_that_looks_like_a_formula_stays_text(desk):
    OrderFactory(title="=1+1")

    answer = desk.get(f"{LISTS['order']}export/")

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.get_sheet_by_index(0).to_python()[1][0] == "=1+1"


def test_posts_are_found_by_title_reference_and_company(desk, factory_company):
    order = OrderFactory(title="Trail shoe", own_reference="PO-77", company__name_en="Tide Ltd.")
    OrderFactory()

    for text in ("trail", "PO-77", order.company.name_en):
        found = desk.get(LISTS["order"], {"q": text}).context["cl"].result_list
        assert list(found) == [order]
