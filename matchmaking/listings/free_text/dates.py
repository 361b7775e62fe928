"""Days of a post by the words beside them: when it is due or begins, when lines are free."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from matchmaking.core.parsing.day_readings import Reference
from matchmaking.core.parsing.days import FoundDay, find_days
from matchmaking.core.parsing.durations import DURATION, duration_outcome
from matchmaking.core.parsing.outcomes import Read, Reading, Reason
from matchmaking.core.parsing.periods import Period, day_in_year, first_day, last_day
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import ORDER, Doubt

_SAMPLE_AFTER = re.compile(
    r"^\s?(?:之?前|以前|左右|要|出|看|交|给)?\s?(?:打样|寄样|出样|样品|看样|确认样|产前样|首样|样|samples?)"
    r"(?!\s?[:约]?\s?[0-9一二两三四五六七八九十]|ok|确认|后)"
)
_SAMPLE_BEFORE = re.compile(
    r"(?:打样|寄样|出样|样品|确认样|产前样|(?<!大货)样|samples?(?: ready)?)(?:时间|日期|期)?\s?[:在]?\s?(?:in|by|on|约|要)?\s?$"
)
_PAYMENT = re.compile(r"(?:月结|账期|付款|结算|票期|定金|尾款|payment|net|credit|t/t)\s?[:]?\s?$")
_PAYMENT_AFTER = re.compile(r"^(?:\s?账期|付款|月结|结算|结款|承兑|credit|payment)")
_START_AFTER = re.compile(
    r"^\s?(?:左右|之?前|以前|起|开始|就|要|能|可以?)?\s?(?:上线|开工|投产|开产|排产|开裁|开做|开生产|开始(?:生产|做|上线|排)|开始(?=\s?\S{0,4}[0-9])|生产|start(?!ing from)|production start)"
)
_START_BEFORE = re.compile(
    r"(?:上线|开工|投产|开产|排产|开裁|开始生产|计划生产|(?<![a-z])(?:start(?:ing|s)?|production)(?:\s(?:on|from|date|start))*)(?:时间|日期|期)?\s?[:是为在约]{0,2}\s?$"
)
_LATER_AFTER = re.compile(r"^\s?(?:以后|之后|后|起|开始)")
_DUE_AFTER = re.compile(
    r"^\s?(?:号|日)?\s?(?:左右)?\s?(?:之?前|以前|内|截止?)?\s?(?:要|必须|须|需|全部|完|能|可|到|前|交|出|发|走|离|装|上船|船|收|做完|完成|截|验货|送|etd|ex|delivery|ship|dead)"
)
_BEFORE_AFTER = re.compile(r"^\s?(?:号|日)?\s?(?:之前|以前|前(?!后)|内|之内|截止)")
_DUE_BEFORE = re.compile(
    r"(?:大货(?!交期|周期)|交期|货期|交货期?|出货(?:日期|时间|期)?|交货(?:日期|时间)|船期|最迟|最晚|不晚于|截止(?:日期)?|要货|交|出货|(?<![a-z])(?:by|before|until|due|deliver(?:y|ed)?|etd|ship(?:ment|ped|ping)?|ex-?factory|no later than|deadline|latest|in)(?:\s(?:date|by|on|before|in|at|is|the))*)\s?[:是为在到于约]{0,2}\s?$"
)
_OVERRIDE_BEFORE = re.compile(r"(?:晚到|延到|延至|推迟到|推到|放宽到|宽限到)\s?$")
_OF_MATERIALS = re.compile(r"^\s?(?:左右)?\s?(?:进|到|发|来|送|配)(?:大?料|面料|材料|鞋面|大底)")
_IN_LOTS = re.compile(r"分\s?[0-9两二三四五六七八九十几多]?\s?(?:批|次|柜|个月)")
_FIRST_ORDER = re.compile(r"(?:首单|试单)")
_MONTHS = {"month", "english_month", "relative_month"}
_AFTER_MONTH = re.compile(r"^\s?份?\s?(?:之后|后(?!半|续))")
_DOTTED = re.compile(
    r"(?<![0-9a-z.,/-])(?P<month>1[0-2]|0?[1-9])\.(?P<day>[12][0-9]|3[01]|0[1-9])(?![0-9a-z.,%/-])"
)
_FIRST_LOT_BEFORE = re.compile(r"(?:首单|首批|头批|第一批|试单)\s?$")
_FIRST_LOT_AFTER = re.compile(r"^[^,。;]{0,6}(?:首单|首批|第一批)")
_OWN_WORDS = (_SAMPLE_AFTER, _START_AFTER, _DUE_AFTER)
_FREE_NEAR = re.compile(
    r"空|可接|能接|能做|可做|能上|可上|可以接|接单|有产能|可排|档期|available|free|open|idle|capacity"
)
_FROM_AFTER = re.compile(
    r"^\s?(?:左右)?\s?(?:起|开始|以后|之后|后|就|能|可|有|都|空|onwards?|on\b)"
)
_FROM_BEFORE = re.compile(
    r"(?:从|自|空档|有空|空出?|档期|开始|(?<![a-z])(?:from|since|after|starting|free|open|available|in|as of))\s?[:是在]?\s?$"
)
_UNTIL_BEFORE = re.compile(r"(?:空到|到|至|截止|(?<![a-z])(?:until|till|to|through))\s?$")
_BOOKED_BEFORE = re.compile(
    r"(?:订单到|单子到|排单到|排到|排满到|满到|做到|订到|接到|booked (?:until|till|to))\s?$"
)
_FULL_BEFORE = re.compile(r"(?:full|booked|busy|occupied)\s?$")
_CAN_UNTIL_BEFORE = re.compile(r"(?:可以?|能)做到\s?$")
_BOOKED_AFTER = re.compile(
    r"^\s?份?\s?(?:的?(?:订单|单子|单|产能|产线|线|档期))?(?:已经?|都|全)*(?:排满|接满|满了?|没空|无空|停产|停工|放假|没档)"
)
_FREE_LIST = re.compile(r"空[档线]|有空|产能|free|available|capacity")
_ONLY_FROM_NOW = re.compile(r"^(?:即日|即刻|现有空|现空|随时|available now|right now)")
_AT_ANY_TIME = re.compile(r"随时(?:可以?|能|欢迎|都)*(?:验厂|来厂|看厂|参观|打样|联系|沟通|来)")
_LEAD_BEFORE = re.compile(
    r"(?:交期|货期|交货期?|出货期?|大货(?:交期|周期|货期|期)?|生产周期|周期|工期|生产期|生产时间|做货|翻单|返单|(?:下单|确认样?|样品?(?:ok|确认)|签样|收到定金|定金|封样|到料)(?:之?后)|lead[\s-]?times?(?: of| is)?|delivery(?: in| within| time)?|production(?: time)?|within|goods(?: in)?)\s?[:是为约在需要大概]{0,3}\s?$"
)
_LEAD_AFTER = re.compile(
    r"^\s?(?:左右|上下|以内|之内|内)?\s?(?:内|就|能|可以?|左右)?\s?(?:要(?!求)|交货|交期|货期|交|出货|出大货|出|完货|完成|做完|走货|大货|lead|delivery|after|from (?:order|deposit)|production)"
)
_DURATION = re.compile(DURATION)
_WORDS_BETWEEN = 12
_LIST = re.compile(r"[\s、,和及&]{0,3}")


@dataclass(frozen=True, slots=True)
class _Day:
    """A found day with the words around it in its clause."""

    found: FoundDay
    before: str
    after: str


def read_days(scan: Scan, draft: DraftBuilder, ref: Reference) -> None:
    """Set due and start of an order, free_from and free_to of an offer."""
    days = []
    for found in find_days(scan.text, scan.rest, ref):
        span = scan.span(found.start, found.end)
        outcome = replace(found.outcome, span=span) if found.outcome else None
        moved = replace(found, outcome=outcome)
        days.append(_Day(moved, scan.before(found.start, 20), scan.after(found.end)))
        scan.take(found.start, found.end)
    days = _with_own_words(scan, days)
    days = [day for day in days if not _is_of_samples(day)]
    if draft.side == ORDER:
        _read_order_days(scan, draft, [day for day in days if day.found.kind != "now"])
    else:
        _read_offer_days(scan, draft, days)


def _with_own_words(scan: Scan, days: list[_Day]) -> list[_Day]:
    """Give a word between two days to one of them: 12月20号上线 1月15日前交, 交期3月底 上线1月10日.

    Without a blank beside it the word follows its day, as Chinese has it.
    """
    owned = list(days)
    for index in range(1, len(days)):
        earlier, later = owned[index - 1], owned[index]
        between = scan.plain[earlier.found.end : later.found.start]
        if len(between) > _WORDS_BETWEEN:
            continue
        if between[:1] == " " and between[-1:] not in {" ", ""}:
            owned[index - 1] = replace(earlier, after="")
            continue
        own = next((w.match(between) for w in _OWN_WORDS if w.match(between)), None)
        if own:
            owned[index - 1] = replace(earlier, after=between)
        rest = between[own.end() :] if own else between
        if own or len(rest) < len(later.before):
            owned[index] = replace(later, before=rest)
    return owned


def _is_of_samples(day: _Day) -> bool:
    return bool(_SAMPLE_AFTER.match(day.after) or _SAMPLE_BEFORE.search(day.before))


def _read_order_days(scan: Scan, draft: DraftBuilder, days: list[_Day]) -> None:
    strong: list[_Day] = []
    weak: list[_Day] = []
    for day in days:
        if _OF_MATERIALS.match(day.after):
            continue
        if _is_start(day):
            draft.put("start", first_day(day.found.outcome))
        elif _OVERRIDE_BEFORE.search(day.before):
            strong = [day]
            break
        elif _DUE_BEFORE.search(day.before) or _is_due(day):
            strong.append(day)
        elif not _LATER_AFTER.match(day.after) and day.found.kind != "relative_day":
            weak.append(day)
    strong = _with_followers(scan, strong, weak)
    said = [day for day in strong if not _is_after_festival(day)]
    strong = said or strong
    first_lot = [
        day
        for day in (*strong, *weak)
        if _FIRST_LOT_BEFORE.search(day.before) or _FIRST_LOT_AFTER.match(day.after)
    ]
    lots = next((day for day in first_lot if _IN_LOTS.search(scan.plain)), None)
    if lots and isinstance(lots.found.outcome, Read) and not _FIRST_ORDER.search(lots.before):
        due = lots.found.outcome.value.last
        draft.ask("due", Doubt.FIRST_LOT, lots.found.outcome.span, [Reading(due, str(due))])
        return
    for day in first_lot or strong or weak:
        draft.put("due", last_day(day.found.outcome))


def _is_start(day: _Day) -> bool:
    """Tell whether work begins on the day; the word behind a day is nearer than the one before."""
    if _START_AFTER.match(day.after):
        return True
    is_due = day.after[:1] != " " and _DUE_AFTER.match(day.after)
    return bool(_START_BEFORE.search(day.before)) and not is_due


def _with_followers(scan: Scan, strong: list[_Day], weak: list[_Day]) -> list[_Day]:
    """Add the days of a list that one word opens: 交 1月底 2月底 3月底."""
    dues = list(strong)
    for day in weak:
        if any(_LIST.fullmatch(scan.plain[one.found.end : day.found.start]) for one in dues):
            dues.append(day)
    return dues


def _is_after_festival(day: _Day) -> bool:
    return getattr(day.found.outcome, "reason", None) is Reason.AFTER_FESTIVAL


def _is_due(day: _Day) -> bool:
    named = day.found.kind in {"festival", "year_or_feast"}
    return named or bool(_DUE_AFTER.match(day.after) or _BEFORE_AFTER.match(day.after))


def _read_offer_days(scan: Scan, draft: DraftBuilder, days: list[_Day]) -> None:
    explicit = [day for day in days if day.found.kind != "now"]
    for day in explicit:
        if not _ask_after_month(draft, day):
            _read_offer_day(scan, draft, day)
    if not draft.is_open("free_from"):
        return
    for day in days:
        word = scan.plain[day.found.start : day.found.end]
        near = day.before[-8:] + scan.after(day.found.end, 10)
        if _AT_ANY_TIME.match(scan.plain[day.found.start :]):
            continue
        said = _ONLY_FROM_NOW.match(word) or _FREE_NEAR.search(near)
        if day.found.kind == "now" and said:
            draft.put("free_from", first_day(day.found.outcome))
            return


def _ask_after_month(draft: DraftBuilder, day: _Day) -> bool:
    """Ask whether lines that are free 3月之后 are so from the 1st of March or of April."""
    outcome, month = day.found.outcome, _whole_month(day)
    if not month or not isinstance(outcome, Read) or not _AFTER_MONTH.match(day.after):
        return False
    days = (month.first, month.last + dt.timedelta(days=1))
    readings = [Reading(one, str(one)) for one in days]
    draft.ask("free_from", Reason.PART_OF_MONTH, outcome.span, readings)
    return True


def _read_offer_day(scan: Scan, draft: DraftBuilder, day: _Day) -> None:
    outcome, kind = day.found.outcome, day.found.kind
    word = scan.plain[day.found.start : day.found.end]
    near = _FREE_NEAR.search(day.before) or _FREE_NEAR.search(scan.after(day.found.end, 14))
    is_booked = _BOOKED_BEFORE.search(day.before) and not _CAN_UNTIL_BEFORE.search(day.before)
    if is_booked or re.match(r"^\s?(?:之?前|以前)?\s?(?:交|出货|可?以?交)", day.after):
        return
    if _BOOKED_AFTER.match(day.after):
        return
    if word.startswith("今") and not _FROM_AFTER.match(day.after):
        return  # 今日空线播报
    is_after = getattr(outcome, "reason", None) is Reason.AFTER_FESTIVAL
    if word.startswith(("until", "till")) and _FULL_BEFORE.search(day.before):
        return
    until = not is_after and (
        _BEFORE_AFTER.match(day.after)
        or kind == "festival"
        or (word.endswith("前") and kind != "range")
        or word.startswith(("until", "till"))
        or _CAN_UNTIL_BEFORE.search(day.before)
    )
    is_open_ended = word.startswith(("from", "since"))
    if _is_window(day) and not until and not is_open_ended:
        if near or kind in {"range", "month_range", "english_month_range", "day_range"}:
            draft.put("free_from", first_day(outcome))
            draft.put("free_to", last_day(outcome))
    elif until or _UNTIL_BEFORE.search(day.before):
        if near or _CAN_UNTIL_BEFORE.search(day.before):
            draft.put("free_to", last_day(outcome))
    elif (
        near
        or is_after
        or is_open_ended
        or _FROM_AFTER.match(day.after)
        or _FROM_BEFORE.search(day.before)
        # A list of free lines has its word in the heading alone.
        or _FREE_LIST.search(scan.text.plain[: scan.offset])
    ):
        draft.put("free_from", first_day(outcome))


def ask_bare_day(scan: Scan, draft: DraftBuilder, ref: Reference) -> None:
    """Ask whether 3.10 with no word beside it, and no price left to be, is the day it is due."""
    if not draft.is_open("due") or "lead_days" in draft.fields:
        return
    for found in scan.matches(_DOTTED):
        month, day = int(found["month"]), int(found["day"])
        readings, _ = day_in_year(None, month, day, ref.today)
        if readings:
            span = scan.span(*found.span())
            days = [Reading(one.last, str(one.last)) for one in readings]
            draft.ask("due", Doubt.BARE_FIGURE, span, days)
            scan.take(*found.span())
            return


def _is_window(day: _Day) -> bool:
    """Tell whether the days are a whole time: 3月到5月, 1月整月; not so 3月起."""
    if day.found.kind in {"range", "month_range", "english_month_range", "day_range"}:
        return True
    if re.match(r"^\s?(?:起|开始|以后|之后|后|onward)", day.after) or _FROM_BEFORE_ONLY.search(
        day.before
    ):
        return False
    return _whole_month(day) is not None


def _whole_month(day: _Day) -> Period | None:
    """Return the month that the day's words are, None when they are less or more."""
    outcome = day.found.outcome
    if day.found.kind not in _MONTHS or not isinstance(outcome, Read):
        return None
    is_whole = (outcome.value.last - outcome.value.first).days >= _SHORTEST_MONTH
    return outcome.value if is_whole else None


_FROM_BEFORE_ONLY = re.compile(r"(?:从|自|(?<![a-z])(?:from|since|starting))\s?$")
_SHORTEST_MONTH = 27


def read_durations(scan: Scan, draft: DraftBuilder) -> None:
    """Set lead_days; an order that is due so many days after an unknown day is asked when."""
    for found in scan.take_all(_DURATION):
        before, after = scan.before(found.start(), 16), scan.after(found.end(), 16)
        if _SAMPLE_BEFORE.search(before) or _SAMPLE_AFTER.match(after):
            continue
        if _PAYMENT.search(before) or _PAYMENT_AFTER.match(after):
            continue
        if before.endswith("分"):
            continue  # 分5个月交 says the lots
        if not (_LEAD_BEFORE.search(before) or _LEAD_AFTER.match(after)):
            continue
        span = scan.span(*found.span())
        draft.put("lead_days", duration_outcome(found, span))
        if draft.side == ORDER and draft.is_open("due"):
            draft.ask("due", Doubt.UNKNOWN_BEGINNING, span)
