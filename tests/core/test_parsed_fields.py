"""Fields read as the trade writes, and ask where two readings are possible."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.core import parsed_fields as fields

NOON = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        yield


class Form(forms.Form):
    pairs = fields.PairsField(required=False)
    due = fields.WeekField(required=False)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (fields.PairsField(), "3万", 30_000),
        (fields.PairsField(), "６０，０００", 60_000),
        (fields.PairsField(), "500打", 6_000),
        (fields.LeastPairsField(), "3000双起", 3_000),
        (fields.PlannedPairsField(), "停产", 0),
        (fields.NumberField(), "4色", 4),
        (fields.DaysField(), "三十", 30),
        (fields.DaysField(), "3周", 21),
        (fields.PriceField(), "46块5", Decimal("46.50")),
        (fields.PriceField(), "216元/打", Decimal("18.00")),
        (fields.PriceField(), "¥1,046.50", Decimal("1046.50")),
        (fields.DayField(), "2027-6-7", dt.date(2027, 6, 7)),
        (fields.DayField(), "31.3.2027", dt.date(2027, 3, 31)),
        (fields.WeekField(), "3月底前", dt.date(2027, 3, 29)),
        (fields.WeekField(), "27W14", dt.date(2027, 4, 5)),
        (fields.WeekField(), "2027-02-03", dt.date(2027, 2, 1)),
        (fields.WeekField(begins=True), "3月", dt.date(2027, 3, 1)),
    ],
)
def test_text_is_read_as_the_trade_writes_it(field, text, value):
    assert field.clean(text) == value


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (fields.PairsField(), "“soon” is not a number of pairs: write 60000 or 60,000."),
        (fields.DaysField(), "“soon” is not a number of days: write days, like 25."),
        (fields.NumberField(), "“soon” is not a number: write it in figures, like 4."),
        (fields.PriceField(), "“soon” is not a price: write yuan a pair, like 46.50."),
        (fields.DayField(), "“soon” is not a day: write year, month, day: 2027-03-31."),
    ],
)
def test_error_speaks_of_the_field(field, sentence):
    with pytest.raises(ValidationError) as refused:
        field.clean("soon")

    assert refused.value.messages == [sentence]


@pytest.mark.parametrize(
    ("field", "text", "readings"),
    [
        (fields.PairsField(), "60.000", ["60,000", "60"]),
        (fields.PairsField(), "3-5万", ["30,000", "50,000"]),
        (fields.PriceField(), "46,500", ["46500.00", "46.50"]),
        (fields.DayField(), "7.6.2027", ["2027-06-07", "2027-07-06"]),
        (fields.WeekField(), "6周", ["2027-02-08", "2027-01-11"]),
    ],
)
def test_two_readings_are_offered_not_guessed(field, text, readings):
    with pytest.raises(ValidationError) as asked:
        field.clean(text)

    error = asked.value.error_list[0]
    assert error.code == "ambiguous"
    assert [written for written, _words in error.params["choices"]] == readings
    assert all(words in asked.value.messages[0] for _written, words in error.params["choices"])
    # What a question offers answers it.
    for written in readings:
        field.clean(written)


def test_other_currency_is_refused_and_not_converted():
    with pytest.raises(ValidationError, match=r"Prices are in yuan: convert USD 6\.80 first\."):
        fields.PriceField().clean("$6.80")


def test_chosen_reading_counts_while_the_text_is_the_same():
    answer = {"pairs": "60.000", "pairs-asked": "60.000", "pairs-reading": "60,000"}

    assert Form(answer).fields["pairs"].widget.value_from_datadict(answer, {}, "pairs") == "60,000"
    form = Form(answer | {"pairs": "7万"})
    assert form.is_valid()
    assert form.cleaned_data["pairs"] == 70_000


def test_page_offers_the_readings_as_buttons_and_says_what_it_read():
    form = Form({"pairs": "60.000", "due": "3月底前"})
    form.is_valid()

    asked = render_to_string("components/field.html", {"field": form["pairs"]})
    read = render_to_string("components/field.html", {"field": form["due"]})

    assert asked.count('type="radio"') == 2
    assert 'name="pairs-reading" value="60,000"' in asked
    assert 'name="pairs-asked" value="60.000"' in asked
    assert "2027-\u2060W13" in read


@given(st.one_of(st.text(max_size=30), st.sampled_from(["9" * 5000, "\ud800", "\x00", "1e400"])))
def test_any_text_is_a_value_or_an_error(text):
    for field in (
        fields.PairsField(required=False),
        fields.PriceField(required=False),
        fields.DaysField(required=False),
        fields.DayField(required=False),
        fields.WeekField(required=False),
    ):
        try:
            field.clean(text)
        except ValidationError as error:
            sentences = error.messages
            assert sentences
