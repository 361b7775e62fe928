"""Order books and capacity plans as people really send them: each stands for a kind of fault."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine
import xlsxwriter

from matchmaking.core import weeks
from matchmaking.core.errors import Conflict
from matchmaking.core.sheets import Sheet, write_xlsx
from matchmaking.imports import queries
from matchmaking.imports.models import ImportKind
from matchmaking.listings.models import CapacityOffer, ExchangeRate, ProcessingOrder
from tests.imports.support import (
    answer,
    asked,
    case,
    facts,
    import_file,
    outcomes,
    problems,
    run,
    send,
    shown,
    start,
)

ORDERS, OFFERS = ImportKind.ORDERS, ImportKind.OFFERS
pytestmark = pytest.mark.usefixtures("read_in_process")


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC), tick=True):
        yield


def text(*lines):
    return "\n".join(lines).encode()


def plan_of(offer):
    """Return the published pairs by week label."""
    pairs = {
        weeks.label(offer.anchor_week + dt.timedelta(weeks=at)): number
        for at, number in enumerate(offer.published)
    }
    return {label: number for label, number in pairs.items() if number}


@pytest.fixture
def offers(factory, factory_company):
    return lambda content, **options: send(
        factory, OFFERS, content, company=factory_company, **options
    )


@pytest.fixture
def orders(brand, brand_company):
    return lambda content, **options: send(brand, ORDERS, content, company=brand_company, **options)


# --- Capacity ---------------------------------------------------------------------------


def test_a_title_above_the_header_and_totals_below(offers, factory):
    batch = offers(case("01"))

    assert "Row 3 names the columns." in facts(batch)
    run(batch, factory)
    assert {o.own_reference: plan_of(o) for o in CapacityOffer.objects.all()} == {
        "L1": {"2027-W05": 9000, "2027-W06": 9000, "2027-W08": 4500},
        "L2": {"2027-W05": 8000, "2027-W06": 8000, "2027-W08": 4000},
    }


def test_days_are_added_up_to_their_weeks(offers, factory):
    batch = offers(case("02"))

    assert "14 columns of days are added up to 2 weeks." in facts(batch)
    run(batch, factory)
    assert plan_of(CapacityOffer.objects.get()) == {"2027-W09": 9000, "2027-W10": 9000}


def test_weeks_are_read_as_the_trade_names_them(offers, factory):
    batch = offers(case("03"))
    assert asked(batch) == ["same_week:2027-W12"]
    with pytest.raises(Exception, match="Answer the questions about the file first"):
        run(batch, factory)

    batch = answer(batch, factory, same_week="10=2027-03-29")

    run(batch, factory)
    assert plan_of(CapacityOffer.objects.get()) == {
        f"2027-W{week:02}": 9000 for week in range(9, 16)
    }


@pytest.mark.parametrize(
    ("header", "labels"),
    [
        (("第1周", "第2周"), None),
        (("W52", "W53", "2027-W01"), ["2026-W52", "2026-W53", "2027-W01"]),
        (("3/1-3/7", "3/8-3/14"), ["2027-W09", "2027-W10"]),
        (("3月1日", "3月8日"), ["2027-W09", "2027-W10"]),
        (("W10 计划(双)", "W11 计划(双)", "2027-W12"), ["2027-W10", "2027-W11", "2027-W12"]),
        (("2027-⁠W23", "2027-W24"), ["2027-W23", "2027-W24"]),
        (("Week 9 2027", "2027-W10"), ["2027-W09", "2027-W10"]),
    ],
)
def test_headers_of_weeks(offers, header, labels):
    batch = offers(
        text(f"编号,标题,品类,{','.join(header)}", f"L1,一号线,运动鞋{',5000' * len(header)}")
    )

    found = batch.sums["dated"]
    if labels is None:
        assert asked(batch)
        assert queries.is_blocked(batch)
    else:
        assert [label.split(" ")[0] for label in found.values()] == labels


def test_weeks_without_a_year_are_asked_about_once(offers, factory):
    batch = offers(text("编号,标题,品类,第9周,第10周", "L1,一号线,运动鞋,1000,2000"))
    assert asked(batch) == ["year_of_weeks"]

    run(answer(batch, factory, year="2027"), factory)

    assert plan_of(CapacityOffer.objects.get()) == {"2027-W09": 1000, "2027-W10": 2000}


def test_two_columns_of_one_week_never_become_one_silently(offers, factory):
    batch = offers(text("编号,标题,品类,2027-W09,27W09", "L1,一号线,运动鞋,1000,2000"))

    assert asked(batch) == ["same_week:2027-W09"]
    run(answer(batch, factory, same_week="add"), factory)
    assert plan_of(CapacityOffer.objects.get()) == {"2027-W09": 3000}


def test_a_month_is_spread_when_somebody_says_so(offers, factory):
    batch = offers(text("编号,标题,品类,2027年3月", "L1,一号线,运动鞋,40001"))
    assert asked(batch) == ["months"]

    run(answer(batch, factory, months="spread"), factory)

    plan = plan_of(CapacityOffer.objects.get())
    assert (list(plan), sum(plan.values())) == (
        ["2027-W09", "2027-W10", "2027-W11", "2027-W12"],
        40_001,
    )


def test_every_sheet_is_offered_and_the_one_read_is_named(offers, factory):
    batch = offers(case("11"))
    assert asked(batch) == ["sheet"]
    question = queries.questions_of(batch)[0]
    assert [choice.value for choice in question.choices] == ["一号线", "二号线", "三号线", "*"]

    one = answer(batch, factory, sheet="二号线")
    assert "Sheet that is read: 二号线." in facts(one)
    assert "Sheets that are not read: 一号线, 三号线." in facts(one)

    run(answer(one, factory, sheet="*"), factory)
    assert set(CapacityOffer.objects.values_list("own_reference", flat=True)) == {"S1", "S2", "S3"}


def test_only_named_and_filled_weeks_change(offers, factory):
    run(offers(case("16a")), factory)

    batch = offers(case("16b"))

    row = batch.rows.get()
    assert row.changes == [
        ["2027-W14", "9,000", "7,000"],
        ["2027-W16", "9,000", "7,000"],
        ["2027-W17", "9,000", "7,000"],
        ["Published pairs", "117,000", "111,000"],
    ]
    assert "6,000 published pairs leave the market" in queries.sum_facts(batch)
    run(batch, factory)
    plan = plan_of(CapacityOffer.objects.get())
    assert (len(plan), sum(plan.values()), plan["2027-W15"]) == (13, 111_000, 9000)


def test_an_update_of_weeks_needs_no_other_column(offers, factory):
    run(offers(case("16a")), factory)

    batch = run(offers(text("自有编号,2027-W09", "K1,停产")), factory)

    assert outcomes(batch) == {2: "updated"}
    assert "2027-W09" not in plan_of(CapacityOffer.objects.get())


@pytest.mark.parametrize("word", ["停产", "休", "放假", "0"])
def test_words_for_no_capacity(offers, factory, word):
    run(offers(text("编号,标题,品类,2027-W09,2027-W10", f"L1,一号线,跑鞋,{word},6千")), factory)

    assert plan_of(CapacityOffer.objects.get()) == {"2027-W10": 6000}


def test_a_plan_by_lines_has_the_line_for_its_reference(offers, factory):
    sheet = text("产线,可生产品类,2027-W09", "一号线,跑鞋,5000", "二号线,凉鞋,6千")
    run(offers(sheet), factory)

    again = run(offers(sheet), factory)

    assert outcomes(again) == {2: "unchanged", 3: "unchanged"}
    assert set(CapacityOffer.objects.values_list("own_reference", "title")) == {
        ("一号线", "一号线"),
        ("二号线", "二号线"),
    }


def test_a_plan_with_months_above_its_days(offers, factory):
    header = ["线别", "品类", *["3月"] * 3, "4月"]
    content = merged_workbook(
        [header, ["", "", "29日", "30日", "31日", "1日"], ["一号线", "跑鞋", 100, 200, 300, 400]],
        "A1:A2", "B1:B2", "C1:E1",
    )  # fmt: skip

    batch = offers(content)

    assert outcomes(batch) == {3: "create"}
    run(batch, factory)
    assert plan_of(CapacityOffer.objects.get()) == {"2027-W13": 1000}


def test_units_in_the_header_are_read(offers, factory):
    sheet = text(
        "编号,标题,品类,起订量(千双),备料期(周),周产能(万双),起始周,截止周",
        "L1,一号线,运动鞋,3,2,0.9,2027-W09,2027-W10",
    )
    run(offers(sheet), factory)

    offer = CapacityOffer.objects.get()
    assert (offer.min_order_pairs, offer.lead_days) == (3000, 14)
    assert plan_of(offer) == {"2027-W09": 9000, "2027-W10": 9000}


def test_a_unit_in_the_title_is_asked_about(offers, factory):
    batch = offers(text("产能计划 单位：千双,,,", "编号,标题,品类,2027-W09", "L1,一号线,运动鞋,9"))

    assert asked(batch) == ["unit"]
    run(answer(batch, factory, unit="yes"), factory)
    assert plan_of(CapacityOffer.objects.get()) == {"2027-W09": 9000}


def test_a_rate_a_month_is_asked_about(offers, factory):
    batch = offers(
        text("编号,标题,品类,月产能,起始周,截止周", "L1,一号线,运动鞋,30000,2027-W09,2027-W10")
    )

    assert asked(batch) == ["rate:pairs_per_month"]
    run(answer(batch, factory, rate="week"), factory)
    assert plan_of(CapacityOffer.objects.get()) == {"2027-W09": 7000, "2027-W10": 7000}


def test_a_rate_without_weeks_asks_about_the_spring_festival(offers, factory):
    batch = offers(text("编号,标题,品类,周产能", "L1,一号线,运动鞋,9000"))
    assert asked(batch) == ["rate_without_weeks"]

    run(answer(batch, factory, rate="closed"), factory)

    plan = plan_of(CapacityOffer.objects.get())
    assert "2027-W06" not in plan
    assert plan["2027-W10"] == 9000


def test_a_formula_in_a_row_of_totals_refuses_nothing(offers, factory):
    header = ["编号", "标题", "品类", "2027-W09"]
    batch = offers(
        with_formula([header, ["L1", "一号线", "跑鞋", 9000], ["合计", "", "", None]], "D3")
    )
    assert (asked(batch), outcomes(batch)) == ([], {2: "create", 3: "skipped"})

    other = offers(with_formula([header, ["L1", "一号线", "跑鞋", None]], "D2"))
    assert asked(other) == ["formulas"]
    run(answer(other, factory, formulas="yes"), factory)
    assert plan_of(CapacityOffer.objects.get()) == {"2027-W09": 7}


def test_hidden_rows_are_announced(offers, factory):
    batch = offers(
        merged_workbook(
            [
                ["编号", "标题", "品类", "2027-W09"],
                ["L1", "一号线", "跑鞋", 1],
                ["L2", "二号线", "跑鞋", 2],
            ],
            hidden=[2],
        )
    )

    assert asked(batch) == ["hidden:Sheet1"]
    run(answer(batch, factory, hidden="leave"), factory)
    assert CapacityOffer.objects.get().own_reference == "L1"


# --- Orders -----------------------------------------------------------------------------


def test_european_numbers_are_asked_about_with_both_readings(orders, brand):
    batch = orders(case("06"))
    assert asked(batch) == ["thousands"]
    assert [choice.label for choice in queries.questions_of(batch)[0].choices] == [
        "The comma: 60.000 is 60",
        "The point: 60.000 is 60,000",
    ]
    assert ProcessingOrder.objects.count() == 0

    run(answer(batch, brand, thousands="point"), brand)

    assert list(
        ProcessingOrder.objects.order_by("pk").values_list("pairs", "target_unit_price_cny")
    ) == [
        (60_000, Decimal("46.50")),
        (1_500, Decimal("38.00")),
        (12_000, Decimal("120.00")),
    ]


def test_what_was_answered_is_remembered_for_the_source(orders, brand):
    run(answer(orders(case("06")), brand, thousands="point"), brand)

    again = orders(case("06"))

    question = queries.questions_of(again)[0]
    assert (question.chosen, question.is_remembered) == ("point", True)
    assert set(outcomes(again).values()) == {"keep"}


@pytest.fixture
def dollar_rate(at):
    return ExchangeRate.objects.create(
        currency="USD", day=at.date(), yuan=Decimal("7.1"), source="central parity"
    )


DOLLARS = [
    ("单价(USD)", "6.8"),
    ("单价（美元/双）", "6.8"),
    ("Price/US$", "6.8"),
    ("单价", "6.8美元"),
    ("单价", "$6.8"),
    ("单价,币种", "6.8,USD"),
    ("单价,币种", "$6.8,美元"),
]


def priced(orders, header, row):
    return orders(text(f"订单号,品名,品类,数量,交期,{header}", f"A1,跑鞋,跑鞋,5000,2027-W23,{row}"))


def test_dollars_are_asked_about_also_by_the_format_of_the_cell(orders):
    batch = orders(case("07"))

    assert set(outcomes(batch).values()) == {"asked"}
    assert asked(batch) == ["currency:USD"]
    assert problems(batch)[3] == [
        ("target_unit_price_cny", "Prices are in yuan: “$6.8” is in USD.")
    ]


@pytest.mark.parametrize(("header", "row"), DOLLARS)
def test_another_currency_is_never_taken_for_yuan(orders, brand, header, row):
    batch = priced(orders, header, row)

    with pytest.raises(Conflict):
        start(batch, brand)
    assert [one.value for one in queries.questions_of(batch)[0].choices] == ["yuan", "leave"]
    assert not ProcessingOrder.objects.exists()


@pytest.mark.parametrize(("header", "row"), DOLLARS)
def test_another_currency_is_converted_by_one_click(orders, brand, dollar_rate, header, row):
    batch = priced(orders, header, row)

    run(answer(batch, brand, currency=f"rate:{dollar_rate.day}"), brand)

    assert ProcessingOrder.objects.get().target_unit_price_cny == Decimal("48.28")


def test_the_rate_that_was_agreed_to_counts_although_a_newer_one_came(
    orders, brand, dollar_rate, at
):
    ExchangeRate.objects.filter(pk=dollar_rate.pk).update(day=at.date() - dt.timedelta(days=3))
    agreed = f"rate:{at.date() - dt.timedelta(days=3)}"
    batch = answer(priced(orders, "单价", "$6.8"), brand, currency=agreed)
    ExchangeRate.objects.create(currency="USD", day=at.date(), yuan=Decimal(8), source="later")

    run(batch, brand)

    assert ProcessingOrder.objects.get().target_unit_price_cny == Decimal("48.28")


def test_a_wrong_sign_is_marked_as_yuan(orders, brand):
    run(answer(priced(orders, "单价", "$46.8"), brand, currency="yuan"), brand)

    assert ProcessingOrder.objects.get().target_unit_price_cny == Decimal("46.80")


def test_rows_in_another_currency_are_left_out_on_request(orders, brand):
    batch = answer(priced(orders, "单价", "$6.8"), brand, currency="leave")

    assert outcomes(batch) == {2: "failed"}


def test_a_row_and_a_header_of_two_currencies_contradict(orders):
    batch = priced(orders, "单价(欧元),币种", "6.8,USD")

    assert problems(batch)[2] == [
        (
            "target_unit_price_cny",
            "The row says USD, the column “Target price, yuan a pair” EUR: which is it?",
        )
    ]


def test_a_word_that_is_no_currency_is_refused(orders):
    assert problems(priced(orders, "单价,币种", "6.8,贝壳"))[2] == [
        ("currency", "“贝壳” is no currency that we know.")
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("单价,币种", "46.5,RMB"),
        ("单价(元/打)", "558"),
        ("单价", "¥46.50/双"),
        ("加工费(元)", "46.5"),
    ],
)
def test_yuan_in_its_forms(orders, brand, header, row):
    run(
        orders(text(f"订单号,品名,品类,总数量,船期,{header}", f"A1,跑鞋,跑鞋,5000,2027-W23,{row}")),
        brand,
    )

    assert ProcessingOrder.objects.get().target_unit_price_cny == Decimal("46.50")


def test_money_and_thousands(orders):
    batch = orders(case("money"))

    assert outcomes(batch) == {2: "asked", 3: "asked", 4: "asked"}
    assert asked(batch) == ["currency:USD", "thousands"]


def test_a_merged_value_holds_for_its_range(orders, brand):
    batch = orders(case("10b"))

    assert "Merged cells hold for each of their rows: H2:H4, G2:G4." in facts(batch)
    run(batch, brand)
    for order in ProcessingOrder.objects.all():
        assert [one.code for one in order.certifications.all()] == ["iso9001"]
        assert weeks.label(order.earliest_start) == "2027-W10"


def test_merged_pairs_are_not_multiplied(orders):
    batch = orders(
        merged_workbook(
            [
                ["订单号", "品名", "品类", "单价", "交期", "数量"],
                ["A1", "跑鞋 黑", "跑鞋", 46.5, "2027-W23", 9000],
                ["A2", "跑鞋 白", "跑鞋", 46.5, "2027-W23", ""],
            ],
            "F2:F3",
        )
    )

    assert outcomes(batch) == {2: "failed", 3: "failed"}
    assert problems(batch)[2][0][1].startswith("F2:F3 is merged")


def test_numbers_that_lost_their_digits_are_no_identity(orders, brand):
    batch = run(orders(case("15")), brand)

    assert outcomes(batch) == {2: "failed", 3: "failed", 4: "created", 5: "created"}
    assert "has lost digits" in problems(batch)[2][0][1]
    assert set(ProcessingOrder.objects.values_list("own_reference", flat=True)) == {"00123", "123"}


def test_labels_copied_from_our_page_are_read(orders):
    batch = orders(case("17"))

    assert set(outcomes(batch).values()) == {"create"}
    assert shown(batch, 2)["due_week"] == "2027-W23 (6/7–6/13)"


def test_days_are_read_as_forms_read_them(orders, brand):
    batch = orders(case("18"))
    assert asked(batch) == ["first_of_days_full"]

    run(answer(batch, brand, first_of_days="day"), brand)

    assert {weeks.label(order.due_week) for order in ProcessingOrder.objects.all()} == {"2027-W23"}
    assert ProcessingOrder.objects.count() == 9


def test_a_sep_line_is_obeyed(orders):
    assert outcomes(orders(case("19"))) == {2: "create"}


def test_ready_means_that_it_will_be_imported(orders, brand):
    batch = orders(case("24b"))
    told = outcomes(batch)
    assert told == {2: "failed", 3: "failed", 4: "failed", 5: "create"}

    assert outcomes(run(batch, brand)) == {2: "failed", 3: "failed", 4: "failed", 5: "created"}


def test_fillers_of_optional_cells_are_empty(orders, brand):
    run(orders(case("25")), brand)

    assert ProcessingOrder.objects.count() == 4
    for order in ProcessingOrder.objects.all():
        assert (order.construction, order.colourways, order.earliest_start) == (None, None, None)
        assert (list(order.certifications.all()), order.destination_markets) == ([], [])


def test_a_style_is_the_identity_of_a_line_within_its_order(orders, brand):
    run(orders(case("26")), brand)

    again = run(orders(case("26")), brand)

    assert set(outcomes(again).values()) == {"unchanged"}
    assert sorted(ProcessingOrder.objects.values_list("own_reference", flat=True)) == [
        f"PO2027-0018 / ST-70{n}" for n in range(1, 6)
    ]


def test_the_sheet_of_rows_to_correct_keeps_mapping_and_identity(orders, brand):
    first = run(answer(orders(case("po-and-style-1")), brand, first="day"), brand)
    assert outcomes(first) == {2: "created", 3: "created"}

    second = run(orders(case("po-and-style-2")), brand)
    third = run(orders(case("po-and-style-3")), brand)

    assert (outcomes(second), outcomes(third)) == (
        {2: "unchanged"},
        {2: "unchanged", 3: "unchanged"},
    )
    assert sum(ProcessingOrder.objects.values_list("pairs", flat=True)) == 120_000


def test_a_missing_column_is_asked_for_with_the_likely_one(orders, brand):
    batch = orders(text("订单号,品名,品类,出几双,单价,交期", "A1,跑鞋,跑鞋,5000,46.5,2027-W23"))
    assert asked(batch) == ["missing:pairs"]

    run(answer(batch, brand, missing="出几双"), brand)

    assert ProcessingOrder.objects.get().pairs == 5000
    again = orders(text("订单号,品名,品类,出几双,单价,交期", "A2,跑鞋,跑鞋,6000,46.5,2027-W23"))
    assert (asked(again), outcomes(again)) == ([], {2: "create"})


def test_cartons_are_no_pairs(orders):
    batch = orders(text("订单号,品名,品类,数量(箱),单价,交期", "A1,跑鞋,跑鞋,50,46.5,2027-W23"))

    assert outcomes(batch) == {2: "failed"}
    assert "pairs" not in batch.mapping


@pytest.mark.parametrize(
    ("word", "code"),
    [("跑鞋", "athletic"), ("篮球鞋", "athletic"), ("休闲鞋", "casual_sport"), ("帆布鞋", "skate_vulcanised"),
     ("登山鞋", "outdoor_hiking"), ("洞洞鞋", "eva_clog")],
)  # fmt: skip
def test_words_of_the_trade_name_categories(orders, word, code):
    batch = orders(text("PO号,品名,鞋种,数量,单价,出货日期", f"A1,鞋,{word},6千,46.5,2027/6/7"))

    assert outcomes(batch) == {2: "create"}
    assert shown(batch, 2).get("category")
    assert code


@pytest.mark.parametrize("word", ["皮鞋", "板鞋", "雪地靴"])
def test_a_word_of_several_categories_is_asked_about_once(orders, brand, word):
    rows = [f"A{n},鞋,{word},6000,46.5,2027/6/7" for n in range(2)]
    batch = orders(text("PO号,品名,鞋种,数量,单价,出货日期", *rows))

    assert [key.split(":")[0] for key in asked(batch)] == ["term"]
    choice = queries.questions_of(batch)[0].choices[0].value
    run(answer(batch, brand, term=choice), brand)
    assert set(ProcessingOrder.objects.values_list("category__code", flat=True)) == {choice}


# --- Workbooks --------------------------------------------------------------------------


def merged_workbook(rows, *merged, hidden=()):
    """Return a workbook with merged ranges and hidden rows, counted from 0."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
        for span in merged:
            first = span.split(":", maxsplit=1)[0]
            page.merge_range(span, rows[int(first[1:]) - 1][ord(first[0]) - 65])
        for number in hidden:
            page.set_row(number, None, None, {"hidden": True})
    return out.getvalue()


def with_formula(rows, at):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
        page.write_formula(at, "=3+4", None, 7)
    return out.getvalue()


def test_the_writer_of_workbooks_is_read_back(offers):
    content = write_xlsx(
        Sheet("s", ["编号", "标题", "品类", "2027-W09"], [["L1", "一号线", "跑鞋", 5]])
    )

    assert outcomes(offers(content)) == {2: "create"}


def test_import_file_is_the_whole_way(brand, brand_company):
    batch = import_file(brand, ORDERS, case("19"), company=brand_company)

    assert outcomes(batch) == {2: "created"}
