"""The sum that the help works out is the sum of the engine."""

import math
import re

from matchmaking.engine import formula
from matchmaking.engine.types import Profile
from matchmaking.help import library

PAIRS, FREE, LINE, MINIMUM = 60_000, 75_000, 20_000, 3_000
LOW, HIGH, TARGET = 42.0, 50.0, 46.0


def test_the_points_of_the_help_are_those_of_the_formula():
    profile = Profile()
    lower, peak = formula.lower_end(LOW, HIGH), formula.peak(LOW, HIGH)
    values = [
        formula.volume(PAIRS, FREE, PAIRS, LINE, MINIMUM),
        formula.category(1.0, -1, 0),
        formula.slack(21, profile.wished_buffer_days),
        formula.price(TARGET, lower, peak, profile.price_tolerance),
        formula.place(1, 35, 2, 35),
        formula.freshness(7, profile.fresh_horizon_days),
    ]
    points = [value * weight * 100 for value, weight in zip(values, profile.weights, strict=True)]
    for language in ("zh-hans", "en"):
        rows = re.findall(r"\| (\d+)% \| (\d+) \| ([\d.]+) \|", library.source("score", language))
        assert [int(share) for share, _, _ in rows] == [
            math.floor(value * 100 + 0.5) for value in values
        ]
        assert [float(shown) for _, _, shown in rows] == [round(one, 1) for one in points]
        assert f"**{sum(points):.1f}**" in library.source("score", language)
