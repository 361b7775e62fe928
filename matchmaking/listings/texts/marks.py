"""A text cut into stretches that say what each was read as, and the words beside each field."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from matchmaking.core.parsing.outcomes import Span
from matchmaking.listings.texts.questions import AskedField, words_at
from matchmaking.listings.texts.readings import PostReading, TextReading

READ, ASKED, CONTACT, LEFT, PLAIN = "read", "asked", "contact", "left", ""
# Where stretches overlap, the one named first is shown: a contact is never hidden by a value.
_ORDER = (CONTACT, ASKED, READ, LEFT)
_FIRM_NAMES_A_PLACE = {"place"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text; ``fields`` are those of the form that it was read for."""

    text: str
    kind: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldSource:
    """The words that a field was filled from, or the question about them."""

    field: str
    words: tuple[str, ...] = ()
    asked: AskedField | None = None


def marks_of(reading: TextReading, post: PostReading) -> list[Mark]:
    """Return the whole text in stretches, marked for one of its drafts."""
    spans = [(span, CONTACT, "") for span in (one.span for one in reading.contacts)]
    spans += [(one.span, ASKED, one.field) for one in post.asked]
    spans += [
        (span, READ, name)
        for name, found in post.spans.items()
        if name not in _FIRM_NAMES_A_PLACE
        for span in found
    ]
    spans += [(span, LEFT, "") for span in reading.left]
    return list(_cut(reading.text.text, spans))


def _cut(text: str, spans: list[tuple[Span, str, str]]) -> Iterable[Mark]:
    edges = sorted({0, len(text), *(edge for span, _, _ in spans for edge in span)})
    waiting: list[Mark] = []
    for start, end in itertools.pairwise(edges):
        over = [one for one in spans if one[0].start <= start and end <= one[0].end]
        kind = next((kind for kind in _ORDER if any(kind == one[1] for one in over)), PLAIN)
        fields = tuple(dict.fromkeys(name for _, one, name in over if one == kind and name))
        mark = Mark(text[start:end], kind, fields)
        if waiting and (waiting[-1].kind, waiting[-1].fields) == (mark.kind, mark.fields):
            waiting[-1] = Mark(waiting[-1].text + mark.text, kind, fields)
        else:
            waiting.append(mark)
    return waiting


def sources_of(reading: TextReading, post: PostReading) -> dict[str, FieldSource]:
    """Return what stands beside each field of the form: its words, or its question."""
    sources = {}
    for name, spans in post.spans.items():
        words = tuple(dict.fromkeys(words_at(reading.text, span) for span in spans))
        sources[name] = FieldSource(name, words)
    for one in post.asked:
        sources[one.field] = FieldSource(one.field, asked=one)
    return sources
