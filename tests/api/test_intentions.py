"""Deals and results through the API: the same services as the pages, and nothing of others."""

import datetime as dt

import pytest

from matchmaking.core import weeks
from matchmaking.core.trade_day import trade_week
from matchmaking.deals.models import Intention, ResultsBoard
from tests.api.matches_support import problem
from tests.api.test_orders import post

URL = "/api/v1/intentions/"


def url(row, tail=""):
    return f"{URL}{row['code']}/{tail}"


def sent(match=None, **changes):
    now = trade_week()
    body = {
        "pairs": 20_000,
        "unit_price": "46.50",
        "first_week": weeks.label(now),
        "last_week": weeks.label(now + dt.timedelta(weeks=12)),
        "note": "Tooling ours",
        **changes,
    }
    return {**body, "match": str(match.code)} if match else body


@pytest.fixture
def proposed(brand_api, mutual):
    return post(brand_api, URL, sent(mutual)).json()


def test_deal_goes_its_whole_way(brand_api, factory_api, proposed, factory_company):
    assert (proposed["state"], proposed["side"], proposed["whose_turn"]) == (
        "proposed",
        "order",
        "theirs",
    )
    assert proposed["partner"]["name_zh"] == factory_company.name_zh

    (seen,) = factory_api.get(URL).json()["results"]
    assert (seen["side"], seen["whose_turn"], seen["confirmed"]) == ("offer", "mine", None)
    assert (seen["proposed"]["version"], seen["proposed"]["amount"]) == (1, "930000.00")

    agreed = post(factory_api, url(seen, "confirm/"), {"version": 1}).json()
    assert (agreed["state"], agreed["confirmed"]["pairs"]) == ("confirmed", 20_000)
    revised = post(brand_api, url(seen, "revise/"), sent(pairs=21_000)).json()
    assert (revised["confirmed"]["pairs"], revised["proposed"]["pairs"]) == (20_000, 21_000)
    kept = post(factory_api, url(seen, "keep/"), {}).json()
    assert kept["proposed"]["pairs"] == 20_000

    contracted = post(factory_api, url(seen, "contract/"), {"number": "HT-5"}).json()
    assert (contracted["state"], contracted["contract_number"]) == ("contracted", "HT-5")
    day = trade_week().isoformat()
    body = {"pairs": 20_000, "delivered_on": day}
    assert post(factory_api, url(seen, "deliver/"), body).json()["state"] == "delivered"
    read = brand_api.get(url(seen)).json()
    assert [one["pairs"] for one in read["versions"]] == [20_000, 21_000]
    assert read["deliveries"] == [{"pairs": 20_000, "delivered_on": day, "is_on_behalf": False}]
    assert {one["side"] for one in read["confirmations"]} == {"order", "offer"}


def test_signing_again_revises_and_makes_no_second(brand_api, mutual, proposed):
    again = post(brand_api, URL, sent(mutual, pairs=22_000)).json()

    assert again["code"] == proposed["code"]
    assert Intention.objects.count() == 1


def test_withdrawal_has_its_reason(brand_api, proposed):
    assert problem(post(brand_api, url(proposed, "withdraw/"), {}))[0] == 400
    body = {"reason": "price", "note": "Too dear"}

    ended = post(brand_api, url(proposed, "withdraw/"), body).json()

    assert (ended["state"], ended["end_reason"], ended["end_note"]) == (
        "withdrawn",
        "price",
        "Too dear",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pairs": 0}, "pairs"),
        ({"unit_price": "46.555"}, "unit_price"),
        ({"first_week": "2027-W99"}, "first_week"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_input_that_cannot_be_names_its_field(brand_api, mutual, changes, field):
    refused = post(brand_api, URL, sent(mutual, **changes))

    assert refused.status_code == 400
    assert field in refused.content.decode()
    assert not Intention.objects.exists()


def test_weeks_the_wrong_way_round_name_their_field(brand_api, mutual):
    last = weeks.label(trade_week() - dt.timedelta(weeks=1))

    refused = post(brand_api, URL, sent(mutual, last_week=last))

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/last_week"


def test_version_that_was_not_read_is_not_confirmed(factory_api, proposed):
    status, code = problem(post(factory_api, url(proposed, "confirm/"), {"version": 7}))

    assert (status, code) == (409, "version_conflict")


def test_another_company_finds_nothing(api_for, proposed, mutual, stranger, stranger_company):
    api = api_for(stranger, stranger_company)

    assert api.get(URL).json()["results"] == []
    assert api.get(url(proposed)).status_code == 404
    assert post(api, url(proposed, "confirm/"), {"version": 1}).status_code == 404
    assert post(api, URL, sent(mutual)).status_code == 404


def test_filters_by_state(brand_api, proposed):
    assert len(brand_api.get(f"{URL}?state=proposed").json()["results"]) == 1
    assert brand_api.get(f"{URL}?state=confirmed").json()["results"] == []
    assert brand_api.get(f"{URL}?price=1").status_code in {400, 422}


def test_published_results_stand_in_the_api(brand_api, factory_api, proposed, at_day):
    post(factory_api, url(proposed, "confirm/"), {"version": 1})
    board = ResultsBoard.objects.create(
        title_zh="板", title_en="Board", since=at_day, is_published=True
    )
    ResultsBoard.objects.create(title_zh="稿", title_en="Draft", since=at_day)

    (listed,) = brand_api.get("/api/v1/results/").json()["results"]
    shown = brand_api.get(f"/api/v1/results/{board.code}/").json()

    assert listed["title_en"] == "Board"
    sums = {one["stage"]: (one["firms"], one["pairs"], one["yuan"]) for one in shown["stages"]}
    assert sums["confirmed"] == (2, 20_000, "930000.00")
    assert sums["contracted"] == (0, 0, "0.00")
    # Two firms are no row of their own.
    assert [table["rows"] for table in shown["tables"]] == [[], [], []]
    assert [one["days"] for one in shown["delivered_within"]] == [30, 90, 180]


@pytest.fixture
def at_day():
    return trade_week()
