"""Real PostgreSQL and Valkey without installing either: for `make run` and `make test`.

Knows nothing of Django, because the settings need the servers' addresses first.
"""

from matchmaking.embedded.processes import ServiceError
from matchmaking.embedded.services import EmbeddedServices

__all__ = ["EmbeddedServices", "ServiceError"]
