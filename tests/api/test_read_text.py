"""POST /api/v1/read-text/: values with spans, questions, contacts, the rest, a link to the draft."""

import datetime as dt

import pytest

from matchmaking.core import weeks
from matchmaking.core.trade_day import trade_day
from matchmaking.listings.models import ExchangeRate, PastedText, ProcessingOrder

pytestmark = pytest.mark.django_db
URL = "/api/v1/read-text/"
KEY = {"idempotency-key": "a-key-of-this-test"}
TEXT = "急找莆田工厂 板鞋 哪吒款 3万双 目标价48 2027年3月20号前出货 电话13800000000"


def read(api, **sent):
    return api.post(URL, sent, content_type="application/json")


def at(text, span):
    return text[slice(*span)]


def test_values_questions_contacts_and_rest_stand_where_they_were_read(brand_api):
    answer = read(brand_api, text=TEXT, sent_on="2026-11-30").json()
    [draft] = answer["drafts"]
    said = {
        name: (one["value"], [at(TEXT, span) for span in one["spans"]])
        for name, one in draft["fields_said"].items()
    }
    assert said["pairs"] == (30_000, ["3万双"])
    assert said["due"] == ("2027-03-20", ["2027年3月20号"])
    assert said["target_price_cny"] == ("48.00", ["48"])
    [question] = answer["questions"]
    assert (question["field"], at(TEXT, question["span"])) == ("category", "板鞋")
    assert {one["value"] for one in question["readings"]} == {"skate_vulcanised", "casual_sport"}
    assert [at(TEXT, one["span"]) for one in answer["contacts"]] == ["13800000000"]
    assert [one["text"] for one in answer["rest"]] == ["哪吒款"]
    assert answer["url"] is None
    assert not PastedText.objects.exists()


def test_body_of_a_draft_is_what_orders_take(brand_api):
    text = TEXT.replace("板鞋", "跑鞋").replace("2027年3月20号", "四个月内")
    [draft] = read(brand_api, text=text).json()["drafts"]
    body = {**draft["post"], "due_week": weeks.label(weeks.monday_of(_soon()))}
    saved = brand_api.post("/api/v1/orders/", body, content_type="application/json", headers=KEY)
    assert saved.status_code == 201, saved.content
    order = ProcessingOrder.objects.get()
    assert (order.category.code, order.pairs) == ("athletic", 30_000)
    assert "13800000000" not in order.notes


def _soon():
    return trade_day() + dt.timedelta(weeks=12)


def test_body_of_capacity_has_its_weeks(factory_api):
    text = "莆田工厂找单 冷粘运动鞋 日产3000双 现在有空 起订3000双"
    [draft] = read(factory_api, text=text).json()["drafts"]
    assert draft["side"] == "offer"
    saved = factory_api.post(
        "/api/v1/offers/", draft["post"], content_type="application/json", headers=KEY
    )
    assert saved.status_code == 201, saved.content
    assert max(draft["post"]["weeks"]["pairs"]) == 18_000


def test_kept_text_has_a_link_that_its_people_alone_may_use(brand_api, client, brand, stranger):
    url = read(brand_api, text=TEXT, keep=True).json()["url"]
    path = url[url.index("/texts/") :]
    client.force_login(stranger)
    assert client.post(path).status_code == 302
    assert PastedText.objects.get().written_by is None
    client.force_login(brand)
    assert "13800000000" in client.get(path).content.decode()
    answer = client.post(path, follow=True)
    assert answer.context["panel"].text == PastedText.objects.get(written_by=brand)


def test_dollars_are_asked_about_with_the_rate_of_the_day(brand_api):
    ExchangeRate.objects.create(currency="USD", day="2026-11-30", yuan="7.1", source="PBoC")
    sent = {"text": "找厂 跑鞋 3万双 FOB USD 7.8", "sent_on": "2026-11-30"}
    answer = read(brand_api, **sent).json()
    [question] = answer["questions"]
    assert question["readings"] == [{"value": "55.38", "label": "7.80 USD = ¥55.38"}]
    assert "target_unit_price_cny" not in answer["drafts"][0]["post"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": " "},
        {"text": "x" * 20_001},
        {"text": "跑鞋\ud800"},
        {"text": "跑鞋\u0000"},
        {"text": "跑鞋", "colour": "red"},
    ],
)
def test_text_that_cannot_be_read_is_refused(brand_api, sent):
    assert read(brand_api, **sent).status_code in {400, 422}
    assert not PastedText.objects.exists()
