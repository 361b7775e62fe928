"""Real PostgreSQL and Valkey without installing either: for `make run` and `make test`.

Knows nothing of Django, because the settings need the servers' addresses first.
"""

from matchmaking.core.embedded.processes import ServiceError
from matchmaking.core.embedded.services import EmbeddedServices

__all__ = ["EmbeddedServices", "ServiceError"]
