from django.utils import translation

from accounts.models import Company
from matchmaking.core import countries
from matchmaking.core.localized import by_name
from matchmaking.core.name_order import NameOrder
from tests.factories import CompanyFactory


def test_names_stand_by_pinyin_for_chinese_readers():
    names = ["张家鞋厂", "李家鞋厂", "abc", "阿甘鞋业", "王牌鞋业", "Abd", "莆田鞋业", "晋江鞋业"]

    with translation.override("zh-hans"):
        shown = sorted(names, key=by_name)

    assert shown == [
        "abc", "Abd", "阿甘鞋业", "晋江鞋业", "李家鞋厂", "莆田鞋业", "王牌鞋业", "张家鞋厂",
    ]  # fmt: skip


def test_names_stand_by_letters_for_english_readers():
    with translation.override("en"):
        assert sorted(["b", "A", "a", "C"], key=by_name) == ["A", "a", "b", "C"]


def test_countries_stand_by_pinyin():
    with translation.override("zh-hans"):
        names = [str(name) for _code, name in countries.choices("CN")][1:]

    assert names.index("阿根廷") < names.index("德国") < names.index("越南")


FIRMS = [
    "新百鞋厂",
    "鑫达鞋业",
    "信诚鞋业",
    "晟丰鞋业",
    "升华鞋业",
    "abc",
    "Abd",
    "莆田鞋业",
    "煜鑫鞋业",
    "玉山鞋业",
]


def test_rare_characters_of_firms_stand_with_what_sounds_alike():
    with translation.override("zh-hans"):
        shown = sorted(FIRMS, key=by_name)

    assert [name[0] for name in shown[:3]] == ["a", "A", "莆"]
    assert {name[0] for name in shown[3:5]} == {"晟", "升"}
    assert {name[0] for name in shown[5:8]} == {"新", "鑫", "信"}
    assert {name[0] for name in shown[8:]} == {"煜", "玉"}


def test_the_database_orders_as_python_does(db):
    for name in FIRMS:
        CompanyFactory(name_zh=name)

    with translation.override("zh-hans"):
        expected = sorted(FIRMS, key=by_name)

    names = Company.objects.order_by(NameOrder("name_zh"), "name_zh")
    assert list(names.values_list("name_zh", flat=True)) == expected
