from django.utils import translation

from matchmaking.core import countries
from matchmaking.core.localized import by_name


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
