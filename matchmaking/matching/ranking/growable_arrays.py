"""Rows of arrays that change in place, kept by rising id."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints

SPARE = 1.05  # room for rows to come


class GrowableArrays:
    """Named arrays of one length, a row each post, with room at their end."""

    def __init__(self, ids: Ints, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays: dict[str, NDArray[Any]] = {}
        self._length = 0
        self._write(0, {"id": ids, **arrays})

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name][: self._length]

    @property
    def ids(self) -> Ints:
        return self["id"]

    def replace(self, changed: Ints, ids: Ints, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Let the rows of ``changed`` be those of ``ids``; what is not among these goes.

        Both rise. Only rows behind the first that comes or goes are moved.
        """
        places, stands = self.rows(ids)
        for name, values in arrays.items():
            self._arrays[name][places[stands]] = values[stands]
        gone, is_there = self.rows(np.setdiff1d(changed, ids))
        gone, new = gone[is_there], np.flatnonzero(~stands)
        if not len(gone) and not len(new):
            return
        first = int(min([*gone[:1], *np.searchsorted(self.ids, ids[new[:1]])]))
        keeps = np.ones(self._length - first, dtype=bool)
        keeps[gone - first] = False
        fresh = {"id": ids, **arrays}
        tail = {
            name: np.concatenate([self[name][first:][keeps], values[new]])
            for name, values in fresh.items()
        }
        order = np.argsort(tail["id"], kind="stable")
        self._length = first
        self._write(first, {name: values[order] for name, values in tail.items()})

    def rows(self, ids: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Give the row of each id, and whether it is there at all."""
        if not self._length:
            return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=bool)
        rows = np.minimum(np.searchsorted(self.ids, ids), self._length - 1)
        return rows, self.ids[rows] == ids

    def _write(self, start: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        length = start + len(arrays["id"])
        for name, values in arrays.items():
            array = self._arrays.get(name)
            if array is None or len(array) < length:
                grown = np.empty((int(length * SPARE) + 64, *values.shape[1:]), values.dtype)
                if array is not None:
                    grown[:start] = array[:start]
                self._arrays[name] = array = grown
            array[start:length] = values
        self._length = length
