"""The functions of ``formula``, compiled: the only module that imports numba.

Workers load it, the web process never does. Kernels release the GIL and are cached on
disk below NUMBA_CACHE_DIR (else ``__pycache__``) in a directory named by the sources,
for numba itself does not see that ``formula`` changed under a cached kernel.
"""

import os
import zlib
from pathlib import Path

import numba
import numpy as np
from numba import njit
from numpy.typing import NDArray

from matchmaking.engine import formula

_HERE = Path(__file__).parent
_NAMES = (
    "formula",
    "rules",
    "market_arrays",
    "tiles",
    "compiled",
    "pair_kernel",
    "bounds",
    "scan",
    "explain_kernel",
    "incremental_kernel",
)
_SOURCES = b"".join((_HERE / f"{name}.py").read_bytes() for name in _NAMES)
_CACHE = Path(os.environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__")
numba.config.CACHE_DIR = str(_CACHE / f"{zlib.crc32(_SOURCES):08x}")  # type: ignore[attr-defined]

# Compiled into the kernels that call them. Without numba's runtime (nrt) nothing counts the
# references of arrays: a tuple of thirty arrays would cost each call 300 ns. What allocates
# needs it: the kernels, which hold every array meanwhile, and ``allocating_jit``.
jit = njit(nogil=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
allocating_jit = njit(nogil=True, error_model="numpy")
cached_jit = njit(nogil=True, error_model="numpy", cache=True)

earliest_week = jit(formula.earliest_week)
window_start = jit(formula.window_start)
free_between = jit(formula.free_between)
slack_weeks = jit(formula.slack_weeks)
fits_construction = jit(formula.fits_construction)
has_certificates = jit(formula.has_certificates)
kinship = jit(formula.kinship)
largest_part = jit(formula.largest_part)
is_stale = jit(formula.is_stale)
counted_pairs = jit(formula.counted_pairs)
volume = jit(formula.volume)
category = jit(formula.category)
slack = jit(formula.slack)
lower_end = jit(formula.lower_end)
peak = jit(formula.peak)
price = jit(formula.price)
cents = jit(formula.cents)
highest_cents = jit(formula.highest_cents)
is_affordable = jit(formula.is_affordable)
place = jit(formula.place)
freshness = jit(formula.freshness)
score_hundredths = jit(formula.score_hundredths)


@jit
def is_blocked(blocked: NDArray[np.int64], one: int, other: int) -> bool:
    """Say whether the sorted array holds the two companies."""
    key = (min(one, other) << 32) | max(one, other)
    low, left = 0, len(blocked)
    while left > 1:  # one compare and no jump a step: what comes next cannot be foreseen
        half = left // 2
        low += half * (blocked[low + half - 1] < key)
        left -= half
    return bool(left == 1 and blocked[low] == key)


@jit
def push(
    scores: NDArray[np.int32], ranks: NDArray[np.int32], row: int, score: int, rank: int
) -> None:
    """Insert into a row kept by score falling, then rank rising; drop what falls out."""
    place = scores.shape[1] - 1
    if score < scores[row, place] or (score == scores[row, place] and rank > ranks[row, place]):
        return
    while place > 0 and (
        score > scores[row, place - 1]
        or (score == scores[row, place - 1] and rank < ranks[row, place - 1])
    ):
        scores[row, place] = scores[row, place - 1]
        ranks[row, place] = ranks[row, place - 1]
        place -= 1
    scores[row, place] = score
    ranks[row, place] = rank
