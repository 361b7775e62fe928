import datetime as dt

import pytest

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.listings.free_text.contacts import find_contacts
from matchmaking.listings.free_text.messages import read_message
from matchmaking.listings.free_text.scan import TAKEN
from matchmaking.listings.free_text.vocabulary import shipped

HIDDEN = [
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "138.0013.8000",
    "1380 013 8000",
    "１３８００１３８０００",
    "一三八零零一三八零零零",
    "幺三八〇〇一三八〇〇〇",
    "138oo138ooo",
    "1 3 8 0 0 1 3 8 0 0 0",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
    "+86 138 0013 8000",
    "+44 7700 900000",
    "0594-2345678",
    "(0594) 2345678",
    "400-123-4567",
    "微信shoe0000",
    "薇信：shoe_0000",
    "v信 shoe-0000",
    "vx:shoe0000",
    "➕V shoe0000",
    "+v：shoe0000",
    "加v shoe_king",
    "加薇shoe0000",
    "微❤信 shoe0000",
    "wechat: Shoe_0000",
    "+852 2345 6789",
    "QQ：1234567",
    "扣扣 1234567",
    "shoes@example.com",
    "shoes(at)example(dot)com",
    "https://example.com/a?b=1",
    "www.example.cn",
    "example.com/shop",
    "李小姐",
    "王总",
    "陈老板",
    "林经理",
    "Mr Example",
    "Ms. Lin",
    "恒远鞋业",
    "莆田市恒远鞋业有限公司",
    "Example Footwear Co., Ltd.",
    "陈埭镇江头村工业区12号",
]
SHOWN = [
    "跑鞋2万双 50元 3月20号前",
    "EN ISO 20345 SA8000 ISO9001",
    "2027-03-20 20270320",
    "日产12000双 月产100000双",
    "高跟鞋 童鞋 马丁靴 万双",
    "36-41码 2款×3色 1.2w",
    "总价 总数 生产 工厂长期",
    "running shoes 20,000 pairs USD 9.20 by 31 March 2027",
    "13000双 50元 3月20",
    "130000 pairs",
]


def shown(text):
    contacts, plain = find_contacts(NormalizedText(text), shipped())
    return contacts, plain.replace(TAKEN, "")


@pytest.mark.parametrize("contact", HIDDEN)
@pytest.mark.parametrize(
    "frame", ["找厂 跑鞋2万双 {} 50元", "{} 跑鞋日产2000双求单", "跑鞋求单，{}"]
)
def test_contact_is_taken_out_and_the_post_is_kept(contact, frame):
    text = frame.format(contact)

    contacts, left = shown(text)

    hidden = {place for one in contacts for place in range(*one.span)}
    start = text.index(contact)
    letters = [place for place in range(start, start + len(contact)) if text[place].isalnum()]
    assert [text[place] for place in letters if place not in hidden] == []
    assert "跑鞋" in left


@pytest.mark.parametrize("text", SHOWN)
def test_figures_and_words_of_a_post_are_no_contacts(text):
    contacts, _ = shown(text)

    assert contacts == []


def test_contact_is_kept_as_it_was_written():
    contacts, _ = shown("找厂 跑鞋 电话１３８００１３８０００ Anna@Example.com")

    assert [(one.kind, one.text) for one in contacts] == [
        ("phone", "１３８００１３８０００"),
        ("mail", "Anna@Example.com"),
    ]


def test_no_value_question_or_leftover_shows_a_contact():
    text = "跑鞋2万双13800138000 王总 找厂 50元 微信shoe0000 https://example.com/a1"

    reading = read_message(text, dt.date(2026, 11, 30), shipped())

    hidden = {place for one in reading.contacts for place in range(*one.span)}
    spans = [
        span
        for draft in reading.drafts
        for name, field in draft.fields.items()
        if name != "side"
        for span in field.spans
    ]
    spans += [question.span for question in reading.questions] + list(reading.left)
    assert hidden.isdisjoint(place for span in spans for place in range(*span))
