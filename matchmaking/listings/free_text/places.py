"""Places: the writer's own, the one where the partner should be, and those that are refused."""

from __future__ import annotations

import re

from matchmaking.core.parsing.outcomes import Reading
from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import ORDER, Doubt
from matchmaking.listings.free_text.vocabulary import Kind, Mention, Vocabulary

_REFUSED_BEFORE = re.compile(
    r"(?:不要|不找|不考虑|除了?|非|排除|不接受?|(?<![a-z])(?:no|not|non|except|excluding|outside))\s?(?:in\s)?-?$"
)
_REFUSED_AFTER = re.compile(
    r"^(?:的|厂|地区|那边|客户|factor(?:y|ies))?\s?(?:不要|不考虑|除外|免谈|勿扰|不行|的?勿|excluded|not)"
)
_DESTINATION_BEFORE = re.compile(
    r"(?:送货?到|送|运到|发到|发往|交到|货到|交货地点?|fob|cif|cnf|c&f|exw|ddp|port of|deliver(?:ed|y)? to|ship(?:ped)? to|to port)\s?[:是在]?$"
)
_DESTINATION_AFTER = re.compile(r"^\s?(?:港|码头|仓|装柜|port|仓库|口岸|海关|出口)")
_OWN_BEFORE = re.compile(
    r"(?:我们是?|我司|我方|我公司|本公司|公司|我是|我|咱们?|人|办公室|总部|品牌)(?:是|在|位于|地址|这边|来自)?\s?[:在]?$"
    r"|(?:来自)$|(?:we are|we're|based|located|brand|buyer|company|office|i am|i'm|trader|trading company)\s?(?:a [\w ]{2,24}\s)?(?:based\s)?(?:in|from|at)\s?$"
)
_OWN_AFTER = re.compile(
    r"^\s?(?:客户|公司|贸易|采购|品牌|外贸|买家|卖家|人(?![字])|-based|based|brand|buyer)"
)
_WANTED_BEFORE = re.compile(
    r"(?:找|求|寻|寻找|要|限|只要|最好是?|优先|需要?|需找|就近|靠近|附近|在|招|[找求]厂|factor(?:y|ies) in|maker in|manufacturer in|supplier in|prefer(?:ably|red)?|near|around|only)\s?(?:在|是|个|一?家|the\s)?\s?[:]?$"
)
_WANTED_AFTER = re.compile(
    r"^(?:市|区|县|镇|那边|这边|本地|地区|一带|附近|周边|边上|周围|或\S{2,4}|和\S{2,4})?的?\s?(?:(?:做|生产|能做)[^,。;\s]{1,8}的?)?(?:工厂|加工厂|代工厂|厂家?|有没有|有谁|谁|哪家|优先|附近|边上|周边|一带|周围|本地|范围|都可以?|也可以?|均可|preferred|only|area|factor(?:y|ies)|please|ok)"
)
_HEADING_WANTS = re.compile(r"(?:哪里|哪边|何地|什么地方)的厂|要\S{0,6}厂|厂的?(?:地区|地点)")
_JOINED = re.compile(r"[\s·\-,]{0,2}")
_ALTERNATIVE = re.compile(r"\s?(?:或者?|和|、|/|,|or|and)?\s?")


def read_places(
    scan: Scan, draft: DraftBuilder, vocabulary: Vocabulary, *, wanted_by_heading: bool = False
) -> None:
    """Set ``place`` (the writer's) and ``place_wanted`` (the partner's)."""
    roles: dict[str, list[Mention]] = {"place": [], "place_wanted": [], "bare": []}
    groups = _groups(scan, vocabulary.find(scan.rest, Kind.PLACE))
    last_role: str | None = None
    for index, one in enumerate(groups):
        scan.take(one.start, one.end)
        follows = groups[index + 1] if index + 1 < len(groups) else None
        role = _role(scan, draft, one, follows, wanted_by_heading)
        last = groups[index - 1] if index else None
        if role == "bare" and last and _ALTERNATIVE.fullmatch(scan.plain[last.end : one.start]):
            role = last_role  # 只限莆田、晋江
        last_role = role
        if role:
            roles[role].append(one)
    for field in ("place", "place_wanted"):
        _put(scan, draft, field, roles[field])
    is_own_known = any(one.codes[0] for one in roles["place"])
    if roles["bare"] and not is_own_known and not roles["place_wanted"]:
        _ask_whose(scan, draft, roles["bare"])


def wants_places(plain: str) -> bool:
    return bool(_HEADING_WANTS.search(plain))


def _groups(scan: Scan, found: list[Mention]) -> list[Mention]:
    """Return the mentions, 温州鹿城 as one with the finer code."""
    groups: list[Mention] = []
    for one in found:
        last = groups[-1] if groups else None
        if last and _JOINED.fullmatch(scan.plain[last.end : one.start]):
            finer = _finer(last.codes[0], one.codes[0])
            if finer is not None:
                groups[-1] = Mention(last.start, one.end, one.word, (finer,), one.kind)
                continue
        groups.append(one)
    return groups


def _finer(first: str, second: str) -> str | None:
    """Return the code of a place and a place within it, None when neither holds the other."""
    if first == second or not first:
        return second
    if not second:
        return None
    stem = first.rstrip("0")
    stem += "0" * (len(stem) % 2)
    if second.startswith(stem):
        return second
    within = second.rstrip("0")
    within += "0" * (len(within) % 2)
    return first if first.startswith(within) else None


_OF_MATERIALS = re.compile(r"(?:料|材料|货|大底|鞋面|模具)(?:都|已|放|存)?在\s?$")


def _role(
    scan: Scan, draft: DraftBuilder, one: Mention, follows: Mention | None, by_heading: bool
) -> str | None:
    before, after = scan.before(one.start, 28), scan.after(one.end)
    if _REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(after):
        return None
    if _DESTINATION_BEFORE.search(before) or _DESTINATION_AFTER.match(after):
        return None
    if _OF_MATERIALS.search(before):
        return None
    if draft.side != ORDER:
        return None if re.match(r"^\s?(?:客户|订单|的单|买家)", after) else "place"
    if _OWN_AFTER.match(after) or _OWN_BEFORE.search(before):
        return "place"
    if _WANTED_AFTER.match(after) or _WANTED_BEFORE.search(before) or by_heading:
        return "place_wanted"
    if follows and _ALTERNATIVE.fullmatch(scan.plain[one.end : follows.start]):
        return _role(scan, draft, follows, None, by_heading)
    return "bare"


def _put(scan: Scan, draft: DraftBuilder, field: str, mentions: list[Mention]) -> None:
    if not mentions:
        return
    codes = tuple(dict.fromkeys(one.codes[0] for one in mentions))
    span = scan.span(mentions[0].start, mentions[0].end)
    if len(codes) == 1:
        if codes[0]:
            draft.set(field, codes[0], span)
        return
    finest = codes[0]
    for code in codes[1:]:
        together = _finer(finest, code)
        if together is None or not finest or not code:
            if any(codes):
                readings = [Reading(code, code) for code in codes if code]
                draft.ask(field, Doubt.SEVERAL_KINDS, span, readings)
            return
        finest = together
    draft.set(field, finest, span)


def _ask_whose(scan: Scan, draft: DraftBuilder, mentions: list[Mention]) -> None:
    codes = [one.codes[0] for one in mentions if one.codes[0]]
    if codes:
        span = scan.span(mentions[0].start, mentions[0].end)
        draft.ask("place_wanted", Doubt.WHOSE_PLACE, span, [Reading(code, code) for code in codes])
