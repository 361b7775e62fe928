"""Rows below a header that are no rows of the table: totals, remarks, signatures, the header again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.imports.labels import plain

_TOTALS = re.compile(
    r"(?:本页|以上|全部|分类)?(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总\s*数)(?:[(（].*)?[::]?|(?:grand |sub[\s-]?)?totals?[::]?|sum[::]?|subtotal.*|(?:合计|总计|共计?)\s?[0-9,]+\s?(?:家|双|人|户|个|条)?.*"
)
_REMARK = re.compile(
    r"^(?:备\s*注|注\s*[::0-9一二三]|附\s*注|说\s*明|填\s*表|制\s*表|审\s*核|审\s*批|批\s*准|复\s*核|经\s*办|编\s*制|核\s*准|签\s*[名字]|盖\s*章|日\s*期\s*[::]|单\s*位\s*[::]|数据(?:来源|截至|截止)|以上(?:数据|信息|内容)?|截至|截止|打印|第\s?[0-9]+\s?页|共\s?[0-9]+\s?[页家条]|资料来源|来源\s*[::]|联系(?:人|电话|方式)\s*[::]|电话\s*[::]|※|\*{1,3}\s?\S|remarks?\s*[::]|notes?\s*[::]|prepared|approved|checked by|reviewed|signature|signed|source\s*[::]|date\s*[::]|page [0-9]|as of|contact\s*[::]|disclaimer|copyright|©)"
)
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}|第[一二三四五六七八九十]{1,3}[部类章节]|[(（][一二三四五六七八九十0-9]{1,3}[)）])\s*[、.．:： ]?\s*\S{1,30}$"
)
_FEW = 2


def reason_of(cells: Sequence[str], header: Sequence[str]) -> str:
    """Return why the row is left out, "" for a row of the table."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return _("An empty row.")
    texts = [NormalizedText(cell).plain.strip() for cell in filled[:3]]
    if any(_TOTALS.fullmatch(text) for text in texts):
        return _("A row of totals.")
    labels = {plain(label) for label in header if label}
    if len(filled) > 1 and all(plain(cell) in labels for cell in filled):
        return _("The header once more.")
    distinct = list(dict.fromkeys(texts))
    if len(filled) <= _FEW or len(distinct) == 1:
        if _REMARK.match(texts[0]):
            return _("A remark or signature, no row of the table.")
        if len(filled) == 1 and _HEADING.match(texts[0]):
            return _("A heading, no row of the table.")
    return ""
