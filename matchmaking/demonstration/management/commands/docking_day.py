"""``manage.py docking_day``: a whole docking day through services, from registration to press text."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from accounts.models import Company, User
from matchmaking.core import logs
from matchmaking.demonstration.docking_day import DayFailed, DockingDay
from matchmaking.demonstration.services import people

EXPECTED = {"intentions": 3, "firms": 6, "pairs": 6_510_000, "conflicts": 0, "vetoed": 0}
YUAN = 300_225_000


class Command(BaseCommand):
    """Plays the replay of June 2022 in an empty throw-away database and prints what it came to."""

    help = "Play a docking day through services in an empty throw-away database (make docking-day)."
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Play the day; fail when it does not read what the association read out.

        :raises CommandError: for a database in use, and for other figures
        """
        logs.configure(level="WARNING", for_people=True)  # the day's own lines are the output
        call_command("migrate", verbosity=0)
        if Company.objects.exists() or User.objects.exists():
            raise CommandError("this database is not empty: make docking-day uses a throw-away one")
        at = timezone.now()
        person = people.make_person(
            email="officer@example.com", name="许望舒", language="zh-hans", at=at
        )
        officer = people.appoint_officer(user=person)
        try:
            with translation.override("en"):
                report = DockingDay(officer, at, self.stdout.write).play()
        except DayFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(report.line)
        wrong = [name for name, value in EXPECTED.items() if getattr(report, name) != value]
        if wrong or report.yuan != YUAN:
            raise CommandError(f"the day does not read as it did: {', '.join(wrong) or 'yuan'}")
