"""The terms of the trade as the engine counts them: indexes, bits and likeness."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accounts.models import Certification
from matchmaking.listings.models import Category, CategoryLikeness, Construction

MOST_BITS = 63


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taxonomy:
    """Ids in the order of their engine indexes, and the likeness of categories.

    ``likeness[i, j]`` tells how well an offer of category j serves an order of category
    i: 1 for the same, what officers set for the two, else the family's, else 0.
    """

    category_ids: NDArray[np.int64]
    construction_ids: tuple[int, ...]
    certification_ids: tuple[int, ...]
    category_codes: tuple[str, ...]
    construction_codes: tuple[str, ...]
    certification_codes: tuple[str, ...]
    families: tuple[int, ...]
    likeness: NDArray[np.float32]

    def category_index(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self.category_ids, ids)

    def construction_index(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        known = np.array(self.construction_ids, dtype=np.int64)
        return np.where(ids == 0, -1, np.searchsorted(known, ids))

    def alike(self, indexes: Iterable[int], *, to_orders: bool) -> list[int]:
        """Give the ids of categories that have any likeness to the given ones.

        ``to_orders`` tells that the given ones are asked for and those of offers wanted.
        """
        chosen = sorted(set(indexes))
        matrix = self.likeness if to_orders else self.likeness.T
        wanted = (matrix[chosen] > 0).any(axis=0)
        return [int(number) for number in self.category_ids[wanted]]

    def digest(self) -> str:
        return hashlib.sha256(self.category_ids.tobytes() + self.likeness.tobytes()).hexdigest()[
            :16
        ]


def load_taxonomy() -> Taxonomy:
    """Read the terms in four queries.

    :raises ValueError: when there are more constructions or certificates than bits
    """
    categories = list(Category.objects.select_related("family").order_by("pk"))
    constructions = list(Construction.objects.order_by("pk").values_list("pk", "code"))
    certifications = list(Certification.objects.order_by("pk").values_list("pk", "code"))
    if max(len(constructions), len(certifications)) > MOST_BITS:
        raise ValueError(f"the engine counts at most {MOST_BITS} constructions and certificates")
    overrides = {
        (first, second): float(value)
        for first, second, value in CategoryLikeness.objects.values_list(
            "first_id", "second_id", "likeness"
        )
    }
    return Taxonomy(
        category_ids=np.array([category.pk for category in categories], dtype=np.int64),
        construction_ids=tuple(pk for pk, _ in constructions),
        certification_ids=tuple(pk for pk, _ in certifications),
        category_codes=tuple(category.code for category in categories),
        construction_codes=tuple(code for _, code in constructions),
        certification_codes=tuple(code for _, code in certifications),
        families=tuple(category.family_id for category in categories),
        likeness=_likeness(categories, overrides),
    )


def _likeness(
    categories: list[Category], overrides: Mapping[tuple[int, int], float]
) -> NDArray[np.float32]:
    matrix = np.zeros((len(categories), len(categories)), dtype=np.float32)
    for row, wanted in enumerate(categories):
        for column, made in enumerate(categories):
            if row == column:
                matrix[row, column] = 1
                continue
            pair = (min(wanted.pk, made.pk), max(wanted.pk, made.pk))
            family = wanted.family if wanted.family_id == made.family_id else None
            matrix[row, column] = overrides.get(pair, float(family.likeness) if family else 0)
    return matrix
