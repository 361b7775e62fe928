"""Output of a factory: lines, pairs a week, minimum order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from matchmaking.core.parsing.durations import DAYS_OF_A_MONTH, DAYS_OF_A_WEEK
from matchmaking.core.parsing.numbers import AMOUNT, NUMBER, amount_outcome, number_values
from matchmaking.core.parsing.outcomes import Ambiguous, Outcome, Read, Reading, Span, convert
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import Doubt

WORKING_DAYS = 6  # a week, unless said
DAYS_OF_A_YEAR = 365
_PAIRS = r"(?:双|对|pairs?|prs?\.?)"
_WORK_WEEK = re.compile(
    r"(?:一周|每周|一星期|每星期|周)\s?(?:只|都|就)?\s?(?:做|上|开工|上班|干|工作|开)?\s?(?P<days>[3-7三四五六七])\s?天(?P<half>半)?(?:班|工作制)?"
    r"|(?P<english>[3-7]|five|six|seven)[\s-]days?(?:\s(?:a|per|working))?[\s-]week(?:\sonly)?|(?P<one>单休)|(?P<two>双休)|(?P<none>无休|不休息|一周七天|天天开工)"
)
_SHIFTS = re.compile(r"月休|一个月休|单班.{0,20}双班|双班.{0,20}单班")
_SHARE = re.compile(
    r"[0-9]{1,2}\s?%\s?(?:of\s)?(?:the\s|our\s)?(?:free\s)?(?:capacity|产能)|[一二三四五六七八九两]成(?:的?产能)?(?:有?空|空|可接)|产能\s?:?\s?[一二三四五六七八九两]成|产能(?:还有|空)?\s?[0-9]{1,2}\s?%"
)
_OTHERS_ARE_FREE = re.compile(r"(?:其余|其它|其他|剩下|剩余)(?:的|几条|都)*空")
_WORDS = {"five": 5, "six": 6, "seven": 7, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_LINK = r"(?:可以|能够?|可|大概|约|左右|少做|少出|出货?|做|产能|每台|产量|产|生产|共|合计|总共|一共|一起|在|是|为|有|:|\s++|(?:[0-9一二两三四五六七八九十]{1,2}条线)|[鞋面帮底大跑运动女男童凉拖靴休闲]{2,5}|每条线?|一条线|单线|单条线?|of|about|up to|capacity|output|is|are){0,7}"
_RATES = (
    re.compile(
        rf"(?P<per>月空闲?产能|周空闲?产能|日产能?量?|天产|日均|月产能?量?|月均|周产能?量?|年产能?量?|每天|一天|每日|天天|每月|一个月|每个月|每周|一周|每年|一年|daily|weekly|monthly|yearly)"
        rf"{_LINK}(?P<amount>{AMOUNT})\s?(?:多)?{_PAIRS}?(?!\s?(?:[天元块条个码色款%人小]|号))"
    ),
    re.compile(
        rf"(?P<amount>{AMOUNT})\s?{_PAIRS}?\s?(?:of\s[a-z' -]{{3,30}}\s)?(?:/|每|(?<![a-z])per|(?<![a-z])an?(?=\s)|each|every|一)\s?"
        rf"(?:line\s?(?:/|per|an?)\s?)?(?P<per>天|日|day|周|week|个?月|month|年|year)(?![a-z内交])"
    ),
    re.compile(rf"(?P<amount>{AMOUNT})\s?{_PAIRS}?\s?(?P<per>daily|weekly|monthly)(?![a-z])"),
)
_PER_LINE = re.compile(
    r"每条|每台|单台|单线|单条|每线|一条[^\s,条]{0,3}线(?=\s?(?:日产|每天|一天|能|可|做|出))|(?:per|each|a|every|/)\s?(?:free\s|production\s)?line|(?:/|per\s|a\s)\s?day,?\seach(?![a-z])"
)
_IN_TOTAL = re.compile(
    r"合计|加起来|加一起|一起|总共|共(?=\s?(?:日产|出|产|月产|每天|[0-9]+双))|全厂|整厂|总产|总日产|两边|条线共|(?<!line )(?<!lines )in total|(?<!in )total|together|combined|all lines"
)
_ENGLISH = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
}
_COUNT = rf"(?P<n>{NUMBER}|one|two|three|four|five|six|seven|eight|ten)"
_LINES = (
    re.compile(rf"{_COUNT}\s?条(?:(?:[\u4e00-\u9fff]{{0,4}}?线|流水))"),
    re.compile(rf"(?:空出?|其中|剩下?|还有|有|闲|停)(?:了|着)?\s?{_COUNT}\s?条(?!件)"),
    re.compile(rf"{_COUNT}\s?条\s?(?=空|闲|可接|能接)"),
    re.compile(rf"线\s?:?\s?{_COUNT}\s?条"),
    re.compile(rf"{_COUNT}\s?条(?=[\s,]{{0,2}}(?:日产|月产|每天|一天|合计))"),
    re.compile(
        rf"(?<![a-z0-9]){_COUNT}\s(?:are\s|is\s|now\s)?(?:idle|free|open|spare|available)(?![a-z])"
    ),
    re.compile(
        rf"(?<![a-z0-9]){_COUNT}\s(?:(?:free|open|idle|spare|production|assembly|lasting|cementing|cemented|vulcanizing|vulcanised|injection|stitching|sewing|making|running|available)\s){{0,3}}lines?(?![a-z])"
    ),
    re.compile(rf"(?:out of|of our|of)\s{_COUNT}(?:\slines?)?(?![0-9,])"),
)
_FREE_BEFORE = re.compile(
    r"(?:空出?(?:来|了|着)?|停了?|其中|剩下?|闲|现空|还有|(?<![a-z])(?:free|open|idle|available))\s?[:有]?\s?$"
)
_FREE_AFTER = re.compile(
    r"^\s?(?:线)?\s?(?:都|现在|目前|已经|可以?|能)?\s?(?:空(?!\s?[0-9一二两三四五六七八九十]+\s?条)|有空|闲|可接|能接|待单|(?:are |is )?(?:free|available|open|idle))"
)
_FREE_PART_AFTER = re.compile(
    r"^\s?能?(?:空出?|有|里)\s?(?:来)?\s?(?:其中)?\s?(?:[0-9一二两三四五六七八九十]+\s?条|的)"
)
_ALL_BEFORE = re.compile(
    r"(?:一共|总共|共|全厂|厂里|厂里有|共有|一共有|out of|of our|of)\s?(?:有)?\s?$"
)
_MINIMUM = (
    re.compile(
        rf"(?:起订量?|起做量?|起单量?|起接量?|最低起订|最小起订|最低订?单?量|最少起订|最小订单量?|起定量?|(?<![a-z])(?:moq|minimum order(?: quantity)?|min\.? order(?: qty)?|min\.? qty|minimum))"
        rf"(?:是|为|:|of|is|\s|约|每款|每色|不低于|最低|只要)*(?P<amount>{AMOUNT})\s?(?P<unit>{_PAIRS}|打|dz|dozens?)?(?:\s?(?:/|每|per)\s?(?:款|色|style|colou?r))?"
    ),
    re.compile(
        rf"(?P<amount>{AMOUNT})\s?(?P<unit>{_PAIRS}|打|dz)(?:\s?/?\s?(?:每?款|每?色))?\s?(?:起订|起做|起接|起定|起(?![空来])|以上起?接?单?|minimum|min(?![a-z])|moq)"
    ),
    re.compile(
        rf"(?:低于|少于|不足|不到)\s?(?P<amount>{AMOUNT})\s?(?P<unit>{_PAIRS})?\s?(?:的)?\s?(?:不接|不做|勿扰|免谈)"
    ),
    re.compile(
        rf"(?P<amount>{AMOUNT})\s?(?P<unit>{_PAIRS})?\s?以下\s?(?:的)?\s?(?:不接|不做|勿扰|免谈)"
    ),
)


@dataclass(frozen=True, slots=True)
class _Lines:
    """How many lines there are and how many of them are free; None where not said."""

    free: int | None
    every: int | None
    span: Span | None


def read_capacity(scan: Scan, draft: DraftBuilder) -> None:
    """Set lines, weekly_pairs and min_order of an offer."""
    _read_minimum(scan, draft)
    working_days = _read_work_week(scan)
    rates = [
        (found["per"], found["amount"], found.span())
        for pattern in _RATES
        for found in scan.take_all(pattern)
    ]
    lines = _read_lines(scan, draft)
    if found := _SHIFTS.search(scan.plain):
        draft.ask("weekly_pairs", Doubt.SCOPE_OF_OUTPUT, scan.span(*found.span()))
    if found := _SHARE.search(scan.plain):
        draft.ask("weekly_pairs", Doubt.FREE_PART_OF_OUTPUT, scan.span(*found.span()))
        draft.ask("lines", Doubt.FREE_PART_OF_OUTPUT, scan.span(*found.span()))
    for per, amount, (start, end) in rates:
        span = scan.span(start, end)
        weekly = _weekly(per, amount_outcome(amount, span, whole=True), working_days)
        if weekly is not None:
            _put_rate(scan, draft, weekly, lines, (start, end))
        if per.startswith(("年", "一年", "每年", "year")):
            draft.ask("weekly_pairs", Doubt.YEARLY_OUTPUT, span)


def _read_minimum(scan: Scan, draft: DraftBuilder) -> None:
    for pattern in _MINIMUM:
        for found in scan.take_all(pattern):
            factor = 12 if (found["unit"] or "").startswith(("打", "d")) else 1
            span = scan.span(*found.span())
            pairs = convert(amount_outcome(found["amount"], span, whole=True), int)
            draft.put("min_order", convert(pairs, lambda value, factor=factor: value * factor))  # type: ignore[misc]


def _read_work_week(scan: Scan) -> Decimal:
    days = Decimal(WORKING_DAYS)
    for found in scan.take_all(_WORK_WEEK):
        written = found["days"] or found["english"]
        if written:
            days = Decimal(_WORDS.get(written) or int(written))
            days += Decimal("0.5") if found["half"] else 0
        elif found["two"]:
            days = Decimal(WORKING_DAYS - 1)
        elif found["none"]:
            days = Decimal(DAYS_OF_A_WEEK)
    return days


def _weekly(per: str, amount: Outcome[Decimal], working_days: Decimal) -> Outcome[int]:
    """Return pairs a week: a month has thirty days and is rounded to hundreds."""
    if per.startswith(("年", "每年", "一年", "year")):
        return None
    if "月" in per or per.startswith("month"):
        return convert(amount, _of_a_month)
    if "周" in per or per.startswith("week"):
        return convert(amount, int)
    return convert(amount, lambda value: int(value * working_days))


def _of_a_month(amount: Decimal) -> int:
    week = amount * DAYS_OF_A_WEEK / DAYS_OF_A_MONTH
    return int((week / 100).quantize(Decimal(1), ROUND_HALF_UP) * 100)


def _read_lines(scan: Scan, draft: DraftBuilder) -> _Lines:
    free: dict[int, Span] = {}
    every: dict[int, Span] = {}
    for pattern in _LINES:
        for found in pattern.finditer(scan.plain):  # also within a rate that was taken
            count = _count(found["n"])
            before = scan.before(found.start("n"))
            if not count or before.endswith(("每", "单")) or _is_scope(scan, found):
                continue
            span = scan.span(*found.span())
            (free if _is_free(scan, found, before) else every)[count] = span
            scan.take(*found.span())
    if _OTHERS_ARE_FREE.search(scan.plain):
        draft.ask(
            "lines",
            Doubt.FREE_PART_OF_OUTPUT,
            next(iter((every or free).values()), scan.span(0, 1)),
        )
        return _Lines(None, None, None)
    if len(free) > 1 or (not free and len(every) > 1):
        both = free or every
        readings = [Reading(count, str(count)) for count in both]
        draft.ask("lines", Doubt.CONTRADICTION, next(iter(both.values())), readings)
        return _Lines(None, max(every or free), None)
    counts = free or every
    for count, span in counts.items():
        draft.set("lines", count, span)
    total = max(every) if every else None
    return _Lines(next(iter(free), None), total, next(iter(counts.values()), None))


def _is_scope(scan: Scan, found: re.Match[str]) -> bool:
    """Tell whether 一条线 says whose output follows: 一条线日产1500 beside 3条线."""
    if found["n"] not in {"一", "1", "one"}:
        return False
    others = len(re.findall(r"条(?!件)", scan.plain)) > 1
    return others and bool(
        re.match(
            r"\s?(?:日产|每天|一天|能做|可做|做|出(?!来))|[0-9一二两三四五六七八九]+(?![0-9]|\s?条)",
            scan.plain[found.end() :],
        )
    )


def _is_free(scan: Scan, found: re.Match[str], before: str) -> bool:
    after = scan.after(found.end())
    if re.search(r"(?:out of|of our|of)\s?$", before) or _FREE_PART_AFTER.match(after):
        return False
    if _ALL_BEFORE.search(before):
        return False
    words = found[0]
    inside = re.match(r"空|其中|剩|闲|停", words) or re.search(
        r"free|open|idle|spare|available", words
    )
    return bool(inside or _FREE_BEFORE.search(before) or _FREE_AFTER.match(after))


def _count(written: str) -> int | None:
    if written in _ENGLISH:
        return _ENGLISH[written]
    values = number_values(written, whole=True)
    return int(values[0]) if len(values) == 1 and 0 < values[0] < 1000 else None  # noqa: PLR2004


def _put_rate(
    scan: Scan, draft: DraftBuilder, weekly: Outcome[int], lines: _Lines, place: tuple[int, int]
) -> None:
    """Set the output of the lines that are free, or ask when it is not said of them."""
    if isinstance(weekly, Ambiguous):
        draft.ask("weekly_pairs", weekly.reason, weekly.span, weekly.readings)
    if not isinstance(weekly, Read):
        return
    per_line, in_total = _scope(scan, place)
    count = lines.free or lines.every
    if per_line:
        if count:
            draft.set("weekly_pairs", weekly.value * count, weekly.span)
        else:
            draft.ask("weekly_pairs", Doubt.SCOPE_OF_OUTPUT, weekly.span)
    elif lines.free and lines.every and lines.free < lines.every:
        share = weekly.value * lines.free // lines.every
        draft.ask(
            "weekly_pairs", Doubt.FREE_PART_OF_OUTPUT, weekly.span, [Reading(share, str(share))]
        )
    elif count and count > 1 and not in_total:
        values = (weekly.value, weekly.value * count)
        readings = [Reading(value, str(value)) for value in values]
        draft.ask("weekly_pairs", Doubt.SCOPE_OF_OUTPUT, weekly.span, readings)
    else:
        _set_weekly(draft, weekly)


def _set_weekly(draft: DraftBuilder, weekly: Read[int]) -> None:
    """Keep the first of two figures that agree roughly: 8000 a day, 200,000 a month."""
    known = draft.fields.get("weekly_pairs")
    if known and abs(int(str(known.value)) - weekly.value) * 10 <= weekly.value:
        return
    draft.set("weekly_pairs", weekly.value, weekly.span)


def _scope(scan: Scan, place: tuple[int, int]) -> tuple[bool, bool]:
    """Return whether the figure is of each line and whether it is of all: the nearest word says."""
    start, end = place
    for stretch in (scan.plain[max(0, start - 16) : end + 16], scan.plain):
        per_line = bool(_PER_LINE.search(stretch))
        in_total = bool(_IN_TOTAL.search(stretch))
        if per_line != in_total:
            return per_line, in_total
    return False, False
