"""Saved searches: whose they are, what fits, and that each post is told once."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Cluster
from accounts.states import CompanyStatus
from matchmaking.core import weeks
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.listings import bands, handlers, search_mails, searches, services
from matchmaking.listings.models import SavedSearch, Side
from matchmaking.listings.queries import MarketFilters
from matchmaking.notifications import delivery, queries
from matchmaking.notifications import services as notifications
from matchmaking.notifications.models import MailMode, Notification, OutboxMessage
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
    category,
    this_monday,
)

pytestmark = pytest.mark.django_db
NEW = reverse("listings:search-new")
LIST = reverse("listings:search-list")


@pytest.fixture
def save(stranger, at):
    """Save a search of the stranger's."""

    def save_one(name="Runners", side="orders", by=stranger, **filters):
        return services.save_search(
            side=side, filters=MarketFilters(**filters), name=name, by=by, at=at
        )

    return save_one


@pytest.fixture
def as_stranger(client, stranger):
    client.force_login(stranger)
    return client


def tell(post):
    kind = "orders" if hasattr(post, "due_week") else "offers"
    return services.tell_searches(**{"orders": [], "offers": [], kind: [post.pk]})


def lines(user):
    return Notification.objects.filter(recipient=user, kind="saved_search").order_by("pk")


# --- saving --------------------------------------------------------------------------------


def test_the_filters_of_a_list_are_saved_under_a_name(as_stranger, stranger):
    week = weeks.label(bands.week_block(timezone.localdate()))
    address = (
        f"{NEW}?side=offers&category=family:sport&cluster=350300&week={week}&pairs=50000-100000"
    )
    page = as_stranger.get(address)
    assert page.context["form"].initial["name"].startswith("Sport · Putian · ")

    response = as_stranger.post(address, {"name": "Sport in Putian"})
    assert response["Location"] == LIST
    search = SavedSearch.objects.get()
    assert (search.user, search.name, search.side, search.is_on) == (
        stranger, "Sport in Putian", Side.OFFERS, True,
    )  # fmt: skip
    query = f"category=family%3Asport&cluster=350300&week={week}&pairs=50000-100000"
    assert searches.address_of(search) == f"{reverse('listings:market-offers')}?{query}"
    assert as_stranger.get(searches.address_of(search)).context["form"].is_valid()


def test_both_lists_offer_to_save_what_they_show(client):
    page = client.get(reverse("listings:market-orders") + "?category=athletic&after=x")
    assert page.context["save_url"] == f"{NEW}?category=athletic&side=orders"
    page = client.get(reverse("listings:market-offers"))
    assert page.context["save_url"] == f"{NEW}?side=offers"


def test_who_has_not_signed_in_is_asked_to(client):
    response = client.get(f"{NEW}?side=offers&category=athletic")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]
    assert "category%3Dathletic" in response["Location"]


def test_a_name_is_needed_and_used_once(as_stranger, save):
    save("Runners")
    for name, sentence in (
        ("", "Give the search a name."),
        ("   ", "Give the search a name."),
        ("Runners", "You have a search of this name already."),
        ("a\x00b", "Null characters are not allowed."),
        ("x" * 61, "Ensure this value has at most 60 characters (it has 61)."),
    ):
        page = as_stranger.post(f"{NEW}?side=orders", {"name": name})
        assert sentence in page.context["form"].errors["name"]
    assert SavedSearch.objects.count() == 1


def test_two_people_may_use_one_name(save, brand):
    assert save("Runners") != save("Runners", by=brand)


def test_twenty_are_enough(save, as_stranger):
    for number in range(services.MOST_SEARCHES):
        save(f"No. {number}")
    with pytest.raises(Conflict):
        save("One more")
    page = as_stranger.post(f"{NEW}?side=orders", {"name": "One more"})
    assert "as many as one may have" in page.context["form"].non_field_errors()[0]
    assert SavedSearch.objects.count() == 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"side": "both"},
        {"name": ""},
        {"family": "sport", "category": "athletic"},
        {"name": "Runners"},
    ],
)
def test_the_database_refuses_what_is_no_search(save, stranger, wrong):
    save("Runners")
    fields = {"user": stranger, "name": "Other", "side": "orders"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.create(**fields)


# --- the list ------------------------------------------------------------------------------


def test_searches_are_listed_in_words(as_stranger, save):
    save("Boots", side="offers", category="boots_leather", pairs=bands.pairs_band(60_000))
    save("All of it")
    told = [(line.search.name, line.words) for line in as_stranger.get(LIST).context["lines"]]
    assert told == [
        ("All of it", "Everything"),
        ("Boots", "Leather boots (ankle and above) · 50,000–100,000 pairs"),
    ]


def test_the_list_asks_a_fixed_number_of_questions(as_stranger, save, django_assert_num_queries):
    save("1", cluster="350300")
    as_stranger.get(LIST)
    with django_assert_num_queries(8):
        as_stranger.get(LIST)
    save("2", category="athletic")
    save("3", family="sport")
    with django_assert_num_queries(8):
        as_stranger.get(LIST)


def test_rename_switch_and_delete(as_stranger, save):
    search = save("Runners")
    as_stranger.post(reverse("listings:search-edit", args=[search.code]), {"name": "Sprinters"})
    as_stranger.post(reverse("listings:search-switch", args=[search.code]), {"on": "0"})
    search.refresh_from_db()
    assert (search.name, search.is_on) == ("Sprinters", False)

    as_stranger.post(reverse("listings:search-switch", args=[search.code]), {"on": "1"})
    search.refresh_from_db()
    assert search.is_on

    as_stranger.post(reverse("listings:search-delete", args=[search.code]))
    assert not SavedSearch.objects.exists()


def test_a_search_keeps_its_own_name(save, stranger, at):
    search = save("Runners")
    services.rename_search(search=search, name=" Runners ", by=stranger, at=at)
    save("Boots")
    with pytest.raises(InvalidInput):
        services.rename_search(search=search, name="Boots", by=stranger, at=at)


@pytest.mark.parametrize("step", ["edit", "switch", "delete"])
def test_nobody_else_reaches_a_search(client, save, brand, officer, step):
    search = save("Runners")
    for person in (brand, officer):
        client.force_login(person)
        url = reverse(f"listings:search-{step}", args=[search.code])
        assert client.post(url, {"name": "Mine", "on": "0"}).status_code == 404
        assert "Runners" not in client.get(LIST).content.decode()
    search.refresh_from_db()
    assert (search.name, search.is_on) == ("Runners", True)


# --- what fits ----------------------------------------------------------------------------


def _filters():
    block = bands.week_block(timezone.localdate())
    return [
        MarketFilters(family=family, category=kind, cluster=cluster, week=week, pairs=pairs)
        for family, kind in (
            ("", ""),
            ("sport", ""),
            ("", "athletic"),
            ("", "sandals"),
            ("open", ""),
        )
        for cluster in ("", "350300", "350302", "330300")
        for week in (None, block, block + dt.timedelta(weeks=8), block + dt.timedelta(weeks=40))
        for pairs in (None, bands.pairs_band(60_000), bands.pairs_band(520_000))
    ]


@pytest.mark.parametrize("where", ["350300", "350302", None])
@pytest.mark.parametrize("side", list(Side))
def test_a_search_hears_of_what_its_list_shows_and_of_nothing_else(stranger, side, where):
    cluster = Cluster.objects.get(code=where) if where else None
    if side == Side.ORDERS:
        start = this_monday() + dt.timedelta(weeks=5)
        post = OrderFactory(
            company=CompanyFactory(cluster=cluster),
            earliest_start=start,
            due_week=start + dt.timedelta(weeks=8),
        )
    else:
        post = OfferFactory(company=CompanyFactory(kind="factory", cluster=cluster))
        post.categories.add(category("sandals"))
        post.refresh_from_db()
    made = [
        SavedSearch(
            user=stranger, name=str(number), side=side, family=each.family, category=each.category,
            cluster=each.cluster, week=each.week, pairs=each.pairs.slug if each.pairs else "",
        )
        for number, each in enumerate(_filters())
    ]  # fmt: skip
    SavedSearch.objects.bulk_create(made)

    shown = {search.name for search in made if searches.posts_that_fit(search).exists()}
    heard = {search.name for search in searches.listening_to(post)}
    assert heard == shown
    assert 0 < len(shown) < len(made)


# --- telling --------------------------------------------------------------------------------


def test_an_approved_post_is_told_once_to_each_search_that_fits(save, stranger, brand, order, at):
    save("Runners", category="athletic")
    save("Everything")
    save("Boots", category="boots_leather")
    save("Offers", side="offers")
    type(order).objects.filter(pk=order.pk).update(state="pending")
    order.refresh_from_db()
    services.approve_post(post=order, by=brand, at=at)

    rows = list(OutboxMessage.objects.filter(kind=services.POST_PUBLISHED))
    assert len(rows) == 1
    for _again in range(2):
        handlers.tell_searches(rows)
    told = [row.subject["search"] for row in lines(stranger)]
    names = SavedSearch.objects.filter(pk__in=told).values_list("name", flat=True)
    assert (len(told), set(names)) == (2, {"Runners", "Everything"})


def test_a_search_that_is_off_hears_nothing(save, order, stranger, at):
    search = save()
    services.switch_search(search=search, is_on=False, by=stranger, at=at)
    assert tell(order) == 0
    services.switch_search(search=search, is_on=True, by=stranger, at=at)
    assert tell(order) == 1


def test_nobody_hears_of_own_posts(save, order, brand, stranger):
    save(by=brand)
    save()
    assert tell(order) == 1
    assert lines(brand).count() == 0
    assert lines(stranger).count() == 1


def test_a_post_that_is_not_on_the_market_is_not_told(save, order, stranger):
    save()
    for fields in ({"state": "paused"}, {"state": "draft"}):
        type(order).objects.filter(pk=order.pk).update(**fields)
        assert tell(order) == 0
    type(order).objects.filter(pk=order.pk).update(state="published")
    order.company.status = CompanyStatus.SUSPENDED
    order.company.save()
    assert tell(order) == 0
    assert lines(stranger).count() == 0


def test_who_was_shut_out_hears_nothing(save, order):
    person = UserFactory(is_active=False)
    save(by=person)
    assert tell(order) == 0


def test_telling_asks_a_fixed_number_of_questions(order, save, django_assert_max_num_queries):
    for _number in range(8):
        save(by=MembershipFactory().user)
    with django_assert_max_num_queries(10):
        assert tell(order) == 8


# --- the mail -------------------------------------------------------------------------------


def mail_of(user):
    return search_mails.build(user, list(lines(user)))


def test_the_mail_tells_bands_and_no_more(save, stranger, order):
    save("Runners")
    tell(order)
    content = mail_of(stranger)
    (section,) = content.context["sections"]
    (found,) = section.posts

    assert content.subject == "“Runners”: 1 new post"
    assert found.title == "Athletic / running / training"
    block = bands.week_band(order.earliest_start, order.due_week).text
    assert found.facts == f"50,000–100,000 pairs · {block} · Putian · ¥40–50"
    assert found.url.endswith(reverse("listings:market-order", args=[order.code]))
    said = f"{content.subject} {content.context}"
    for secret in (
        order.title,
        "60,000",
        "60000",
        "46.5",
        order.company.name_zh,
        order.company.name_en,
    ):
        assert secret not in said


def test_nothing_is_said_of_posts_that_left(save, stranger, order, at):
    search = save()
    tell(order)
    assert mail_of(stranger) is not None

    services.pause_post(post=order, by=stranger, at=at)
    assert mail_of(stranger) is None
    services.resume_post(post=order, by=stranger, at=at)
    assert mail_of(stranger) is not None

    type(order).objects.filter(pk=order.pk).update(category=category("sandals"))
    SavedSearch.objects.filter(pk=search.pk).update(category="athletic")
    assert mail_of(stranger) is None  # it no longer fits


def test_nothing_is_said_for_searches_that_are_gone(save, stranger, order, at):
    search = save()
    tell(order)
    services.switch_search(search=search, is_on=False, by=stranger, at=at)
    assert mail_of(stranger) is None
    services.switch_search(search=search, is_on=True, by=stranger, at=at)
    services.delete_search(search=search, by=stranger, at=at)
    assert mail_of(stranger) is None


def test_nothing_is_said_of_a_company_that_one_joined_meanwhile(save, stranger, order):
    save()
    tell(order)
    MembershipFactory(user=stranger, company=order.company)
    assert mail_of(stranger) is None


def test_many_posts_make_one_mail_with_a_link_to_the_list(save, stranger):
    save("Runners")
    for _number in range(12):
        tell(OrderFactory())
    rows = OutboxMessage.objects.filter(kind="mail")
    assert len(set(rows.values_list("bundle_key", flat=True))) == 1
    content = mail_of(stranger)
    (section,) = content.context["sections"]
    assert (content.subject, len(section.posts), section.more) == ("“Runners”: 12 new posts", 10, 2)
    assert section.url.endswith(reverse("listings:market-orders"))


def test_two_searches_share_a_mail(save, stranger, order):
    save("B")
    save("A")
    tell(order)
    content = mail_of(stranger)
    assert content.subject == "2 new posts for your searches"
    assert [section.name for section in content.context["sections"]] == ["A", "B"]


def test_the_mail_goes_out_and_can_be_unsubscribed(save, stranger, order, mailoutbox, client):
    save("Runners")
    tell(order)
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


def test_the_inbox_names_search_and_post(save, stranger, order, offer, at):
    search = save("Runners")
    save("Lines", side="offers")
    tell(order)
    tell(offer)
    read = {(line.title, line.url) for line in queries.inbox_lines(list(lines(stranger)))}
    assert read == {
        ("New for “Runners”: Athletic / running / training", reverse("listings:market-order", args=[order.code])),
        ("New for “Lines”: Athletic / running / training", reverse("listings:market-offer", args=[offer.code])),
    }  # fmt: skip

    services.delete_search(search=search, by=stranger, at=at)
    services.close_post(post=offer, by=stranger, at=at)
    read = {(line.title, line.url) for line in queries.inbox_lines(list(lines(stranger)))}
    assert read == {("A new post fitted a search", LIST)}
