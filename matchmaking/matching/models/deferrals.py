"""Matches that a person has put off."""

from django.conf import settings
from django.db import models

from matchmaking.matching.models.matches import Match


class Deferral(models.Model):
    """A proposal that a person wants to look at later.

    The person's own and nobody else's: neither the other side nor a colleague learns of it,
    and the clock of the match goes on.
    """

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="deferrals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    deferred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["match", "user"], name="match_deferred_once_per_person")
        ]

    def __str__(self) -> str:
        return f"deferral {self.match_id} {self.user_id}"
