"""Pages of pasted texts: from one line to a submitted post, without JavaScript."""

import re

import pytest
from django.urls import reverse

from accounts.models import Contact
from matchmaking.core import weeks
from matchmaking.listings.models import CapacityOffer, PastedText, ProcessingOrder
from matchmaking.listings.states import PostState
from tests.listings.texts.conftest import OFFER, ORDER

pytestmark = pytest.mark.django_db


def read(client, words, side="orders"):
    """Paste the words, and follow to the page that they fill."""
    return client.post(f"/{side}/read/", {"text": words}, follow=True)


def fields_of(answer):
    """Return what the form would send: the values that stand in it, each as a browser has it."""
    form = answer.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if (
            bound.field.widget.input_type == "checkbox"
            if hasattr(bound.field.widget, "input_type")
            else False
        ):
            if value:
                sent[bound.name] = value if isinstance(value, list) else "on"
            continue
        shown = bound.field.prepare_value(value)
        if shown not in (None, ""):
            sent[bound.name] = getattr(shown, "pk", shown)
    return sent


def test_one_line_becomes_a_submitted_order(as_brand, due):
    filled = read(as_brand, ORDER.format(due=due))
    address = filled.request["PATH_INFO"] + "?" + filled.request["QUERY_STRING"]
    answer = as_brand.post(address, {**fields_of(filled), "action": "submit"}, follow=True)
    order = ProcessingOrder.objects.get()
    assert order.state == PostState.PENDING
    assert (order.category.code, order.construction.code) == ("athletic", "cemented")
    assert (order.pairs, order.colourways, str(order.target_unit_price_cny)) == (30_000, 2, "48.00")
    assert [row.code for row in order.certifications.all()] == ["amfori_bsci"]
    assert order.notes == "Place wanted: Putian"
    assert order.text_drafts.get().text == PastedText.objects.get()
    assert "13800000000" not in answer.content.decode()


def test_each_value_is_marked_with_its_words_and_each_field_with_its_source(as_brand, due):
    page = read(as_brand, ORDER.format(due=due)).content.decode()
    assert re.search(r'class="said read" href="#id_pairs"[^>]*id="said-pairs">3万双<', page)
    assert re.search(r'href="#said-pairs"\s+data-source="pairs"\s*>\s*“3万双”', page)
    assert re.search(r'class="said contact">13800000000<', page)


def test_one_line_becomes_a_submitted_offer(as_factory):
    filled = read(as_factory, OFFER, "offers")
    address = filled.request["PATH_INFO"] + "?" + filled.request["QUERY_STRING"]
    as_factory.post(address, {**fields_of(filled), "action": "submit"})
    offer = CapacityOffer.objects.get()
    assert offer.state == PostState.PENDING
    assert [row.code for row in offer.categories.all()] == ["athletic"]
    assert (offer.lines, offer.min_order_pairs, max(offer.published)) == (2, 3_000, 18_000)


def test_question_is_answered_by_a_button_alone(as_brand, due):
    filled = read(as_brand, f"找厂 板鞋 8000双 2个色 价45-48 {due}前")
    assert [one.field for one in filled.context["panel"].asked] == [
        "category",
        "target_unit_price_cny",
    ]
    address = filled.request["PATH_INFO"] + "?" + filled.request["QUERY_STRING"]
    answers = {"answer-category": "casual_sport", "answer-target_unit_price_cny": "48.00"}
    answer = as_brand.post(address, {**fields_of(filled), **answers, "action": "submit"})
    assert answer.status_code == 302, answer.context["form"].errors
    order = ProcessingOrder.objects.get()
    assert order.title == "Sport-casual / lifestyle sneaker · 8,000 pairs"
    assert (order.category.code, str(order.target_unit_price_cny)) == ("casual_sport", "48.00")


def test_what_was_typed_counts_before_the_button(as_brand, due):
    filled = read(as_brand, f"找厂 跑鞋 8000双 价45-48 {due}前")
    address = filled.request["PATH_INFO"] + "?" + filled.request["QUERY_STRING"]
    sent = {**fields_of(filled), "answer-target_unit_price_cny": "48.00"}
    as_brand.post(address, {**sent, "target_unit_price_cny": "46.5", "action": "submit"})
    assert str(ProcessingOrder.objects.get().target_unit_price_cny) == "46.50"


def test_answer_that_was_not_offered_is_nothing(as_brand, due):
    filled = read(as_brand, f"找厂 跑鞋 8000双 价45-48 {due}前")
    address = filled.request["PATH_INFO"] + "?" + filled.request["QUERY_STRING"]
    sent = {**fields_of(filled), "answer-target_unit_price_cny": "1", "action": "submit"}
    assert as_brand.post(address, sent).status_code == 200
    assert not ProcessingOrder.objects.exists()


def test_several_posts_become_a_table_of_drafts(as_brand, due):
    words = (
        f"找厂\n1. 跑鞋 2万双 50块 {due}前\n2. 拖鞋 5万双 8.5 {due}交\n3. 女靴 3000双 90 {due}前"
    )
    table = read(as_brand, words)
    assert len(table.context["rows"]) == 3
    text = PastedText.objects.get()
    as_brand.post(reverse("listings:text-save", args=[text.code]), {"draft": ["0", "2"]})
    orders = ProcessingOrder.objects.order_by("pairs")
    assert [(o.pairs, o.state) for o in orders] == [(3_000, "draft"), (20_000, "draft")]
    as_brand.post(reverse("listings:text-save", args=[text.code]), {"draft": ["0", "1", "2"]})
    assert ProcessingOrder.objects.count() == 3


def test_draft_that_cannot_be_saved_is_named_and_stops_no_other(as_brand, due):
    words = f"找厂\n1. 跑鞋 2万双 50块 2040年3月1号前\n2. 拖鞋 5万双 8.5 {due}交"
    read(as_brand, words)
    text = PastedText.objects.get()
    answer = as_brand.post(reverse("listings:text-save", args=[text.code]), {"draft": ["0", "1"]})
    assert [bool(row["refused"]) for row in answer.context["rows"]] == [True, False]
    assert [o.pairs for o in ProcessingOrder.objects.all()] == [50_000]


def test_draft_is_saved_once(as_brand, due):
    filled = read(as_brand, ORDER.format(due=due))
    address = filled.request["PATH_INFO"] + "?" + filled.request["QUERY_STRING"]
    for _ in range(2):
        as_brand.post(address, {**fields_of(filled), "action": "submit"})
    assert ProcessingOrder.objects.count() == 1


def test_contact_goes_into_the_address_book_of_the_company(as_brand, brand_company, due):
    read(as_brand, ORDER.format(due=due))
    text = PastedText.objects.get()
    as_brand.post(reverse("listings:text-contact", args=[text.code, 0]))
    contact = Contact.objects.get(company=brand_company)
    assert (contact.kind, contact.value) == ("phone", "13800000000")


@pytest.mark.parametrize("words", ["", "   ", "a\x00b", "x" * 20_001])
def test_text_that_cannot_be_kept_comes_back_with_its_error(as_brand, words):
    answer = as_brand.post("/orders/read/", {"text": words})
    assert answer.status_code == 200
    assert answer.context["paste"].errors["text"]
    assert not PastedText.objects.exists()


def test_text_is_its_writers_alone(as_brand, client, stranger, paste, due):
    text = paste(ORDER.format(due=due))
    assert as_brand.get(f"/texts/{text.code}/").status_code == 302
    client.force_login(stranger)
    assert client.get(f"/texts/{text.code}/").status_code == 404
    assert client.get(f"/orders/new/?text={text.code}").status_code == 404


@pytest.mark.parametrize("query", ["text=nonsense", "text={code}&draft=7", "text={code}&draft=x"])
def test_address_of_no_draft_is_not_found(as_brand, paste, due, query):
    text = paste(ORDER.format(due=due))
    assert as_brand.get(f"/orders/new/?{query.format(code=text.code)}").status_code == 404


def test_offer_of_a_factory_pasted_by_a_brand_is_said_to_be_none(as_brand):
    page = read(as_brand, OFFER)
    assert page.context["panel"].is_other_kind


def test_week_is_named_with_the_monday_of_the_day(as_brand, due):
    filled = read(as_brand, ORDER.format(due=due))
    day = filled.context["form"].initial["due_week"]
    assert day == weeks.monday_of(day)
