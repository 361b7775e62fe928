"""Posts within one message: numbered lists, 接龙, a line each, or sentences of two kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matchmaking.core.parsing.numbers import NUMBER
from matchmaking.listings.free_text.sides import side_of
from matchmaking.listings.free_text.vocabulary import Kind, Vocabulary

MOST_POSTS = 50
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMERALS = "一二三四五六七八九十"
_LINE_START = r"(?:(?<=\n)|^)[ >]{0,4}"
_MARKS = (
    re.compile(rf"(?P<n>[{_CIRCLED}❶-❿])"),
    re.compile(r"(?P<n>[0-9])⃣"),
    re.compile(rf"{_LINE_START}(?P<n>[0-9]{{1,2}})\s?(?:[、):]|\.(?![0-9]))\s?"),
    re.compile(rf"{_LINE_START}\((?P<n>[0-9]{{1,2}})\)\s?"),
    re.compile(rf"{_LINE_START}(?P<n>[{_NUMERALS}])\s?[、.:]\s?"),
    re.compile(rf"{_LINE_START}(?:款式?|style\s|order\s|订单)?(?P<n>[a-z])(?:款式?|\s?[、.:)])\s?"),
    re.compile(
        rf"{_LINE_START}(?:款式?|订单|style\s?|order\s?|第)(?P<n>[0-9{_NUMERALS}])(?:款|单|个)?\s?[:、.]?\s?"
    ),
    re.compile(rf"{_LINE_START}单(?P<n>[0-9{_NUMERALS}])\s?[:、.]\s?"),
    re.compile(rf"{_LINE_START}(?P<n>[-•·▪►✅🔹🔸◆●★☆👉])\s?"),
    re.compile(r"(?<![0-9a-z.])(?P<n>[0-9])\s?(?:[、)]|\.(?![0-9]))\s?(?!月)"),
    re.compile(r"(?P<n>[abcdef])款\s?"),
)
_BULLETS = "-•·▪►✅🔹🔸◆●★☆👉"
_AMOUNT = re.compile(
    rf"{NUMBER}\s?(?:双|对|打|件|箱|pairs|prs|条)|{NUMBER}(?<=[万千wk])|(?:日产|月产|周产|每天)\S{{0,3}}[0-9一二两三四五六七八九十]|[0-9]\s?/\s?天"
)
_FIGURES = re.compile(r"(?<![0-9.,/-])[0-9][0-9.,/-]*")
_PAIRS_OF_ROW = re.compile(
    r"(?<![0-9a-z.,/:-])(?!20[2-4][0-9](?![0-9]))[1-9][0-9]{2,6}(?![0-9a-z.,/:-]|\s?[年月号日元块])"
)
_LINES = re.compile(r"\n")
_SPLITTERS = re.compile(r"[\n。;]|(?<![都])另外|另有|此外|同时|还有|also|plus,|[,、](?=\s?\S)")
_COMMON = re.compile(
    r"(?:以上|全部|统一|所有|(?:^|(?<=[\s,。;]))(?:都|均)(?=是|要|需|在|找|为|[0-9]))|(?<![a-z])(?:all|both|factories in|factory in)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Segments:
    """Posts as (start, end), and what stands before and after them and holds for all."""

    posts: tuple[tuple[int, int], ...]
    heading: tuple[int, int]
    foot: tuple[int, int]


def split_posts(plain: str, vocabulary: Vocabulary) -> Segments:
    """Return the posts of a message: one, unless at least two say what and how much."""
    for pattern in _MARKS:
        starts = _ascending(pattern, plain)
        if len(starts) < 1 + 1:
            continue
        ends = [*(start for start, _ in starts[1:]), len(plain)]
        pieces = [(body, end) for (_, body), end in zip(starts, ends, strict=True)]
        if _count_posts(plain, pieces, vocabulary) > 1:
            return _with_foot(plain, pieces[:MOST_POSTS], (0, starts[0][0]), vocabulary)
    return _unmarked(plain, vocabulary)


def _ascending(pattern: re.Pattern[str], plain: str) -> list[tuple[int, int]]:
    """Return (start, end) of marks that count 1, 2, 3 or are bullets."""
    marks: list[tuple[int, int]] = []
    for found in pattern.finditer(plain):
        mark = found["n"]
        if mark in _BULLETS or _number_of(mark) == len(marks) + 1:
            marks.append(found.span())
    return marks


def _number_of(mark: str) -> int:
    if mark in _CIRCLED:
        return _CIRCLED.index(mark) + 1
    if mark in _NUMERALS:
        return _NUMERALS.index(mark) + 1
    if "❶" <= mark <= "❿":
        return ord(mark) - ord("❶") + 1
    return int(mark) if mark.isdecimal() else ord(mark) - ord("a") + 1


def _is_row(stretch: str) -> bool:
    return bool(_PAIRS_OF_ROW.search(stretch)) and len(_FIGURES.findall(stretch)) > 1 + 1


def _says(plain: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[bool, bool]:
    stretch = plain[start:end]
    words = vocabulary.find(stretch, Kind.CATEGORY, Kind.PART, Kind.CONSTRUCTION)
    return bool(words), bool(_AMOUNT.search(stretch)) or ("\n" in plain and _is_row(stretch))


def _count_posts(plain: str, pieces: list[tuple[int, int]], vocabulary: Vocabulary) -> int:
    said = [_says(plain, start, end, vocabulary) for start, end in pieces]
    whole = sum(word and amount for word, amount in said)
    return whole if whole > 1 else 0


def _with_foot(
    plain: str, pieces: list[tuple[int, int]], heading: tuple[int, int], vocabulary: Vocabulary
) -> Segments:
    """Part the last post from lines, or from words like 都要, that hold for all posts."""
    start, end = pieces[-1]
    foot = end
    line_end = plain.find("\n", start)
    if line_end >= 0 and not any(_says(plain, line_end, end, vocabulary)):
        foot = line_end
    if common := _COMMON.search(plain, start + 1, foot):
        foot = common.start()
    return Segments((*pieces[:-1], (start, foot)), heading, (foot, end))


def _unmarked(plain: str, vocabulary: Vocabulary) -> Segments:
    for splitter in (
        _LINES,
        re.compile(r"[\n。;]|另外|另有|此外|同时也?|还有|also\b|plus,"),
        re.compile(r"[\n。;]|[,、]"),
    ):
        pieces = _pieces(plain, splitter)
        said = [_says(plain, start, end, vocabulary) for start, end in pieces]
        firsts = [index for index, (word, amount) in enumerate(said) if word and amount]
        if len(firsts) > 1 and not _is_one_kind(
            plain, [pieces[i] for i in firsts], vocabulary, by_word=splitter is _LINES
        ):
            heading = (0, pieces[firsts[0]][0])
            starts = [pieces[index][0] for index in firsts]
            ends = [*starts[1:], len(plain)]
            posts = list(zip(starts, ends, strict=True))[:MOST_POSTS]
            return _with_foot(plain, posts, heading, vocabulary)
    return Segments(((0, len(plain)),), (0, 0), (0, 0))


def _pieces(plain: str, splitter: re.Pattern[str]) -> list[tuple[int, int]]:
    starts = [0, *(found.end() for found in splitter.finditer(plain))]
    ends = [*starts[1:], len(plain)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _is_one_kind(
    plain: str, pieces: list[tuple[int, int]], vocabulary: Vocabulary, *, by_word: bool
) -> bool:
    """Tell whether the pieces speak of one kind of shoe: 跑鞋2万双, 跑鞋要冷粘 1万双起.

    ``by_word``: 跑鞋 and 篮球鞋 in lines of their own are two, though of one category.
    """
    if len({side_of(plain[start:end]) for start, end in pieces} - {None}) > 1:
        return False
    seen: set[str] = set()
    for start, end in pieces:
        words = vocabulary.find(plain[start:end], Kind.CATEGORY, Kind.PART)
        codes = {code for word in words for code in word.codes if code}
        if by_word and codes:
            codes = {word.word for word in words}
        if not codes or codes & seen:
            return True
        seen |= codes
    return False
