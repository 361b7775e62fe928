"""Supply of moulds and materials in a message: by the brand or by the factory."""

from __future__ import annotations

import re

from matchmaking.listings.free_text.drafts import DraftBuilder
from matchmaking.listings.free_text.scan import Scan
from matchmaking.listings.free_text.values import ORDER, Doubt

BRAND, FACTORY = "brand", "factory"
SUPPLIED, INCLUDED = "supplied", "included"
_MOULD = r"(?:大底|鞋底|底|楦头|楦)?(?:和|、)?(?:模具|楦模|底模|现模|模)(?![压费])"
_US = r"(?:我们|我司|我方|我这边|咱们?|本公司|客户|客人|客供|甲方|品牌方?)"
_THEM = r"(?:工厂|厂家|厂方|厂里|贵厂|你们|对方|加工厂|代工厂)"
_ENGLISH_MOULD = r"(?:mou?lds?|tooling)"
_FILLERS = r"(?:是|:|由|在|都|已|全部|有|用|的|现成|现有|和楦头?|、楦头?|,)*"
_BY_FACTORY = re.compile(
    rf"your\s{_ENGLISH_MOULD}|(?:要|需要|必须)有?(?:现货|现成|现有)(?:的)?{_MOULD}|{_THEM}(?:来|负责|提供|自己|自带|自有|出|开|有|现有|现成|的|用)*{_MOULD}|(?:用|有)?{_THEM}现?有?的?{_MOULD}|{_MOULD}{_FILLERS}{_THEM}(?:来|负责|提供|出|开|的|有)?"
    rf"|(?:factory|maker|supplier|manufacturer)(?:'s)?\s(?:to\s|must\s|should\s)?(?:have(?!\sits|\stheir)|opens?|have (?:its |their )?own|has|makes?|provides?|pays? for|owns?|own)?\s?(?:the\s|new\s)?{_ENGLISH_MOULD}|{_ENGLISH_MOULD}\s(?:are\s)?(?:opened\s|made\s|provided\s)?(?:by|from)\s(?:the\s)?(?:factory|maker|supplier|you)"
)
_BY_BRAND = re.compile(
    rf"{_MOULD}{_FILLERS}{_US}(?:来|这边|自己)?(?:出|供|提供|带|备|有|开|的)*|{_MOULD}(?:已经?|都)*(?:开好|做好|有了)了?|{_MOULD}{_FILLERS}在我(?:们|司|方)?(?:这|手)[里上边]?|{_MOULD}{_FILLERS}(?:自带|自备|自有|自出|自提供|客供|带过去)|{_US}(?:的|有|出|供|提供|带|自带|自己的)*{_MOULD}|自[带备有]{_MOULD}"
    rf"|(?:our(?: own)?|we (?:have|provide|supply|bring|own)(?: the| our)?|customer'?s?|client'?s?|buyer'?s?|brand'?s?)\s{_ENGLISH_MOULD}|{_ENGLISH_MOULD}\s(?:are\s)?(?:ours|(?:provided\s|supplied\s)?(?:from|by)\s(?:us|brand|client|customer|buyer))|{_ENGLISH_MOULD} ready"
)
_OFFER_FACTORY = re.compile(
    rf"(?:现成|现有|现货|自有|公|自己|有|多款|大量)(?:的|\S{{0,3}}?)?{_MOULD}(?:可用|齐全)?|(?:有|现货)?现模|{_MOULD}(?:齐全|现成|自有|可用|现货|多|我们(?:出|开|有)|自己(?:出|开))|(?:可以?|能)?(?:自己)?开模"
    rf"|(?:own|existing|ready|stock|in-house)\s{_ENGLISH_MOULD}|{_ENGLISH_MOULD}\s(?:are\s)?(?:available|in stock)|we have (?:the\s)?{_ENGLISH_MOULD}"
)
_OFFER_BRAND = re.compile(
    rf"{_MOULD}{_FILLERS}(?:客户|客供|客人|贵司|你们|品牌)(?:出|供|提供|自?带|的)*|(?:客户|客人|品牌)(?:自?带|提供|出|供)(?:的)?{_MOULD}|来{_MOULD}|(?:customer|client|buyer|brand)(?:'s)?\s(?:provides?\s|supplies\s)?{_ENGLISH_MOULD}"
)
_NO_MOULD = re.compile(
    rf"(?:没有?|无|缺)(?:现成的?)?{_MOULD}|{_MOULD}(?:费|另算|再谈|待定)[^,。;\s]{{0,6}}|(?:模具|开模|打样)费[^,。;\s]{{0,8}}"
)
_PREFERRED = re.compile(r"^\s?的?(?:最好|优先|更好|更佳|preferred)")
_ALL = r"(?:材料|物料|原料|原材料|全料|全部料|所有料|(?<![面底辅主皮来包含全])料)"
_PART = r"(?:大底|鞋底|外底|中底|鞋面|帮面|面料|面部|皮料|主料|辅料|网布|底料|里料|纱线|鞋盒|外箱|包材|大底中底|底)"
_MATERIALS_SUPPLIED = re.compile(
    rf"来料(?:加工)?|客供(?:所有|全部)?(?:材料|物料|料)|清加工|纯加工|只做加工|包工不包料|不包料|{_ALL}(?:全部|都|由|是|:)*{_US}(?:供|提供|出|带|备|来|负责|买|采购)*|{_US}(?:供|提供|出|负责|包|买)(?:全部|所有)?{_ALL}|{_ALL}:?\s?(?:自备|自带|客供)"
    r"|(?<![a-z])cmt(?![a-z])|(?:all\s)?materials?\s(?:are\s|is\s)?(?:ours|(?:fully\s)?(?:supplied|provided|bought)\sby\s(?:us|brand|buyer|client|customer)|from us|by us|supplied|provided)|we (?:supply|provide|buy|source) (?:all\s)?(?:the\s)?materials"
)
_MATERIALS_INCLUDED = re.compile(
    rf"包工包料|工厂包料|(?:连|包)工(?:带|连)料|全包(?!装)|含料|(?<!不)包料|{_ALL}(?:全部|都|由|是)*{_THEM}(?:供|提供|出|买|采购|备|负责|包)*|{_THEM}(?:包|采购|买|出|负责|提供)(?:全部|所有)?{_ALL}"
    r"|full[\s-]package|turnkey|including materials?|materials?\s(?:are\s)?(?:included|incl\.?|(?:bought |sourced |supplied |provided )?by (?:the )?(?:factory|maker|supplier|you))|(?:factory|maker|supplier) (?:buys|supplies|sources|provides) (?:all\s)?(?:the\s)?materials"
)
_PART_SUPPLIED = re.compile(
    rf"(?P<part>{_PART})(?:和|、|与|,|及)?(?:{_PART})?(?:是|由|都|全部|已)*(?:自带|自备|客供|客户(?:供|提供|出|带)|{_US}(?:这边)?(?:供|提供|出|带|备|来|负责|买)+)|(?:客供|{_US}(?:提供|供|出|带))(?:的)?{_PART}(?!模)|自带{_PART}(?!模)"
    r"|(?:uppers?|soles?|outsoles?|insoles?|fabrics?|leather|mesh|boxes)\s(?:are\s|is\s)?(?:from us|ours|(?:supplied|provided|sent)(?: by us)?|by us)|we (?:supply|provide|send|have) (?:the\s)?(?:uppers?|soles?|outsoles?|leather|fabrics?)|(?:uppers?|soles?|outsoles?)(?: and assembly)? by (?:the )?factory"
)


_REFUSED_WAY = re.compile(
    r"(?:来料(?:加工)?|清加工|包工包料|包料)的?(?:不考虑|不做|不接|不要|免谈|勿扰)|(?:不做|不接|不要|不考虑)(?:来料(?:加工)?|清加工|包工包料|包料)"
)


def read_supply(scan: Scan, draft: DraftBuilder) -> None:
    """Set moulds_by and materials."""
    scan.take_all(_NO_MOULD)
    if draft.side == ORDER:
        _read_moulds(scan, draft, ((FACTORY, _BY_FACTORY), (BRAND, _BY_BRAND)))
    else:
        _read_moulds(scan, draft, ((BRAND, _OFFER_BRAND), (FACTORY, _OFFER_FACTORY)))
    _read_materials(scan, draft)


def _read_moulds(
    scan: Scan, draft: DraftBuilder, patterns: tuple[tuple[str, re.Pattern[str]], ...]
) -> None:
    for owner, pattern in patterns:
        for found in scan.take_all(pattern):
            if not _PREFERRED.match(scan.after(found.end())):
                draft.set("moulds_by", owner, scan.span(*found.span()))


def _read_materials(scan: Scan, draft: DraftBuilder) -> None:
    scan.take_all(_REFUSED_WAY)
    supplied = scan.take_all(_MATERIALS_SUPPLIED)
    included = scan.take_all(_MATERIALS_INCLUDED)
    parts = scan.take_all(_PART_SUPPLIED)
    if supplied and included:
        draft.ask("materials", Doubt.BOTH_WAYS, scan.span(*supplied[0].span()))
        return
    for value, matches in ((SUPPLIED, supplied), (INCLUDED, included)):
        for found in matches:
            draft.set("materials", value, scan.span(*found.span()))
    if parts and draft.is_open("materials"):
        draft.ask("materials", Doubt.PART_OF_MATERIALS, scan.span(*parts[0].span()))
