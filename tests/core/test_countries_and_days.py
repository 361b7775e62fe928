"""Countries, days and time zones are typed and shown as people write them."""

import datetime as dt

import pytest
from babel import Locale
from django.utils import translation

from accounts import time_zones
from matchmaking.core import countries
from matchmaking.core.parsed_fields import DayField

NOON = dt.datetime(2026, 9, 7, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("日本、德国；United States", ["JP", "DE", "US"], []),
        ("US DE fr", ["US", "DE", "FR"], []),
        ("uk, 中国大陆, GB", ["GB", "CN"], []),
        ("ＪＰ，越南", ["JP", "VN"], []),
        ("日本, Narnia", ["JP"], ["Narnia"]),
        (" , ;", [], []),
    ],
)
def test_countries_are_read_by_name_and_by_code(text, codes, unknown):
    assert countries.codes_in(text) == (codes, unknown)


def test_countries_are_named_in_the_readers_language():
    with translation.override("zh-hans"):
        assert [countries.name_of(code) for code in ("JP", "XX")] == ["日本", "XX"]
    with translation.override("en"):
        assert countries.name_of("JP") == "Japan"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_name_leads_back_to_its_code(language):
    names = countries.names_in(Locale.parse(language, sep="-"))

    assert len(names) == 250
    for code, name in names.items():
        assert countries.codes_in(f"{code}, {name}") == ([code], [])


def test_regions_of_china_are_named_as_such():
    with translation.override("zh-hans"):
        shown = [countries.name_of(code) for code in ("HK", "MO", "TW")]
    with translation.override("en"):
        shown += [countries.name_of(code) for code in ("HK", "MO", "TW")]

    assert shown == [
        "中国香港", "中国澳门", "中国台湾", "Hong Kong (China)", "Macao (China)", "Taiwan (China)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Bosnia & Herzegovina", "bosnia and herzegovina", "波斯尼亚和黑塞哥维那", "波黑"]
)
def test_a_country_is_read_under_each_of_its_names(text):
    assert countries.codes_in(text) == (["BA"], [])


@pytest.mark.parametrize(
    "text", ["2027-03-31", "20270331", "2027/3/31", "2027.03.31", "2027年3月31日", "２０２７-03-31"]
)
def test_a_day_is_read_as_people_type_it(text):
    assert DayField().clean(text) == dt.date(2027, 3, 31)


@pytest.mark.parametrize("text", ["2027-02-30", "soon", "31.31.2027"])
def test_what_is_no_day_is_refused_with_an_example(text):
    with pytest.raises(Exception, match="2027-03-31"):
        DayField().clean(text)


def test_time_zones_are_places_with_their_distance():
    with translation.override("en"):
        shown = time_zones.choices(NOON, "Africa/Maputo")

    named = dict(shown)
    assert shown[0] == ("Asia/Shanghai", "UTC+8 · Beijing, Shanghai")
    assert named["Asia/Kolkata"] == "UTC+5:30 · Delhi, Mumbai, Chennai"
    assert named["America/New_York"] == "UTC−4 · New York, Boston"
    assert named["UTC"] == "UTC · World time"
    assert named["Africa/Maputo"] == "UTC+2 · Maputo"
