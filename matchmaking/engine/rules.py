"""The numbers of a run that every kernel reads."""

from typing import NamedTuple


class Rules(NamedTuple):
    """The profile, the day and the market's first week, as kernels take them.

    ``weights`` sum to 1 and stand in the order of ``FactorCode``. ``least`` is the lowest
    score that is proposed, in hundredths of a point. With ``near`` pairs are wanted that
    are no proposals, but one change could make them one. ``weeks`` is the length of every offer's calendar,
    ``base_week`` the week from which all calendars are summed up.
    """

    weights: tuple[float, ...]
    wished_buffer_days: int
    stale_days: int
    fresh_horizon_days: int
    stale_volume_share: float
    price_tolerance: float
    least: int
    near: bool
    now_day: int
    base_week: int
    weeks: int
