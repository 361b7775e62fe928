"""Open answers and conversations follow the changes of a post or a company."""

import datetime as dt

import pytest

from accounts.services import partners, review
from matchmaking.listings import ledger
from matchmaking.listings.services import posts, scheduled, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.matching.models import Match
from matchmaking.matching.ranking import handlers
from matchmaking.matching.services import answers, endings
from matchmaking.matching.services.base import PAIR_RELEASED
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import OfferFactory, OrderFactory, this_monday

FOLLOW = {
    "listings.post_changed": handlers.score_changed_posts,
    "accounts.company_changed": handlers.score_changed_companies,
    PAIR_RELEASED: handlers.refill_lists,
}


def work():
    """Hand every waiting fact to its handler, as the worker does, until none is left."""
    for _ in range(5):
        for kind, handler in FOLLOW.items():
            rows = list(OutboxMessage.objects.filter(kind=kind, state="pending").order_by("pk"))
            if rows:
                handler(rows)
            OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(state="done")


@pytest.fixture
def order(brand, brand_company):
    return OrderFactory(company=brand_company)


@pytest.fixture
def offer(factory, factory_company):
    return OfferFactory(company=factory_company)


@pytest.fixture
def say(match, brand, factory, at):
    def answer(*sides, kind="interested", reason=""):
        for side in sides:
            by = brand if side == "order" else factory
            answers.answer_match(match=match, side=side, kind=kind, reason=reason, by=by, at=at)
        work()

    return answer


def pause(order, brand, at):
    transitions.pause_post(post=order, by=brand, at=at)


def close(order, brand, at):
    transitions.close_post(post=order, by=brand, at=at)


def expire(order, brand, at):
    scheduled.expire_due_posts(at=at + dt.timedelta(days=91))


def edit(order, brand, at):
    posts.save_order(company=order.company, order=order, data={"pairs": 55_000}, by=brand, at=at)


def retitle(order, brand, at):
    data = {"title": "New title", "notes": "New note", "colourways": 3}
    posts.save_order(company=order.company, order=order, data=data, by=brand, at=at)


def renew(order, brand, at):
    transitions.renew_post(post=order, by=brand, at=at + dt.timedelta(days=1))


def suspend(order, brand, at):
    review.suspend_company(company=order.company, by=brand, at=at, reason="checks")


def told(user):
    return Notification.objects.visible_to(user).filter(kind="match_ended").count()


@pytest.mark.parametrize(
    ("happen", "cause"),
    [
        (pause, "post_left"),
        (close, "post_left"),
        (expire, "post_left"),
        (edit, "changed"),
        (suspend, "company_left"),
    ],
)
def test_an_open_answer_ends_with_its_cause_and_both_are_told_once(
    order, match, say, brand, factory, at, happen, cause
):
    say("offer")
    happen(order, brand, at)
    work()
    for _ in range(2):
        endings.follow_posts(orders=[order.pk], offers=[], at=at)
        endings.follow_companies(companies=[order.company_id], at=at)

    match.refresh_from_db()
    assert (match.state, match.end_cause) == ("ended", cause)
    assert (told(brand), told(factory)) == (1, 1)


@pytest.mark.parametrize("happen", [retitle, renew])
def test_what_is_not_material_leaves_an_answer_open(order, match, say, brand, at, happen):
    say("offer")
    happen(order, brand, at)
    work()

    match.refresh_from_db()
    assert match.state == "interested"


@pytest.mark.parametrize("happen", [pause, close, expire, edit, suspend])
def test_a_conversation_survives_it(order, match, say, brand, at, happen):
    say("offer", "order")
    happen(order, brand, at)
    work()

    match.refresh_from_db()
    assert match.state == "mutual"


def test_a_block_ends_everything_and_tells_nobody(match, say, brand, factory, offer, at):
    say("offer", "order")
    before = Notification.objects.count()
    partners.block_partner(company=match.order.company, partner=str(offer.company.code), by=brand)
    assert not Match.objects.visible_to(factory).exists()
    work()

    match.refresh_from_db()
    assert (match.state, match.end_cause) == ("ended", "blocked")
    assert Notification.objects.count() == before
    assert not Match.objects.proposed().exists()


def test_an_edited_post_meets_the_same_partner_again(order, match, say, brand, at):
    say("offer")
    edit(order, brand, at)
    work()

    again = Match.objects.proposed().get()
    assert (again.order, again.offer, again.pk == match.pk) == (order, match.offer, False)


def test_a_resumed_post_meets_the_same_partner_again(order, match, say, brand, at):
    say("offer")
    pause(order, brand, at)
    work()
    transitions.resume_post(post=order, by=brand, at=at)
    work()

    assert Match.objects.proposed().get().pk != match.pk


def test_interest_frees_a_place_for_another(match, say, order, settings, rescore):
    settings.MATCHES_PER_POST = 1
    rescore()
    OfferFactory(min_order_pairs=100)
    rescore()
    best = Match.objects.proposed().filter(order_rank=1).get()
    Match.objects.exclude(pk=best.pk).delete()
    say_by = best.order.company.memberships.get().user
    answers.answer_match(
        match=best, side="order", kind="interested", by=say_by, at=best.proposed_at
    )
    work()

    other = Match.objects.proposed().get(order=order, order_rank=1)
    assert other.offer_id != best.offer_id


def declined(say, match, officer, at):
    say("order", kind="declined", reason="price")


def timed_out(say, match, officer, at):
    say("order")
    endings.expire_due_matches(at=at + dt.timedelta(days=7))
    work()


def withdrawn(say, match, officer, at):
    endings.withdraw_match(match=match, by=officer, at=at, reason="x")
    work()


def waiting(say, match, officer, at):
    say("order")


def move_ledger(offer, factory, at):
    ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[0, 10], by=factory, at=at)


def confirm(offer, factory, at):
    transitions.confirm_figures(post=offer, by=factory, at=at + dt.timedelta(days=1))


def change_price(offer, factory, at):
    posts.save_offer(
        company=offer.company, offer=offer, data={"price_low_cny": "41.00"}, by=factory, at=at
    )


def change_weeks(offer, factory, at):
    offer.refresh_from_db()
    plan = Weeks(this_monday(), [5_000, 6_000, *offer.published[2:]])
    posts.save_offer(company=offer.company, offer=offer, data={}, weeks=plan, by=factory, at=at)


@pytest.mark.parametrize("settle", [declined, timed_out, withdrawn, waiting])
@pytest.mark.parametrize("change", [move_ledger, confirm])
def test_a_settled_pair_is_not_proposed_again(
    match, say, officer, offer, factory, at, rescore, settle, change
):
    settle(say, match, officer, at)
    rescore()
    change(offer, factory, at)
    work()
    rescore()

    assert not Match.objects.proposed().exists()


# What lifts a decline, and when, stands in ranking/test_declines.py.
@pytest.mark.parametrize("settle", [timed_out, withdrawn])
@pytest.mark.parametrize("change", [change_price, change_weeks])
def test_new_terms_lift_the_exclusion(match, say, officer, offer, factory, at, settle, change):
    settle(say, match, officer, at)
    change(offer, factory, at)
    work()

    again = Match.objects.proposed().get()
    assert (again.pk == match.pk, again.order_seen_at) == (False, None)
    match.refresh_from_db()
    assert match.ended_at is not None
