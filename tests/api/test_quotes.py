"""Quotes and questions as programs of companies give and read them."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from matchmaking.core.models import IdempotencyKey
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.deals.models import Intention, OrderQuestion, Quote, SealedRound
from matchmaking.deals.services import rounds


def terms(**changes):
    week = trade_week()
    return {
        "pairs": 30_000,
        "least_pairs": 5_000,
        "unit_price": "46.50",
        "breaks": [{"unit_price": "45.00", "from_pairs": 20_000}],
        "first_week": week.isoformat(),
        "last_week": (week + dt.timedelta(weeks=8)).isoformat(),
        "payment": {"deposit": 30, "before_shipping": 40, "after_delivery": 30, "days": 30},
        "valid_until": (trade_day() + dt.timedelta(days=14)).isoformat(),
    } | changes


def post(api, path, body=None, key=None):
    return api.post(
        path,
        body or {},
        content_type="application/json",
        headers={"idempotency-key": key or str(uuid.uuid4())},
    )


def hand_in(api, match, **changes):
    return post(api, "/api/v1/quotes/", {"match": str(match.code), "terms": terms(**changes)})


@pytest.fixture
def quoted(factory_api, mutual):
    return hand_in(factory_api, mutual).json()


def test_quote_is_handed_in_read_and_accepted(factory_api, brand_api, mutual):
    answer = hand_in(factory_api, mutual)
    assert answer.status_code == 201
    sent = answer.json()
    assert (sent["state"], sent["number"], sent["side"]) == ("submitted", 1, "offer")
    assert sent["terms"]["breaks"][0]["unit_price"] == "45.00"

    (shown,) = brand_api.get("/api/v1/quotes/").json()["results"]
    assert (shown["code"], shown["side"]) == (sent["code"], "order")
    answer = post(
        brand_api, f"/api/v1/quotes/{sent['code']}/accept/", {"number": 1, "pairs": 20_000}
    )
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["accepted_pairs"]) == ("accepted", 20_000)
    deal = Intention.objects.get()
    assert (str(deal.code), deal.confirmed.unit_price) == (answer.json()["deal"], Decimal("45.00"))


def test_each_side_has_its_steps(factory_api, brand_api, quoted):
    path = f"/api/v1/quotes/{quoted['code']}"
    assert post(factory_api, f"{path}/accept/", {"number": 1}).status_code == 403
    assert post(brand_api, f"{path}/withdraw/").status_code == 403
    assert post(brand_api, f"{path}/confirm/").status_code == 403
    assert post(brand_api, f"{path}/wish/", {"wish": "Less?"}).json()["wish"] == "Less?"
    assert post(brand_api, f"{path}/decline/", {"reason": "price"}).json()["state"] == "declined"
    assert post(factory_api, f"{path}/withdraw/").status_code == 409
    assert Quote.objects.get().state == "declined"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pairs": 0}, "pairs"),
        ({"last_week": "2020-01-06"}, "last_week"),
        ({"payment": {"deposit": 30, "before_shipping": 40, "after_delivery": 20, "days": 1}}, "after_delivery"),
        ({"price": "4"}, "price"),
    ],
)  # fmt: skip
def test_wrong_terms_are_refused_by_name(factory_api, mutual, changes, field):
    answer = hand_in(factory_api, mutual, **changes)
    assert answer.status_code in {400, 422}
    assert field in answer.content.decode()
    assert not Quote.objects.exists()


def test_strangers_match_and_quote_are_not_there(api_for, brand_api, mutual, quoted, rival_api):
    assert rival_api.get(f"/api/v1/quotes/{quoted['code']}/").status_code == 404
    assert hand_in(rival_api, mutual).status_code == 404
    assert hand_in(brand_api, mutual).status_code == 404


@pytest.fixture
def rival_api(api_for):
    from tests.factories import CompanyFactory, MembershipFactory  # noqa: PLC0415 - here alone

    company = CompanyFactory(kind="factory")
    return api_for(MembershipFactory(company=company).user, company)


def test_sealed_quote_answers_with_a_receipt_and_leaves_no_trace_of_its_body(
    factory_api, brand_api, brand, mutual
):
    now = timezone.now()
    sealed = rounds.ask_for_sealed(
        order=mutual.order, opens_at=now + dt.timedelta(hours=2), by=brand, at=now
    )
    shown = hand_in(factory_api, mutual).json()
    assert (shown["terms"], shown["is_sealed"], len(shown["receipt"])) == (None, True, 64)
    assert brand_api.get("/api/v1/quotes/").json()["results"][0]["terms"] is None
    assert "46.50" not in str(list(IdempotencyKey.objects.values()))

    SealedRound.objects.filter(pk=sealed.pk).update(opens_at=now - dt.timedelta(minutes=1))
    rounds.open_due()
    (opened,) = brand_api.get("/api/v1/quotes/").json()["results"]
    assert opened["terms"]["unit_price"] == "46.50"


def test_question_is_asked_and_answered_without_telling_who(factory_api, brand_api, match):
    asked = post(
        factory_api, "/api/v1/questions/", {"match": str(match.code), "text": "Who has the lasts?"}
    )
    assert asked.status_code == 201
    assert (asked.json()["is_mine"], asked.json()["order"]) == (True, None)

    (shown,) = brand_api.get("/api/v1/questions/").json()["results"]
    assert (shown["is_mine"], shown["order"]) == (False, str(match.order.code))
    assert set(shown) == set(asked.json())
    path = f"/api/v1/questions/{shown['code']}/answer/"
    sent = {"text": "We have.", "audience": "matched"}
    assert post(factory_api, path, sent).status_code == 403
    assert post(brand_api, path, sent).json()["state"] == "answered"
    assert post(brand_api, path, sent).status_code == 409
    assert factory_api.get(f"/api/v1/questions/{shown['code']}/").json()["answer"] == "We have."


def test_contact_in_a_question_is_refused(factory_api, match):
    sent = {"match": str(match.code), "text": "Call 13800000000"}
    assert post(factory_api, "/api/v1/questions/", sent).status_code == 422
    assert not OrderQuestion.objects.exists()


def test_repeated_post_hands_in_one_quote(factory_api, mutual):
    body = {"match": str(mutual.code), "terms": terms()}
    for _ in range(2):
        assert post(factory_api, "/api/v1/quotes/", body, key="once").status_code == 201
    assert Quote.objects.get().versions.count() == 1
