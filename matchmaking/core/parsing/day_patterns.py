"""Patterns of days, weeks and parts of months in both languages, on normalized text."""

from __future__ import annotations

import re

from matchmaking.core.parsing import festivals

_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|[一二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = (
    r"(?:(?P<year>20[0-9]{2}|(?<![0-9])[23][0-9]|二[〇零][二三四][〇零一二三四五六七八九])\s?年\s?"
    r"|(?P<relative>今年|明年|后年|来年|本年|次年)的?\s?)?"
)
# 四十七块五三月十五号: after 块 one numeral is a price's, the next may be a month.
_NOT_WITHIN = r"(?:(?<![0-9.一二三四五六七八九十个每])|(?<=块[一二三四五六七八九]))"
# 3月5 is a day, 3月5千双 and 3月5.5元 are a month and another figure.
_DAY_ENDS = r"(?:\s?[日号]|(?!\s?[0-9.十%万千百wk双对打元块条个款色家天码箱件年月:]))"
_PART = r"(?:[上下前后]半月|上中旬|中下旬|上旬|中旬|下旬|月底|底|末|月初|初|中(?![国山])|头)"
_MONTH_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?(?![a-z])"
)
_ENGLISH_YEAR = r"(?:[\s,/-]{1,2}(?P<year>20[0-9]{2})(?![0-9])|\s?'(?P<short>[23][0-9])|[-/](?P<short2>[23][0-9])(?![0-9]))?"
_FESTIVALS = "|".join(sorted(festivals.WORDS, key=len, reverse=True))
# A dotted or dashed pair of figures is a day where a word says so: 3.20出货, 交期3.20.
_CUE_AFTER = (
    r"(?:之?前|以前|日|号|出(?!口)|交(?!期|货期|货日|货时|货:)|发(?!票)|到货|上线|开[工始裁产]|投产|排产"
    r"|起(?=\s?(?:有?空|可|开始|排|能|接))|截|收|走货|离|装柜|上船|完|后|送|要货|要|due|ship|etd)"
)
CUE_BEFORE = re.compile(
    r"(?:交期|货期|交货期?|出货(?:日期|时间|期)?|交货(?:日期|时间)|船期|日期|时间|截止|最迟|最晚|上线|开工|开始|从"
    r"|\bby|before|due|delivery|deliver|etd|ship(?:ment|ped)?|from)[\s:是为在约]{0,3}$"
)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


# In the order in which they take their characters: the most explicit first.
PATTERNS: dict[str, re.Pattern[str]] = {
    "year_month_day": _compile(
        r"(?<![0-9.])(?P<year>20[0-9]{2})\s?[-/.年]\s?(?P<month>1[0-2]|0?[1-9])\s?[-/.月]\s?"
        r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9])(?:\s?[日号])?"
        r"(?:[ t][0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?z?)?"
    ),
    "compact": _compile(
        r"(?<![0-9.])(?P<year>20[2-4][0-9])(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])(?![0-9])(?!\s?双)"
    ),
    "three_figures": _compile(
        r"(?<![0-9./-])(?P<a>[0-9]{1,2})(?P<s>[./-])(?P<b>[0-9]{1,2})(?P=s)(?P<c>20[0-9]{2}|[0-9]{2})(?![0-9])(?!\s?[元块双码])"
    ),
    "week_of_month": _compile(
        rf"{_YEAR}{_NOT_WITHIN}(?P<month_zh>{_M})\s?月份?的?第(?P<nth_zh>[1-4一二三四])个?(?:周|星期|礼拜)"
        rf"|(?<![a-z])(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th)\sweek\s(?:of|in)\s{_MONTH_NAME}"
    ),
    "week": _compile(
        r"(?:(?<![a-z0-9])(?:(?P<y1>20[0-9]{2})\s?年?\s?[-/]?\s?)?(?:calendar\s)?(?:w|wk|weeks?|cw|kw)\s?[-.]?\s?(?P<w1>[0-5]?[0-9])(?![0-9a-z]|\.[0-9])"
        r"|(?<![a-z0-9])(?P<y2>[23][0-9])年?[-/]?w(?P<w2>[0-5][0-9])(?![0-9a-z])"
        r"|(?:(?P<y3>20[0-9]{2}(?=\s?[年第])|(?<![0-9])[23][0-9](?=\s?年))\s?年?\s?)?第\s?(?P<w3>[0-5]?[0-9]|(?=[一二三四五六七八九十])[一二三四五]?十?[一二三四五六七八九]?)\s?(?:周|个?星期)"
        r"|(?<![0-9])(?P<y4>20[0-9]{2})\s?[年/-]\s?(?P<w4>[0-5]?[0-9])\s?周)"
        r"(?:\s?\((?P<from>[0-9]{1,2}[/.月][0-9]{1,2}日?)\s?[-~到至]\s?(?P<to>[0-9]{1,2}[/.月][0-9]{1,2}日?)\))?"
    ),
    "day_range": _compile(
        rf"{_YEAR}{_NOT_WITHIN}(?P<month>{_M})\s?[月.]\s?(?P<day>{_D})\s?[日号]?\s?(?:-|~|到|至)\s?(?P<last>{_D})\s?[日号]"
    ),
    "month_day": _compile(rf"{_YEAR}{_NOT_WITHIN}(?P<month>{_M})\s?月\s?(?P<day>{_D}){_DAY_ENDS}"),
    "month_range": _compile(
        rf"{_YEAR}{_NOT_WITHIN}(?<![月/-])(?P<month>{_M})\s?(?:-|~|到|至)\s?(?P<last>{_M})\s?月份?(?!\s?[0-9]|{_PART})"
    ),
    "month": _compile(
        rf"{_YEAR}{_NOT_WITHIN}(?P<month>{_M})\s?月份?(?:(?P<part>{_PART})|(?P<before>\s?(?:之前|以前|前(?!后))))?(?!产|薪|结|的?第|上半|下半|前半|后半|头|连休|长假|黄金周)"
    ),
    "relative_month": _compile(
        r"(?<![0-9一二三四五六七八九十个每整])(?P<which>下下个?月|下个?月|本月|这个?月|当月)份?"
        rf"(?:(?P<part>{_PART}|内)|(?P<day>{_D})\s?[日号])?"
        r"|(?<![0-9一二三四五六七八九十个每整下本这当])月(?P<part2>底|末|初|中(?![国山])|内)"
    ),
    "quarter": _compile(
        r"(?<![a-z0-9])q(?P<english>[1-4])(?:[\s/-]{0,2}(?P<year>20[2-4][0-9]))?(?![0-9a-z])|(?:第)?(?P<quarter>[一二三四1-4])季度"
    ),
    "year_end": _compile(
        r"(?:(?P<year>20[0-9]{2})\s?年?|(?P<relative>今年?|明年?|本年?))?(?:年底|年末|(?<=年)底|(?<=[今明])年底)"
        r"|(?:end of (?:the|this) year|year[\s-]end)"
    ),
    "english_day_first": _compile(
        rf"(?<![0-9./$€£¥])(?P<day>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?:\sof)?[\s/-]?{_MONTH_NAME}{_ENGLISH_YEAR}"
    ),
    "english_month_first": _compile(
        rf"(?<![a-z]){_MONTH_NAME}[\s-]?(?P<day>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9]|,[0-9]{{3}}(?![0-9])|\s?(?:k|w|prs|pairs)(?![a-z]))(?:,?\s?(?P<year>20[0-9]{{2}})(?![0-9]))?"
    ),
    "english_month_range": _compile(
        rf"(?<![a-z]){_MONTH_NAME}\s?(?:-|~|to|through|until|till)\s?{_MONTH_NAME.replace('<month>', '<last>')}(?:\s?,?\s?(?P<year>20[0-9]{{2}}))?(?![0-9])"
    ),
    "english_month": _compile(
        r"(?<![a-z])(?:(?P<before>by|before|until|till)\s|(?P<within>in|from|for|during)\s)?(?:the\s)?"
        r"(?P<part>end|late|beginning|start|early|mid|middle|first half|second half)?(?:\sof|\sin)?[\s-]?"
        rf"{_MONTH_NAME}(?:\s?,?\s?(?P<year>20[0-9]{{2}}))?(?![0-9])"
    ),
    "english_relative_month": _compile(
        r"(?<![a-z])(?:the\s)?(?:(?P<part>end|late|beginning|start|early|mid|middle)(?:\sof)?\s)(?P<which>next|this|the|of)\smonth"
        r"|(?<![a-z])(?P<which2>next|this)\smonth"
    ),
    "eve": _compile(r"(?:大)?年三十|除夕"),
    "festival": _compile(
        rf"(?P<name>{_FESTIVALS})节?(?:放假|假期?|长假)?(?P<edge>前后|之前|以前|前|之后|以后|后|期间)"
        rf"|(?<![a-z])(?P<english>before|by|prior to|ahead of|after)\s(?:the\s)?(?P<name2>{_FESTIVALS})(?:\sholidays?)?(?![a-z])"
    ),
    "year_or_feast": _compile(
        r"(?<![0-9一二三四五六七八九十两几多历过去今明新])(?P<what>年|节)(?P<edge>前后|之前|以前|前|之后|以后|后)(?![来续])"
    ),
    "slash": _compile(
        r"(?<![0-9/.a-z])(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})(?![0-9/]|\.[0-9])(?!\s?(?:双|元|块|码|打|件|天|%|pairs?|prs))"
    ),
    "dotted_range": _compile(
        r"(?<![0-9.])(?P<a>1[0-2]|0?[1-9])\.(?P<b>3[01]|[12][0-9]|0?[1-9])\s?[-~到至]\s?"
        rf"(?P<c>1[0-2]|0?[1-9])\.(?P<d>3[01]|[12][0-9]|0?[1-9])(?![0-9.])(?=\s?{_CUE_AFTER})"
    ),
    "dotted": _compile(
        r"(?<![0-9./-])(?P<a>1[0-2]|0?[1-9])(?P<s>[.-])(?P<b>3[01]|[12][0-9]|0?[1-9])(?![0-9.]|-[0-9])"
        rf"(?P<cue>\s?(?={_CUE_AFTER}))?(?!\s?(?:[万千百wk元块双%打条天码]|usd))"
    ),
    "day_only": _compile(
        rf"(?<![0-9.月第/一二三四五六七八九十-])(?P<day>{_D})\s?(?:号|日)(?![0-9]|线|楼|厂|店|产|车间|门|之?内|以内|本|常|用|班|大街|院|馆)"
    ),
    "relative_week": _compile(
        r"(?P<which>下下|下|本|这)个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])?(?!产)|(?<![a-z])(?P<english>next|this)\sweek(?![a-z])"
    ),
    "relative_day": _compile(
        r"(?P<day>大后天|后天|明天|今天|今日|明日)|(?<![a-z])(?P<english>today|tomorrow)(?![a-z])"
    ),
    "now": _compile(
        r"即日起?|即刻|目前|现在(?!的)|马上|立即|立刻|随时|现有(?=\s?[0-9一二两三四五六七八九]{0,2}\s?条?\s?空)空?|现空|当前|(?<![a-z])(?:right now|available now|now|immediately|asap|at once|straight away)(?![a-z])"
    ),
}
