"""What the API does not read, it refuses by name; nothing that is sent makes it fail."""

import datetime as dt
import json
from uuid import uuid4

import pytest

from matchmaking.core import weeks
from matchmaking.listings.models import ProcessingOrder
from tests.factories import OfferFactory, OrderFactory, category, this_monday

URL = "/api/v1/orders/"


def send(client, body, url=URL):
    body = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"idempotency-key": str(uuid4()), "accept-language": "en"}
    return client.post(url, body, content_type="application/json", headers=headers)


def errors_of(answer):
    assert answer.status_code == 400, answer.content
    return {error["pointer"]: error["detail"] for error in answer.json()["errors"]}


def test_unknown_fields_are_named(brand_api):
    answer = send(brand_api, {"title": "A", "pears": 5, "version_": 1})

    assert errors_of(answer) == {
        "/pears": "There is no such field.",
        "/version_": "There is no such field.",
    }
    assert not ProcessingOrder.objects.exists()


def test_unknown_field_within_the_weeks_is_named(factory_api):
    body = {"weeks": {"first_week": weeks.label(this_monday()), "pairs": [1], "pair": [2]}}

    assert errors_of(send(factory_api, body, "/api/v1/offers/")) == {
        "/weeks/pair": "There is no such field."
    }


@pytest.mark.parametrize(
    ("query", "pointer", "detail"),
    [
        ("staet=draft", "/staet", "There is no such filter."),
        ("own_reference=a&own_reference=b", "/own_reference", "Give it once."),
        ("category=hats", "/category", "There is no term “hats”: see /api/v1/taxonomy/."),
        ("page_size=many", "/page_size", "Give a number of rows, like 50."),
        ("due_from=7.6.2027", "/due_from", "“7.6.2027” can be read as"),
        ("due_from=soon", "/due_from", "“soon” is not a week"),
        ("changed_since=0001-01-01T00:00:00%2B23:20", "/changed_since", "Enter a valid date/time."),
        ("state=gone", "/state", "gone"),
        ("own_reference=%00", "/own_reference", "Give it a value, without control characters."),
    ],
)
def test_filters_that_are_not_read_are_named(brand_api, query, pointer, detail):
    answer = brand_api.get(f"{URL}?{query}", headers={"accept-language": "en"})

    assert detail in errors_of(answer)[pointer]


def test_moment_in_a_zone_that_the_database_does_not_know_is_that_moment(brand_api):
    moment = "2026-01-01T00:00:00%2B23:20"

    assert brand_api.get(f"{URL}?changed_since={moment}").status_code == 200


def test_due_filters_take_weeks_and_days_and_mean_weeks(brand_api, brand_company):
    monday = this_monday() + dt.timedelta(weeks=12)
    OrderFactory(company=brand_company, category=category(), due_week=monday)

    def found(**query):
        return len(brand_api.get(URL, query).json()["results"])

    sunday = (monday + dt.timedelta(days=6)).isoformat()
    assert found(due_from=weeks.label(monday), due_to=weeks.label(monday)) == 1
    assert found(due_from=sunday) == found(due_to=monday.isoformat()) == 1
    assert found(due_from=weeks.label(monday + dt.timedelta(weeks=1))) == 0
    assert found(due_to=weeks.label(monday - dt.timedelta(weeks=1))) == 0


HOSTILE = {
    "nested": "[" * 20_000,
    "surrogate": b'{"moulds_by": "\\ud800"}',
    "surrogate in a name": b'{"\\ud800": 1}',
    "twice": b'{"pairs": 1, "pairs": 2}',
    "long number": '{"pairs": ' + "9" * 5_000 + "}",
    "number with an exponent": b'{"pairs": 1e400}',
    "not a number": b'{"pairs": NaN}',
    "nul in a code": b'{"category": "a\\u0000"}',
    "nul in a choice": b'{"moulds_by": "\\u0000"}',
    "nul in a list": b'{"certifications": ["\\u0000"]}',
    "object for a code": b'{"category": {"code": "athletic"}}',
    "list for a number": b'{"pairs": [60000]}',
    "list for the body": b"[]",
    "text for the body": b'"pairs"',
    "no UTF-8": b'{"title": "\xff"}',
    "week of another type": b'{"due_week": 202705}',
    "long price": '{"target_unit_price_cny": "' + "9" * 5_000 + '"}',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_bodies_are_refused_and_nothing_fails(brand_api, case):
    answer = send(brand_api, HOSTILE[case])

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    answer.json()
    assert not ProcessingOrder.objects.exists()


def test_week_with_two_readings_names_both(brand_api):
    answer = send(brand_api, {"due_week": "7.6.2027"})

    assert errors_of(answer) == {"/due_week": "This is one of several weeks: 2027-W23, 2027-W27."}


def test_week_is_read_as_the_trade_writes_it(brand_api):
    due = this_monday() + dt.timedelta(weeks=30)
    year, week, _day = due.isocalendar()

    answer = send(brand_api, {"title": "A", "due_week": f"{year % 100}W{week:02d}"})

    assert answer.status_code == 201
    assert ProcessingOrder.objects.get().due_week == due


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("orders/", {"title": "x", "submit": "false"}, "/submit"),
        ("orders/", {"title": 5}, "/title"),
        ("orders/", {"certifications": {}}, "/certifications"),
        ("orders/", {"certifications": {"iso-9001": 1}}, "/certifications"),
        ("read-text/", {"text": "60000 pairs", "keep": "true"}, "/keep"),
    ],
)
def test_values_of_another_type_are_no_values(brand_api, path, body, pointer):
    answer = brand_api.post(
        f"/api/v1/{path}", body, "application/json", headers={"Idempotency-Key": "k"}
    )

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_address_that_is_none_of_the_api_is_a_problem_like_what_is_hidden(brand_api):
    nowhere = brand_api.get("/api/v1/orders/no-code/")
    hidden = brand_api.get("/api/v1/orders/00000000-0000-4000-8000-000000000000/")

    assert (nowhere.status_code, nowhere["Content-Type"]) == (404, "application/problem+json")
    assert nowhere.json() == hidden.json()


@pytest.mark.parametrize(
    ("plan", "missing"), [({"first_week": "2027-W05"}, "pairs"), ({"pairs": [1]}, "first_week")]
)
def test_half_a_plan_of_weeks_is_refused_and_changes_nothing(
    factory_api, factory_company, plan, missing
):
    offer = OfferFactory(company=factory_company)

    answer = factory_api.patch(f"/api/v1/offers/{offer.code}/", {"weeks": plan}, "application/json")

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/weeks/{missing}"]
