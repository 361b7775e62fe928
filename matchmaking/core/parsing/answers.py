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
_YES |= {"是的", "可拆", "能拆", "同意", "需要", "支持"}
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
_NO |= {"×", "x", "✗", "不是", "不拆", "不需要", "不用", "不同意", "不支持", "没"}
FILLERS = {"", "/", "-", "--", "无", "待定", "n/a", "na", "none", "tbd", "未定", "暂无", "\\"}
_EDGES = re.compile(r"^[\s.,;:。、!]+|[\s.,;:。、!]+$")


def read_yes_no(text: str) -> bool | None:
    """Return the answer, None for anything else."""
    word = _EDGES.sub("", NormalizedText(text).plain)
    if word in _YES:
        return True
    return False if word in _NO else None


def is_filler(text: str) -> bool:
    return NormalizedText(text).plain.strip() in FILLERS
