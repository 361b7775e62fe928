"""A whole message: contacts out, posts apart, each read, and what holds for all of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from matchmaking.core.parsing.day_readings import Reference
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Reading, Span
from matchmaking.listings.free_text import (
    capacity,
    dates,
    places,
    prices,
    products,
    quantities,
    sides,
    splitting,
    supply,
)
from matchmaking.listings.free_text.contacts import find_contacts
from matchmaking.listings.free_text.corrections import without_corrected
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import TAKEN, Scan
from matchmaking.listings.free_text.segments import Segments, split_posts
from matchmaking.listings.free_text.values import OFFER, ORDER, Contact, Doubt, MessageReading
from matchmaking.listings.free_text.vocabulary import Kind, Vocabulary

MOST_CHARACTERS = 4000  # a message is a hundred; what is beyond is left, not read
# What the heading or the foot of a list may say for all of its posts.
_SHARED = (
    "category", "construction", "certificates", "due", "start", "lead_days", "moulds_by",
    "materials", "splittable", "place", "place_wanted", "free_from", "free_to",
)  # fmt: skip
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FILLERS = re.compile(
    r"[\s\W_]+|之前|以前|出货|交货|到货|发货|电话|手机|号码|微信|价格|单价|目标价?|左右|要求|需要|必须|合计|一共|总共|交期|货期|大货|谢谢|您?你?好|大家好|各位|目前|现在|开始|之?后|每条|日产|起订|数量|有|找|厂|的|了|做|要|单|求|在|是|请|接|老板|私我|私聊|联系|急|我们?|工厂|加工|订单|长期|合作|线|现|可以?|都|能|双|元|前|交|出货?|价|优先|起|一|个|和|与|与|等|来"
    r"|a|an|the|for|we|is|are|of|to|in|and|or|with|from|by|please|need|looking|factory|order|orders|price|delivery|target|required|contact|per|pair|pairs"
)


def read_message(
    text: str, today: dt.date, vocabulary: Vocabulary, side: str | None = None
) -> MessageReading:
    """Return drafts, questions, contacts and leftovers of ``text``, sent on ``today``.

    ``side`` is that of a post whose words say none. Only the first ``MOST_CHARACTERS`` are read; the rest is left. Nothing is raised.
    """
    normalized = NormalizedText(text[:MOST_CHARACTERS])
    contacts, plain = find_contacts(normalized, vocabulary)
    plain = without_corrected(plain)
    month_first = True if _CHINESE.search(plain) else None
    ref = Reference(today, month_first)
    segments = split_posts(plain, vocabulary)
    builders, left = _read_posts(normalized, plain, segments, ref, vocabulary, side)
    _place_by_firm(contacts, segments, builders, vocabulary)
    questions = [
        replace(question, post=index)
        for index, builder in enumerate(builders)
        for question in builder.questions.values()
    ]
    if len(text) > MOST_CHARACTERS:
        left.append(Span(MOST_CHARACTERS, len(text)))
    drafts = tuple(builder.draft() for builder in builders)
    return MessageReading(drafts, tuple(questions), tuple(contacts), tuple(left))


def _read_posts(
    text: NormalizedText,
    plain: str,
    segments: Segments,
    ref: Reference,
    vocabulary: Vocabulary,
    side: str | None,
) -> tuple[list[DraftBuilder], list[Span]]:
    heading, foot = plain[slice(*segments.heading)], plain[slice(*segments.foot)]
    common = (
        sides.side_of(heading)
        or sides.side_of(foot)
        or sides.side_of(plain)
        or sides.side_by_form(plain)
        or side
    )
    by_heading = places.wants_places(heading)
    builders: list[DraftBuilder] = []
    left: list[Span] = []
    for start, end in segments.posts:
        scan = Scan(text, plain, start, end)
        own = sides.side_of(plain[start:end]) or common
        builders.append(_read_post(scan, own, ref, vocabulary, by_heading=by_heading))
        left += _leftovers(scan)
    if len(builders) > 1:
        around = [
            _read_post(Scan(text, plain, *place), builders[0].side, ref, vocabulary)
            for place in (segments.heading, segments.foot)
            if place[0] < place[1]
        ]
        _share(builders, around)
        _ask_for_missing_places(builders)
    return builders, left


def _read_post(
    scan: Scan,
    side: str | None,
    ref: Reference,
    vocabulary: Vocabulary,
    *,
    by_heading: bool = False,
) -> DraftBuilder:
    """Read one post; the order of steps is the order in which they take characters."""
    draft = DraftBuilder(side or ORDER)
    whole = scan.span(0, len(scan.plain))
    products.read_certificates(scan, draft, vocabulary)
    supply.read_supply(scan, draft)
    quantities.read_sizes(scan, draft)
    dates.read_days(scan, draft, ref)
    prices.take_percents(scan)
    if draft.side == OFFER:
        capacity.read_capacity(scan, draft)
    else:
        splitting.read_split(scan, draft)
    dates.read_durations(scan, draft)
    prices.read_money(scan, draft)
    prices.read_named_prices(scan, draft)
    if draft.side == ORDER:
        quantities.read_quantities(scan, draft)
    if not prices.is_open(draft):
        quantities.take_bare_sizes(scan)
    if draft.side == ORDER:
        prices.read_bare_price(scan, draft)
        if not prices.is_open(draft):
            dates.ask_bare_day(scan, draft, ref)
    products.read_kinds(scan, draft, vocabulary)
    places.read_places(scan, draft, vocabulary, wanted_by_heading=by_heading)
    if side is None:
        readings = [Reading(name, name) for name in (ORDER, OFFER)]
        draft.ask("side", Doubt.SIDE, whole, readings)
    else:
        draft.set("side", side, whole)
    return draft


def _place_by_firm(
    contacts: Iterable[Contact],
    segments: Segments,
    builders: list[DraftBuilder],
    vocabulary: Vocabulary,
) -> None:
    """Set the writer's place where the name or the address of his firm says it: 莆田市…鞋业."""
    if len(segments.posts) > 1:
        return
    for contact in contacts:
        if contact.kind not in {"firm", "address"}:
            continue
        words = vocabulary.find(NormalizedText(contact.text).plain, Kind.PLACE)
        codes = [word.codes[0] for word in words if word.codes[0]]
        if codes and words[0].start == 0 and builders[0].is_open("place"):
            builders[0].set("place", codes[-1], contact.span)


def _share(builders: list[DraftBuilder], around: Iterable[DraftBuilder]) -> None:
    for other in around:
        for builder in builders:
            builder.inherit(other, _SHARED)


def _ask_for_missing_places(builders: list[DraftBuilder]) -> None:
    """Ask for the place of an offer when another offer of the message names one."""
    offers = [builder for builder in builders if builder.side == OFFER]
    known = [builder.fields["place"] for builder in offers if "place" in builder.fields]
    for builder in offers:
        if known and builder.is_open("place"):
            readings = [Reading(field.value, str(field.value)) for field in known]
            builder.ask("place", Doubt.NOT_SAID, known[0].spans[0], readings)


def _leftovers(scan: Scan) -> list[Span]:
    """Return stretches that no pattern took and that say more than the words between figures."""
    for pattern in sides.WORDS:
        scan.take_all(pattern)
    spans = []
    for found in re.finditer(rf"[^{TAKEN}\n,。;!?、]+", scan.rest):
        start, end = found.span()
        if _FILLERS.sub("", found[0]):
            lead = len(found[0]) - len(found[0].lstrip())
            tail = len(found[0]) - len(found[0].rstrip())
            spans.append(scan.span(start + lead, end - tail))
    return spans
