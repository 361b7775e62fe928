"""Encodings of text files: told apart where the bytes tell, else offered with what each reads."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from matchmaking.imports.files.limits import UnreadableSheet

# Bytes of the characters that people use daily, by their national standards: GB 2312 level 1 and
# Big5's frequent ones fill these lead bytes. Text read in the wrong one falls outside.
_DAILY = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}
_PUNCTUATION = set("，。、；：（）“”‘’《》〈〉【】·－—…￥％～！？＋＊／　×①②③④⑤⑥⑦⑧⑨⑩")
_SURE, _LEAST = 0.9, 0.1
ASCII = 0x7F
LONGEST_ACCENTED = 3
_LETTERS = re.compile("[À-ÖØ-öø-ÿŠšŽžŒœŸ]")
_NOISE = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")
SAMPLE = 40
MOST_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text in the likeliest encoding; ``doubts`` are encodings with samples, if it is not sure."""

    text: str
    encoding: str
    doubts: tuple[tuple[str, str], ...] = ()


def decode(content: bytes, encoding: str = "") -> Decoded:
    """Return the text of a file; ``encoding`` is what a person chose where the bytes do not tell.

    :raises UnreadableSheet: when no encoding of ours makes text of it
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _whole(content, "utf-16")
    if content.startswith(codecs.BOM_UTF8):
        return _whole(content, "utf-8-sig")
    candidates = _candidates(content)
    if not candidates:
        raise UnreadableSheet("not_a_sheet")
    best = max(candidates, key=lambda name: candidates[name][1])
    text, share = candidates[best]
    rivals = [name for name, (_, other) in candidates.items() if other >= share - 0.2]
    if best == "utf-8" or (share >= _SURE and len(rivals) == 1):
        return Decoded(text, best)
    likely = sorted(candidates, key=lambda name: -candidates[name][1])[:4]
    shown = tuple((name, sample(candidates[name][0])) for name in likely)
    if len(shown) < 2:  # noqa: PLR2004 - one is no choice
        return Decoded(text, best)
    read = encoding if encoding in candidates else best
    return Decoded(candidates[read][0], read, shown)


def _whole(content: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(content.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableSheet("damaged_text", row=line) from None


def _candidates(content: bytes) -> dict[str, tuple[str, float]]:
    """Return the text and a share of everyday characters by encoding."""
    try:
        return {"utf-8": (content.decode("utf-8"), 1.0)}
    except UnicodeDecodeError as error:
        _refuse_damaged(content, error)
    if content.count(b"\x00") > len(content) // 4:
        return _of_wide(content)
    found: dict[str, tuple[str, float]] = {}
    for name in ("gb18030", "big5", "cp1252", "shift_jis", "euc_kr"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        share = _share(text, name)
        if share >= _LEAST or name == "gb18030":
            found[name] = (text, share)
    return found


def _refuse_damaged(content: bytes, error: UnicodeDecodeError) -> None:
    """:raises UnreadableSheet: when it is UTF-8 but for a few bytes"""
    text = content.decode("utf-8", errors="replace")
    good = sum(1 for character in text if ord(character) > ASCII and character != "\ufffd")
    if good > 20 * text.count("\ufffd"):
        raise UnreadableSheet("damaged_text", row=content.count(b"\n", 0, error.start) + 1)


def _of_wide(content: bytes) -> dict[str, tuple[str, float]]:
    name = "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"
    try:
        return {name: (content.decode(name), 1.0)}
    except UnicodeDecodeError:
        return {}


def _share(text: str, encoding: str) -> float:
    others = [character for character in text if ord(character) > ASCII]
    if not others:
        return 1.0
    if encoding == "cp1252":
        # A lone accent within a word, as in Köln; Chinese bytes make runs of signs.
        words = re.findall(r"[A-Za-z]?[^\x00-\x7f]+[A-Za-z]?", text)
        good = sum(1 for word in words if len(word) <= LONGEST_ACCENTED and _LETTERS.search(word))
        return good / len(words)
    if encoding in _DAILY:
        return sum(_is_daily(character, *_DAILY[encoding]) for character in others) / len(others)
    kana = sum("\u3040" <= c <= "\u30ff" or "\uac00" <= c <= "\ud7a3" for c in others)
    return kana / len(others)


def _is_daily(character: str, standard: str, low: int, high: int) -> bool:
    if character in _PUNCTUATION or "\uff00" <= character <= "\uff5e":
        return True
    if _NOISE.match(character):
        return False
    try:
        encoded = character.encode(standard)
    except UnicodeEncodeError:
        return False
    return len(encoded) > 1 and low <= encoded[0] <= high


def sample(text: str) -> str:
    """Return the first words that look different in another encoding."""
    found: list[str] = []
    for cell in re.split(r"[,;\t\r\n|]+", text):
        if any(ord(character) > ASCII for character in cell) and cell not in found:
            found.append(cell.strip()[:SAMPLE])
        if len(found) == MOST_SAMPLES:
            break
    return " · ".join(found)
