"""Yes and no, in either language."""

from __future__ import annotations

import re

from matchmaking.core.parsing.normalization import NormalizedText

_YES = {
    "1",
    "yes",
    "y",
    "true",
    "ok",
    "是",
    "可",
    "可以",
    "允许",
    "有",
    "对",
    "能",
    "行",
    "要",
    "√",
    "✓",
    "✔",
}
_YES |= {
    "是的",
    "可拆",
    "可拆单",
    "可以拆",
    "可以拆单",
    "能拆",
    "能拆单",
    "拆",
    "同意",
    "需要",
    "支持",
    "接受",
    "t",
}
_NO = {
    "0",
    "no",
    "n",
    "false",
    "否",
    "不",
    "不可",
    "不可以",
    "不允许",
    "无",
    "没有",
    "不能",
    "不行",
    "不要",
}
_NO |= {
    "×",
    "x",
    "✗",
    "✘",
    "不是",
    "不拆",
    "不拆单",
    "不可拆",
    "不可拆单",
    "不能拆",
    "不能拆单",
    "不可以拆",
    "不允许拆",
}
_NO |= {"不需要", "不用", "不同意", "不支持", "不接受", "没", "无需", "f"}
FILLERS = {
    "",
    "/",
    "//",
    "-",
    "--",
    "---",
    "~",
    ".",
    "?",
    "无",
    "没有",
    "待定",
    "待议",
    "另议",
    "待确认",
}
FILLERS |= {
    "n/a",
    "na",
    "n.a.",
    "none",
    "nil",
    "null",
    "tbd",
    "tba",
    "未定",
    "暂无",
    "未知",
    "不详",
    "未填",
    "空",
    "\\",
}
_EDGES = re.compile(r"^[\s.,;:。、!]+|[\s.,;:。、!]+$")


def read_yes_no(text: str) -> bool | None:
    """Return the answer, None for anything else."""
    word = _EDGES.sub("", NormalizedText(text).plain)
    if word in _YES:
        return True
    return False if word in _NO else None


def is_filler(text: str) -> bool:
    return NormalizedText(text).plain.strip() in FILLERS
