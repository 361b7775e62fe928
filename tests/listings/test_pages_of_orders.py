"""The form of an order keeps what was typed, says what is wrong, and takes files."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.states import CompanyStatus
from matchmaking.core.uploads import CleanUpload
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.services import posts
from matchmaking.listings.states import PostState
from tests.factories import category, this_monday
from tests.listings.conftest import label

pytestmark = pytest.mark.django_db


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


# --- the form ---------------------------------------------------------------------------


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


def test_a_draft_may_lack_all_but_one_word(as_brand):
    response = as_brand.post(reverse("listings:order-new"), {"notes": "Ask", "action": "save"})

    assert response.status_code == 302
    assert ProcessingOrder.objects.get().state == PostState.DRAFT


BAD_ORDERS = {
    "no title": ({"title": ""}, "Give the order a title"),
    "no category": ({"category": ""}, "Choose the category."),
    "zero pairs": ({"pairs": "0"}, "An order has between 1 and 50,000,000 pairs."),
    "too many pairs": ({"pairs": "60000000"}, "An order has between 1 and 50,000,000 pairs."),
    "words for pairs": ({"pairs": "many"}, "write 60000 or 60,000"),
    "price of zero": ({"target_unit_price_cny": "0"}, "A price lies above 0 yuan a pair."),
    "price in words": ({"target_unit_price_cny": "cheap"}, "write yuan a pair, like 46.50"),
    "past due week": ({"due_week": "2020-W01"}, "The due week lies between"),
    "no such week": ({"due_week": "2027-W54"}, "is not a week: write a day such as"),
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
    "no country": ({"destination_markets": "Narnia"}, "is not a country we know"),
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
    posts.save_order(company=order.company, order=order, data={"pairs": 48_000}, by=brand, at=at)

    refused = as_brand.post(url, typed | {"version": 1, "title": "Mine"})
    html = refused.content.decode()
    assert "Somebody changed this post while you had it open" in html
    assert 'value="Mine"' in html
    order.refresh_from_db()
    assert order.title != "Mine"

    shown = [(row.label, row.present, row.typed) for row in refused.context["form"].present]
    assert ("Title", order.title, "Mine") in shown
    assert [row[1] for row in shown if row[0].startswith("Pairs")] == ["48,000"]
    assert "you typed Mine" in " ".join(refused.content.decode().split())
    version = refused.context["form"]["version"].value()
    assert as_brand.post(url, typed | {"version": version, "title": "Mine"}).status_code == 302


def test_a_company_that_waits_hands_its_post_in_with_it(as_brand, brand_company, typed):
    brand_company.status = CompanyStatus.PENDING
    brand_company.save()

    page = as_brand.get(reverse("listings:order-new")).content.decode()
    done = as_brand.post(reverse("listings:order-new"), typed, follow=True)

    assert "looks at your company and at this post together" in page
    assert 'value="submit"' in page
    assert "Submitted with your registration" in done.content.decode()
    assert ProcessingOrder.objects.get().state == PostState.PENDING


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


# --- files ------------------------------------------------------------------------------


def test_files_are_served_as_attachment_to_own_people_only(
    client, brand, stranger, officer, order, at, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    settings.OFFICERS_NEED_TOTP = False
    sent = CleanUpload(ContentFile(b"%PDF-1.4", name="x.pdf"), "Sole.pdf", "application/pdf", 8)
    posts.save_order(company=order.company, order=order, data={}, files=[sent], by=brand, at=at)
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


def test_saving_nothing_makes_no_draft(as_brand):
    refused = as_brand.post("/orders/new/", {"title": "", "pairs": "", "action": "save"})

    assert "Nothing is written yet" in refused.content.decode()
    assert not ProcessingOrder.objects.exists()
