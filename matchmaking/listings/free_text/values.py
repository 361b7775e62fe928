"""Values that reading a message ends in: drafts, questions, contacts, and what was left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from matchmaking.core.parsing.outcomes import Reading, Span

Value: TypeAlias = str | int | bool | Decimal | dt.date | tuple[str, ...]

ORDER, OFFER = "order", "offer"


class Doubt(StrEnum):
    """Why a field is asked about, beside the reasons of ``core.parsing``; the key of the question."""

    SIDE = "side"  # order or offer
    SEVERAL_KINDS = "several_kinds"  # a word that fits several terms, or several words
    CONTRADICTION = "contradiction"  # two values for one field
    FIRST_LOT = "first_lot"  # 分三批 头批1月20日: the rest is not said
    BARE_FIGURE = "bare_figure"  # 3.10 with no word beside it: a day?
    PRICE_RANGE = "price_range"  # 45-48: which is the target
    BATCHES = "batches"  # 可分批: lots of delivery, or several factories
    EITHER = "either"  # BSCI或Sedex
    PREFERRED = "preferred"  # 有验厂优先
    PENDING = "pending"  # 认证在办
    STYLES_AND_COLOURS = "styles_and_colours"  # 2款×3色: 3 or 6 colourways
    PART_OF_MATERIALS = "part_of_materials"  # 大底自带
    BOTH_WAYS = "both_ways"  # 来料加工包工包料都行
    UNKNOWN_BEGINNING = "unknown_beginning"  # 交期45天: counted from when
    SCOPE_OF_OUTPUT = "scope_of_output"  # 3条线 日产4500: of each or of all
    FREE_PART_OF_OUTPUT = "free_part_of_output"  # 6 lines make 9000, 2 are free
    YEARLY_OUTPUT = "yearly_output"
    NO_TOTAL = "no_total"  # 每月1万双, 每色1500双 without their number
    WHOSE_PLACE = "whose_place"  # a bare place: of the writer, or wanted
    NOT_SAID = "not_said"  # a post of a list without the place that the others have


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a draft and the places in the text that it was read from."""

    value: Value
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What one post says, by the names of the API."""

    fields: Mapping[str, Field]

    def values(self) -> dict[str, Value]:
        return {name: field.value for name, field in self.fields.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """A field of draft ``post`` that the text leaves open; ``readings`` may be empty."""

    post: int
    field: str
    reason: StrEnum
    readings: tuple[Reading[Value], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Contact:
    """Characters that no other firm may read. ``kind``: phone, chat, mail, link, person, firm, address."""

    kind: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class MessageReading:
    """Everything that a message says. ``left`` are the stretches that were not understood."""

    drafts: tuple[Draft, ...]
    questions: tuple[Question, ...]
    contacts: tuple[Contact, ...]
    left: tuple[Span, ...]
