"""What a quote says: pairs, prices with their breaks, tooling, samples, weeks, payment, validity.

Plain values without rows. A quote is kept as one document, so that it can be sealed and signed
for as a whole; amounts are texts with two decimals there, weeks their Mondays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from matchmaking.core import weeks
from matchmaking.core.errors import InvalidInput
from matchmaking.deals.models.intentions import MOST_PAIRS, MOST_YUAN
from matchmaking.listings.models.orders import ToolingOwner

CENT = Decimal("0.01")
WHOLE = 100  # percent
MOST_BREAKS = 4
MOST_COST = Decimal(100_000_000)
MOST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBreak:
    """Another price from so many pairs on, or when delivery may last until a week, or both."""

    unit_price: Decimal
    from_pairs: int | None = None
    from_week: dt.date | None = None

    def applies(self, pairs: int, last_week: dt.date) -> bool:
        enough = self.from_pairs is None or pairs >= self.from_pairs
        return enough and (self.from_week is None or last_week >= self.from_week)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Milestones in percent of the amount, 100 together; ``days`` run from delivery."""

    deposit: int = 30
    before_shipping: int = 40
    after_delivery: int = 30
    days: int = 30

    @property
    def is_whole(self) -> bool:
        parts = (self.deposit, self.before_shipping, self.after_delivery)
        return all(0 <= part <= WHOLE for part in parts) and sum(parts) == WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteTerms:
    """A whole quote. ``least_pairs`` is the smallest part that the factory stands by.

    :raises InvalidInput: for terms that no quote can have, naming the field
    """

    pairs: int
    unit_price: Decimal
    first_week: dt.date
    last_week: dt.date
    valid_until: dt.date
    least_pairs: int
    breaks: tuple[PriceBreak, ...] = ()
    tooling_cost: Decimal = Decimal(0)
    moulds_by: str = ToolingOwner.OPEN
    lasts_by: str = ToolingOwner.OPEN
    sample_days: int | None = None
    sample_cost: Decimal = Decimal(0)
    payment: Payment = Payment()
    note: str = ""

    def __post_init__(self) -> None:
        self._check_pairs()
        for price, field in self._prices():
            if not 0 < price <= MOST_YUAN or price != price.quantize(CENT):
                raise InvalidInput(
                    _("Say the price of a pair, up to ¥100,000, with two decimals."), field=field
                )
        for cost, field in (
            (self.tooling_cost, "tooling_cost"),
            (self.sample_cost, "sample_cost"),
        ):
            if not 0 <= cost <= MOST_COST or cost != cost.quantize(CENT):
                raise InvalidInput(_("Say the cost in yuan, with two decimals."), field=field)
        if self.sample_days is not None and not 0 <= self.sample_days <= MOST_DAYS:
            raise InvalidInput(_("Samples take between 0 and 365 days."), field="sample_days")
        self._check_weeks()
        if not self.payment.is_whole:
            raise InvalidInput(_("The payments add up to 100 %."), field="after_delivery")
        if not 0 <= self.payment.days <= MOST_DAYS:
            raise InvalidInput(_("Payment is due within 365 days."), field="after_days")

    def _check_pairs(self) -> None:
        if not 1 <= self.pairs <= MOST_PAIRS:
            raise InvalidInput(_("Say how many pairs, at most 100,000,000."), field="pairs")
        if not 1 <= self.least_pairs <= self.pairs:
            raise InvalidInput(
                _("The smallest part lies between 1 and the pairs that you quote."),
                field="least_pairs",
            )
        if len(self.breaks) > MOST_BREAKS:
            raise InvalidInput(
                _("At most %(most)s price breaks.") % {"most": MOST_BREAKS}, field="breaks"
            )
        for one in self.breaks:
            if one.from_pairs is None and one.from_week is None:
                raise InvalidInput(
                    _("A price break begins at some pairs or in some week."), field="breaks"
                )
            if one.from_pairs is not None and not 1 <= one.from_pairs <= self.pairs:
                raise InvalidInput(
                    _("A price break begins within the pairs that you quote."), field="breaks"
                )

    def _prices(self) -> list[tuple[Decimal, str]]:
        return [
            (self.unit_price, "unit_price"),
            *((one.unit_price, "breaks") for one in self.breaks),
        ]

    def _check_weeks(self) -> None:
        named = [self.first_week, self.last_week]
        named += [one.from_week for one in self.breaks if one.from_week]
        if any(day != weeks.monday_of(day) for day in named):
            raise InvalidInput(_("A week is named by its Monday."), field="first_week")
        if self.last_week < self.first_week:
            raise InvalidInput(
                _("The last week of delivery is not before the first."), field="last_week"
            )

    def price_for(self, pairs: int, last_week: dt.date | None = None) -> Decimal:
        """Return yuan a pair: the lowest price whose conditions so many pairs and the week meet."""
        until = last_week or self.last_week
        met = [one.unit_price for one in self.breaks if one.applies(pairs, until)]
        return min([self.unit_price, *met])

    @property
    def last_weeks(self) -> list[dt.date]:
        """Return the weeks up to which the brand may let delivery last, the earliest first."""
        later = {one.from_week for one in self.breaks if one.from_week}
        return sorted({self.last_week, *(week for week in later if week > self.last_week)})

    def as_document(self) -> dict[str, Any]:
        """Return the terms as JSON holds them: no float, so that its bytes are always the same."""
        return {
            "pairs": self.pairs,
            "least_pairs": self.least_pairs,
            "unit_price": _yuan(self.unit_price),
            "breaks": [
                {
                    "unit_price": _yuan(one.unit_price),
                    "from_pairs": one.from_pairs,
                    "from_week": one.from_week.isoformat() if one.from_week else None,
                }
                for one in self.breaks
            ],
            "tooling_cost": _yuan(self.tooling_cost),
            "moulds_by": str(self.moulds_by),
            "lasts_by": str(self.lasts_by),
            "sample_days": self.sample_days,
            "sample_cost": _yuan(self.sample_cost),
            "first_week": self.first_week.isoformat(),
            "last_week": self.last_week.isoformat(),
            "payment": {
                "deposit": self.payment.deposit,
                "before_shipping": self.payment.before_shipping,
                "after_delivery": self.payment.after_delivery,
                "days": self.payment.days,
            },
            "valid_until": self.valid_until.isoformat(),
            "note": self.note,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        return cls(
            pairs=document["pairs"],
            least_pairs=document["least_pairs"],
            unit_price=Decimal(document["unit_price"]),
            breaks=tuple(
                PriceBreak(
                    unit_price=Decimal(one["unit_price"]),
                    from_pairs=one["from_pairs"],
                    from_week=_week(one["from_week"]),
                )
                for one in document["breaks"]
            ),
            tooling_cost=Decimal(document["tooling_cost"]),
            moulds_by=document["moulds_by"],
            lasts_by=document["lasts_by"],
            sample_days=document["sample_days"],
            sample_cost=Decimal(document["sample_cost"]),
            first_week=dt.date.fromisoformat(document["first_week"]),
            last_week=dt.date.fromisoformat(document["last_week"]),
            payment=Payment(**document["payment"]),
            valid_until=dt.date.fromisoformat(document["valid_until"]),
            note=document["note"],
        )


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _week(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
