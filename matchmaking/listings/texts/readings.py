"""Drafts that a text describes, by the fields of the forms and of the API.

The reader (:mod:`matchmaking.listings.free_text`) says what stands in the text, by the day and in
the writer's currency; here it becomes what a post has: weeks, yuan, and for the rest a line of notes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.core.formatting import grouped, in_a_row
from matchmaking.core.parsing.outcomes import Span
from matchmaking.listings.free_text import values as said
from matchmaking.listings.free_text.messages import read_message
from matchmaking.listings.glossary import current_vocabulary
from matchmaking.listings.models import PastedText
from matchmaking.listings.post_kinds import OFFER, ORDER, PostKind
from matchmaking.listings.texts import questions
from matchmaking.listings.texts.questions import PRICES, AskedField
from matchmaking.listings.texts.terms import Terms

# The reader's name of a field, and the form's. What has none becomes a line of the notes.
FIELDS: dict[str, dict[str, str]] = {
    ORDER.name: {
        "category": "category",
        "construction": "construction",
        "pairs": "pairs",
        "colourways": "colourways",
        "target_price_cny": "target_unit_price_cny",
        "price": "target_unit_price_cny",
        "start": "earliest_start",
        "due": "due_week",
        "splittable": "splittable",
        "smallest_part": "smallest_part",
        "certificates": "certifications",
        "moulds_by": "moulds_by",
    },
    OFFER.name: {
        "category": "categories",
        "construction": "constructions",
        "lines": "lines",
        "weekly_pairs": "rate",
        "free_from": "rate_from",
        "free_to": "rate_to",
        "min_order": "min_order_pairs",
        "lead_days": "lead_days",
        "price_low_cny": "price_low_cny",
        "price_high_cny": "price_high_cny",
        "price": "price_low_cny",
    },
}
KINDS_OF_TERMS = {
    "category": "category",
    "categories": "category",
    "construction": "construction",
    "constructions": "construction",
    "certifications": "certificate",
}
MANY = {"categories", "constructions", "certifications"}
WEEKS = {"earliest_start", "due_week", "rate_from", "rate_to"}
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PostReading:
    """Draft ``number`` of a text. ``values`` by the form's fields, terms as codes.

    ``spans`` are the places in the text that each value came from; ``asked`` are fields that the text
    leaves open, and have no value. ``notes`` are lines for what no field holds. ``said_kind`` is
    the kind that the text says, None where it says none.
    """

    number: int
    kind: PostKind
    said_kind: PostKind | None
    values: Mapping[str, Any]
    spans: Mapping[str, Spans]
    asked: tuple[AskedField, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextReading:
    """All that a kept text says; ``contacts`` and ``left`` as the reader found them."""

    text: PastedText
    posts: tuple[PostReading, ...]
    contacts: tuple[said.Contact, ...]
    left: Spans
    terms: Terms = field(default_factory=Terms)


def reading_of(text: PastedText) -> said.MessageReading:
    return read_message(text.text, text.read_on, current_vocabulary(), text.side or None)


def read_text(text: PastedText, kind: PostKind | None = None) -> TextReading:
    """Return what the text says with the words and the rates of exchange of now.

    ``kind`` reads every draft as a post of that kind, whatever the text says.
    """
    reading, terms = reading_of(text), Terms()
    posts = tuple(
        _post(text, reading, number, kind, terms) for number in range(len(reading.drafts))
    )
    return TextReading(text, posts, reading.contacts, reading.left, terms)


def _post(
    text: PastedText,
    reading: said.MessageReading,
    number: int,
    kind: PostKind | None,
    terms: Terms,
) -> PostReading:
    draft = reading.drafts[number]
    said_kind = _said_kind(draft)
    kind = kind or said_kind or (OFFER if text.side == OFFER.name else ORDER)
    names = FIELDS[kind.name]
    asked = _asked(text, reading, number, names, terms)
    values, spans = {}, {}
    for name, read in draft.fields.items():
        if name in names and name not in asked and name != "price":
            values[names[name]] = _as_posted(names[name], read.value)
            spans[names[name]] = read.spans
    if title := title_of(kind, values, terms):
        values["title"] = title
    notes = dict(_notes(draft, kind, text, terms))
    if notes:
        spans["notes"] = tuple(span for name in notes for span in draft.fields[name].spans)
    in_order = tuple(sorted(asked.values(), key=lambda one: one.span))
    return PostReading(number, kind, said_kind, values, spans, in_order, tuple(notes.values()))


def _asked(
    text: PastedText,
    reading: said.MessageReading,
    number: int,
    names: Mapping[str, str],
    terms: Terms,
) -> dict[str, AskedField]:
    """Return the questions by the reader's name of the field; the side is the page's."""
    draft = reading.drafts[number]
    mine = [one for one in reading.questions if one.post == number and one.field != "side"]
    asked = {
        one.field: questions.ask(text, one, names.get(one.field), draft, terms) for one in mine
    }
    if PRICES.isdisjoint(draft.fields) and ("price" in draft.fields or "price" in asked):
        asked["price"] = questions.ask_in_yuan(text, draft, mine, names["price"])
    return asked


def _said_kind(draft: said.Draft) -> PostKind | None:
    if "side" not in draft.fields:
        return None
    return OFFER if draft.fields["side"].value == said.OFFER else ORDER


def _as_posted(name: str, value: said.Value) -> Any:
    if name in WEEKS and isinstance(value, dt.date):
        return weeks.monday_of(value)
    if name in MANY and not isinstance(value, tuple):
        return (value,)
    return value


def title_of(kind: PostKind, values: Mapping[str, Any], terms: Terms) -> str:
    """Return a title out of what was read: others see it only when both sides said yes."""
    codes = values.get("categories") or (values.get("category"),)
    parts = [terms.name("category", code) for code in codes if code]
    amount = values.get("pairs" if kind is ORDER else "rate")
    if not parts:
        return ""
    if amount:
        parts.append(
            _("%(pairs)s pairs") % {"pairs": grouped(amount)}
            if kind is ORDER
            else _("%(pairs)s pairs a week") % {"pairs": grouped(amount)}
        )
    return " · ".join(parts)


def _notes(
    draft: said.Draft, kind: PostKind, text: PastedText, terms: Terms
) -> Iterable[tuple[str, str]]:
    """Yield (the reader's name, a line) for each value that the kind has no field for."""
    own_place = text.company.cluster.code if text.company and text.company.cluster else ""
    for name, read in draft.fields.items():
        if name in FIELDS[kind.name] or name in {"side", "currency"}:
            continue
        if name == "place" and read.value == own_place:
            continue
        if line := note_line(name, read.value, terms):
            yield name, line


def note_line(name: str, value: object, terms: Terms) -> str:
    """Return a line of notes that says the value; empty for a field that is not noted."""
    if name in {"place", "place_wanted"}:
        place = terms.name("place", str(value))
        label = _("Place wanted: %(place)s") if name == "place_wanted" else _("Place: %(place)s")
        return label % {"place": place}
    if name == "materials":
        return (
            _("Materials supplied by the brand") if value == "supplied" else _("Materials included")
        )
    if name == "moulds_by":
        return _("Moulds of the factory") if value == "factory" else _("Moulds of the brand")
    if name == "lead_days":
        return _("Lead time: %(days)s days") % {"days": value}
    if name == "certificates" and isinstance(value, tuple):
        held = in_a_row(terms.name("certificate", code) for code in value)
        return _("Certificates: %(names)s") % {"names": held}
    return ""
