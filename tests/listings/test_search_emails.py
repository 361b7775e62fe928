"""Posts told to the searches that they fit: once each, in one mail, and nothing of what left."""

import datetime as dt

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from accounts.states import CompanyStatus
from matchmaking.listings import bands, handlers
from matchmaking.listings.emails.searches import new_posts
from matchmaking.listings.models import SavedSearch
from matchmaking.listings.post_locking import POST_PUBLISHED
from matchmaking.listings.services import searches, transitions
from matchmaking.notifications import delivery, queries
from matchmaking.notifications import services as notifications
from matchmaking.notifications.email.content import Heading
from matchmaking.notifications.models import MailMode, Notification, OutboxMessage
from tests.factories import MembershipFactory, OrderFactory, UserFactory, category

pytestmark = pytest.mark.django_db


def tell(post):
    kind = "orders" if hasattr(post, "due_week") else "offers"
    return searches.notify_searches(**{"orders": [], "offers": [], kind: [post.pk]})


def lines(user):
    return Notification.objects.filter(recipient=user, kind="saved_search").order_by("pk")


# --- telling ----------------------------------------------------------------------------


def test_an_approved_post_is_told_once_to_each_search_that_fits(
    save_search, stranger, brand, order, at
):
    save_search("Runners", category="athletic")
    save_search("Everything")
    save_search("Boots", category="boots_leather")
    save_search("Offers", side="offers")
    type(order).objects.filter(pk=order.pk).update(state="pending")
    order.refresh_from_db()
    transitions.approve_post(post=order, by=brand, at=at)

    rows = list(OutboxMessage.objects.filter(kind=POST_PUBLISHED))
    assert len(rows) == 1
    for _again in range(2):
        handlers.notify_searches(rows)
    told = [row.subject["search"] for row in lines(stranger)]
    names = SavedSearch.objects.filter(pk__in=told).values_list("name", flat=True)
    assert (len(told), set(names)) == (2, {"Runners", "Everything"})


def test_a_search_that_is_off_hears_nothing(save_search, order, stranger, at):
    search = save_search()
    searches.switch_search(search=search, is_on=False)
    assert tell(order) == 0
    searches.switch_search(search=search, is_on=True)
    assert tell(order) == 1


def test_nobody_hears_of_own_posts(save_search, order, brand, stranger):
    save_search(by=brand)
    save_search()
    assert tell(order) == 1
    assert lines(brand).count() == 0
    assert lines(stranger).count() == 1


def test_a_post_that_is_not_on_the_market_is_not_told(save_search, order, stranger):
    save_search()
    for fields in ({"state": "paused"}, {"state": "draft"}):
        type(order).objects.filter(pk=order.pk).update(**fields)
        assert tell(order) == 0
    type(order).objects.filter(pk=order.pk).update(state="published")
    order.company.status = CompanyStatus.SUSPENDED
    order.company.save()
    assert tell(order) == 0
    assert lines(stranger).count() == 0


def test_who_was_shut_out_hears_nothing(save_search, order):
    person = UserFactory(is_active=False)
    save_search(by=person)
    assert tell(order) == 0


def test_telling_asks_a_fixed_number_of_questions(
    order, save_search, django_assert_max_num_queries
):
    for _number in range(8):
        save_search(by=MembershipFactory().user)
    with django_assert_max_num_queries(10):
        assert tell(order) == 8


# --- the mail ---------------------------------------------------------------------------


def mail_of(user):
    return new_posts(user, list(lines(user)))


def test_the_mail_tells_bands_and_no_more(save_search, stranger, order):
    save_search("Runners")
    tell(order)
    email = mail_of(stranger)
    heading, found, *_links = email.blocks

    assert (email.subject, heading.text) == ("“Runners”: 1 new post", "Runners")
    assert found.title == "Athletic / running / training"
    block = bands.week_band(order.earliest_start, order.due_week).text
    assert found.text == f"50,000–100,000 pairs · {block} · Putian · ¥40–50 / pair"
    assert found.url.endswith(reverse("listings:market-order", args=[order.code]))
    said = f"{email.subject} {email.blocks}"
    for secret in (
        order.title,
        "60,000",
        "60000",
        "46.5",
        order.company.name_zh,
        order.company.name_en,
    ):
        assert secret not in said


def test_nothing_is_said_of_posts_that_left(save_search, stranger, order, at):
    search = save_search()
    tell(order)
    assert mail_of(stranger) is not None

    transitions.pause_post(post=order, by=stranger, at=at)
    assert mail_of(stranger) is None
    transitions.resume_post(post=order, by=stranger, at=at)
    assert mail_of(stranger) is not None

    type(order).objects.filter(pk=order.pk).update(category=category("sandals"))
    SavedSearch.objects.filter(pk=search.pk).update(category="athletic")
    assert mail_of(stranger) is None  # it no longer fits


def test_nothing_is_said_for_searches_that_are_gone(save_search, stranger, order, at):
    search = save_search()
    tell(order)
    searches.switch_search(search=search, is_on=False)
    assert mail_of(stranger) is None
    searches.switch_search(search=search, is_on=True)
    searches.delete_search(search=search)
    assert mail_of(stranger) is None


def test_nothing_is_said_of_a_company_that_one_joined_meanwhile(save_search, stranger, order):
    save_search()
    tell(order)
    MembershipFactory(user=stranger, company=order.company)
    assert mail_of(stranger) is None


def test_many_posts_make_one_mail_with_a_link_to_the_list(save_search, stranger):
    save_search("Runners")
    for _number in range(12):
        tell(OrderFactory())
    rows = OutboxMessage.objects.filter(kind="mail")
    assert len(set(rows.values_list("bundle_key", flat=True))) == 1
    email = mail_of(stranger)
    _heading, *found, more, action, _switch = email.blocks
    assert (email.subject, len(found), more.text) == ("“Runners”: 12 new posts", 10, "and 2 more")
    assert action.url.endswith(reverse("listings:market-orders"))


def test_two_searches_share_a_mail(save_search, stranger, order):
    save_search("B")
    save_search("A")
    tell(order)
    email = mail_of(stranger)
    assert email.subject == "2 new posts for your searches"
    assert [block.text for block in email.blocks if isinstance(block, Heading)] == ["A", "B"]


def test_the_mail_goes_out_and_can_be_unsubscribed(
    save_search, stranger, order, mailoutbox, client
):
    save_search("Runners")
    tell(order)
    OutboxMessage.objects.filter(kind="mail").update(
        next_at=Now() - dt.timedelta(1)
    )  # the morning has come
    row = OutboxMessage.objects.get(kind="mail")
    delivery.deliver(row.pk)

    (mail,) = mailoutbox
    assert mail.subject == "“Runners”: 1 new post"
    assert "50,000–100,000 pairs" in mail.body
    link = mail.extra_headers["List-Unsubscribe"].strip("<>")
    client.post("/" + link.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    assert notifications.modes_of("saved_search", [stranger.pk])[stranger.pk] == MailMode.OFF
    assert tell(OrderFactory()) == 1  # the inbox still has it
    assert OutboxMessage.objects.filter(kind="mail").count() == 1


def test_the_inbox_names_search_and_post(save_search, stranger, order, offer, at):
    search = save_search("Runners")
    save_search("Lines", side="offers")
    tell(order)
    tell(offer)
    read = {(line.title, line.url) for line in queries.inbox_lines(list(lines(stranger)))}
    assert read == {
        ("New for “Runners”: Athletic / running / training", reverse("listings:market-order", args=[order.code])),
        ("New for “Lines”: Athletic / running / training", reverse("listings:market-offer", args=[offer.code])),
    }  # fmt: skip

    searches.delete_search(search=search)
    transitions.close_post(post=offer, by=stranger, at=at)
    read = {(line.title, line.url) for line in queries.inbox_lines(list(lines(stranger)))}
    assert read == {("A new post fitted a search", reverse("listings:search-list"))}
