"""Calls of services from pages, with a message when a lock is late."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError
from django.utils.translation import gettext as _

from matchmaking.core.errors import Conflict

Result = TypeVar("Result")


def call_service(service: Callable[..., Result], **arguments: Any) -> Result:
    """Call a service; a lock that another holds too long becomes a refusal.

    :raises Conflict: when somebody else holds what the service changes
    """
    try:
        return service(**arguments)
    except OperationalError as error:
        # psycopg has a class for it, but Django wraps it into OperationalError.
        if "lock timeout" not in str(error):
            raise
        raise Conflict(
            _("Somebody else is changing this right now. Try again."), code="busy"
        ) from error
