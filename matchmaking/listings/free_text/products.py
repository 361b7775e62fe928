"""Kind of shoe, construction and certificates in a message, found by the words of the trade."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from matchmaking.core.parsing.outcomes import Reading
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import ORDER, Doubt
from matchmaking.listings.free_text.vocabulary import Kind, Mention, Vocabulary

_REFUSED_BEFORE = re.compile(
    r"(?:不要|不做|不接|不是|不能|不用|不需要?|不考虑|非|除了?|别|无|(?<!有)没有?|(?<![a-z])(?:no|not|non|without|except|excluding))\s?-?(?:做|用)?$"
)
_REFUSED_AFTER = re.compile(
    r"^(?:鞋|工艺|的)?\s?(?:不要|不做|不接|不行|不考虑|除外|免谈|勿扰|的不要|的不做|的勿扰|not wanted|excluded)"
)
# A part's name before these words is about the part of this shoe, not what is to be made.
_PART_IS_DETAIL = re.compile(
    r"^\s?(?:模|自带|自备|客供|用|我们|我方|我司|由|已|有|是|为|材料|料|开模|颜色|logo|都|不|from us|from the|by the|supplied|provided|and assembly|mould|mold)"
)
_ATTRIBUTE_OF_PART = re.compile(
    r"^(?:的|用|款)?\s?(?:鞋面|帮面|面部|面(?![料子])|针车|大底|鞋底|外底|中底|鞋垫|uppers?|soles?|outsoles?|insoles?)"
)
_NOT_REQUIRED_BEFORE = re.compile(
    r"(?:不用|不需要?|无需|不要求?|不必|不做|免|没有?|无|不|(?<![a-z])(?:no|not|without|don't need))\s?(?:做|有|过|提供|需要|a |any )?\s?$"
)
_NOT_REQUIRED_AFTER = re.compile(
    r"^\s?(?:认证|验厂)?\s?(?:不用|不需要|不要求|不要(?!拆|分|求|中介|越|柬|印|外)|没有|未做|没做|not (?:required|needed|necessary))"
)
_DOUBLE_NEGATION = re.compile(r"^\s?(?:认证|验厂)?\s?的?(?:不要|勿扰|免谈|免|别来)")
_WITH_OR_WITHOUT = re.compile(r"有[无没]\s?$")
_PENDING = re.compile(
    r"^\s?(?:认证|验厂|证书)?\s?(?:\S{0,2}(?:后|待|将|准备)审|已?过期|申请中|在申请|正在办|办理中|在办|到期|审核中|准备中|pending|expired|in progress)"
)
_PREFERRED = re.compile(
    r"^\s?(?:认证|验厂|报告|的)?\s?(?:的?优先|更好|最好|更佳|加分|is a plus|a plus|preferred|would be)"
)
_PREFERRED_BEFORE = re.compile(r"(?:最好有?|优先|如有|preferably|ideally)\s?$")
_WILLING = re.compile(r"(?:可以?|能|接受|配合|支持|愿意)\s?$")
_EITHER = re.compile(r"\s?(?:或者?是?|or|/|任一|二选一)\s?(?:有|a )?\s?")
_NAMES_ITS_KIND = re.compile(r"\s?(?:要求|标准)?\s?(?:只要|需要?|要|有|是|:)?\s?")
_LIST_JOINER = re.compile(r"[\s和、,/及与]{0,3}(?:and|or)?\s?")
_PART_FOLLOWS = re.compile(r"面(?![料子])|底(?!价)|垫|跟")
_OF_A_SOLE = re.compile(r"(?:大底|鞋底|中底|外底)")
_AND_MORE = re.compile(r"^[、和\s]?[\u4e00-\u9fff]{2,3}都(?:行|做|可|能|接)")
_LISTED = re.compile(r"\s?[、/,&+和及与或\s]\s?")
_REACH_IS_A_VERB = re.compile(r"^\s(?:me|us|out|at|by|via)\b")


def read_kinds(scan: Scan, draft: DraftBuilder, vocabulary: Vocabulary) -> None:
    constructions = _read_construction(scan, draft, vocabulary)
    _read_category(scan, draft, vocabulary, constructions)


def _is_refused(scan: Scan, mention: Mention) -> bool:
    before = scan.before(mention.start, 12)
    return bool(_REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(scan.after(mention.end)))


def _union(mentions: list[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for one in mentions for code in one.codes))


def _are_listed(scan: Scan, mentions: list[Mention]) -> bool:
    """Tell whether a factory lists kinds that it makes: 休闲鞋、板鞋 is more than what both may mean."""
    return any(
        one.codes != other.codes and _LISTED.fullmatch(scan.plain[one.end : other.start])
        for one, other in pairwise(mentions)
    )


def _intersect(mentions: list[Mention]) -> tuple[str, ...]:
    """Return the codes that every mention allows; all codes when they contradict each other."""
    common = [code for code in mentions[0].codes if all(code in one.codes for one in mentions)]
    if common:
        return tuple(common)
    return _union(mentions)


def _put(
    scan: Scan, draft: DraftBuilder, field: str, mentions: list[Mention], refused: set[str]
) -> None:
    codes = tuple(code for code in _intersect(mentions) if code not in refused)
    spans = [scan.span(one.start, one.end) for one in mentions]
    if len(codes) == 1 and codes[0]:
        for span in spans:
            draft.set(field, codes[0], span)
    elif codes:
        readings = [Reading(code, code) for code in codes if code]
        draft.ask(field, Doubt.SEVERAL_KINDS, spans[0], readings)


def _read_construction(scan: Scan, draft: DraftBuilder, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the codes that the words allow."""
    found = vocabulary.find(scan.plain, Kind.CONSTRUCTION)
    found = [one for one in found if not _OF_A_SOLE.match(scan.plain[one.end :])]
    wanted = [one for one in found if not _is_refused(scan, one)]
    refused = {one.codes[0] for one in found if one not in wanted and len(one.codes) == 1}
    for one in found:
        if one not in wanted and len(one.codes) > 1:
            refused.update(one.codes)  # 不要注塑 refuses both kinds
    if re.search(r"(?:不是|非|不要)\s?eva", scan.plain):
        refused.add("injection_eva")
    for one in found:
        scan.take(one.start, one.end)
    if not wanted:
        return ()
    _put(scan, draft, "construction", wanted, refused)
    return _intersect(wanted)


def _read_category(
    scan: Scan, draft: DraftBuilder, vocabulary: Vocabulary, constructions: tuple[str, ...]
) -> None:
    found = [
        _as_part(scan, one, vocabulary)
        for one in vocabulary.find(scan.plain, Kind.CATEGORY, Kind.PART, Kind.AGE)
    ]
    mentions = [one for one in _with_age(scan, found) if not _is_refused(scan, one)]
    shoes = [one for one in mentions if one.kind is Kind.CATEGORY]
    parts = [one for one in mentions if one.kind is Kind.PART]
    products = [one for one in parts if not _PART_IS_DETAIL.match(scan.after(one.end))]
    if products and shoes and all(_ATTRIBUTE_OF_PART.match(scan.after(one.end)) for one in shoes):
        shoes = []  # 跑鞋鞋面: uppers
    chosen = shoes or products
    if not chosen:
        return
    if found_more := _AND_MORE.search(scan.plain[chosen[-1].end :]):
        codes = _union([_narrow(one, constructions) for one in chosen])
        if not found_more.start():
            readings = [Reading(code, code) for code in codes if code]
            draft.ask(
                "category",
                Doubt.SEVERAL_KINDS,
                scan.span(chosen[-1].start, chosen[-1].end),
                readings,
            )
    for one in chosen:
        scan.take(one.start, one.end)
    narrowed = [_narrow(one, constructions) for one in chosen]
    if draft.side != ORDER and _are_listed(scan, narrowed):
        narrowed = [replace(one, codes=_union(narrowed)) for one in narrowed]
    _put(scan, draft, "category", narrowed, set())


def _as_part(scan: Scan, one: Mention, vocabulary: Vocabulary) -> Mention:
    """Return 鞋面 for the 运动鞋 of 运动鞋面, which is no shoe."""
    if not one.word.endswith("鞋") or not _PART_FOLLOWS.match(scan.plain[one.end :]):
        return one
    word = scan.plain[one.end - 1 : one.end + 1]
    parts = vocabulary.find(word, Kind.PART)
    return replace(parts[0], start=one.end - 1, end=one.end + 1) if parts else one


def _with_age(scan: Scan, found: list[Mention]) -> list[Mention]:
    """Return the mentions, a category after 儿童 widened to children's shoes of that kind."""
    mentions: list[Mention] = []
    waiting: Mention | None = None
    for one in found:
        if one.kind is Kind.AGE:
            last = mentions[-1] if mentions else None
            if last and scan.plain[last.end : one.start] == " " and one.word.isascii():
                codes = ("children", *last.codes)  # rain boots kids
                mentions[-1] = replace(last, end=one.end, codes=codes)
            waiting = one
            continue
        if one.word.startswith("女") and scan.plain[: one.start].endswith("男"):
            both = Mention(one.start - 1, one.end, one.word, (*one.codes, ""), one.kind)
            mentions.append(one if "children" in one.codes else both)
            continue
        near = waiting and not scan.plain[waiting.end : one.start].strip(" 的款")
        if near and waiting and "children" not in one.codes:
            codes = ("children", *one.codes)
            mentions.append(Mention(waiting.start, one.end, one.word, codes, one.kind))
        else:
            mentions.append(one)
        waiting = None
    return mentions


def _narrow(mention: Mention, constructions: tuple[str, ...]) -> Mention:
    """Return 板鞋 as the vulcanised kind where the text says that it is vulcanised."""
    if constructions == ("vulcanised",) and "skate_vulcanised" in mention.codes:
        codes = ("skate_vulcanised",) if "children" not in mention.codes else mention.codes
        return Mention(mention.start, mention.end, mention.word, codes, mention.kind)
    return mention


def read_certificates(scan: Scan, draft: DraftBuilder, vocabulary: Vocabulary) -> None:
    """Set certificates; to be called before figures are read, for some names hold them."""
    found = vocabulary.find(scan.rest, Kind.CERTIFICATE)
    found = [
        one
        for one in found
        if not (one.word == "reach" and _REACH_IS_A_VERB.match(scan.plain[one.end :]))
    ]
    for one in found:
        scan.take(one.start, one.end)
    wanted: list[Mention] = []
    for index, one in enumerate(found):
        if _is_part_of_last(scan, found, index) or _is_needless(scan, found, index, wanted):
            continue
        wanted.append(one)
    if not wanted:
        return
    span = scan.span(wanted[0].start, wanted[-1].end)
    codes = tuple(dict.fromkeys(one.codes[0] for one in wanted))
    if doubt := _doubt(scan, draft, wanted):
        draft.ask("certificates", doubt, span, [Reading((code,), code) for code in codes])
        return
    for one in wanted:
        draft.set("certificates", codes, scan.span(one.start, one.end))


def _is_part_of_last(scan: Scan, found: list[Mention], index: int) -> bool:
    """Tell whether this is the 验厂 of BSCI验厂."""
    one = found[index]
    if one.codes != ("inspection_factory",):
        return False
    if index + 1 < len(found):
        between = scan.plain[one.end : found[index + 1].start]
        if _NAMES_ITS_KIND.fullmatch(between):
            return True  # 验厂只要BSCI
    if not index:
        return False
    return not scan.plain[found[index - 1].end : one.start].strip(" 的")


def _is_needless(scan: Scan, found: list[Mention], index: int, wanted: list[Mention]) -> bool:
    one = found[index]
    before, after = scan.before(one.start), scan.after(one.end)
    if _DOUBLE_NEGATION.match(after) and _NOT_REQUIRED_BEFORE.search(before):
        return False
    if _WITH_OR_WITHOUT.search(before):
        return True
    if wanted and _LIST_JOINER.fullmatch(scan.plain[wanted[-1].end : one.start]):
        return False
    refusal = _NOT_REQUIRED_AFTER.match(after)
    if refusal and index + 1 < len(found) and found[index + 1].start <= one.end + refusal.end() + 1:
        refusal = None  # 验厂 不要求BSCI: the refusal is the next one's
    return bool(_NOT_REQUIRED_BEFORE.search(before) or refusal)


def _doubt(scan: Scan, draft: DraftBuilder, wanted: list[Mention]) -> Doubt | None:
    for one in wanted:
        before, after = scan.before(one.start), scan.after(one.end)
        if _PENDING.match(after):
            return Doubt.PENDING
        if draft.side == ORDER and (_PREFERRED.match(after) or _PREFERRED_BEFORE.search(before)):
            return Doubt.PREFERRED
        if draft.side != ORDER and one.codes == ("inspection_factory",) and _WILLING.search(before):
            return Doubt.PENDING
    if draft.side != ORDER:
        return None
    for one, other in pairwise(wanted):
        if one.codes != other.codes and _EITHER.fullmatch(scan.plain[one.end : other.start]):
            return Doubt.EITHER
    return None
