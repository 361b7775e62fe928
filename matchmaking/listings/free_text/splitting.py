"""Whether an order may be split over several factories, and into how small parts."""

from __future__ import annotations

import re

from matchmaking.core.parsing.numbers import AMOUNT, amount_outcome
from matchmaking.core.parsing.outcomes import convert
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import Doubt

_PAIRS = r"(?:双|对(?!接)|pairs?(?![a-z])|prs?(?![a-z])\.?|p(?=[\s,。;]|$)|pcs(?![a-z]))"
_PART_LEAST = (
    re.compile(
        rf"(?:每家|每个?厂|单家|一家|每份|各家|each(?: factory)?|per factory)\s?(?:工厂)?\s?(?:最少|至少|不少于|不低于|最低|min(?:imum)?\.?|at least)\s?(?:of\s)?(?P<amount>{AMOUNT})\s?{_PAIRS}?"
    ),
    re.compile(
        rf"(?:最少|至少|(?<![a-z])min(?:imum)?\.?|at least)\s?(?:of\s)?(?P<amount>{AMOUNT})\s?{_PAIRS}?\s?(?:each|per factory|a factory|一家|每家|/家|per part)"
    ),
    re.compile(rf"(?:每家|单家|每个?厂)\s?(?P<amount>{AMOUNT})\s?{_PAIRS}?\s?(?:以上|起)"),
    re.compile(
        rf"(?:最少|最小|至少|min\.?)\s?:?\s?(?P<amount>{AMOUNT})\s?{_PAIRS}?\s?/\s?(?:家|厂|factory)"
    ),
)
_NO_SPLIT = re.compile(
    r"拆单\s?[:是]\s?(?:不|否|no)|(?<!拆)不(?:可以?|能|许|要|允许|得)?\s?(?:拆单|分单|拆(?!迁)|分厂|分家|转单)|(?<![找求有来])(?:一家|一个厂|单厂|同一家|一个工厂|同一个厂)(?:工厂)?(?:做完|做(?=[\s,。;!]|$)|完成|包完|全做|吃下)|no split(?:ting)?(?!\s?(?:ship|deliver))|not to be split|(?:do not|don't|cannot|can't|must not) (?:be )?split|(?:one|single) factory only|single factory"
)
_SPLIT = re.compile(
    r"(?:分|拆)(?:给|成|到)?\s?[两几三四2-9]个?(?:工?厂|家)(?:来)?(?:做|生产|出)|(?:拆|分)(?:成|给|到)?\s?[两几多二三四2-9](?:\s?[-~到]\s?[三四五3-9])?个?(?:家|厂)(?:工厂)?(?:一起)?(?:做)?(?:也|都)?(?:可以?|行|ok)|拆不拆(?:单)?都(?:可以?|行|ok)|拆单\s?[:是]\s?(?:可|是|能|yes|ok)以?|(?:可以?|能|允许|接受|支持)\s?(?:拆单|分单|拆(?!迁)|分(?:给)?(?:几|两|多)家|几家(?:一起)?做|多家做)|(?:拆单|分单)(?:也)?(?:可以?|ok|没问题|行)|可以?几家分|(?:几家|多家)(?:一起)?(?:做|分)(?:也)?(?:可以?|行)"
    r"|split(?:ting)?(?: between [\w ]{0,20}| over [\w ]{0,20}| among [\w ]{0,20})?\s?(?:is\s)?(?:ok(?:ay)?|possible|allowed|fine|welcome)|(?:can|may|could) be split|splittable"
)
_BATCHES = re.compile(
    r"(?:可以?|能|允许|接受)\s?分批(?!交|出|发|走)|分批(?:也)?(?:可以?|ok|行)|(?:in )?(?:batches|partial) (?:ok|possible|allowed)"
)
_LOTS = re.compile(
    r"(?:可以?|能|允许|接受)?\s?分批(?:次)?(?:交货|出货|发货|走货|交|出)(?:也)?(?:可以?|ok)?|partial shipments? (?:ok|allowed)"
)


def read_split(scan: Scan, draft: DraftBuilder) -> None:
    """Set splittable and smallest_part."""
    for pattern in _PART_LEAST:
        for found in scan.take_all(pattern):
            span = scan.span(*found.span())
            draft.put(
                "smallest_part", convert(amount_outcome(found["amount"], span, whole=True), int)
            )
    for value, pattern in ((False, _NO_SPLIT), (True, _SPLIT)):
        for found in scan.take_all(pattern):
            draft.set("splittable", value, scan.span(*found.span()))
    for found in scan.take_all(_BATCHES):
        if draft.is_open("splittable"):
            draft.ask("splittable", Doubt.BATCHES, scan.span(*found.span()))
    scan.take_all(_LOTS)
