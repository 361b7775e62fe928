"""Order or offer: who writes, a brand that looks for a factory or a factory that looks for work."""

from __future__ import annotations

import re

from matchmaking.listings.free_text.values import OFFER, ORDER

_ORDER = (
    (
        3,
        r"(?:找|求|寻|寻找|诚寻|急寻|需要?|要找|招(?!商|单|活)|想找|求购)(?:\s?:)?(?!单|活|订单|客户|客人)[^,。;:!?\n\x00]{0,16}?(?:工厂|代工|厂家|厂(?!里|房)|加工(?!单|订单|业务)|外发点|外协|供应商)",
    ),
    (
        3,
        r"谁有(?:空|产能|线)|(?:有谁|谁家?|哪家|有没有人?)(?:能|可以?|愿意?)?接|外放|找[^,。;\s]{0,8}的?厂|厂[^,。;\s找求]{0,4}报价|厂(?:家|商)?做(?=[\s,。;]|$)|找厂|求厂|寻厂|外发(?!加工厂?接)|发外|放单|派单|有单(?:要?找|外发)|谁能做|谁家能做|哪家能?做|哪个厂能?做|有没有能?做|能做的(?:厂|老板|联系|私)|有做的|下单找|代工找",
    ),
    (
        2,
        r"急单|急找|急求|翻单|返单|首单|试单|目标价?|客供|我们出模|要(?:[^,。;\s]{0,8})的厂|(?:厂|工厂)(?:优先|来|私|报价)|订单(?!找|求)|空线的|空档的|有线的|有产能的|来报价|求报价|报价来|[\u4e00-\u9fff]{2}的厂(?=[\s,。!]|$)",
    ),
    (
        3,
        r"(?:looking for|look for|seeking|seek|need|needs|want|searching for|require|sourcing|find)\s(?:an?\s|some\s)?(?:[\w'&-]+\s){0,5}?(?:factory|factories|manufacturers?|makers?|suppliers?|producers?|workshops?|oem|partner factory)",
    ),
    (
        3,
        r"(?:factory|factories|maker|manufacturer|supplier|oem)\s(?:wanted|needed|required)|factor(?:y|ies) in [\w ]{2,30} (?:preferred|please)|we (?:buy|purchase|order)(?!\w)|(?:we|i) (?:want|need|have|are looking) to (?:place|produce|make)|order to place|want to order|rfq",
    ),
    (1, r"target(?: price)?|delivery by|ship by|must ship|need \d|needed by"),
)
_OFFER = (
    (2, r"起订|moq|招商"),
    (
        3,
        r"(?:找|(?<!需)求|招|(?<!直)接|揽|缺|等|寻|抢|要)(?:点|个|些|各类|各种|新|外贸|内销|大|小|长期|加工|订)?(?:单(?!鞋|价|款|色|子的厂|线|位|独)|活干|活(?!动)|业务)|(?<!需)求[^\s,。清下找]{1,5}单(?=[\s,。!]|$)|(?:还|可以?|能)\s?(?:可以?|能)?\s?接\s?(?:单|[0-9一二两三四五六七八九十])|承接|承揽|有单子?的?(?:可以?|请|老板)?(?:联系|找我|私)|找活|求单|接单|招单|承接|承揽|代加工(?!厂家?$)|专业(?:生产|加工)|厂家直[招接]",
    ),
    (
        3,
        r"(?<!谁有)(?<!没有)空线(?!的)|(?<!谁)(?<!没)有空(?!线的|档的|的老板|的厂|的联系)|空档(?!的)|空出|空着|可排单|可排产|开工不足|产能(?:有空|空|富余|充足|空闲|表)|闲置|停线|空了?\s?[0-9一二两三四五六七八九十]+\s?条|起空|开始空|都空|整月空",
    ),
    (
        2,
        r"每日(?:可?出|能?产|做)|可接[^,。;\s]{0,3}单|做外单|(?:地|车间|厂)出租|单子不够|缺单|没单子?|订单不足|求合作|想接|接点[^,。;\s]{0,3}单|有个厂在|只做外贸|每条[^,。;\s]{0,8}(?:/|一|每)天|日产|月产|周产|产能|每天(?:出|能|做|可)|单线|现模|一天(?:能|可|出|共)|本厂|我厂|我们厂|我们工厂|厂里|双\s?/\s?天|双每天",
    ),
    (
        3,
        r"(?:looking for|look for|seeking|need|want|searching for|accept(?:ing)?|taking|open for|welcome)\s(?:new\s|more\s|your\s|oem\s|processing\s)?(?:[\w-]+\s)?(?:orders|work)(?!\w)|(?:free|open|spare|available|idle)\s(?:[\w-]+\s)?(?:capacity|lines?)|(?:lines?|capacity)\s(?:is\s|are\s)?(?:free|open|available|idle)|capacity available|available (?:now|from)|open from|can take (?:orders|\d)",
    ),
    (
        2,
        r"our factory|we (?:produce|manufacture)|we are (?:a|an) (?:[\w-]+\s){0,4}?(?:factory|manufacturer|producer)|factory in [\w ,]{2,40}(?:line|pairs)|(?:pairs|prs)?\s?(?:per|/|a)\s?(?:day|week|month)|daily|output",
    ),
)
_COMPILED = {
    ORDER: tuple((weight, re.compile(pattern)) for weight, pattern in _ORDER),
    OFFER: tuple((weight, re.compile(pattern)) for weight, pattern in _OFFER),
}
WORDS = tuple(pattern for rows in _COMPILED.values() for _, pattern in rows)


def side_of(plain: str) -> str | None:
    """Return ORDER or OFFER, by the weight of the words for each; None when they are even."""
    weights = {
        side: sum(weight for weight, pattern in rows if pattern.search(plain))
        for side, rows in _COMPILED.items()
    }
    if weights[ORDER] == weights[OFFER]:
        return None
    return ORDER if weights[ORDER] > weights[OFFER] else OFFER


_OUTPUT = re.compile(
    r"日产|月产|周产|每天|每日|起订|空档|空线|moq|per (?:day|week|month)|/\s?(?:天|day)"
)
_DEMAND = re.compile(r"[0-9万千百wk一二两三四五六七八九十]\s?(?:双|对|打|pairs?|prs?)|[0-9][wk万]")


def side_by_form(plain: str) -> str | None:
    if _OUTPUT.search(plain):
        return OFFER
    return ORDER if _DEMAND.search(plain) else None
