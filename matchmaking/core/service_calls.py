"""Calls of services from pages: at the time now, with a message when a lock is late."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaking.core.errors import Conflict

Result = TypeVar("Result")


def call_service(service: Callable[..., Result], **what: Any) -> Result:
    """Call a service as of now; a lock that another holds too long becomes a refusal.

    :raises Conflict: when somebody else holds what the service changes
    """
    try:
        return service(at=timezone.now(), **what)
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        raise Conflict(
            _("Somebody else is changing this right now. Try again."), code="busy"
        ) from error
