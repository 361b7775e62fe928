"""Pairs of an order: plain, multiplied out, in cartons, dozens or by a table of sizes; colourways."""

from __future__ import annotations

import re
from decimal import Decimal

from matchmaking.core.parsing.numbers import AMOUNT, NUMBER, amount_outcome, number_values
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reading,
    Reason,
    Span,
    convert,
)
from matchmaking.core.parsing.sizes import SIZES
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import Doubt

DOZEN = 12
LEAST_BARE = 300  # fewer pairs than that are not written without 双
_PAIRS = r"(?:双|对(?!接)|pairs?(?![a-z])|prs?(?![a-z])\.?|p(?=[\s,。;]|$)|pcs(?![a-z]))"
_ENGLISH = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_N = rf"(?:{NUMBER}|one|two|three|four|five|six)"
_STYLES = rf"(?<![a-z])(?P<styles>{_N})\s?(?:个|種|种)?\s?(?:款(?:式|鞋)?(?!\S?期)|styles?|models?|designs?|articles?)"
_COLOURS = (
    rf"(?P<colours>{_N})\s?(?:个|种)?\s?(?:配色|花色|颜色|色(?!号)|colou?rs?(?![a-z])|colou?rways?)"
)
_NAMED_COLOURS = re.compile(
    rf"(?:配色|颜色|花色|colou?rs?|colou?rways?)\s?[:是]\s?(?P<colours>{_N})\s?[个种款]?(?![0-9a-z双])"
)
_EACH_STYLE_COLOUR = r"(?:每款每色|每色每款|各款各色|每款各色|each style and colou?r|per style per colou?r|per style/colou?r)"
_EACH_COLOUR = r"(?:每个?颜色|每色|每个色|各色|per colou?r(?:way)?|each colou?r|a colou?r)"
_EACH_STYLE = r"(?:每个?款(?:式)?(?!每)|各款|per style|each style|a style)"
_SIZE_LINE = re.compile(
    rf"(?<![0-9.])(?P<size>[1-4][0-9](?:\.5)?)\s?(?:码|#|号(?![前之]))\s?[:/\-=×x]?\s?(?P<n>{NUMBER})\s?{_PAIRS}?(?!\s?(?:-|到|码|#|元|块|月))"
    rf"|(?<![a-z])(?:size|eu)\s?(?P<size2>[1-4][0-9](?:\.5)?)\s?[:/\-=×x]?\s(?P<n2>{NUMBER})\s?{_PAIRS}?"
)
_SIZES = re.compile(SIZES)
_BARE_SIZES = re.compile(
    r"(?<![0-9.,/-])(?P<first>[1-4][0-9])\s?[-~]\s?(?P<last>[1-4][0-9])(?![0-9.万千百wk元块双天%月号日/-])"
)
_CHAIN = re.compile(
    rf"{_STYLES}\s?(?P<times>[×x,，、]|每款|各)?\s?{_COLOURS}[\s,]*(?:(?P<each>{_EACH_STYLE_COLOUR})|(?P<each_colour>{_EACH_COLOUR})|(?P<each_style>{_EACH_STYLE})|(?P<sign>[×x])|(?P<every>各|each))?"
    rf"(?:是|:|\s)*(?:(?P<amount>{AMOUNT})\s?{_PAIRS}?)?"
)
_COLOURS_EACH = (
    re.compile(
        rf"{_COLOURS}[\s,]*(?:{_EACH_COLOUR}|各|[×x]|each)(?:是|:|约|\s)*(?P<amount>{AMOUNT})\s?{_PAIRS}?"
    ),
    re.compile(
        rf"{_EACH_COLOUR}(?:是|:|约|\s)*(?P<amount>{AMOUNT})\s?{_PAIRS}?[\s,]*(?:共)?\s?{_COLOURS}"
    ),
    re.compile(rf"(?P<amount>{AMOUNT})\s?{_PAIRS}\s?(?:/\s?色|{_EACH_COLOUR})[\s,]*{_COLOURS}"),
)
_EACH_TIMES_COLOURS = re.compile(rf"(?P<amount>{AMOUNT})\s?{_PAIRS}?\s?×\s?{_COLOURS}")
_OUTPUT = re.compile(rf"(?:日产|月产|产能|每天|每日)(?:能|要|:|\s)*{AMOUNT}\s?{_PAIRS}?(?:以上)?")
_STYLES_EACH = (
    re.compile(
        rf"{_STYLES}[\s,]*(?:{_EACH_STYLE}|各|[×x]|each)(?:是|:|约|\s)*(?P<amount>{AMOUNT})\s?{_PAIRS}?"
    ),
    re.compile(
        rf"{_EACH_STYLE}(?:是|:|约|\s)*(?P<amount>{AMOUNT})\s?{_PAIRS}?[\s,]*(?:共)?\s?{_STYLES}"
    ),
)
_EACH_ALONE = re.compile(
    rf"(?:{_EACH_STYLE_COLOUR}|{_EACH_COLOUR}|{_EACH_STYLE})(?:是|:|约|\s)*(?P<amount>{AMOUNT})\s?{_PAIRS}?|(?P<amount2>{AMOUNT})\s?{_PAIRS}?\s?(?:/\s?[色款]|{_EACH_COLOUR}|{_EACH_STYLE})"
)
_CARTONS = rf"(?P<cartons>{AMOUNT})\s?(?:件(?!套)|箱|ctns?(?![a-z])|cartons?|cases?)"
_PER_CARTON = rf"(?:(?:一|每|1)\s?(?:件|箱)\s?(?:装)?\s?(?P<per>{NUMBER})\s?双?|(?P<per2>{NUMBER})\s?{_PAIRS}\s?(?:/|每|一|per|a)\s?(?:件|箱|ctn|carton|case)(?!\s?装?\s?[0-9]+\s?双)|(?P<per3>{NUMBER})\s?双装)"
_IN_CARTONS = (
    re.compile(
        rf"{_CARTONS}[\u4e00-\u9fff]{{0,4}}[\s,(]*(?:{_PER_CARTON}|×\s?(?P<per4>{NUMBER})\s?{_PAIRS}?)"
    ),
    re.compile(rf"{_PER_CARTON}[\s,共]*{_CARTONS}"),
)
_CARTONS_ALONE = re.compile(_CARTONS)
_PACKING = re.compile(_PER_CARTON)
_DOZENS = re.compile(
    rf"(?<![每/])(?P<amount>{AMOUNT})\s?(?:打(?!样|包|版|底)|dozens?|dz(?![a-z]))(?!\s?[0-9]+元)"
)
_RECURRING = re.compile(
    rf"(?:(?:后续|后面|以后|之后|长期|往后|翻单|返单)?\s?(?:每个?月|月单|月均|按月|一个月)(?:单)?|(?:后续|后面|以后|之后|往后)(?:大概|大约|还有|有)?)(?:大概|大约|约|有|要|需要?|:|\s)*(?P<amount>{AMOUNT})\s?{_PAIRS}?(?:左右)?"
    rf"|(?P<amount2>{AMOUNT})\s?{_PAIRS}?\s?(?:/|每|per |a |every |each )\s?(?:个?月|month)|(?P<amount3>{AMOUNT})\s?{_PAIRS}?\smonthly"
    rf"|(?:then|later|followed by|repeat(?:s| orders)? of)\s(?P<amount4>{AMOUNT})\s?{_PAIRS}?"
)
_SAMPLES = re.compile(
    rf"(?:打样|样品|样鞋|试穿样?|确认样|samples?)(?:\s|:|要|共|各)*(?P<amount>{AMOUNT})\s?{_PAIRS}|(?P<amount2>{AMOUNT})\s?{_PAIRS}\s?(?:样品|样鞋|sample)"
)
_FIRST_LOT = re.compile(
    rf"(?:首单|首批|第一批|第一单|试单|(?:first|trial|initial)\s(?:order|lot|batch))(?:是|:|量|数量|先|做|of|\s|约)*(?P<amount>{AMOUNT})\s?{_PAIRS}?"
    rf"|(?P<amount2>{AMOUNT})\s?{_PAIRS}?\s?(?:首单|试单|(?:first|trial|initial) order)"
)
_TOTAL = re.compile(
    rf"(?:(?<!各)共计?|总共|合计|一共|总数量?|总量|总计|in total|total(?: of| quantity| qty)?)(?:约|:|是|为|\s)*(?P<amount>{AMOUNT})\s?{_PAIRS}?(?!\s?(?:条|个|款|色|元|块|万元|天))"
    rf"|(?P<amount2>{AMOUNT})\s?{_PAIRS}\s?(?:in total|total|altogether)"
)
_NAMED_STYLE = re.compile(
    rf"(?<![a-z0-9])[a-h]款?\s?[:是]?\s?(?P<amount>{NUMBER})\s?{_PAIRS}?(?=[\s,;、。]|$)"
)
_MEN_AND_WOMEN = re.compile(rf"男女(?:款|鞋|式)?\s?各\s?(?P<amount>{AMOUNT})\s?{_PAIRS}?")
_PART_OF_ALL = re.compile(rf"(?:其中|剩余|剩下|余下|其余)的?\s?{AMOUNT}\s?{_PAIRS}")
_OR_MORE = re.compile(r"^\s?(?:起(?!订)|以上|or more|and up)")
_SOME = re.compile(rf"[几数上][十百千万]{{1,2}}\s?{_PAIRS}")
_LEAST_OF_PART = re.compile(
    r"(?:每款每?色?|每色|每|各|不低于|不少于|最少|至少|最低|每个?码|打样)\s?(?:要|做|起)?$"
)
_TABLE = re.compile(
    r"(?:(?<![0-9/.])[1-4][0-9]\s?(?:码|#)?\s?(?:[/:=×]\s?[0-9]{2,5}|-\s?[0-9]{3,5}(?![0-9.-]))\s?双?[\s,、;]{0,2}){3,60}"
)
_INTEGER = re.compile(r"[0-9]+")
_TWO_ROWS = re.compile(
    r"(?:尺码|码数|鞋码|size|sizes|eu)?\s?:?\s?(?P<sizes>(?<![0-9])[1-4][0-9](?:[ |,、/]{1,3}[1-4][0-9]){2,14})(?![0-9])\s{0,2}\n\s?"
    r"(?:数量|双数|件数|qty|quantity|pairs|prs)?\s?:?\s?(?P<pairs>[0-9]{2,5}(?:[ |,、/]{1,3}[0-9]{2,5}){2,14})(?![0-9])"
)
_DOUBLE_SIZES = re.compile(
    r"(?:(?<![0-9/.])[1-4][0-9]\s?[/-]\s?[1-4][0-9]\s?[:=]\s?[0-9]{2,5}双?[\s,、;]{0,2}){2,20}"
)
_ROW = re.compile(r"(?<![0-9])([1-4][0-9])\s?(?:码|#)?\s?[/:=×-]\s?([0-9]{2,5})")
_PLAIN = re.compile(rf"(?P<amount>{AMOUNT})\s?(?:的|以上)?{_PAIRS}")
_NAMED = re.compile(
    rf"(?:订单(?:数量|量)?|数量|qty|quantity|件数|双数)\s?(?:是|为|约|:|\s)*(?P<amount>{AMOUNT})(?!\s?(?:元|块|天|款|色|条|月|%))"
)
_BARE_WITH_UNIT = re.compile(
    rf"(?<![a-z0-9])(?P<amount>{AMOUNT})(?<=[万千wk百0-9一二三四五六七八九+多余几])(?![a-z0-9])(?!\s?(?:元|块|天|款|色|条|月|%|号|日|[a-z]|人|米|平|年))"
)
_UNIT_INSIDE = re.compile(r"[万千wk]")
_BARE = re.compile(
    r"(?<![0-9a-z.,/-])(?P<amount>[1-9][0-9]{2,6}|[1-9][0-9]{0,2},[0-9]{3})(?![0-9.,/-]|\s?(?:元|块|天|款|色|条|月|%|号|日|[a-z]|人|米|平|年|-))"
)


def read_sizes(scan: Scan, draft: DraftBuilder) -> None:
    """Set pairs to the sum of a table of sizes; take runs of sizes out of the figures."""
    _read_bare_table(scan, draft)
    _read_table_in_two_rows(scan, draft)
    rows = [(found, found["n"] or found["n2"]) for found in scan.matches(_SIZE_LINE)]
    values = [number_values(written, whole=True) for _, written in rows]
    if len(rows) > 1 and all(len(value) == 1 for value in values):
        total = int(sum(value[0] for value in values))
        draft.set("pairs", total, scan.span(rows[0][0].start(), rows[-1][0].end()))
        for found, _ in rows:
            scan.take(*found.span())
    scan.take_all(_SIZES)


def _read_bare_table(scan: Scan, draft: DraftBuilder) -> None:
    """Read 36/100 37/200 38/300, where the sizes rise one by one."""
    for found in scan.matches(_TABLE):
        rows = [(int(size), int(pairs)) for size, pairs in _ROW.findall(found[0])]
        first = rows[0][0]
        if [size for size, _ in rows] == list(range(first, first + len(rows))):
            draft.set("pairs", sum(pairs for _, pairs in rows), scan.span(*found.span()))
            scan.take(*found.span())


def _read_table_in_two_rows(scan: Scan, draft: DraftBuilder) -> None:
    """Add up a row of pairs below a row of sizes, and 36/37:2000 38/39:3000."""
    for found in scan.matches(_TWO_ROWS):
        sizes, pairs = (_INTEGER.findall(found[name]) for name in ("sizes", "pairs"))
        if len(sizes) == len(pairs):
            draft.set("pairs", sum(map(int, pairs)), scan.span(*found.span()))
            scan.take(*found.span())
    for found in scan.matches(_DOUBLE_SIZES):
        pairs = re.findall(r"[:=]\s?([0-9]{2,5})", found[0])
        draft.set("pairs", sum(map(int, pairs)), scan.span(*found.span()))
        scan.take(*found.span())


def take_bare_sizes(scan: Scan) -> None:
    for found in scan.matches(_BARE_SIZES):
        if int(found["first"]) < int(found["last"]):
            scan.take(*found.span())


def read_quantities(scan: Scan, draft: DraftBuilder) -> None:
    """Set pairs and colourways of an order."""
    _read_named_styles(scan, draft)
    for found in scan.take_all(_MEN_AND_WOMEN):
        _put(scan, draft, found, found["amount"], factor=2)
    scan.take_all(_PART_OF_ALL)
    scan.take_all(_SAMPLES)
    for found in scan.take_all(_FIRST_LOT):
        _put(scan, draft, found, found["amount"] or found["amount2"])
    scan.take_all(_OUTPUT)
    is_standing = _take_recurring(scan)
    for found in scan.take_all(_TOTAL):
        _put(scan, draft, found, found["amount"] or found["amount2"])
    _read_multiplied(scan, draft)
    _read_cartons(scan, draft)
    for found in scan.take_all(_DOZENS):
        _put(scan, draft, found, found["amount"], factor=DOZEN)
    _read_colours(scan, draft)
    _read_each(scan, draft)
    for found in scan.take_all(_SOME):
        if draft.is_open("pairs"):
            draft.ask("pairs", Reason.OPEN_ENDED, scan.span(*found.span()))
    _read_plain(scan, draft)
    if is_standing and draft.is_open("pairs"):
        draft.ask("pairs", Doubt.NO_TOTAL, is_standing)


def _take_recurring(scan: Scan) -> Span | None:
    spans = [scan.span(*found.span()) for found in scan.take_all(_RECURRING)]
    return spans[0] if spans else None


def _put(
    scan: Scan, draft: DraftBuilder, found: re.Match[str], amount: str, *, factor: int = 1
) -> None:
    span = scan.span(*found.span())
    outcome = convert(amount_outcome(amount, span, whole=True), int)
    draft.put("pairs", convert(outcome, lambda value: value * factor))


def _count(written: str | None) -> int | None:
    if not written:
        return None
    if written in _ENGLISH:
        return _ENGLISH[written]
    values = number_values(written, whole=True)
    return int(values[0]) if len(values) == 1 and 0 < values[0] < LEAST_BARE else None


def _read_multiplied(scan: Scan, draft: DraftBuilder) -> None:
    for found in scan.take_all(_CHAIN):
        _read_chain(scan, draft, found)
    for pattern in (*_COLOURS_EACH, _EACH_TIMES_COLOURS):
        for found in scan.take_all(pattern):
            colours = _count(found["colours"])
            if colours:
                draft.set("colourways", colours, scan.span(*found.span()))
                _put(scan, draft, found, found["amount"], factor=colours)
    for pattern in _STYLES_EACH:
        for found in scan.take_all(pattern):
            if styles := _count(found["styles"]):
                _put(scan, draft, found, found["amount"], factor=styles)


def _read_named_styles(scan: Scan, draft: DraftBuilder) -> None:
    """Add up A款5000 B款8000 C款6000."""
    rows = list(scan.matches(_NAMED_STYLE))
    values = [number_values(found["amount"], whole=True) for found in rows]
    if len(rows) > 1 and all(len(value) == 1 for value in values):
        span = scan.span(rows[0].start(), rows[-1].end())
        draft.set("pairs", int(sum(value[0] for value in values)), span)
        for found in rows:
            scan.take(*found.span())


def _read_chain(scan: Scan, draft: DraftBuilder, found: re.Match[str]) -> None:
    """Read 2款×3色 每款每色1500双: the pairs are sure, the number of colourways is not."""
    styles, colours = _count(found["styles"]), _count(found["colours"])
    if not styles or not colours:
        return
    span = scan.span(*found.span())
    if styles == 1:
        draft.set("colourways", colours, span)
    else:
        readings = [Reading(count, str(count)) for count in (colours, styles * colours)]
        draft.ask("colourways", Doubt.STYLES_AND_COLOURS, span, readings)
    if not found["amount"]:
        return
    if found["each"] or found["sign"] or found["every"]:
        _put(scan, draft, found, found["amount"], factor=styles * colours)
    elif found["each_style"]:
        _put(scan, draft, found, found["amount"], factor=styles)
    elif found["each_colour"]:
        factors = dict.fromkeys((colours, styles * colours))
        values = number_values(found["amount"], whole=True)
        products = [int(values[0]) * factor for factor in factors] if values else []
        if len(products) == 1:
            draft.set("pairs", products[0], span)
        elif draft.is_open("pairs"):
            draft.ask(
                "pairs", Doubt.STYLES_AND_COLOURS, span, [Reading(n, str(n)) for n in products]
            )
    else:
        _put(scan, draft, found, found["amount"])


def _first(found: re.Match[str], *names: str) -> str:
    groups = found.groupdict()
    return next(groups[name] for name in names if groups.get(name))


def _read_cartons(scan: Scan, draft: DraftBuilder) -> None:
    for pattern in _IN_CARTONS:
        for found in scan.take_all(pattern):
            per = number_values(_first(found, "per", "per2", "per3", "per4"), whole=True)
            if len(per) == 1:
                _put(scan, draft, found, found["cartons"], factor=int(per[0]))
    scan.take_all(_PACKING)  # 一箱12双 without cartons says how they are packed
    for found in scan.take_all(_CARTONS_ALONE):
        if draft.is_open("pairs"):
            draft.ask("pairs", Doubt.NO_TOTAL, scan.span(*found.span()))


def _read_plain(scan: Scan, draft: DraftBuilder) -> None:
    """Read figures with 双; several different ones are one total and its parts, or a question."""
    outcomes: list[Outcome[int]] = []
    least: re.Match[str] | None = None
    for pattern in (_NAMED, _PLAIN):
        for found in scan.matches(pattern):
            if _is_unit_price(found, scan):
                continue
            if _LEAST_OF_PART.search(scan.before(found.start())):
                least = least or found
                continue
            span = scan.span(*found.span())
            outcome = convert(amount_outcome(found["amount"], span, whole=True), int)
            if isinstance(outcome, Read) and _OR_MORE.match(scan.after(found.end())):
                readings = (Reading(outcome.value, str(outcome.value)),)
                outcome = Ambiguous(readings, span, Reason.OPEN_ENDED)
            outcomes.append(outcome)
            scan.take(*found.span())
    if not draft.is_open("pairs"):
        return
    values = sorted({one.value for one in outcomes if isinstance(one, Read)})
    if len(values) > 1 + 1 and sum(values[:-1]) == values[-1]:
        outcomes = [one for one in outcomes if isinstance(one, Read) and one.value == values[-1]]
    if least and not outcomes:
        draft.ask("pairs", Doubt.NO_TOTAL, scan.span(*least.span()))
        return
    for outcome in outcomes or _bare(scan):
        draft.put("pairs", outcome)


def _is_unit_price(found: re.Match[str], scan: Scan) -> bool:
    return found["amount"].strip() in {"一", "1"} or scan.plain[found.end() :][:1] == "鞋"


def _bare(scan: Scan) -> list[Outcome[int]]:
    """Return figures without 双: 1.2w, 8千, or, where there are none, the one large number."""
    for pattern in (_BARE_WITH_UNIT, _BARE):
        matches = [
            found
            for found in scan.matches(pattern)
            if pattern is _BARE or _UNIT_INSIDE.search(found["amount"])
        ]
        found_pairs = [(one, _bare_value(one["amount"], scan.span(*one.span()))) for one in matches]
        large = [(one, value) for one, value in found_pairs if _is_large(value)]
        if large:
            for one, _ in large:
                scan.take(*one.span())
            return [value for _, value in large]
    return []


def _bare_value(written: str, span: Span) -> Outcome[int]:
    return convert(amount_outcome(written, span, whole=True), int)


def _is_large(outcome: Outcome[int]) -> bool:
    if isinstance(outcome, Read):
        return outcome.value >= LEAST_BARE
    return (
        isinstance(outcome, Ambiguous) and max(one.value for one in outcome.readings) >= LEAST_BARE
    )


def _read_colours(scan: Scan, draft: DraftBuilder) -> None:
    if re.search(r"(?:单色|single colou?r|one colou?r)", scan.rest) and draft.is_open("colourways"):
        found = re.search(r"(?:单色|single colou?r|one colou?r)", scan.rest)
        if found:
            draft.set("colourways", 1, scan.span(*found.span()))
            scan.take(*found.span())
    for found in scan.take_all(_NAMED_COLOURS):
        if (count := _count(found["colours"])) is not None:
            draft.set("colourways", count, scan.span(*found.span()))
    styles = [_count(found["styles"]) for found in scan.matches(re.compile(_STYLES))]
    for found in scan.take_all(re.compile(_COLOURS)):
        colours, span = _count(found["colours"]), scan.span(*found.span())
        if not colours:
            continue
        if styles and max(count or 1 for count in styles) > 1:
            counts = (colours, colours * max(count or 1 for count in styles))
            readings = [Reading(count, str(count)) for count in counts]
            draft.ask("colourways", Doubt.STYLES_AND_COLOURS, span, readings)
        else:
            draft.set("colourways", colours, span)
    scan.take_all(re.compile(_STYLES))


def _read_each(scan: Scan, draft: DraftBuilder) -> None:
    """Multiply 每色800双 with colours named elsewhere; without them the total is not said."""
    for found in scan.take_all(_EACH_ALONE):
        amount, span = found["amount"] or found["amount2"], scan.span(*found.span())
        colours = draft.fields.get("colourways")
        is_colour = re.search(r"色|colou?r", found[0]) and not re.search(r"款|style", found[0])
        values = number_values(amount, whole=True)
        if colours and is_colour and len(values) == 1:
            draft.set("pairs", int(values[0] * Decimal(str(colours.value))), span)
        elif draft.is_open("pairs"):
            draft.ask("pairs", Doubt.NO_TOTAL, span)
