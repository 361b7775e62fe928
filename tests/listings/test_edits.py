"""Edits of posts that officers let in: a few a day, none that reaches further without a look."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection
from matchmaking.core.transitions import IllegalTransition
from matchmaking.listings.models import CheckedTerms, EditReason, PostEdit
from matchmaking.listings.services import edit_decisions, edits, posts, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.listings.states import PostState
from matchmaking.notifications.models import Notification
from tests.accounts.conftest import work
from tests.factories import OrderFactory, category, this_monday


@pytest.fixture
def change(order, brand, at):
    """Save the order with these values, as its owner."""

    def save(moment=None, **data):
        return posts.save_order(
            company=order.company, order=order, data=data, by=brand, at=moment or at
        )

    return save


@pytest.fixture
def plan(offer, factory, at):
    def save(pairs, weeks=20, **data):
        return posts.save_offer(
            company=offer.company,
            offer=offer,
            data=data,
            weeks=pairs and Weeks(this_monday(), [pairs] * weeks),
            by=factory,
            at=at,
        )

    return save


def waiting():
    return list(PostEdit.objects.open().values_list("reason", "widened"))


@pytest.mark.parametrize(
    ("data", "widened"),
    [
        ({"pairs": 120_000}, None),
        ({"pairs": 120_001}, ["capacity"]),
        ({"pairs": 30_000}, None),
        ({"pairs": 29_999}, ["minimum"]),
        ({"target_unit_price_cny": Decimal("69.75")}, None),
        ({"target_unit_price_cny": Decimal("69.76")}, ["price"]),
        ({"target_unit_price_cny": Decimal("1.00")}, None),  # an order for less fits fewer
        ({"due_week": this_monday() + dt.timedelta(weeks=30)}, None),
    ],
)
def test_an_order_that_reaches_further_than_was_checked_waits(order, change, data, widened):
    saved = change(**data)
    order.refresh_from_db()

    assert (saved.version, order.version) == ((1, 1) if widened else (2, 2))
    assert waiting() == ([(EditReason.WIDENED, widened)] if widened else [])


def test_another_category_waits_and_the_old_one_stays_on_the_market(order, change, market_facts):
    change(category=category("boots_women"))

    order.refresh_from_db()
    assert (order.category.code, order.state, market_facts()) == (
        "athletic",
        PostState.PUBLISHED,
        [],
    )
    assert waiting() == [(EditReason.WIDENED, ["category"])]


@pytest.mark.parametrize(
    ("data", "widened"),
    [
        ({"price_low_cny": Decimal("28.00")}, None),
        ({"price_low_cny": Decimal("1.00")}, ["price"]),
        ({"price_low_cny": None, "price_high_cny": None}, None),
        ({"min_order_pairs": 1_500}, None),
        ({"min_order_pairs": 1}, ["minimum"]),
    ],
)
def test_an_offer_that_reaches_further_waits(offer, plan, data, widened):
    plan(None, **data)

    assert waiting() == ([(EditReason.WIDENED, widened)] if widened else [])


def test_a_plan_of_far_more_pairs_waits_with_its_weeks(offer, plan, officer, at):
    plan(900_000)
    offer.refresh_from_db()
    edit = PostEdit.objects.get()
    assert (max(offer.published), offer.entries.count(), edit.widened) == (5_000, 1, ["capacity"])

    edit_decisions.approve_edit(edit=edit, by=officer, at=at + dt.timedelta(weeks=1))

    offer.refresh_from_db()
    assert (offer.published[:2], offer.published[18:20]) == ([900_000] * 2, [900_000, 0])
    assert offer.entries.count() == 2


def test_small_steps_add_up_to_what_was_checked(order, change, at):
    """Else twice as much each day would be anything in a week."""
    for day, pairs in enumerate((100_000, 120_000, 130_000)):
        change(at + dt.timedelta(days=day), pairs=pairs)

    order.refresh_from_db()
    assert (order.pairs, waiting()) == (120_000, [(EditReason.WIDENED, ["capacity"])])


def test_the_fourth_change_of_a_day_waits_and_the_next_day_has_its_own(order, change, at):
    left = []
    for pairs in (61_000, 62_000, 63_000, 64_000):
        change(pairs=pairs)
        order.refresh_from_db()
        left.append((order.pairs, edits.changes_left(order, at)))

    assert left == [(61_000, 2), (62_000, 1), (63_000, 0), (63_000, 0)]
    assert waiting() == [(EditReason.BUDGET, [])]
    assert edits.changes_left(order, at + dt.timedelta(days=1)) == 3
    change(at + dt.timedelta(days=1), pairs=65_000)
    order.refresh_from_db()
    assert order.pairs == 65_000


def test_titles_notes_and_the_same_figures_cost_nothing(order, change, at):
    for number in range(5):
        change(title=f"Runner {number}", pairs=60_000)

    assert (edits.changes_left(order, at), waiting()) == (3, [])


@pytest.mark.parametrize("step", [transitions.pause_post, transitions.leave_market])
def test_a_pause_does_not_get_around_it(order, brand, change, at, step):
    if step is transitions.pause_post:
        transitions.pause_post(post=order, by=brand, at=at)
    else:
        transitions.leave_market(order, PostState.EXPIRED)

    change(category=category("boots_women"))

    assert waiting() == [(EditReason.WIDENED, ["category"])]


def test_a_draft_changes_as_it_likes(brand_company, brand, at):
    draft = OrderFactory(company=brand_company, state=PostState.DRAFT)
    for pairs in (1, 900_000, 2, 800_000, 3):
        posts.save_order(company=brand_company, order=draft, data={"pairs": pairs}, by=brand, at=at)

    draft.refresh_from_db()
    assert (draft.pairs, waiting(), edits.changes_left(draft, at)) == (3, [], None)


def test_a_later_change_takes_the_place_of_the_one_that_waits(change):
    change(pairs=500_000)
    change(pairs=600_000)

    assert [edit.changes for edit in PostEdit.objects.open()] == [{"pairs": 600_000}]
    assert PostEdit.objects.count() == 2


def test_approving_publishes_the_change_and_begins_anew(order, change, officer, at, market_facts):
    change(title="Larger", pairs=500_000, category=category("boots_women"))
    edit = PostEdit.objects.get()

    edit_decisions.approve_edit(edit=edit, by=officer, at=at)
    change(pairs=900_000)

    order.refresh_from_db()
    assert (order.title, order.pairs, order.category.code) == ("Larger", 900_000, "boots_women")
    assert market_facts() == [("order", 2, "published"), ("order", 3, "published")]
    assert CheckedTerms.objects.get().reach["least"] == 500_000
    with pytest.raises(IllegalTransition):
        edit_decisions.approve_edit(edit=edit, by=officer, at=at)


def test_approving_keeps_what_the_company_changed_meanwhile(order, change, officer, at):
    change(pairs=500_000)
    change(title="Another title")

    edit_decisions.approve_edit(edit=PostEdit.objects.get(), by=officer, at=at)

    order.refresh_from_db()
    assert (order.title, order.pairs) == ("Another title", 500_000)


def test_refusing_leaves_the_post_and_tells_the_reason(order, change, brand, officer, at):
    change(pairs=500_000)
    edit = PostEdit.objects.get()
    with pytest.raises(InvalidInput):
        edit_decisions.refuse_edit(edit=edit, reason=" ", by=officer, at=at)

    edit_decisions.refuse_edit(
        edit=edit, reason="Post it as an order of its own", by=officer, at=at
    )
    Notification.objects.update(read_at=None)
    work("mail")

    order.refresh_from_db()
    assert order.pairs == 60_000
    (sent,) = mail.outbox
    assert sent.to == [brand.email]
    assert "Post it as an order of its own" in sent.body


def test_the_company_takes_a_change_back(order, change, as_brand):
    change(pairs=500_000)
    url = reverse("listings:order-step", args=[order.code])

    as_brand.post(url, {"step": "take-back-edit"})
    second = as_brand.post(url, {"step": "take-back-edit"}, follow=True)

    assert waiting() == []
    assert "No change of this post is waiting" in second.content.decode()


def test_a_closed_post_leaves_no_question_behind(order, change, brand, at):
    change(pairs=500_000)

    transitions.close_post(post=order, by=brand, at=at)

    assert waiting() == []


def test_an_edit_of_a_closed_post_is_not_approved(order, change, officer, at):
    change(pairs=500_000)
    type(order).objects.update(state=PostState.CLOSED)

    with pytest.raises(Conflict):
        edit_decisions.approve_edit(edit=PostEdit.objects.get(), by=officer, at=at)


def test_the_pages_say_what_waits_and_what_is_left(order, change, as_brand):
    detail = reverse("listings:order-detail", args=[order.code])
    edit = reverse("listings:order-edit", args=[order.code])
    fresh = as_brand.get(edit).content.decode()
    change(pairs=500_000)

    assert "3 more times" in fresh
    assert "A change waits for the association" in as_brand.get(detail).content.decode()
    assert "takes the place of the change that waits" in as_brand.get(edit).content.decode()


def test_a_stranger_sees_no_waiting_edit(order, change, stranger, brand, officer):
    change(pairs=500_000)

    seen = [PostEdit.objects.visible_to(user).count() for user in (stranger, brand, officer)]
    assert seen == [0, 1, 1]


@pytest.mark.parametrize(
    ("off", "data"),
    [
        (Protection.WIDENED_POSTS_WAIT, [{"category": "boots_women"}]),
        (Protection.CHANGE_BUDGET, [{"pairs": 60_000 + n} for n in range(1, 9)]),
    ],
)
def test_the_rule_before_published_every_change(order, change, settings, off, data):
    settings.PROTECTIONS_OFF = [off.value]
    for values in data:
        change(**{k: category(v) if k == "category" else v for k, v in values.items()})

    order.refresh_from_db()
    assert (order.version, waiting()) == (len(data) + 1, [])
