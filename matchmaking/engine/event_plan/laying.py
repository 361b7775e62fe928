"""Parts of one offer laid into its weeks, whoever is due first first."""

from collections.abc import Sequence


def lay(free: Sequence[int], parts: Sequence[tuple[int, int, int]]) -> list[tuple[int, ...]]:
    """Lay parts of (pairs, first week, last week) into the free pairs of the weeks.

    What is due first is made first, which finds a way wherever there is one.

    :raises ValueError: when there is none
    """
    left = [pairs for pairs, _, _ in parts]
    laid = [[0] * len(free) for _ in parts]
    by_due = sorted(range(len(parts)), key=lambda place: (parts[place][2], parts[place][1], place))
    for week, room in enumerate(free):
        for place in by_due:
            _, first, last = parts[place]
            if first <= week <= last and left[place]:
                now = min(room, left[place])
                laid[place][week] = now
                left[place] -= now
                room -= now  # noqa: PLW2901 - what the week has left
    if any(left):
        raise ValueError("the parts do not fit into the weeks")
    return [tuple(row) for row in laid]
