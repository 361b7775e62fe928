"""Assessments of pairs as the bytes that their rows keep."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from matchmaking.engine.market import Ints, Market
from matchmaking.engine.records import CAUSES, Records
from matchmaking.matching.ranking.taxonomy import Taxonomy

NOTHING = b""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairAssessments:
    """The records of pairs, what their rows keep of them, and the versions that were judged."""

    records: Records
    stored: list[bytes]
    order_versions: Ints
    offer_versions: Ints

    def at(self, rows: NDArray[Any]) -> "PairAssessments":
        """Give those of some of the pairs."""
        return PairAssessments(
            records=self.records[rows],
            stored=[self.stored[row] for row in rows.tolist()],
            order_versions=self.order_versions[rows],
            offer_versions=self.offer_versions[rows],
        )


def encoded(records: Records, terms: list[bytes]) -> list[bytes]:
    """Give a record and its terms as ``models.fields`` reads them, nothing for no change."""
    width, rows = records.dtype.itemsize, records.tobytes()
    found = [
        rows[at : at + width] + tail
        for at, tail in zip(range(0, len(rows), width), terms, strict=True)
    ]
    if "kind" in (records.dtype.names or ()):
        return [
            row if kind >= 0 else NOTHING
            for row, kind in zip(found, records["kind"].tolist(), strict=True)
        ]
    return found


def causes_of(records: Records) -> list[str]:
    kinds, gates = records["kind"].tolist(), records["gate"].tolist()
    return [CAUSES[gate] if kind >= 0 else "" for kind, gate in zip(kinds, gates, strict=True)]


def encoded_terms(
    taxonomy: Taxonomy, market: Market, orders: Ints, offers: Ints, best_categories: Ints
) -> list[bytes]:
    """Name by codes what pairs count by indexes and bits, as JSON in the order of ``TERMS``.

    Indexes change when officers add terms, codes never do. ``best_categories`` are the
    offers' categories that are most like the orders'. What pairs have in common is said once.
    """
    asked, made = market.orders, market.offers
    categories = _each(
        _categories(taxonomy),
        asked.smallest_part[orders] < asked.pairs[orders],
        asked.category[orders],
        best_categories,
    )
    constructions = _each(
        _constructions(taxonomy.construction_codes),
        asked.construction[orders],
        made.constructions[offers],
    )
    certificates = _each(
        _certificates(taxonomy.certification_codes),
        asked.certificates[orders],
        asked.certificates[orders] & ~made.certificates[offers],
    )
    return [
        b"[%b,%b,%b]" % parts for parts in zip(categories, constructions, certificates, strict=True)
    ]


def _each(say: Callable[..., tuple[Any, ...]], *columns: NDArray[Any]) -> list[bytes]:
    keys = list(zip(*(column.tolist() for column in columns), strict=True))
    texts = {key: _inner(say(*key)) for key in set(keys)}
    return [texts[key] for key in keys]


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


def _constructions(codes: tuple[str, ...]) -> Callable[..., tuple[Any, ...]]:
    return lambda asked, made: ("" if asked < 0 else codes[asked], _named(made, codes))


def _certificates(codes: tuple[str, ...]) -> Callable[..., tuple[Any, ...]]:
    return lambda asked, missing: (_named(asked, codes), _named(missing, codes))


def _named(mask: int, codes: tuple[str, ...]) -> list[str]:
    return [code for bit, code in enumerate(codes) if mask >> bit & 1]
