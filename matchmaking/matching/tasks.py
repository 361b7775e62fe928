"""What a worker of matching does when it starts; its work comes by the outbox."""

from typing import Any

from celery.signals import worker_init


@worker_init.connect
def warm_up(**_kwargs: Any) -> None:
    """Load the compiled kernels and a large market before the first message, for all children."""
    # The ranking loads numba (200 MB and seconds): only a process that works pays for it.
    from matchmaking.engine.ranking import warm  # noqa: PLC0415
    from matchmaking.matching.resident import prepare  # noqa: PLC0415

    warm()
    prepare()
