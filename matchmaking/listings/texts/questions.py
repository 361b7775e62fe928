"""Questions about a text in words, each with the readings to choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core import weeks
from matchmaking.core.formatting import grouped, money
from matchmaking.core.parsing.outcomes import Reason, Span
from matchmaking.listings.free_text.values import Doubt, Draft, Question, Value
from matchmaking.listings.models import ExchangeRate, PastedText
from matchmaking.listings.texts.terms import Terms

SENTENCES: dict[StrEnum, Promise] = {
    Reason.RANGE: gettext_lazy("“%(words)s” is a range: which figure counts?"),
    Reason.OPEN_ENDED: gettext_lazy("“%(words)s” names the least: which figure counts?"),
    Reason.THOUSANDS: gettext_lazy("“%(words)s” can be read in two ways: which figure is it?"),
    Reason.DAY_OR_MONTH_FIRST: gettext_lazy("“%(words)s”: which day is meant?"),
    Reason.YEAR: gettext_lazy("“%(words)s”: of which year?"),
    Reason.FESTIVAL: gettext_lazy("“%(words)s”: before which festival?"),
    Reason.MONTH_END_IS_NOW: gettext_lazy("“%(words)s”: the end of which month?"),
    Reason.PART_OF_MONTH: gettext_lazy("“%(words)s”: by which day?"),
    Reason.AFTER_FESTIVAL: gettext_lazy("“%(words)s”: on which day after the festival?"),
    Reason.WORKING_DAYS: gettext_lazy("“%(words)s”: how many days of the calendar?"),
    Doubt.SEVERAL_KINDS: gettext_lazy("“%(words)s” fits several: which one is meant?"),
    Doubt.CONTRADICTION: gettext_lazy("The text names two: which one counts?"),
    Doubt.PRICE_RANGE: gettext_lazy("“%(words)s” is a range: which price is your target?"),
    Doubt.FIRST_LOT: gettext_lazy("“%(words)s” is the first lot: when is the whole order due?"),
    Doubt.BARE_FIGURE: gettext_lazy("“%(words)s”: is that the day it is due?"),
    Doubt.BATCHES: gettext_lazy("“%(words)s”: delivered in lots, or split over several factories?"),
    Doubt.EITHER: gettext_lazy(
        "“%(words)s”: one is enough, but a post asks for all it names: which one?"
    ),
    Doubt.PREFERRED: gettext_lazy("“%(words)s”: wished for. Is it required?"),
    Doubt.PENDING: gettext_lazy("“%(words)s”: not there yet. Does it count?"),
    Doubt.STYLES_AND_COLOURS: gettext_lazy("“%(words)s”: how many colourways in all?"),
    Doubt.PART_OF_MATERIALS: gettext_lazy(
        "“%(words)s” speaks of a part: who buys the other materials?"
    ),
    Doubt.BOTH_WAYS: gettext_lazy("The text names both ways of materials: which one counts?"),
    Doubt.UNKNOWN_BEGINNING: gettext_lazy("“%(words)s”: counted from which day?"),
    Doubt.SCOPE_OF_OUTPUT: gettext_lazy(
        "“%(words)s”: of each line or of all? Say the free pairs a week."
    ),
    Doubt.FREE_PART_OF_OUTPUT: gettext_lazy(
        "“%(words)s” is said of more lines than are free: how many pairs a week are free?"
    ),
    Doubt.YEARLY_OUTPUT: gettext_lazy("“%(words)s” is a year’s output: how many a week are free?"),
    Doubt.NO_TOTAL: gettext_lazy("“%(words)s” is not the whole: how many pairs in all?"),
    Doubt.WHOSE_PLACE: gettext_lazy("“%(words)s”: your own place, or where the partner should be?"),
    Doubt.NOT_SAID: gettext_lazy("The text does not say the place here: which one is it?"),
}
OTHERWISE = gettext_lazy("“%(words)s” can be read in several ways: which one is meant?")
KINDS = {
    "category": "category",
    "construction": "construction",
    "certificates": "certificate",
    "place": "place",
    "place_wanted": "place",
}
PRICES = {"target_price_cny", "price_low_cny", "price_high_cny"}
MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A reading: ``value`` as the form's field takes it, codes parted by commas."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class AskedField:
    """A question at the form's field ``field``; ``said`` is the reader's name of it.

    Where the form has no such field (``is_field``), the answer becomes a line of the notes.
    """

    field: str
    said: str
    is_field: bool
    reason: str
    sentence: str
    choices: tuple[Choice, ...]
    span: Span


def ask(
    text: PastedText, question: Question, name: str | None, draft: Draft, terms: Terms
) -> AskedField:
    """Return the question in words, for the form's field ``name``; None where there is none."""
    sentence = SENTENCES.get(question.reason, OTHERWISE) % {"words": words_at(text, question.span)}
    choices = _choices(text, question, draft, terms)
    if name in {"categories", "constructions"} and len(choices) == 2:  # noqa: PLR2004 - "both"
        choices.append(Choice(",".join(choice.value for choice in choices), _("Both")))
    return AskedField(
        name or question.field,
        question.field,
        name is not None,
        question.reason,
        sentence,
        tuple(choices[:MOST_CHOICES]),
        question.span,
    )


def words_at(text: PastedText, span: Span) -> str:
    return " ".join(text.text[span.start : span.end].split())


def _choices(text: PastedText, question: Question, draft: Draft, terms: Terms) -> list[Choice]:
    name, reason = question.field, question.reason
    if name == "splittable" and not question.readings:
        return [
            Choice("on", _("Several factories")),
            Choice("", _("One factory, in lots")),
        ]
    if name == "materials" and not question.readings:
        return [
            Choice("supplied", _("The brand supplies them")),
            Choice("included", _("The factory buys them")),
        ]
    if name == "due" and reason is Doubt.UNKNOWN_BEGINNING and "lead_days" in draft.fields:
        days = draft.fields["lead_days"].value
        if isinstance(days, int):
            due = text.read_on + dt.timedelta(days=days)
            return [Choice(weeks.label(due), _("From today: %(day)s") % {"day": _day(due)})]
    if name == "certificates" and reason in {Doubt.PREFERRED, Doubt.PENDING}:
        codes = [code for reading in question.readings for code in _codes(reading.value)]
        names = [terms.name("certificate", code) for code in codes]
        return [Choice(",".join(codes), " + ".join(names)), Choice("", _("Not required"))]
    readings = [
        Choice(_sent(name, one.value), _label(name, one.value, terms)) for one in question.readings
    ]
    if reason is Doubt.WHOSE_PLACE:
        readings = [
            Choice(one.value, _("Wanted: %(place)s") % {"place": one.label}) for one in readings
        ] + [Choice("", _("Our own place"))]
    return list({choice.label: choice for choice in readings}.values())


def _codes(value: Value) -> Sequence[str]:
    return value if isinstance(value, tuple) else (str(value),)


def _sent(name: str, value: Value) -> str:
    """Return the value as the form's field reads it."""
    if isinstance(value, dt.date):
        return weeks.label(value)
    if isinstance(value, bool):
        return "on" if value else ""
    return ",".join(_codes(value)) if name in KINDS else str(value)


def _label(name: str, value: Value, terms: Terms) -> str:
    if isinstance(value, dt.date):
        return _("%(day)s (%(week)s)") % {"day": _day(value), "week": weeks.label(value)}
    if name in KINDS:
        return " + ".join(terms.name(KINDS[name], code) for code in _codes(value))
    if name in PRICES and isinstance(value, Decimal):
        return money(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return grouped(value)
    return str(value)


def _day(day: dt.date) -> str:
    return formats.date_format(day)


def ask_in_yuan(
    text: PastedText, draft: Draft, questions: Iterable[Question], name: str
) -> AskedField:
    """Return the question for yuan of a price in another currency, with the day's rate if kept."""
    currency = str(draft.fields["currency"].value) if "currency" in draft.fields else ""
    asked = next((one for one in questions if one.field == "price"), None)
    if asked is not None:
        amounts = [one.value for one in asked.readings if isinstance(one.value, Decimal)]
        span = asked.span
    else:
        value = draft.fields["price"].value
        amounts, span = (
            [value] if isinstance(value, Decimal) else [],
            draft.fields["price"].spans[0],
        )
    rate = ExchangeRate.objects.on(currency, text.read_on)
    words = {"words": words_at(text, span)}
    if rate is None:
        sentence = _("“%(words)s”: prices are in yuan here. Which price in yuan?") % words
        return AskedField(name, "price", True, "currency", sentence, (), span)
    sentence = _(
        "“%(words)s”: prices are in yuan here. One %(currency)s was %(rate)s yuan on %(day)s "
        "(%(source)s)."
    ) % {
        **words,
        "currency": currency,
        "rate": f"{rate.yuan.normalize():f}",
        "day": _day(rate.day),
        "source": rate.source,
    }
    choices = tuple(
        Choice(str(rate.in_yuan(amount)), f"{amount:f} {currency} = {money(rate.in_yuan(amount))}")
        for amount in amounts
    )
    return AskedField(name, "price", True, "currency", sentence, choices, span)
