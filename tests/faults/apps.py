"""A kind of mail, and waits that a test can sit out."""

from celery.signals import worker_init
from django.apps import AppConfig

LEASE_SECONDS = 3


class FaultsConfig(AppConfig):
    name = "tests.faults"

    def ready(self):
        # Models are ready only now.
        from matchmaking.matching import tasks  # noqa: PLC0415
        from matchmaking.matching.ranking import market_cache, partitions  # noqa: PLC0415
        from matchmaking.notifications import leases  # noqa: PLC0415
        from tests.faults import mails  # noqa: PLC0415

        mails.register()
        worker_init.disconnect(tasks.warm_up)  # most of these workers only send mail
        partitions.SMALL = 0
        market_cache.FEWEST_POSTS = 0
        leases.LIMITS.update(lease=LEASE_SECONDS, steps=[1] * 20)
