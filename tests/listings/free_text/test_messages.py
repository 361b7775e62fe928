import datetime as dt
from decimal import Decimal

import pytest

from matchmaking.listings.free_text.messages import MOST_CHARACTERS, read_message
from matchmaking.listings.free_text.vocabulary import Vocabulary, shipped

TODAY = dt.date(2026, 11, 30)


def read(text, today=TODAY):
    return read_message(text, today, shipped())


def values(text):
    (draft,) = read(text).drafts
    return draft.values()


def questions(text):
    return {question.field: question for question in read(text).questions}


def test_order_of_one_line_fills_its_form():
    assert values(
        "找莆田工厂 跑鞋冷粘 3万双 两色 模具自带 目标价48 3月20号前出货 不拆单 要BSCI"
    ) == {
        "side": "order",
        "category": "athletic",
        "construction": "cemented",
        "pairs": 30_000,
        "colourways": 2,
        "target_price_cny": Decimal("48.00"),
        "due": dt.date(2027, 3, 20),
        "certificates": ("amfori_bsci",),
        "moulds_by": "brand",
        "splittable": False,
        "place_wanted": "350300",
    }


def test_offer_of_one_line_fills_its_form():
    assert values("温岭拖鞋厂接单 2条线空 单线日产3000双 起订2000双 8.5元起 交期20天 12月20起") == {
        "side": "offer",
        "category": "slippers",
        "lines": 2,
        "weekly_pairs": 36_000,
        "min_order": 2_000,
        "price_low_cny": Decimal("8.50"),
        "lead_days": 20,
        "free_from": dt.date(2026, 12, 20),
        "place": "331081",
    }


def test_field_knows_the_words_that_it_came_from():
    text = "找厂　跑鞋　３万双　４８元"

    fields = read(text).drafts[0].fields

    assert [text[slice(*span)] for span in fields["pairs"].spans] == ["３万双"]
    assert [text[slice(*span)] for span in fields["target_price_cny"].spans] == ["４８元"]
    assert [text[slice(*span)] for span in fields["category"].spans] == ["跑鞋"]


def test_question_has_its_readings_and_no_value():
    text = "板鞋找厂 8000双 45-48元 年前交"

    asked = questions(text)

    assert {name: [reading.words for reading in one.readings] for name, one in asked.items()} == {
        "category": ["skate_vulcanised", "casual_sport"],
        "target_price_cny": ["45.00", "48.00"],
        "due": ["2026-12-31", "2027-02-05"],
    }
    assert values(text) == {"side": "order", "pairs": 8000}
    assert text[slice(*asked["due"].span)] == "年前"


def test_stretches_that_were_not_understood_are_left():
    text = "找厂 跑鞋2万双 鞋舌要加厚 50元"

    assert [text[slice(*span)] for span in read(text).left] == ["鞋舌要加厚"]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("跑鞋 3万双 不对 是5万双 找厂", "pairs", 50_000),
        ("跑鞋 2万双→3万双 找厂", "pairs", 30_000),
        ("单价不是45是54 跑鞋2万双 找厂", "target_price_cny", Decimal("54.00")),
        ("not 12,000 but 21,000 pairs running shoes, factory wanted", "pairs", 21_000),
        ("跑鞋 2款×3色 每款每色1500双 找厂", "pairs", 9_000),
        ("跑鞋 每色800双 3个色 找厂", "pairs", 2_400),
        ("解放鞋 200件 一件60双 找厂", "pairs", 12_000),
        ("凉鞋 500打 找厂", "pairs", 6_000),
        ("女鞋 37码500双 38码800双 39码700双 找厂", "pairs", 2_000),
        ("女鞋 36/100 37/200 38/300 找厂", "pairs", 600),
        ("首单800双 后面每个月5000双 跑鞋 找厂", "pairs", 800),
        ("凉鞋1万双 每打216元 找厂", "target_price_cny", Decimal("18.00")),
        ("跑鞋2万双 客户来验厂 找厂", "certificates", ("inspection_factory",)),
        ("没有BSCI的勿扰 跑鞋2万双 找厂", "certificates", ("amfori_bsci",)),
        ("跑鞋2万双 5月10日 莆田除外 找晋江的厂", "place_wanted", "350582"),
        ("人在广州 女鞋2000双 找惠东的厂", "place", "440100"),
    ],
)
def test_order_is_read_as_it_is_meant(text, field, value):
    assert values(text)[field] == value


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("跑鞋 3-5万双 找厂", "pairs"),
        ("跑鞋 2万多双 找厂", "pairs"),
        ("跑鞋 每月1万双 找厂", "pairs"),
        ("跑鞋 每色1500双 找厂", "pairs"),
        ("跑鞋2万双 可分批 找厂", "splittable"),
        ("跑鞋2万双 BSCI或Sedex 找厂", "certificates"),
        ("跑鞋2万双 有验厂优先 找厂", "certificates"),
        ("跑鞋2万双 大底自带 找厂", "materials"),
        ("跑鞋2万双 交期45天 找厂", "due"),
        ("跑鞋2万双 找厂 50元 莆田", "place_wanted"),
        ("雨鞋2万双 注塑 找厂", "construction"),
        ("儿童凉鞋2万双 找厂", "category"),
        ("日产9000 6条线 有2条线空出来 跑鞋求单", "weekly_pairs"),
        ("3条线 日产4500 跑鞋求单", "weekly_pairs"),
        ("年产100万双 跑鞋求单", "weekly_pairs"),
        ("跑鞋和女单鞋都做 日产800 求单", "category"),
        ("交期25-30天 跑鞋求单", "lead_days"),
    ],
)
def test_real_ambiguity_is_asked_about_and_never_set(text, field):
    assert field in questions(text)
    assert field not in values(text)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("跑鞋2万双 不用验厂 找厂", "certificates"),
        ("跑鞋2万双 不验厂 找厂", "certificates"),
        ("跑鞋2万双 越南的不要 找厂", "place_wanted"),
        ("跑鞋2万双 送货到东莞 找厂", "place"),
        ("跑鞋2万双 模具费3000元 找厂", "target_price_cny"),
        ("跑鞋2万双 月结60天 找厂", "lead_days"),
        ("跑鞋2万双 打样7天 找厂", "lead_days"),
        ("跑鞋2万双 37-42码 找厂", "target_price_cny"),
        ("running shoes 20k pairs, first week of April delivery, factory wanted", "due"),
    ],
)
def test_what_is_not_said_is_not_set(text, field):
    assert field not in values(text)


def test_posts_of_a_list_share_what_heading_and_foot_say():
    text = "三个款找厂 都要BSCI\n1. 跑鞋 1万双 50\n2. 凉鞋 5千双 24 4月20\n都是5月10日前交"

    first, second = (draft.values() for draft in read(text).drafts)

    assert (first["pairs"], first["due"]) == (10_000, dt.date(2027, 5, 10))
    assert (second["pairs"], second["due"]) == (5_000, dt.date(2027, 4, 20))
    assert first["certificates"] == second["certificates"] == ("amfori_bsci",)


def test_numbered_conditions_are_one_post():
    assert len(read("跑鞋2万双 找厂 1、有BSCI 2、不拆单 3、3月底前交").drafts) == 1


def test_offer_and_order_in_one_message_are_two_posts():
    drafts = read("我们厂2条冷粘线空 日产共3200双 求单；另外找鞋面外发 2万双 5.5元").drafts

    assert [draft.values()["side"] for draft in drafts] == ["offer", "order"]


def test_text_without_a_side_is_asked_about():
    reading = read("你好")

    assert reading.drafts[0].values() == {}
    assert [question.field for question in reading.questions] == ["side"]


def test_only_the_beginning_of_a_long_text_is_read_and_the_rest_is_left():
    text = "找厂 跑鞋2万双 " + "x" * MOST_CHARACTERS

    reading = read(text)

    assert reading.drafts[0].values()["pairs"] == 20_000
    assert reading.left[-1] == (MOST_CHARACTERS, len(text))


def test_words_that_officers_add_are_read():
    rows = [("category", "云朵鞋", "slippers"), ("place", "新城", "350300")]

    reading = read_message("云朵鞋2万双 找新城的厂", TODAY, Vocabulary(rows))

    assert reading.drafts[0].values()["category"] == "slippers"
    assert reading.drafts[0].values()["place_wanted"] == "350300"
