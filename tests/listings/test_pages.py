"""Own pages: lists, forms that keep what was typed, steps, files, links of mails."""

import datetime as dt

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from accounts.states import CompanyStatus
from matchmaking.core import weeks
from matchmaking.core.uploads import CleanUpload
from matchmaking.listings import home, links, mails, services
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.notifications.models import Notification
from tests.factories import OfferFactory, OrderFactory, category, this_monday

pytestmark = pytest.mark.django_db


def label(weeks_ahead):
    return weeks.label(this_monday() + dt.timedelta(weeks=weeks_ahead))


@pytest.fixture
def typed():
    return {
        "title": "Running shoe",
        "category": category().pk,
        "pairs": "60,000",
        "target_unit_price_cny": "46.5",
        "due_week": label(20),
        "action": "submit",
    }


@pytest.fixture
def as_brand(client, brand):
    client.force_login(brand)
    return client


@pytest.fixture
def as_factory(client, factory):
    client.force_login(factory)
    return client


# --- the order form -------------------------------------------------------------------


def test_five_fields_submit_an_order(as_brand, typed):
    response = as_brand.post(reverse("listings:order-new"), typed)

    order = ProcessingOrder.objects.get()
    assert response["Location"] == reverse("listings:order-detail", args=[order.code])
    assert (order.state, order.pairs) == (PostState.PENDING, 60_000)
    assert order.due_week == this_monday() + dt.timedelta(weeks=20)


def test_a_day_is_read_as_its_week(as_brand, typed):
    day = this_monday() + dt.timedelta(weeks=20, days=3)
    as_brand.post(reverse("listings:order-new"), typed | {"due_week": day.isoformat()})

    assert ProcessingOrder.objects.get().due_week == this_monday() + dt.timedelta(weeks=20)


def test_a_draft_may_lack_everything(as_brand):
    response = as_brand.post(reverse("listings:order-new"), {"action": "save"})

    assert response.status_code == 302
    assert ProcessingOrder.objects.get().state == PostState.DRAFT


BAD_ORDERS = {
    "no title": ({"title": ""}, "Give the order a title"),
    "no category": ({"category": ""}, "Choose the category."),
    "zero pairs": ({"pairs": "0"}, "An order has between 1 and 50,000,000 pairs."),
    "too many pairs": ({"pairs": "60000000"}, "An order has between 1 and 50,000,000 pairs."),
    "words for pairs": ({"pairs": "many"}, "write 60000, 60,000 or 6万"),
    "price of zero": ({"target_unit_price_cny": "0"}, "A price lies above 0 yuan a pair."),
    "price in words": ({"target_unit_price_cny": "cheap"}, "write yuan a pair, such as 46.50"),
    "past due week": ({"due_week": "2020-W01"}, "The due week lies between"),
    "no such week": ({"due_week": "2027-W54"}, "is no week: write 2027-W05"),
    "due before start": ({"earliest_start": "+21"}, "choose a later due week"),
    "part above order": (
        {"splittable": "on", "smallest_part": "70000", "most_factories": "2"},
        "A part of 70,000 pairs is larger than the order of 60,000.",
    ),
    "split to one": (
        {"splittable": "on", "smallest_part": "1000", "most_factories": "1"},
        "goes to at least 2 factories",
    ),
    "split without part": ({"splittable": "on", "most_factories": "2"}, "Say the smallest part"),
    "control character": ({"title": "bell\x07"}, "Control characters are not allowed"),
    "nul in notes": ({"notes": "a\x0bb"}, "Control characters are not allowed"),
    "no country": ({"destination_markets": "Narnia"}, "is no country that we know"),
    "no colourway": ({"colourways": "0"}, "at least one colourway"),
    "unknown mould owner": ({"moulds_by": "x"}, "Select a valid choice"),
}


@pytest.mark.parametrize("case", BAD_ORDERS)
def test_bad_input_is_refused_where_it_stands_and_kept(as_brand, typed, case):
    changes, sentence = BAD_ORDERS[case]
    changes = {k: label(21) if v == "+21" else v for k, v in changes.items()}

    response = as_brand.post(reverse("listings:order-new"), typed | changes)

    form = response.context["form"]
    (field,) = set(changes) & set(form.errors) or set(form.errors)
    assert sentence in str(form.errors[field][0])
    assert form["title"].value() == changes.get("title", "Running shoe")
    assert ProcessingOrder.objects.count() == 0


def test_what_may_not_be_split_forgets_its_parts(as_brand, typed):
    as_brand.post(
        reverse("listings:order-new"), typed | {"smallest_part": "5", "most_factories": "2"}
    )

    assert ProcessingOrder.objects.get().smallest_part is None


def test_edit_shows_what_is_stored_and_saves_nothing_new(as_brand, order):
    url = reverse("listings:order-edit", args=[order.code])
    form = as_brand.get(url).context["form"]
    stored = {
        name: form[name].field.prepare_value(form[name].value())
        for name in form.fields
        if form[name].value() not in (None, "", [], False)
    }
    response = as_brand.post(url, stored | {"action": "save"})

    order.refresh_from_db()
    assert (response.status_code, order.version) == (302, 1)


def test_conflict_keeps_what_was_typed_and_lets_the_second_save_through(
    as_brand, order, brand, typed, at
):
    url = reverse("listings:order-edit", args=[order.code])
    services.save_order(company=order.company, order=order, data={"pairs": 1_000}, by=brand, at=at)

    refused = as_brand.post(url, typed | {"version": 1, "title": "Mine"})
    html = refused.content.decode()
    assert "Somebody changed this post while you had it open" in html
    assert 'value="Mine"' in html
    order.refresh_from_db()
    assert order.title != "Mine"

    version = refused.context["form"]["version"].value()
    assert as_brand.post(url, typed | {"version": version, "title": "Mine"}).status_code == 302


def test_pending_company_is_told_to_wait(as_brand, brand_company, typed):
    brand_company.status = CompanyStatus.PENDING
    brand_company.save()

    page = as_brand.get(reverse("listings:order-new")).content.decode()
    refused = as_brand.post(reverse("listings:order-new"), typed)

    assert "has not verified your company yet" in page
    assert 'value="submit"' not in page
    assert "has not verified your company yet" in refused.content.decode()
    assert ProcessingOrder.objects.count() == 0


def test_a_factory_does_not_post_orders(as_factory):
    assert as_factory.get(reverse("listings:order-new")).status_code == 403


def test_who_has_no_company_registers_one(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("x@example.com", "x" * 20))

    for name in ("order-list", "order-new", "offer-list", "offer-new"):
        response = client.get(reverse(f"listings:{name}"))
        assert response["Location"] == reverse("accounts:company-register")


def test_own_pages_ask_for_sign_in(client, order):
    response = client.get(reverse("listings:order-detail", args=[order.code]))

    assert response["Location"].startswith("/account/login/")


# --- files ----------------------------------------------------------------------------


def test_files_are_served_as_attachment_to_own_people_only(
    client, brand, stranger, officer, order, at, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    settings.OFFICERS_NEED_TOTP = False
    sent = CleanUpload(ContentFile(b"%PDF-1.4", name="x.pdf"), "Sole.pdf", "application/pdf", 8)
    services.save_order(company=order.company, order=order, data={}, files=[sent], by=brand, at=at)
    url = reverse("listings:order-file", args=[order.code, order.attachments.get().code])

    for user, status in ((stranger, 404), (brand, 200), (officer, 200)):
        client.force_login(user)
        response = client.get(url)
        content = b"".join(response) if response.streaming else b""
        assert (response.status_code, content == b"%PDF-1.4") == (status, status == 200)
    assert response["Content-Disposition"] == 'attachment; filename="Sole.pdf"'


def test_wrong_files_are_refused_at_the_field(as_brand, typed):
    svg = SimpleUploadedFile("x.svg", b"<svg/>", "image/svg+xml")

    response = as_brand.post(reverse("listings:order-new"), typed | {"uploads": svg})

    assert "uploads" in response.context["form"].errors
    assert ProcessingOrder.objects.count() == 0


# --- the offer form -------------------------------------------------------------------


@pytest.fixture
def capacity():
    return {
        "title": "Line 2",
        "categories": [category().pk],
        "weeks_mode": "rate",
        "rate": "5,000",
        "rate_from": label(0),
        "rate_to": label(9),
        "exceptions": f"{label(3)} 0",
        "min_order_pairs": "3000",
        "action": "submit",
    }


def test_weeks_by_rate_with_exceptions(as_factory, capacity):
    as_factory.post(reverse("listings:offer-new"), capacity)

    offer = CapacityOffer.objects.get()
    assert offer.state == PostState.PENDING
    assert offer.free[:12] == [5_000] * 3 + [0] + [5_000] * 6 + [0, 0]


def test_weeks_by_table(as_factory, capacity):
    table = {"weeks_mode": "table", f"week_{label(1)}": "6万", f"week_{label(103)}": "7"}
    as_factory.post(reverse("listings:offer-new"), capacity | table)

    offer = CapacityOffer.objects.get()
    assert (offer.free[:3], offer.free[103]) == ([0, 60_000, 0], 7)


def test_weeks_pasted_from_a_sheet(as_factory, capacity):
    pasted = f"week\tpairs\n{label(0)}\t4,000\n{label(2)}\t4,500"
    as_factory.post(
        reverse("listings:offer-new"), capacity | {"weeks_mode": "paste", "pasted": pasted}
    )

    assert CapacityOffer.objects.get().free[:3] == [4_000, 0, 4_500]


BAD_OFFERS = {
    "no rate": ({"rate": ""}, "rate", "Say how many pairs the lines make in a week."),
    "rate too high": ({"rate": "9,000,000"}, "rate", "At most 5,000,000 pairs fit"),
    "past week": ({"rate_from": "2020-W01"}, "rate_from", "2020-W01 cannot be planned"),
    "weeks upside down": ({"rate_from": "+12"}, "rate_to", "The last week lies in"),
    "exception unread": ({"exceptions": "soon 0"}, "exceptions", "Line 1: “soon” is no week"),
    "exception too far": ({"exceptions": "2040-W01 5"}, "exceptions", "Line 1: 2040-W01 cannot"),
    "nothing pasted": ({"weeks_mode": "paste"}, "weeks_mode", "Enter the pairs per week."),
    "table in words": ({"weeks_mode": "table", "week": "x"}, None, "is no number of pairs"),
    "price upside down": (
        {"price_low_cny": "50", "price_high_cny": "40"},
        "price_high_cny",
        "The upper price is at least the lower one",
    ),
    "minimum of zero": ({"min_order_pairs": "0"}, "min_order_pairs", "at least 1 pair"),
    "lead of years": ({"lead_days": "400"}, "lead_days", "less than or equal to 365"),
    "no category": ({"categories": []}, "categories", "Choose at least one category."),
}


@pytest.mark.parametrize("case", BAD_OFFERS)
def test_bad_capacity_is_refused_where_it_stands(as_factory, capacity, case):
    changes, field, sentence = BAD_OFFERS[case]
    changes = {k: label(12) if v == "+12" else v for k, v in changes.items()}
    if "week" in changes:
        field = f"week_{label(0)}"
        changes[field] = changes.pop("week")

    response = as_factory.post(reverse("listings:offer-new"), capacity | changes)

    form = response.context["form"]
    assert sentence in str(form.errors[field][0])
    assert form["title"].value() == "Line 2"
    assert CapacityOffer.objects.count() == 0


def test_keeping_the_weeks_keeps_them(as_factory, offer, capacity):
    url = reverse("listings:offer-edit", args=[offer.code])
    as_factory.post(url, capacity | {"weeks_mode": "keep", "version": 1, "lead_days": "30"})

    offer.refresh_from_db()
    assert (offer.lead_days, offer.free[:21], offer.version) == (30, [5_000] * 20 + [0], 2)


def test_spring_festival_is_proposed_as_stop(as_factory):
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), tick=False):
        form = as_factory.get(reverse("listings:offer-new")).context["form"]

    assert form["exceptions"].value() == "2027-W05\t0\n2027-W06\t0"


# --- steps ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("draft", "submit", "pending"),
        ("pending", "withdraw", "draft"),
        ("published", "pause", "paused"),
        ("paused", "resume", "published"),
        ("expired", "renew", "published"),
        ("closed", "resume", "closed"),
        ("published", "nonsense", "published"),
    ],
)
def test_steps_by_button(as_brand, order, state, step, after):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=state)
    url = reverse("listings:order-step", args=[order.code])

    response = as_brand.post(url, {"step": step})

    order.refresh_from_db()
    assert (response.status_code, order.state) == (302, after)


def test_officers_look_but_do_not_act_for_the_company(client, officer, order, settings):
    settings.OFFICERS_NEED_TOTP = False
    client.force_login(officer)

    assert client.get(reverse("listings:order-detail", args=[order.code])).status_code == 200
    step = reverse("listings:order-step", args=[order.code])
    assert client.post(step, {"step": "pause"}).status_code == 403


def test_close_asks_first(as_brand, order):
    url = reverse("listings:order-close", args=[order.code])

    assert "Close this post?" in as_brand.get(url).content.decode()
    order.refresh_from_db()
    assert order.state == PostState.PUBLISHED
    as_brand.post(url)
    order.refresh_from_db()
    assert order.state == PostState.CLOSED


def test_copy_opens_the_draft(as_brand, order):
    response = as_brand.post(reverse("listings:order-copy", args=[order.code]))

    copy = ProcessingOrder.objects.exclude(pk=order.pk).get()
    assert response["Location"] == reverse("listings:order-edit", args=[copy.code])


def test_confirm_button(as_factory, offer, at):
    CapacityOffer.objects.filter(pk=offer.pk).update(confirmed_at=at - dt.timedelta(days=20))
    detail = as_factory.get(reverse("listings:offer-detail", args=[offer.code])).content.decode()
    as_factory.post(reverse("listings:offer-step", args=[offer.code]), {"step": "confirm"})

    offer.refresh_from_db()
    assert "confirmed more than 14 days ago" in detail
    assert offer.confirmed_at > at - dt.timedelta(minutes=5)


def test_history_names_what_changed(as_brand, order, brand, at):
    services.save_order(company=order.company, order=order, data={"pairs": 9}, by=brand, at=at)
    page = as_brand.get(reverse("listings:order-detail", args=[order.code]))

    assert [(e.title, e.detail) for e in page.context["events"]] == [
        ("Version 2", "pairs"),
        ("Created", ""),
    ]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("kind", "count"), [("order", 7), ("offer", 8)])
def test_own_lists_keep_their_query_count(
    client,
    brand,
    factory,
    brand_company,
    factory_company,
    django_assert_num_queries,
    rows,
    kind,
    count,
):
    for _ in range(rows):
        OrderFactory(company=brand_company)
        OfferFactory(company=factory_company)
    client.force_login(brand if kind == "order" else factory)

    with django_assert_num_queries(count):
        assert client.get(reverse(f"listings:{kind}-list")).status_code == 200


def test_lists_show_one_state(as_brand, brand_company):
    OrderFactory(company=brand_company, title="Live")
    OrderFactory(company=brand_company, title="Over", state=PostState.CLOSED)

    def titles(**query):
        page = as_brand.get(reverse("listings:order-list"), query).context["page"]
        return [order.title for order in page]

    assert titles() == ["Live"]
    assert titles(state="closed") == ["Over"]
    assert titles(state="nonsense") == ["Live"]


# --- mails, links, todos --------------------------------------------------------------


def built(kind_name, notification, user):
    kind = next(kind for kind in mails.KINDS if kind.name == kind_name)
    with translation.override("en"):
        return kind.build(user, [notification])


def path_of(url, settings):
    return url.removeprefix(settings.SITE_URL)


def test_rejection_mail_carries_the_reason_while_it_holds(order, brand, officer, at):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=PostState.PENDING)
    services.reject_post(post=order, reason="Add a picture", by=officer, at=at)
    notification = Notification.objects.get()

    mail = built("post_rejected", notification, brand)
    assert mail.subject == f"“{order.title}” needs a correction"
    assert mail.context["items"][0].quote == "Add a picture"

    services.submit_post(post=order, by=brand, at=at)
    assert built("post_rejected", notification, brand) is None


def test_renewal_link_works_from_the_mail_once(client, offer, factory, at, settings):
    week_before = at + dt.timedelta(days=84)
    services.remind_expiry(at=week_before)
    mail = built("post_expiring", Notification.objects.get(kind="post_expiring"), factory)
    url = path_of(mail.context["items"][0].url, settings)
    ends = CapacityOffer.objects.get().expires_on

    with time_machine.travel(week_before, tick=False):
        assert "Shall this post run on?" in client.get(url).content.decode()
        assert CapacityOffer.objects.get().expires_on == ends
        client.post(url)
        renewed = CapacityOffer.objects.get().expires_on
        assert renewed == ends + dt.timedelta(days=84)
        assert "All done" in client.get(url).content.decode()
        client.post(url)
    assert CapacityOffer.objects.get().expires_on == renewed


def test_still_right_link_confirms_on_post_only(client, offer, factory, at, settings):
    old = at - dt.timedelta(days=20)
    CapacityOffer.objects.filter(pk=offer.pk).update(confirmed_at=old)
    services.begin_market_day(at=at)
    mail = built("figures_stale", Notification.objects.get(kind="figures_stale"), factory)
    url = path_of(mail.context["items"][0].url, settings)

    client.get(url)
    client.head(url)
    assert CapacityOffer.objects.get().confirmed_at == old
    client.post(url)
    assert CapacityOffer.objects.get().confirmed_at > at - dt.timedelta(minutes=5)
    assert "All done" in client.get(url).content.decode()


def test_links_of_others_and_forged_ones_are_not_found(client, offer, factory, settings):
    url = path_of(links.renew_url(offer, factory), settings)

    assert client.get(f"{url[:-3]}xx/").status_code == 404
    assert client.get(url.replace("/renew/", "/confirm/")).status_code == 404
    factory.memberships.all().delete()
    assert client.get(url).status_code == 404


def test_todos_name_what_needs_somebody(brand_company, factory_company, brand, at):
    OrderFactory(company=brand_company, state=PostState.REJECTED, reject_reason="why", title="R")
    OrderFactory(company=brand_company, state=PostState.DRAFT, title="")
    OrderFactory(company=brand_company, expires_on=timezone.localdate(), title="E")
    OfferFactory(company=factory_company, confirmed_at=at - dt.timedelta(days=20), title="S")

    with translation.override("en"):
        mine = [(todo.kind, str(todo.title)) for todo in home.todos(brand, brand_company)]
        theirs = [(todo.kind, str(todo.title)) for todo in home.todos(brand, factory_company)]

    assert mine == [
        ("order", "Correct “R”"),
        ("order", "“E” is about to end"),
        ("order", "Finish the draft “Without a title”"),
    ]
    assert theirs == [("figures", "Are the weeks of “S” still right?")]
    assert list(home.todos(brand, None)) == []
