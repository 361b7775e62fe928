"""What a worker of matching does when it starts; its work comes by the outbox."""

from typing import Any

from celery.signals import worker_init


@worker_init.connect
def warm_kernels(**_kwargs: Any) -> None:
    """Load the compiled kernels before the first message, once for all children."""
    # The ranking loads numba (200 MB and seconds): only a process that works pays for it.
    from matchmaking.engine.ranking import warm  # noqa: PLC0415

    warm()
