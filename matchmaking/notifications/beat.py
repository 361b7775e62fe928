"""The scheduler of Celery beat, which reads the registered periodic runs."""

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from matchmaking.notifications import periodic


class RegistryScheduler(DatabaseScheduler):
    """Writes the registered runs when beat starts, and deletes those that no area has any more."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        runs = periodic.beat_schedule()
        # A row whose run was taken out would go on to wake the worker for nothing.
        PeriodicTask.objects.filter(task=periodic.TASK).exclude(name__in=runs).delete()
        self.update_from_dict(runs)
