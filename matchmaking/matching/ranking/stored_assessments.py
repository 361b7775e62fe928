"""Reasons of pairs, as the bytes that their rows keep."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints, Market
from matchmaking.engine.records import CAUSES, Records
from matchmaking.matching.ranking.pgcopy import ByteRows
from matchmaking.matching.ranking.taxonomy import Taxonomy

CAUSE_NAMES = ByteRows.of([*(cause.encode() for cause in CAUSES), b""])
NO_CAUSE = len(CAUSES)
DENSE = 16  # numbers a row that a table may have; above that rows are sorted
AROUND = (b"[%b,", b"%b,", b"%b]")  # three texts behind one another are one list


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairAssessments:
    """The records of pairs, what their rows keep of them, and the versions that were judged."""

    records: Records
    stored: ByteRows
    order_versions: Ints
    offer_versions: Ints

    def at(self, rows: NDArray[Any]) -> "PairAssessments":
        return PairAssessments(
            records=self.records[rows],
            stored=self.stored.at(rows),
            order_versions=self.order_versions[rows],
            offer_versions=self.offer_versions[rows],
        )


def encoded(records: Records, terms: ByteRows) -> ByteRows:
    """Give a record and its terms as ``models.fields`` reads them, nothing for no change."""
    found = ByteRows.joined([ByteRows.of_records(records), terms])
    if "kind" in (records.dtype.names or ()):
        found.counts[records["kind"] < 0] = False
    return found


def causes_of(records: Records) -> ByteRows:
    return CAUSE_NAMES.at(np.where(records["kind"] >= 0, records["gate"], NO_CAUSE))


class TermTexts:
    """Names by codes what pairs count by indexes and bits, as JSON in the order of ``TERMS``.

    Indexes change when officers add terms, codes never do. What pairs have in common is
    said once for all pairs of a scoring.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._sayers = _categories(taxonomy), _constructions(taxonomy), _certificates(taxonomy)
        self._said: tuple[dict[tuple[int, ...], bytes], ...] = ({}, {}, {})

    def of(self, market: Market, orders: Ints, offers: Ints, best_categories: Ints) -> ByteRows:
        """Give the terms of pairs by rows of the market.

        ``best_categories`` are the offers' categories that are most like the orders'.
        """
        asked, made = market.orders, market.offers
        wanted = asked.certificates[orders]
        columns: tuple[tuple[NDArray[Any], ...], ...] = (
            (
                asked.smallest_part[orders] < asked.pairs[orders],
                asked.category[orders],
                best_categories,
            ),
            (asked.construction[orders], made.constructions[offers]),
            (wanted, wanted & ~made.certificates[offers]),
        )
        return ByteRows.joined([self._texts(place, each) for place, each in enumerate(columns)])

    def _texts(self, place: int, columns: Sequence[NDArray[Any]]) -> ByteRows:
        firsts, groups = _groups(columns)
        say, said = self._sayers[place], self._said[place]
        keys = list(zip(*(column[firsts].tolist() for column in columns), strict=True))
        for key in keys:
            if key not in said:
                said[key] = AROUND[place] % _inner(say(*key))
        return ByteRows.of([said[key] for key in keys]).at(groups)


def _groups(columns: Sequence[NDArray[Any]]) -> tuple[Ints, Ints]:
    """Group rows that are equal in all columns: a row of each group, and the group of each row."""
    rows = len(columns[0])
    keys, span = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        numbers, count = _numbers(column)
        keys, span = keys * count + numbers, span * count
        if span > DENSE * rows:
            used, keys = np.unique(keys, return_inverse=True)
            span = len(used)
    row_of = np.full(span, -1, dtype=np.int64)
    row_of[keys] = np.arange(rows)
    is_used = row_of >= 0
    return row_of[is_used], (np.cumsum(is_used) - 1)[keys]


def _numbers(column: NDArray[Any]) -> tuple[Ints, int]:
    """Number the values of a column from 0, and say how many numbers there may be.

    Most are small as they are: sorting them would be half the cost of all texts.
    """
    values = column.astype(np.int64)
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    if high - low < DENSE * len(values):
        return values - low, high - low + 1
    known, numbers = np.unique(values, return_inverse=True)
    return numbers, len(known)


def _inner(values: tuple[Any, ...]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))[1:-1].encode()


def _categories(taxonomy: Taxonomy) -> Callable[..., tuple[Any, ...]]:
    codes, families = taxonomy.category_codes, taxonomy.families
    return lambda is_splittable, wanted, found: (
        is_splittable,
        codes[wanted],
        codes[found],
        families[wanted] == families[found],
    )


def _constructions(taxonomy: Taxonomy) -> Callable[..., tuple[Any, ...]]:
    codes = taxonomy.construction_codes
    return lambda asked, made: ("" if asked < 0 else codes[asked], _named(made, codes))


def _certificates(taxonomy: Taxonomy) -> Callable[..., tuple[Any, ...]]:
    codes = taxonomy.certification_codes
    return lambda asked, missing: (_named(asked, codes), _named(missing, codes))


def _named(mask: int, codes: tuple[str, ...]) -> list[str]:
    return [code for bit, code in enumerate(codes) if mask >> bit & 1]
