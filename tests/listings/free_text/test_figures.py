"""Figures of a post: quantities, output, prices and days, in the forms that people use."""

import datetime as dt
from decimal import Decimal

import pytest

from matchmaking.listings.free_text.messages import read_message
from matchmaking.listings.free_text.vocabulary import shipped

TODAY = dt.date(2026, 11, 30)


def read(text):
    reading = read_message(text, TODAY, shipped())
    (draft,) = reading.drafts
    asked = {
        question.field: [reading.words for reading in question.readings]
        for question in reading.questions
    }
    return draft.values(), asked


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("一款三色 每色3000双", 9_000),
        ("1500双*4色", 6_000),
        ("3个颜色各2000", 6_000),
        ("2款 每款4万", 80_000),
        ("1款3色 每色1000双", 3_000),
        ("2款3色 每款3000双", 6_000),
        ("2款3色 5000双", 5_000),
        ("2款2色 每色600双 共2400双", 2_400),
        ("two styles x three colours x 500 pairs", 3_000),
        ("500件×60双", 30_000),
        ("100箱 12双装", 1_200),
        ("60双/件 200件", 12_000),
        ("300 cartons, 24 pairs per carton", 7_200),
        ("38# 500双,39# 600双,40# 700双", 1_800),
        ("size 38: 400, size 39: 500, size 40: 600 pairs", 1_500),
        ("首批2000双 后续月单1万双", 2_000),
        ("trial order 800 pairs, then 5,000 pairs monthly", 800),
        ("打样20双 大货6000双", 6_000),
        ("1000双 2000双 共3000双", 3_000),
        ("每月1万双 共6万双", 60_000),
        ("日产3000双以上的来 做4万双", 40_000),
        ("数量：30,000", 30_000),
        ("一万二千双", 12_000),
        ("1w2双", 12_000),
        ("5000对", 5_000),
        ("50,000 pcs", 50_000),
        ("20000", 20_000),
    ],
)
def test_pairs_of_an_order(text, pairs):
    values, _ = read(f"跑鞋找厂 {text}")

    assert values["pairs"] == pairs


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("2款3色 每色1000双", ["3000", "6000"]),
        ("5款4色 每款每色不低于500双", []),
        ("黑色3000双 白色2000双", ["3000", "2000"]),
        ("200件", []),
        ("几千双", []),
        ("上万双", []),
        ("10万双起", ["100000"]),
        ("三五千双", ["3000", "5000"]),
        ("3万-5万", ["30000", "50000"]),
        ("60.000双", ["60000", "60"]),
    ],
)
def test_pairs_that_are_not_sure_are_asked_about(text, readings):
    values, asked = read(f"跑鞋找厂 {text}")

    assert "pairs" not in values
    assert asked["pairs"] == readings


@pytest.mark.parametrize(
    ("text", "weekly"),
    [
        ("日产2000双", 12_000),
        ("2000双/天", 12_000),
        ("每天出一千二", 7_200),
        ("日产2000 一周只做5天", 10_000),
        ("日产2000 双休", 10_000),
        ("日产2000 单休", 12_000),
        ("日产2000 无休", 14_000),
        ("2,000 pairs a day, five days a week", 10_000),
        ("周产1.5万双", 15_000),
        ("月产10万双", 23_300),
        ("40,000 pairs per month", 9_300),
        ("日产鞋面1.2万双", 72_000),
        ("日产8000双 月产20万双", 48_000),
        ("2条线合计日产3000", 18_000),
        ("2条线 每条日产1500", 18_000),
        ("2条线 单线一天一千五", 18_000),
        ("6 lines in total, 2 lines free, 1,000 pairs per line per day", 12_000),
        ("2 idle lines, 900 pairs/day each", 10_800),
        ("有成型线4条 目前空1条 一条成型线日产1800", 10_800),
        ("3条线 1条做满 2条空 每条日产1600", 19_200),
    ],
)
def test_output_of_the_free_lines_a_week(text, weekly):
    values, _ = read(f"跑鞋工厂求单 {text}")

    assert values["weekly_pairs"] == weekly


@pytest.mark.parametrize(
    "text",
    [
        "日产2000-2500",
        "3条线 日产4500",
        "单线日产1500",
        "6条线日产9000 有2条线空",
        "日产1000双 一个月休两天",
        "单班日产1500 双班3000",
        "年产100万双",
        "4条线 2条在做 其余空着 单线日产1500",
    ],
)
def test_output_that_is_not_sure_is_asked_about(text):
    values, asked = read(f"跑鞋工厂求单 {text}")

    assert "weekly_pairs" not in values
    assert "weekly_pairs" in asked


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("起订2000双", 2_000),
        ("2000双起订", 2_000),
        ("MOQ 1,200 prs/style", 1_200),
        ("低于500双不接", 500),
        ("500双以下不做", 500),
        ("起订100打", 1_200),
        ("minimum order of 3,000 prs", 3_000),
    ],
)
def test_minimum_order_of_an_offer(text, least):
    values, _ = read(f"跑鞋工厂求单 日产2000 {text}")

    assert values["min_order"] == least


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("48块", "48"),
        ("11块5", "11.5"),
        ("三十二块五", "32.5"),
        ("50左右", "50"),
        ("48以内", "48"),
        ("一双45", "45"),
        ("三百左右一双", "300"),
        ("一百八", "180"),
        ("RMB 52.5", "52.5"),
        ("加工费3.5", "3.5"),
        ("每打216元", "18"),
        ("216元/打", "18"),
        ("48元 模具费3000元", "48"),
        ("48元 定金30%", "48"),
        ("48 货值100万", "48"),
        ("48", "48"),
    ],
)
def test_target_price_of_an_order(text, price):
    values, _ = read(f"跑鞋2万双找厂 {text}")

    assert values["target_price_cny"] == Decimal(price)


@pytest.mark.parametrize(
    ("text", "field", "readings"),
    [
        ("50-55", "target_price_cny", ["50.00", "55.00"]),
        ("3块5-7块", "target_price_cny", ["3.50", "7.00"]),
        ("48到50块", "target_price_cny", ["48.00", "50.00"]),
        ("含税58 不含税53", "target_price_cny", ["58.00", "53.00"]),
        ("48 52", "target_price_cny", ["48", "52"]),
        ("14-15 USD", "price", ["14.00", "15.00"]),
        ("5,20 EUR", "price", ["5.20", "20.00"]),
    ],
)
def test_price_that_is_not_sure_is_asked_about(text, field, readings):
    values, asked = read(f"跑鞋2万双找厂 {text}")

    assert {"target_price_cny", "price"}.isdisjoint(values)
    assert asked[field] == readings


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("单价9.5-13", {"price_low_cny": Decimal("9.50"), "price_high_cny": Decimal("13.00")}),
        ("8.5元起", {"price_low_cny": Decimal("8.50")}),
        ("最高60元以内", {"price_high_cny": Decimal("60.00")}),
        ("单价12元", {"price_low_cny": Decimal("12.00"), "price_high_cny": Decimal("12.00")}),
        ("$1.8", {"currency": "USD", "price": Decimal("1.80")}),
        ("USD 8-12", {"currency": "USD"}),
    ],
)
def test_prices_of_an_offer(text, band):
    values, _ = read(f"拖鞋工厂求单 日产2000 {text}")

    named = ("price_low_cny", "price_high_cny", "price", "currency")
    assert {name: values[name] for name in named if name in values} == band


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("12月20日起有空", "2026-12-20", None),
        ("1月中旬到2月5日有空", "2027-01-11", "2027-02-05"),
        ("3月到5月有空档", "2027-03-01", "2027-05-31"),
        ("1月整月空", "2027-01-01", "2027-01-31"),
        ("W50-W3有空", "2026-12-07", "2027-01-24"),
        ("即日起", "2026-11-30", None),
        ("现有2条空线", "2026-11-30", None),
        ("春节前都有空", None, "2027-02-05"),
        ("现在到春节前都有空", "2026-11-30", "2027-02-05"),
        ("12月8号空到年三十", "2026-12-08", "2027-02-05"),
        ("1月10号前有空", None, "2027-01-10"),
        ("可做到2月1号", None, "2027-02-01"),
        ("订单排到3月底 4月以后有空", "2027-04-01", None),
        ("3月排满 4月起有空", "2027-04-01", None),
        ("now free until 31 January", "2026-11-30", "2027-01-31"),
        ("full until March, from April free", "2027-04-01", None),
        ("今日报价 日产2000", None, None),
        ("3月底前可以交货", None, None),
    ],
)
def test_window_of_an_offer(text, start, end):
    values, _ = read(f"冷粘跑鞋工厂求单 {text}")

    assert [str(values.get(name)) for name in ("free_from", "free_to")] == [str(start), str(end)]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("1月8号开工3月20发货", "2027-03-20"),
        ("交期3月底 上线1月10日", "2027-03-31"),
        ("2月底前 可以晚到3月10号", "2027-03-10"),
        ("12月15号打样 3月底交", "2027-03-31"),
        ("首单1月底交 2月以后按月排", "2027-01-31"),
        ("second half of March delivery", "2027-03-31"),
        ("Q1 delivery", "2027-03-31"),
        ("ship window 1-15 April 2027", "2027-04-15"),
        ("下下个月15号交", "2027-01-15"),
        ("4月上半月交", "2027-04-15"),
        ("by end of next month", "2026-12-31"),
        ("大后天交", "2026-12-03"),
        ("四十七块五三月十五号交货", "2027-03-15"),
        ("元宵节前后上线 4月5交", "2027-04-05"),
        ("交期由3月20提前到3月10", "2027-03-10"),
    ],
)
def test_due_day_of_an_order(text, due):
    values, _ = read(f"跑鞋2万双找厂 {text}")

    assert str(values["due"]) == due


@pytest.mark.parametrize(
    "text",
    [
        "年前交",
        "5月前交",
        "3月初交",
        "年后交",
        "4月第一周交",
        "1月底 2月底交",
        "04/05/2027 delivery",
        "3月15日前出一半 3月底出完",
    ],
)
def test_due_day_that_is_not_sure_is_asked_about(text):
    values, asked = read(f"跑鞋2万双找厂 {text}")

    assert "due" not in values
    assert asked["due"]
