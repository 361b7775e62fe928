"""Models of connections."""

from matchmaking.connections.models.endpoints import (
    Attempt,
    Delivery,
    Endpoint,
    EndpointQuerySet,
    Event,
)
from matchmaking.connections.models.sources import PushReceipt, PushSource

__all__ = [
    "Attempt",
    "Delivery",
    "Endpoint",
    "EndpointQuerySet",
    "Event",
    "PushReceipt",
    "PushSource",
]
