"""Countries and trades of listed firms: what is in the mainland, what makes shoes, what supplies them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from matchmaking.core import countries
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.imports import cells
from matchmaking.imports.labels import plain
from matchmaking.imports.questions import Choice
from matchmaking.listings.free_text.vocabulary import Kind

if TYPE_CHECKING:
    from matchmaking.imports.cells import CellContext

MAINLAND = {
    "中国", "中国大陆", "中国内地", "大陆", "内地", "中华人民共和国", "中国境内", "国内",
    "china", "cn", "chn", "prc", "prchina", "chinapr", "chinaprc", "prcchina", "mainlandchina", "chinamainland", "mainland",
    "peoplesrepublicofchina", "thepeoplesrepublicofchina", "peoplesrepofchina", "peoplesrepchina", "chinapeoplesrepublicof",
    "chinapeoplesrepof", "republicofchinapeoples", "peoplesrepublicchina", "chinarpc", "zhongguo", "chinapeoplesrepublic",
}  # fmt: skip
_OUTSIDE = re.compile(r"hong\s?kong|macau|macao|taiwan|香港|澳门|台湾|\bhk\b|\btw\b")
_PARTS = re.compile(r"[,;|\\、/\n+&]|(?<![a-z])and(?![a-z])|和|及|与")
FOOTWEAR, SUPPLIER, OTHER = "footwear", "supplier", "other"
_SUPPLIES = re.compile(
    r"机械|机器|设备|模具|鞋机|材料|辅料|鞋材|皮革|面料|化工|胶水|胶粘剂|包装|五金|鞋盒|鞋带|鞋垫|鞋底|大底|中底|鞋楦|楦头|鞋跟|网布"
    r"|component|material|machin|mould|mold|tooling|adhesive|chemical|leather goods supplier|packaging|trims?\b|outsole|insole|midsole|last maker|lasts\b|tanner|textile|fabric|foam"
)
_SHOES = re.compile(
    r"(?:鞋|靴|拖|履)(?:类|业|子|品|制品|产品|服|制造|加工|生产|代工)?$|^(?:制鞋|鞋业|鞋服)"
    r"|(?:foot\s?wear|shoes?|boots?|sneakers?|sandals?|slippers?|trainers|heels|loafers|clogs|flip[\s-]?flops?|moccasins?|espadrilles?|cleats)(?:\s(?:manufactur\w+|production|assembly|making))?$"
    r"|^(?:foot\s?wear|shoe)(?:\s|$)"
)
_NO_SHOES = re.compile(
    r"apparel|garment|cloth(?:es|ing)|shirts?|trousers|pants|jeans|jackets?|knit|woven|hosiery|socks?|underwear|swimwear|headwear|hats?\b|caps?\b|gloves?|bags?|luggage|backpack|accessor|equipment|balls?\b|toys?|furniture|electronics|jewel|eyewear|watches|home\s?(?:textile|goods|ware)|food|beverage|paper|cosmetic|automotive"
    r"|服装|童装|男装|女装|成衣|衬衫|裤|内衣|袜|帽|手套|箱包|皮具|玩具|家具|家纺|电子|食品|服饰|饰品|雨伞|球类"
)
_MATERIALS = re.compile(
    r"materials?\b|components?\b|raw\b|tannery|tanning|textile|packaging|chemical|trims?\b|dyeing|spinning|weaving|subcontract.*component|鞋材|材料|辅料"
)
_FINISHED = re.compile(
    r"finished|final|assembl|lasting|stitch|cutting|成品|footwear manufactur|contract manufactur"
)


def is_mainland(country: str, context: CellContext) -> bool | None:
    """Return whether the country is mainland China, None while that is asked."""
    word = plain(country)
    if _OUTSIDE.search(NormalizedText(country).plain):
        return False
    if word in MAINLAND:
        return True
    code = countries.code_of(country)
    if code:
        return code == "CN"
    head, *rest = [part.strip() for part in re.split(r"[,;/\-–—:(（]", country, maxsplit=1)]
    if plain(head) in MAINLAND and rest and _is_place(rest[0], context):
        return True
    answer = context.asker.ask(
        f"country:{word}",
        _("Is “%(country)s” mainland China?") % {"country": cells.short(country)},
        [Choice("yes", _("Yes, mainland China")), Choice("no", _("No: leave these rows out"))],
        is_blocking=False,
    )
    if not answer:
        raise cells.AskedCell(_("Say first whether this country is mainland China."))
    return answer == "yes"


def _is_place(text: str, context: CellContext) -> bool:
    found = context.gazetteer.read(text.strip("()（） "))
    return bool(found.code or found.choices)


def trade_of(product: str, facility: str, context: CellContext) -> str:
    """Return whether the row makes shoes, supplies those who do, or neither; "" when nothing is said.

    Of several products one of shoes is enough.

    :raises AskedCell: while a product is unknown
    """
    found = {_trade_of_part(part, context) for part in _parts(product)}
    said = NormalizedText(facility).plain
    supplies = bool(_MATERIALS.search(said)) and not _FINISHED.search(
        re.sub(r"finished goods\s?-\s?components?", "", said)
    )
    if FOOTWEAR in found:
        return SUPPLIER if supplies else FOOTWEAR
    if SUPPLIER in found:
        return SUPPLIER
    if "" in found:
        return _ask_product(product, context)
    return OTHER if found else (SUPPLIER if supplies else "")


def _parts(product: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(NormalizedText(product).plain) if part.strip()]


def _trade_of_part(part: str, context: CellContext) -> str:
    if _SUPPLIES.search(part):
        return SUPPLIER
    if _SHOES.search(part):
        return FOOTWEAR
    if _NO_SHOES.search(part):
        return OTHER
    codes = context.vocabulary.terms.index.read_all(part, Kind.CATEGORY)
    if codes.codes or codes.asked:
        return FOOTWEAR
    return ""


def _ask_product(product: str, context: CellContext) -> str:
    answer = context.asker.ask(
        f"product:{plain(product)}",
        _("Does a firm that makes “%(product)s” make shoes?") % {"product": cells.short(product)},
        [
            Choice(FOOTWEAR, _("Yes, shoes")),
            Choice(SUPPLIER, _("It supplies materials or machines")),
            Choice(OTHER, _("No: leave these rows out")),
        ],
        is_blocking=False,
    )
    if not answer:
        raise cells.AskedCell(_("Say first whether these products are shoes."))
    return answer
