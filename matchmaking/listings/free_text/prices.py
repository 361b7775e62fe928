"""Prices of a post: an order's target, an offer's lowest and highest, in yuan or said otherwise."""

from __future__ import annotations

import re
from decimal import Decimal

from matchmaking.core.parsing.money import MONEY, PAIRS_OF_A_DOZEN, Money, money_outcome
from matchmaking.core.parsing.numbers import AMOUNT, CHINESE, amount_outcome, chinese_value
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reading,
    Reason,
    Span,
    convert,
)
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import ORDER, Doubt, Value

YUAN = "CNY"
LEAST, MOST = Decimal("0.05"), Decimal(3000)  # yuan a pair; beyond is no price of a shoe
_FEES = re.compile(
    r"(?:模具费?|开模费?|打样费?|样品费?|样鞋费?|版费|运费|物流费?|佣金|定金|订金|押金|保证金|中介费|管理费|好处费|罚款|总价|总额|总金额|货值|产值|销售额|年产值|贷款|工资|月薪"
    r"|mou?ld(?:ing)? (?:fee|cost)|tooling|deposit|sample fee|total value|order value|commission)\s?[:是为约共]{0,2}\s?$"
)
_FEES_AFTER = re.compile(r"^(?:\s?万|定金|订金|押金|佣金|模具费|打样费|样品费|运费|deposit|万)")
_DOZEN_BEFORE = re.compile(r"(?:每打|一打|/打|per dozen|a dozen)\s?[:是]?\s?$")
_DOZEN_AFTER = re.compile(r"^\s?(?:/|每|一|per|a)\s?(?:打|dozen|dz)")
_FROM_AFTER = re.compile(
    r"^\s?(?:/?一?双|每双)?\s?(?:起(?!\s?[空来])|以上|打底|往上|起步|and up|up)"
)
_UP_TO_AFTER = re.compile(r"^\s?(?:/?一?双|每双)?\s?(?:以内|以下|封顶|之内|max)")
_LEAST_BEFORE = re.compile(r"(?:最低|不低于|不少于|不能低于|起步价?|(?<![a-z])from)\s?[:是]?\s?$")
_CUE = (
    r"(?:目标价格?|单价|价格|工价|工费|加工费|加工价|手工费|价位|报价|出价|预算|给价|开价|到厂价|出厂价|离岸价|成本价?|(?<![造差])价"
    r"|(?<![a-z])(?:target(?: price)?|price|unit price|fob|exw|budget))"
)
_TAX = r"(?:不含税|不含票|不开票|未税|税前|含税|含票|带票|开票|税后)"
_CURRENCY_FOLLOWS = (
    r"(?!\s?(?:双|对|万|w(?![a-z])|条|天|款|色|pairs|prs|%|码|件|打(?!\S)|月|号|日|[0-9]))"
)
_PER_PAIR = r"\s?(?:/\s?(?:双|对)|一双|每双|一对|/\s?(?:pair|pr)s?|per pair|a pair|each)"
_MONEY = re.compile(
    rf"(?:{_CUE}(?:是|为|:|约|在|做到|大概|at|of|is|\s){{0,3}})?(?:fob\s?)?{MONEY}(?:{_PER_PAIR})?(?:\s?{_TAX})?(?:左右|上下)?"
)
_CUED = (
    re.compile(
        rf"{_CUE}(?:是|为|:|约|在|做到|大概|要|不低于|不少于|不能低于|of|is|at|\s|cny){{0,3}}(?P<amount>{AMOUNT}){_CURRENCY_FOLLOWS}(?:{_PER_PAIR}|\s?/\s?双)?(?:左右|上下)?"
    ),
    re.compile(rf"(?:每双|一双|@)\s?(?P<amount>{AMOUNT}){_CURRENCY_FOLLOWS}"),
    re.compile(rf"(?P<amount>{AMOUNT}){_PER_PAIR}(?:左右)?"),
    re.compile(rf"{_TAX}\s?(?P<amount>{AMOUNT}){_CURRENCY_FOLLOWS}"),
    re.compile(
        rf"(?=[0-9]|[{CHINESE}]{{2}})(?P<amount>{AMOUNT})\s?(?:左右|上下|以内)(?!\s?(?:交|出|完|到))"
    ),
    re.compile(rf"(?=[0-9]|[{CHINESE}]{{2}})(?P<amount>{AMOUNT})\s?(?:起(?!\s?[空来订做])|封顶)"),
)
_TAX_PRICE = re.compile(rf"{_TAX}")
_BARE = re.compile(
    rf"(?<![0-9a-z./#-])(?<![0-9],)(?P<amount>{AMOUNT})(?![0-9a-z/#%]|[.,-][0-9]|\s?(?:双|条|天|款|色|月|号|日|码|件|%|人|年|米|厂|家|线|cm|mm|个|次|楼|点))"
)
_PERCENT = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]+)?\s?(?:%|％|个点|成(?=定|订|预|首))|[一二三四五六七八九]成(?=定|订|预|首)|±\s?[0-9]+"
)
_LOOKS_LIKE_A_DAY = re.compile(r"(?:1[0-2]|0?[1-9])\.(?:[12][0-9]|3[01])")


def take_percents(scan: Scan) -> None:
    scan.take_all(_PERCENT)


def read_money(scan: Scan, draft: DraftBuilder) -> None:
    """Read prices with a currency: 48块, FOB USD 7.8, 每打216元."""
    for found in scan.matches(_MONEY):
        before, after = scan.before(found.start(), 16), scan.after(found.end())
        if _FEES.search(before) or _FEES_AFTER.match(after) or _is_total(found, after):
            scan.take(*found.span())
            continue
        pairs = _pairs_of(before, after)
        span = scan.span(*found.span())
        outcome = money_outcome(found, span, pairs=pairs)
        if outcome is None:
            continue
        if _put(draft, outcome, before, after):
            scan.take(*found.span())


def _is_total(found: re.Match[str], after: str) -> bool:
    return "万" in found[0] or after.startswith("万")


def read_named_prices(scan: Scan, draft: DraftBuilder) -> None:
    """Read prices that a word names: 目标价48, 50左右, 4.5-6.8一双."""
    for pattern in _CUED:
        for found in scan.matches(pattern):
            before, after = scan.before(found.start(), 16), scan.after(found.end())
            if _FEES.search(before):
                scan.take(*found.span())
                continue
            if found[0].endswith("起") and _LOOKS_LIKE_A_DAY.fullmatch(found["amount"].strip()):
                continue  # 12.18起: free from that day as well
            pairs = _pairs_of(before, after)
            after = scan.after(found.end("amount"))
            _put_amount(scan, draft, found, before, after, pairs)


def _pairs_of(before: str, after: str) -> int:
    return PAIRS_OF_A_DOZEN if _DOZEN_BEFORE.search(before) or _DOZEN_AFTER.match(after) else 1


def read_bare_price(scan: Scan, draft: DraftBuilder) -> None:
    """Take the one figure that is left for the price; of several, ask."""
    if not is_open(draft):
        return
    matches = [found for found in scan.matches(_BARE) if _could_be_price(found)]
    if not matches:
        return
    if len(matches) > 1:
        outcomes = [_money(scan, found, 1) for found in matches]
        amounts = {one.value.amount for one in outcomes if isinstance(one, Read)}
        if len(amounts) != 1:
            readings = [Reading(amount, str(amount)) for amount in sorted(amounts)]
            draft.ask(_field(draft), Doubt.CONTRADICTION, scan.span(*matches[0].span()), readings)
            return
    found = matches[0]
    _put_amount(scan, draft, found, scan.before(found.start()), scan.after(found.end()), 1)


def is_open(draft: DraftBuilder) -> bool:
    names = ("target_price_cny", "price", "price_low_cny", "price_high_cny")
    return all(draft.is_open(name) for name in names)


def _could_be_price(found: re.Match[str]) -> bool:
    written = found["amount"]
    if all(character in CHINESE for character in written) and re.search(r"[十百]", written):
        return len(written) > 1 and LEAST <= (chinese_value(written) or 0) <= MOST
    if _LOOKS_LIKE_A_DAY.fullmatch(written) or not re.search(r"[0-9]", written):
        return False  # 3.20 without a word is a day as well as a price
    outcome = amount_outcome(written, Span(0, 0))
    amounts = [outcome.value] if isinstance(outcome, Read) else []
    if isinstance(outcome, Ambiguous):
        amounts = [reading.value for reading in outcome.readings]
    return bool(amounts) and all(1 <= amount <= MOST for amount in amounts)


def _money(scan: Scan, found: re.Match[str], pairs: int) -> Outcome[Money]:
    span = scan.span(*found.span("amount"))
    return convert(amount_outcome(found["amount"], span), lambda value: Money(value, YUAN, pairs))


def _put_amount(
    scan: Scan, draft: DraftBuilder, found: re.Match[str], before: str, after: str, pairs: int
) -> None:
    outcome = _money(scan, found, pairs)
    if outcome is None:
        return
    if _put(draft, outcome, before + found[0][:4], after):
        scan.take(*found.span())


def _put(draft: DraftBuilder, outcome: Outcome[Money], before: str, after: str) -> bool:
    """Set or ask the price; return whether it can be one at all."""
    values = [outcome.value] if isinstance(outcome, Read) else []
    if isinstance(outcome, Ambiguous):
        values = [reading.value for reading in outcome.readings]
    if not values or not all(LEAST <= money.unit_amount <= MOST for money in values):
        return False
    if draft.side == ORDER:
        _put_target(draft, outcome)
    else:
        _put_band(draft, outcome, before, after)
    return True


def _field(draft: DraftBuilder) -> str:
    return "target_price_cny" if draft.side == ORDER else "price_low_cny"


def _put_target(draft: DraftBuilder, outcome: Outcome[Money]) -> None:
    if isinstance(outcome, Read):
        _set_price(draft, "target_price_cny", outcome.value, outcome.span)
    elif isinstance(outcome, Ambiguous):
        currency = outcome.readings[0].value.currency
        if currency != YUAN:
            draft.set("currency", currency, outcome.span)
        field = "target_price_cny" if currency == YUAN else "price"
        reason = Doubt.PRICE_RANGE if outcome.reason is Reason.RANGE else outcome.reason
        draft.ask(field, reason, outcome.span, _amounts(outcome))


def _set_price(draft: DraftBuilder, field: str, money: Money, span: Span) -> None:
    if money.currency == YUAN:
        draft.set(field, money.unit_amount, span)
        return
    draft.set("currency", money.currency, span)
    draft.set("price", money.unit_amount, span)


def _amounts(outcome: Ambiguous[Money]) -> tuple[Reading[Value], ...]:
    return tuple(
        Reading(one.value.unit_amount, str(one.value.unit_amount)) for one in outcome.readings
    )


def _put_band(draft: DraftBuilder, outcome: Outcome[Money], before: str, after: str) -> None:
    if isinstance(outcome, Ambiguous):
        if outcome.reason is not Reason.RANGE or outcome.readings[0].value.currency != YUAN:
            _put_target_of_offer(draft, outcome)
            return
        low, high = (reading.value for reading in outcome.readings)
        draft.set("price_low_cny", low.unit_amount, outcome.span)
        draft.set("price_high_cny", high.unit_amount, outcome.span)
    elif isinstance(outcome, Read):
        money, span = outcome.value, outcome.span
        if money.currency != YUAN:
            _set_price(draft, "price", money, span)
            return
        if not _UP_TO_AFTER.match(after):
            draft.set("price_low_cny", money.unit_amount, span)
        if not (_FROM_AFTER.match(after) or _LEAST_BEFORE.search(before)):
            draft.set("price_high_cny", money.unit_amount, span)


def _put_target_of_offer(draft: DraftBuilder, outcome: Ambiguous[Money]) -> None:
    currency = outcome.readings[0].value.currency
    if currency != YUAN:
        draft.set("currency", currency, outcome.span)
    field = "price_low_cny" if currency == YUAN else "price"
    draft.ask(field, outcome.reason, outcome.span, _amounts(outcome))
