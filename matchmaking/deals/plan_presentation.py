"""A plan as the brand reads it: scenarios side by side, who is out and why, the picture of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.formatting import grouped, money, pairs, week, weeks_in_words
from matchmaking.deals import splitting
from matchmaking.deals.states import PartState
from matchmaking.engine.splitting.explaining import Reason
from matchmaking.engine.splitting.relaxations import RelaxationKind
from matchmaking.engine.splitting.types import Aim
from matchmaking.matching.models import Match

if TYPE_CHECKING:
    from matchmaking.deals.models import SplitPart, SplitPlan

DAYS_A_WEEK = 7
ROW, LEFT, TICK = 26, 150, 36
WIDE, NARROW, FEW_WEEKS = 36, 16, 16  # cells of a picture of few weeks, and of many
PART_TONES = {
    PartState.ASKED: "warn",
    PartState.ACCEPTED: "ok",
    PartState.REFUSED: "bad",
    PartState.LAPSED: "bad",
    PartState.DEALT: "ok",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """A part of a scenario, or one that stands from before."""

    name: str
    pairs: int
    amount: Decimal
    weeks: Sequence[tuple[dt.date, int]]
    state: str = ""
    state_label: str = ""
    tone: str = ""
    note: str = ""

    @property
    def period(self) -> str:
        return weeks_in_words(self.weeks[0][0], self.weeks[-1][0]) if self.weeks else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One of the five plans, with its differences to the cheapest."""

    aim: str
    label: str
    parts: Sequence[PartRow]
    short: int
    more_yuan: Decimal
    more_days: int
    same_as: str = ""
    is_proved: bool = True

    @property
    def placed(self) -> int:
        return sum(part.pairs for part in self.parts)

    @property
    def amount(self) -> Decimal:
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def average(self) -> Decimal | None:
        return self.amount / self.placed if self.placed else None

    @property
    def last_week(self) -> dt.date | None:
        return max((part.weeks[-1][0] for part in self.parts), default=None)

    @property
    def yuan_in_words(self) -> str:
        if not self.more_yuan:
            return ""
        sign = "+" if self.more_yuan > 0 else "−"
        return f"{sign}{money(abs(self.more_yuan))}"

    @property
    def days_in_words(self) -> str:
        if not self.more_days:
            return ""
        count = abs(self.more_days)
        if self.more_days > 0:
            return ngettext("%(count)s day later", "%(count)s days later", count) % {"count": count}
        return ngettext("%(count)s day earlier", "%(count)s days earlier", count) % {"count": count}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Factories by weeks: a cell for each week in which a part is made, darker for more pairs."""

    width: int
    height: int
    cell: int
    rows: Sequence[tuple[int, str]]
    cells: Sequence[tuple[int, int, float, str]]
    ticks: Sequence[tuple[int, str]]
    baseline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCard:
    """All that the page of a plan shows."""

    plan: SplitPlan
    left: int
    scenarios: Sequence[Scenario]
    kept: Sequence[PartRow]
    gone: Sequence[PartRow]
    unused: Sequence[tuple[str, str]]
    relaxations: Sequence[str]
    unasked: int

    @property
    def kept_pairs(self) -> int:
        return sum(part.pairs for part in self.kept)


def card_of(plan: SplitPlan) -> PlanCard:
    """Read a plan; names of factories come from the matches that its figures name."""
    figures: Mapping[str, Any] = plan.figures or {}
    names = _names(figures)
    parts = list(plan.parts.in_full().order_by("-pairs", "pk"))
    stands = (PartState.ASKED, PartState.ACCEPTED, PartState.DEALT)
    scenarios = _scenarios(figures, names)
    return PlanCard(
        plan=plan,
        left=figures.get("pairs", 0),
        scenarios=scenarios,
        kept=[_row_of(part) for part in parts if part.state in stands],
        gone=[_row_of(part) for part in parts if part.state not in stands],
        unused=[
            (names.get(each["match"], ""), _reason(each)) for each in figures.get("unused", ())
        ],
        relaxations=[_relaxation(each, names) for each in figures.get("relaxations", ())],
        unasked=figures.get("unasked", 0),
    )


def _names(figures: Mapping[str, Any]) -> dict[str, str]:
    codes = {part["match"] for plan in figures.get("plans", ()) for part in plan["parts"]}
    codes |= {each["match"] for each in figures.get("unused", ())}
    codes |= {each["match"] for each in figures.get("relaxations", ()) if each["match"]}
    rows = Match.objects.filter(code__in=codes).select_related("offer__company")
    return {str(match.code): match.offer.company.name for match in rows}


def _scenarios(figures: Mapping[str, Any], names: Mapping[str, str]) -> list[Scenario]:
    found: list[Scenario] = []
    seen: dict[tuple[tuple[str, int, tuple[int, ...]], ...], str] = {}
    first = figures.get("first_week")
    for each in figures.get("plans", ()):
        parts = [
            _part_row(part, names, dt.date.fromisoformat(str(first))) for part in each["parts"]
        ]
        key = tuple(sorted((p["match"], p["pairs"], tuple(p["weeks"])) for p in each["parts"]))
        label = aim_label(each["aim"])
        one = Scenario(
            aim=each["aim"],
            label=label,
            parts=parts,
            short=each["short"],
            more_yuan=Decimal(0),
            more_days=0,
            same_as=seen.get(key, ""),
            is_proved=each["is_proved"],
        )
        seen.setdefault(key, label)
        found.append(_beside(one, found[0] if found else one))
    return found


def _beside(one: Scenario, cheapest: Scenario) -> Scenario:
    days = (one.last_week - cheapest.last_week).days if one.last_week and cheapest.last_week else 0
    return Scenario(
        aim=one.aim,
        label=one.label,
        parts=one.parts,
        short=one.short,
        more_yuan=one.amount - cheapest.amount,
        more_days=days,
        same_as=one.same_as,
        is_proved=one.is_proved,
    )


def _part_row(part: Mapping[str, Any], names: Mapping[str, str], first: dt.date) -> PartRow:
    weeks = [
        (first + dt.timedelta(weeks=place), count)
        for place, count in enumerate(part["weeks"])
        if count
    ]
    return PartRow(
        name=names.get(part["match"], ""),
        pairs=part["pairs"],
        amount=Decimal(part["cents"]) / splitting.CENTS,
        weeks=weeks,
    )


def _row_of(part: SplitPart) -> PartRow:
    return PartRow(
        name=part.factory.name,
        pairs=part.pairs,
        amount=part.pairs * part.unit_price,
        weeks=part.by_week,
        state=part.state,
        state_label=part.get_state_display(),
        tone=PART_TONES.get(PartState(part.state), ""),
        note=part.note,
    )


def aim_label(aim: str) -> str:
    return {
        Aim.CHEAPEST: _("Cheapest"),
        Aim.EARLIEST: _("Earliest"),
        Aim.FEWEST_FACTORIES: _("Fewest factories"),
        Aim.MOST_SMALL_FIRMS: _("Most small and medium firms"),
        Aim.BEST_FIT: _("Best fit"),
    }[Aim(aim)]


def _reason(each: Mapping[str, Any]) -> str:
    values = {"has": pairs(each["has"]), "needs": pairs(each["needs"])}
    words = {
        splitting.PAUSED: _("Its capacity is not on the market now."),
        splitting.OTHER_CATEGORY: _("It does not offer this category."),
        splitting.NO_PRICE: _("It has posted no price."),
        splitting.HAS_DEAL: _("You have a deal on this order already."),
        splitting.SAID_NO: _("It refused its part, or did not answer."),
        Reason.NO_FREE_PAIRS: _("It has no free weeks in time."),
        Reason.BELOW_SMALLEST_PART: _(
            "It can make %(has)s in time; the smallest part is %(needs)s."
        ),
        Reason.BELOW_MINIMUM_ORDER: _("It can make %(has)s in time; it starts at %(needs)s."),
        Reason.NOT_NEEDED: _("It is not needed."),
    }
    sentence = words.get(each["reason"], "") % values
    if each["reason"] == Reason.NOT_NEEDED and each["cents"]:
        more = money(Decimal(each["cents"]) / splitting.CENTS)
        return _("With it the cheapest plan costs %(more)s more.") % {"more": more}
    return sentence


def _relaxation(each: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say a change of one rule and what it yields: more pairs placed, or a lower price."""
    before, after = each["before"], each["after"]
    change = {
        RelaxationKind.MORE_WEEKS: _("One more week"),
        RelaxationKind.MORE_FACTORIES: _("%(after)s factories instead of %(before)s"),
        RelaxationKind.SMALLER_PART: _("A smallest part of %(after)s instead of %(before)s pairs"),
        RelaxationKind.MINIMUM_ORDER: _(
            "%(factory)s starts at %(after)s instead of %(before)s pairs"
        ),
        RelaxationKind.PARTED_COLOURWAYS: _("Colourways may be parted"),
    }[RelaxationKind(each["kind"])] % {
        "before": grouped(before),
        "after": grouped(after),
        "factory": names.get(each["match"] or "", ""),
    }
    if each["pairs"] > 0:
        return _("%(change)s: %(more)s more are placed.") % {
            "change": change,
            "more": pairs(each["pairs"]),
        }
    saved = money(Decimal(each["cents"]) / splitting.CENTS)
    return _("%(change)s: a pair costs %(saved)s less on average.") % {
        "change": change,
        "saved": saved,
    }


def picture_of(rows: Sequence[PartRow]) -> Picture | None:
    """Lay the parts out as factories by weeks; None where there is nothing to draw."""
    mondays = [monday for row in rows for monday, _pairs in row.weeks]
    if not mondays:
        return None
    first, last = min(mondays), max(mondays)
    count = (last - first).days // DAYS_A_WEEK + 1
    cell = WIDE if count <= FEW_WEEKS else NARROW
    most = max(made for row in rows for _monday, made in row.weeks)
    cells = []
    for place, row in enumerate(rows):
        for monday, made in row.weeks:
            x = LEFT + (monday - first).days // DAYS_A_WEEK * cell
            shade = round(0.25 + 0.75 * made / most, 2)
            cells.append((x, place * ROW + 4, shade, f"{row.name}, {week(monday)}: {pairs(made)}"))
    step = -(-TICK // cell)
    ticks = [
        (LEFT + place * cell, week(first + dt.timedelta(weeks=place)).partition("-")[2])
        for place in range(0, count, step)
    ]
    height = len(rows) * ROW
    return Picture(
        width=LEFT + count * cell + TICK,
        cell=cell - 2,
        height=height + 22,
        rows=[(place * ROW + 18, row.name) for place, row in enumerate(rows)],
        cells=cells,
        ticks=ticks,
        baseline=height + 16,
    )
