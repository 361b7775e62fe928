"""Warm-up of a matching worker when it starts; its work comes by the outbox."""

import fcntl
from pathlib import Path
from typing import Any

from celery.signals import worker_init


@worker_init.connect
def warm_up(**_kwargs: Any) -> None:
    """Load the compiled kernels and a large market before the first message, for all children."""
    from matchmaking.matching import ranking  # noqa: PLC0415 - for workers alone

    load_kernels()
    ranking.preload_market()


def load_kernels() -> None:
    """Load the compiled kernels; of processes that begin together one compiles, others wait."""
    # The ranking loads numba (200 MB and seconds): only a process that works pays for it.
    from matchmaking.engine.ranking import warm  # noqa: PLC0415

    with Path(__file__).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        warm()
