"""The weekly capacity strip: numbers in, places of bars out (an SVG without scripts)."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext

from matchmaking.core import weeks

register = template.Library()

CHART = 84  # height of the bars in SVG units; months and years stand below
STEP_MIN, STEP_MAX, WISHED_WIDTH = 12, 28, 720
WIDE, NARROW, GAP = 10, 6, 8  # a Chinese character of a label, any other, what parts labels


@dataclass(frozen=True, slots=True)
class BarPart:
    kind: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One week. Positions are texts, so that no language groups their digits."""

    monday: dt.date
    published: int
    held: int
    booked: int
    free: int
    laid: int
    in_window: bool
    x: str
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True)
class AxisTick:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Window:
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Strip:
    width: str
    bar_width: str
    bars: tuple[Bar, ...]
    months: list[AxisTick]
    years: list[AxisTick]
    window: Window | None
    free_total: int
    free_in_window: int
    laid_total: int
    first: dt.date
    last: dt.date


def _parts(amounts: Iterable[tuple[str, int]], top: int) -> tuple[BarPart, ...]:
    """Stack the amounts upwards from the axis, in their order."""
    parts, floor = [], float(CHART)
    for kind, amount in amounts:
        if amount > 0:
            height = max(1.0, amount / top * (CHART - 6))
            floor -= height
            parts.append(BarPart(kind, f"{floor:.1f}", f"{height:.1f}"))
    return tuple(parts)


def _ticks(
    bars: Sequence[Bar], step: int, form: str, turns: Callable[[dt.date], int]
) -> list[AxisTick]:
    """Name the first week of each turn; what has no room before the next label gives way."""
    starts = [
        (index, bar.monday)
        for index, bar in enumerate(bars)
        if index == 0 or turns(bar.monday) != turns(bars[index - 1].monday)
    ]
    ticks: list[AxisTick] = []
    room = len(bars) * step + GAP
    for index, monday in reversed(starts):
        label = date_format(monday, form)
        width = sum(WIDE if char > "\u2e7f" else NARROW for char in label) + GAP
        if index * step + width <= room:
            ticks.append(AxisTick(str(index * step + 1), label))
            room = index * step
    return ticks[::-1]


def _window(bars: Sequence[Bar], step: int) -> Window | None:
    inside = [index for index, bar in enumerate(bars) if bar.in_window]
    if not inside:
        return None
    return Window(str(inside[0] * step), str((inside[-1] - inside[0] + 1) * step))


def _at(numbers: Sequence[int] | None, index: int) -> int:
    return int(numbers[index]) if numbers and index < len(numbers) else 0


@register.simple_tag
def week_bars(
    start: dt.date,
    published: Sequence[int],
    held: Sequence[int] | None = None,
    booked: Sequence[int] | None = None,
    window_start: dt.date | None = None,
    window_end: dt.date | None = None,
    show: int | None = None,
    laid: Sequence[int] | None = None,
) -> Strip:
    """Lay out pairs per ISO week from the Monday ``start`` on as bars.

    ``laid`` are the pairs of an order that would take up free ones, week by week.
    """
    count = min(len(published), show or 26) or 1
    step = max(STEP_MIN, min(STEP_MAX, WISHED_WIDTH // count))
    top = max([1, *(int(n) for n in published[:count])])
    bars = []
    for index in range(count):
        monday = start + dt.timedelta(weeks=index)
        total, kept, sold = _at(published, index), _at(held, index), _at(booked, index)
        free = max(0, total - kept - sold)
        taken = min(_at(laid, index), free)
        stacked = (("booked", sold), ("held", kept), ("laid", taken), ("free", free - taken))
        in_window = bool(
            window_end
            and monday <= window_end
            and (window_start is None or monday >= weeks.monday_of(window_start))
        )
        bars.append(
            Bar(
                monday,
                total,
                kept,
                sold,
                free,
                taken,
                in_window,
                str(index * step + 1),
                _parts(stacked, top),
            )
        )
    return Strip(
        width=str(count * step),
        bar_width=str(step - 2),
        bars=tuple(bars),
        # Translators: Django date format of a month on the axis of the weekly strip.
        months=_ticks(bars, step, gettext("M"), lambda day: day.month),
        # Translators: Django date format of a year below the months of the weekly strip.
        years=_ticks(bars, step, gettext("Y"), lambda day: day.year),
        window=_window(bars, step),
        free_total=sum(bar.free for bar in bars),
        free_in_window=sum(bar.free for bar in bars if bar.in_window),
        laid_total=sum(bar.laid for bar in bars),
        first=start,
        last=bars[-1].monday,
    )
