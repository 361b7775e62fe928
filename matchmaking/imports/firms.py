"""Firms that a list names: found again by what identifies them, never merged on a likeness.

A Unified Social Credit Code identifies; a reference does within its source; a name does with its
place, once width, blanks, brackets, traditional characters and the legal form are folded. What is
only alike, or contradicts, is asked about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from accounts.models import Company
from accounts.states import CompanyStatus
from matchmaking.imports.labels import plain
from matchmaking.imports.places import are_compatible

# After folding, longest first; one legal form is written in many ways.
_FORMS = (
    "股份有限责任公司", "股份有限公司", "有限责任公司", "责任有限公司", "有限公司", "总公司", "公司", "集团",
)  # fmt: skip
_ENGLISH_FORMS = re.compile(
    r"(?:(?:company|co)?(?:limited|ltd)|(?:company|co)(?:inc|incorporated)?|incorporated|inc|corporation|corp|llc|jsc|plc|gmbh|srl|spa)$"
)
_PLACE = re.compile(r"^(?:中国)?(?:.{2,3}省)?(?:.{2,4}?(?:市|县|区|自治州))*")
_GENERIC = re.compile(
    r"(?:鞋业|鞋服|鞋材|制鞋|制品|实业|工贸|贸易|科技|体育用品|体育|服饰|发展|集团|footwear|shoes?|industrial|industry|trading)"
)
_FIRM = re.compile(
    r"(?:公司|厂|店|行|社|中心|集团|院|所|协会|商会|作坊|工作室|坊|部|场|基地|学校|大学|学院|\b(?:co|ltd|inc|corp|company|limited|factory|group|works|mfg|llc|jsc|plc|gmbh|shoes?|footwear|industr\w+|enterprise\w*|international|institute)\b\.?)[)）]?$",
    re.IGNORECASE,
)
LEAST_STEM = 2


@lru_cache(maxsize=50_000)
def name_key(name: str) -> str:
    """Return the name without its legal form, as two spellings of one firm are compared."""
    key = plain(name)
    for form in _FORMS:
        if key.endswith(form) and len(key) > len(form) + 1:
            return key.removesuffix(form)
    return _ENGLISH_FORMS.sub("", key) or key


@lru_cache(maxsize=50_000)
def stem(name: str) -> str:
    """Return what is left of a name without place, trade and legal form: 华昌 of 莆田市华昌鞋业有限公司."""
    key = _PLACE.sub("", name_key(name)) or name_key(name)
    return _GENERIC.sub("", key) or key


def looks_like_firm(name: str) -> bool:
    return bool(_FIRM.search(name.strip()))


class Firm(NamedTuple):
    """What identifies a company that is here, and what a row may not change."""

    pk: int
    code: UUID
    name_zh: str
    name_en: str
    uscc: str
    division: str
    source: str
    reference: str
    status: str
    has_people: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of who it is."""

    name: str
    name_en: str
    uscc: str
    division: str
    source: str
    reference: str


@dataclass(frozen=True, slots=True)
class Found:
    """The firm that is meant, or firms among which a person chooses, and why."""

    firm: Firm | None = None
    rivals: tuple[Firm, ...] = ()
    reason: str = ""


SEVERAL, CODE_AND_REFERENCE, ANOTHER_NAME, ANOTHER_CODE, ANOTHER_PLACE, ALIKE = (
    "several",
    "code_and_reference",
    "another_name",
    "another_code",
    "another_place",
    "alike",
)


@dataclass
class FirmIndex:
    """The companies that are here, by what identifies them. Loaded in one query."""

    by_uscc: dict[str, Firm] = field(default_factory=dict)
    by_reference: dict[tuple[str, str], Firm] = field(default_factory=dict)
    by_name: dict[str, list[Firm]] = field(default_factory=lambda: defaultdict(list))
    by_stem: dict[str, list[Firm]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, Firm] = field(default_factory=dict)

    @classmethod
    def load(cls) -> FirmIndex:
        """Read the identities of all companies: a few thousand short rows."""
        index = cls()
        with_people = set(
            Company.objects.filter(memberships__isnull=False).values_list("pk", flat=True)
        )
        rows = Company.objects.order_by("pk").values_list(
            "pk", "code", "name_zh", "name_en", "uscc", "division_code", "source",
            "own_reference", "status",
        )  # fmt: skip
        for pk, code, zh, en, uscc, division, source, reference, status in rows:
            index.add(
                Firm(
                    pk, code, zh, en, uscc or "", division, source, reference, status,
                    pk in with_people,
                )
            )  # fmt: skip
        return index

    def add(self, firm: Firm) -> None:
        self.by_code[str(firm.code)] = firm
        if firm.uscc:
            self.by_uscc[firm.uscc] = firm
        if firm.reference:
            self.by_reference[firm.source, firm.reference] = firm
        if firm.status == CompanyStatus.CLOSED:
            return
        for name in {firm.name_zh, firm.name_en} - {""}:
            self.by_name[name_key(name)].append(firm)
            if len(stem(name)) >= LEAST_STEM:
                self.by_stem[stem(name)].append(firm)

    def find(self, wanted: Wanted) -> Found:
        """Return the firm that the row means; several, with the reason, where that is in doubt."""
        by_code = self.by_uscc.get(wanted.uscc) if wanted.uscc else None
        by_reference = (
            self.by_reference.get((wanted.source, wanted.reference)) if wanted.reference else None
        )
        if by_code and by_reference and by_code.pk != by_reference.pk:
            return Found(rivals=(by_code, by_reference), reason=CODE_AND_REFERENCE)
        if by_code:
            return Found(by_code)
        if by_reference:
            return self._by_reference(wanted, by_reference)
        return self._by_name(wanted)

    def _by_reference(self, wanted: Wanted, firm: Firm) -> Found:
        if wanted.uscc and firm.uscc and wanted.uscc != firm.uscc:
            return Found(rivals=(firm,), reason=ANOTHER_CODE)
        if not _is_called(firm, wanted):
            return Found(rivals=(firm,), reason=ANOTHER_NAME)
        return Found(firm)

    def _by_name(self, wanted: Wanted) -> Found:
        named = _distinct(
            firm
            for name in {wanted.name, wanted.name_en} - {""}
            for firm in self.by_name.get(name_key(name), ())
        )
        # Another code, or another number in the same list, is another firm of the same name.
        possible = [
            firm
            for firm in named
            if not (wanted.uscc and firm.uscc)
            and not (wanted.reference and firm.reference and firm.source == wanted.source)
        ]
        here = [firm for firm in possible if are_compatible(firm.division, wanted.division)]
        if len(here) == 1:
            return Found(here[0])
        if here:
            return Found(rivals=tuple(here[:5]), reason=SEVERAL)
        if possible:
            return Found(rivals=tuple(possible[:5]), reason=ANOTHER_PLACE)
        if named:
            return Found()
        return self._alike(wanted)

    def _alike(self, wanted: Wanted) -> Found:
        near = _distinct(
            firm
            for name in {wanted.name, wanted.name_en} - {""}
            if len(stem(name)) >= LEAST_STEM
            for firm in self.by_stem.get(stem(name), ())
            if are_compatible(firm.division, wanted.division)
            and not (wanted.uscc and firm.uscc)
            and not (wanted.reference and firm.reference and firm.source == wanted.source)
        )
        return Found(rivals=tuple(near[:5]), reason=ALIKE) if near else Found()


def _is_called(firm: Firm, wanted: Wanted) -> bool:
    ours = {name_key(name) for name in (firm.name_zh, firm.name_en) if name}
    theirs = {name_key(name) for name in (wanted.name, wanted.name_en) if name}
    return bool(ours & theirs)


def _distinct(firms: Iterable[Firm]) -> Sequence[Firm]:
    return list({firm.pk: firm for firm in firms}.values())
