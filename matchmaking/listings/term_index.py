"""Terms of the taxonomy by the words of a cell: a code, a name, or what the trade says.

Plain Python. Free text is searched for words (:mod:`matchmaking.listings.free_text.vocabulary`);
a cell, a field of a form or of the API must be such words and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from matchmaking.core.folding import fold
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Ambiguous, Outcome, Read, Reading, Reason
from matchmaking.listings.free_text.vocabulary import Kind, shipped_rows

_STRONG = re.compile(r"[,;、|\n]+")
_WEAK = re.compile(r"[/+&\s]+|和|及|与|或|(?<![a-z])and(?![a-z])")
# ISO9001/14001 names two standards, ISO 9001:2015 one with its year.
_ISO_LIST = re.compile(r"(?<![a-z])iso\s?([0-9]{4,5})((?:\s?[/、,+&]\s?[0-9]{4,5}(?![0-9]))+)")
_EDITION = re.compile(r"(?<=[0-9])\s?:\s?(?:19|20)[0-9]{2}(?![0-9])")
_BRACKETS = re.compile(r"\(.*?\)")
# What may stand beside a word without changing what it names.
_GLUE = {
    Kind.CATEGORY: ("男女", "成人", "男", "女", "中性", "各类", "各种", "系列", "款", "类", "等", "做", "主营"),
    Kind.CONSTRUCTION: ("工艺", "成型", "做法", "鞋"),
    Kind.CERTIFICATE: (
        "已通过", "通过", "已有", "有", "需要", "需", "要", "认证", "证书", "审核", "验厂", "报告", "体系", "标准", "级", "的",
        "certified", "certificate", "certification", "audit", "report", "and",
    ),
}  # fmt: skip
_LONGEST = 40  # letters of a word; a cell of 100 kB is not tried at each of its places

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Terms:
    """Codes that a list names, words that name several, and words that name none."""

    codes: tuple[str, ...]
    asked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unknown: tuple[str, ...] = ()


class TermIndex:
    """Words by kind, each with the codes that it may name."""

    def __init__(self, words: Iterable[Row], names: Iterable[Row] = ()) -> None:
        """Take rows of kind, word and codes; ``names`` of the taxonomy outweigh ``words``."""
        self._codes: dict[str, dict[str, tuple[str, ...]]] = {kind: {} for kind in Kind}
        for kind, word, code in names:
            known = self._codes[kind].get(fold(word), ())
            self._codes[kind][fold(word)] = known if code in known else (*known, code)
        for kind, word, codes in words:
            named = tuple(code for code in codes.split(";") if code)
            if named:
                self._codes[kind].setdefault(fold(word), named)

    def read(self, text: str, kind: Kind) -> Outcome[str]:
        """Read a whole cell as one term; a word of several is ambiguous between them."""
        normalized = NormalizedText(text)
        codes = self._named(normalized.plain, kind)
        if not codes:
            return None
        if len(codes) == 1:
            return Read(codes[0], normalized.whole)
        readings = tuple(Reading(code, code) for code in codes)
        return Ambiguous(readings, normalized.whole, Reason.TRADE_WORD)

    def read_all(self, text: str, kind: Kind) -> Terms:
        """Read a whole cell as a list of terms, parted by , ; 、 / + 和 or blanks."""
        plain = _EDITION.sub("", _ISO_LIST.sub(_each_standard, NormalizedText(text).plain))
        codes: list[str] = []
        asked: list[tuple[str, tuple[str, ...]]] = []
        unknown: list[str] = []
        for part in self._parts(plain, kind):
            named = self._named(part, kind)
            if len(named) == 1:
                codes += named
            elif named:
                asked.append((part, named))
            elif fold(part) not in _GLUE.get(kind, ()):
                unknown.append(part)
        # 硫化板鞋、板鞋: what is asked about is answered by a neighbour.
        open_words = [one for one in dict.fromkeys(asked) if not set(one[1]) & set(codes)]
        return Terms(tuple(dict.fromkeys(codes)), tuple(open_words), tuple(dict.fromkeys(unknown)))

    def _parts(self, plain: str, kind: Kind) -> Iterable[str]:
        if self._named(plain, kind):
            return [plain.strip()]
        found: list[str] = []
        for part in filter(None, (part.strip() for part in _STRONG.split(plain))):
            if self._named(part, kind):
                found.append(part)
            else:
                found += self._longest_words(part, kind)
        return found

    def _longest_words(self, part: str, kind: Kind) -> list[str]:
        """Return the pieces between weak separators, joined as long as they are one word."""
        ends = [0, *(match.end() for match in _WEAK.finditer(part)), len(part)]
        starts = sorted(set(ends))
        found, first = [], 0
        while first < len(starts) - 1:
            last = min(len(starts) - 1, first + 6)
            while last > first + 1 and not self._named(part[starts[first] : starts[last]], kind):
                last -= 1
            piece = _WEAK.sub(" ", part[starts[first] : starts[last]]).strip()
            if piece:
                found.append(piece)
            first = last
        return found

    def _named(self, part: str, kind: Kind) -> tuple[str, ...]:
        word = fold(part)
        kinds = (Kind.CATEGORY, Kind.PART) if kind is Kind.CATEGORY else (kind,)
        for one in kinds:
            if codes := self._codes[one].get(word):
                return codes
        if inner := _BRACKETS.findall(part):
            return self._beside_brackets(_BRACKETS.sub("", part), inner, kind)
        codes = self._without_glue(word, kind)
        return codes or (self._of_children(word) if kind is Kind.CATEGORY else ())

    def _beside_brackets(self, bare: str, inner: list[str], kind: Kind) -> tuple[str, ...]:
        """Return the codes of 女鞋(时装鞋), none where the brackets say something else."""
        codes = self._named(bare, kind) if bare.strip() else ()
        for written in inner:
            if _is_glue(fold(written), _GLUE.get(kind, ())):
                continue
            other = self._named(written[1:-1], kind)
            codes = tuple(code for code in codes if code in other)
        return codes

    def _of_children(self, word: str) -> tuple[str, ...]:
        """Return 儿童跑鞋 as children's shoes or as running shoes: lists differ."""
        for length in range(min(len(word), 9), 1, -1):
            if word[:length] in self._codes[Kind.AGE]:
                rest = word[length:].removeprefix("的")
                codes = self._codes[Kind.CATEGORY].get(rest, ())
                return tuple(dict.fromkeys(("children", *codes))) if codes else ()
        return ()

    def _without_glue(self, word: str, kind: Kind) -> tuple[str, ...]:
        """Return the codes of the one word that ``word`` holds beside words that change nothing."""
        if len(word) > _LONGEST:
            return ()
        glue = _GLUE.get(kind, ())
        for start in range(len(word)):
            for end in range(len(word), start, -1):
                codes = self._codes[kind].get(word[start:end])
                if codes and _is_glue(word[:start], glue) and _is_glue(word[end:], glue):
                    return codes
        return ()


def _is_glue(rest: str, glue: tuple[str, ...]) -> bool:
    while rest:
        for word in glue:
            if rest.startswith(word):
                rest = rest[len(word) :]
                break
        else:
            return False
    return True


def _each_standard(found: re.Match[str]) -> str:
    return ",".join(f"iso{number}" for number in re.findall(r"[0-9]{4,5}", found[0]))


def names_of(kind: Kind, code: str, *names: str) -> Iterable[Row]:
    """Return the rows of a term's code and names; 劳保鞋/安全鞋 and 硫化鞋(帆布鞋) name it twice."""
    for name in (code, *names):
        short = _BRACKETS.sub("", NormalizedText(name).plain)
        yield from ((kind, word, code) for word in (name, short, *short.split("/")) if fold(word))


@cache
def shipped_terms() -> TermIndex:
    words = shipped_rows()
    codes = {(Kind(kind), code) for kind, _, codes in words for code in codes.split(";") if code}
    return TermIndex(words, (row for kind, code in sorted(codes) for row in names_of(kind, code)))
