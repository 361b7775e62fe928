"""Deals of the time before the site, from a list: preview, questions, writing, undoing."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.urls import reverse

from matchmaking.core.errors import NotAllowed
from matchmaking.core.trade_day import trade_day
from matchmaking.deals import results
from matchmaking.deals.models import Intention
from matchmaking.deals.results import Stage
from matchmaking.imports import parsing, reader
from matchmaking.imports.models import ImportKind
from matchmaking.notifications.models import Notification
from tests.factories import CompanyFactory, MembershipFactory
from tests.imports.support import (
    answer,
    asked,
    import_file,
    outcomes,
    problems,
    run,
    send,
    undo,
)

KIND = ImportKind.INTENTIONS
HEADER = "品牌企业,工厂,签约日期,品类,数量,单价,交期,合同编号,合同日期,已交货双数,交货日"
# The docking event of June 2022, as the association keeps it.
EVENT = (
    "甲运动,子鞋业,2022-06-10,跑鞋,300万,45,2022-12-31,,,,",
    "乙运动,丑鞋业,2022-06-10,跑鞋,201万,47.5,2022-12-31,,,,",
    "丙运动,寅鞋业,2022-06-10,跑鞋,150万,46.5,2022-12-31,,,,",
)


@pytest.fixture(autouse=True)
def read_in_process(monkeypatch):
    def answer_here(content, encoding):
        return json.loads(json.dumps(reader.answer(content, encoding)))

    monkeypatch.setattr(parsing, "ask_child", answer_here)


@pytest.fixture(autouse=True)
def firms(db):
    brands = [CompanyFactory(kind="brand", name_zh=f"{one}运动") for one in "甲乙丙"]
    factories = [CompanyFactory(kind="factory", name_zh=f"{one}鞋业") for one in "子丑寅"]
    return brands, factories


def sheet(*rows, header=HEADER):
    return "\n".join([header, *rows]).encode()


def whole(year=2022):
    rows = results.of_period(dt.date(year, 1, 1), dt.date(year, 12, 31))
    return results.count(rows).whole


def figures_of(totals):
    return totals.firms, totals.intentions, totals.pairs, totals.yuan


def test_list_of_2022_reads_6_firms_6_51_million_pairs_and_300_225_million_yuan(officer):
    batch = send(officer, KIND, sheet(*EVENT), source="Lists of 2022")
    assert outcomes(batch) == {2: "create", 3: "create", 4: "create"}
    assert not Intention.objects.exists()

    run(batch, officer)

    assert figures_of(whole()[Stage.CONFIRMED]) == (6, 3, 6_510_000, Decimal(300_225_000))
    deal = Intention.objects.order_by("pk").first()
    assert (deal.state, deal.order, deal.hold) == ("confirmed", None, None)
    assert deal.standing.note == "From the list: Lists of 2022"
    assert {yes.is_on_behalf for yes in deal.confirmed.confirmations.all()} == {True}


def test_same_list_twice_doubles_nothing(officer):
    import_file(officer, KIND, sheet(*EVENT))

    again = import_file(officer, KIND, sheet(*EVENT, EVENT[0]))

    assert outcomes(again) == {2: "unchanged", 3: "unchanged", 4: "unchanged", 5: "skipped"}
    assert figures_of(whole()[Stage.CONFIRMED]) == (6, 3, 6_510_000, Decimal(300_225_000))


def test_contract_and_delivery_are_counted_and_undoing_lowers_exactly(officer):
    import_file(officer, KIND, sheet(*EVENT[:2]))
    more = "丙运动,寅鞋业,2022-06-10,跑鞋,150万,46.5,2022-12-31,HT-3,2022-07-01,150万,2022-12-20"
    batch = import_file(officer, KIND, sheet(more))
    assert figures_of(whole()[Stage.CONTRACTED]) == (2, 1, 1_500_000, Decimal(69_750_000))
    assert figures_of(whole()[Stage.DELIVERED]) == (2, 1, 1_500_000, Decimal(69_750_000))

    batch = undo(batch, officer)

    assert outcomes(batch) == {2: "undone"}
    assert figures_of(whole()[Stage.CONFIRMED]) == (4, 2, 5_010_000, Decimal(230_475_000))
    assert figures_of(whole()[Stage.DELIVERED]) == (0, 0, 0, Decimal(0))
    gone = Intention.objects.get(contract_number="HT-3")
    assert (gone.state, gone.end_reason) == ("withdrawn", "mistake")


def test_amount_gives_the_price_or_is_refused_where_it_contradicts(officer):
    header = "品牌企业,工厂,签约日期,数量,单价,金额"
    batch = import_file(
        officer,
        KIND,
        sheet(
            "甲运动,子鞋业,2022-06-10,300万,,135000000",
            "乙运动,丑鞋业,2022-06-10,201万,47.5,95000000",
            "丙运动,寅鞋业,2022-06-10,150万,,",
            header=header,
        ),
    )

    assert outcomes(batch) == {2: "created", 3: "failed", 4: "failed"}
    assert problems(batch)[3] == [
        ("amount", "2,010,000 pairs at 47.50 are 95,475,000.00 yuan, not 95,000,000.00.")
    ]
    assert problems(batch)[4][0][0] == "unit_price"
    assert Intention.objects.get().standing.unit_price == 45


def test_firm_that_is_not_here_or_is_one_of_two_is_told_or_asked(officer, firms):
    CompanyFactory(kind="factory", name_zh="子鞋业", division_code="350500")
    batch = send(
        officer,
        KIND,
        sheet(
            "甲运动,子鞋业,2022-06-10,跑鞋,300万,45,,,,,",
            "丁运动,丑鞋业,2022-06-10,跑鞋,1万,45,,,,,",
        ),
    )
    assert outcomes(batch) == {2: "asked", 3: "failed"}
    assert "import the company first" in problems(batch)[3][0][1]
    assert len(asked(batch)) == 1

    batch = answer(batch, officer, **{"row:": str(firms[1][0].code)})
    run(batch, officer)

    assert Intention.objects.get().factory == firms[1][0]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("甲运动,子鞋业,2999-06-10,跑鞋,300万,45,,,,,", "agreed_on"),
        ("甲运动,子鞋业,,跑鞋,300万,45,,,,,", "agreed_on"),
        ("甲运动,甲运动,2022-06-10,跑鞋,300万,45,,,,,", "factory"),
        ("甲运动,子鞋业,2022-06-10,跑鞋,300万,45,,HT-1,,,", "contracted_on"),
        ("甲运动,子鞋业,2022-06-10,跑鞋,300万,45,,,,5000,", "delivered_on"),
        ("甲运动,子鞋业,2022-06-10,跑鞋,300万,45,,,2022-01-01,,", "contracted_on"),
    ],
)
def test_row_that_cannot_be_names_its_column_and_enters_nothing(officer, row, column):
    batch = send(officer, KIND, sheet(row, EVENT[1]))
    if outcomes(batch)[2] == "create":
        batch = run(batch, officer)

    assert problems(batch)[2][0][0] == column
    assert not Intention.objects.filter(brand__name_zh="甲运动").exists()


def test_both_firms_are_told_and_read_it_among_their_deals(officer, client, firms):
    people = [MembershipFactory(company=one[0]).user for one in firms]
    import_file(officer, KIND, sheet(EVENT[0]))

    kinds = Notification.objects.values_list("recipient", "kind")
    assert set(kinds) == {(person.pk, "deal_progress") for person in people}
    client.force_login(people[0])
    client.cookies["django_language"] = "en"
    deal = Intention.objects.get()
    for name in ("intention-detail", "memorandum"):
        shown = client.get(reverse(f"deals:{name}", args=[deal.code]))
        assert "3,000,000" in shown.content.decode().replace("\u2060", "")
    listed = client.get(reverse("deals:intention-list")).content.decode()
    assert firms[1][0].name_en in listed


def test_past_deals_are_an_officers_to_import(officer, firms, at):
    member = MembershipFactory(company=firms[0][0]).user

    with pytest.raises(NotAllowed):
        send(member, KIND, sheet(*EVENT), company=firms[0][0])
    with pytest.raises(NotAllowed):
        send(member, KIND, sheet(*EVENT))
    assert trade_day(at) > dt.date(2022, 12, 31)


def test_officer_finds_template_and_page_of_the_kind(client, officer, settings):
    settings.OFFICERS_NEED_TOTP = False
    client.force_login(officer)
    client.cookies["django_language"] = "en"

    page = client.get(reverse("imports:import-new", args=["intentions"])).content.decode()
    template = client.get(reverse("imports:import-template", args=["intentions", "csv"]))

    assert "entered once" in page
    assert template.content.decode("utf-8-sig").startswith("Brand,Factory,Agreed on")
    filled = template.content.decode("utf-8-sig").splitlines()[1]
    assert "EXAMPLE-1" in filled
