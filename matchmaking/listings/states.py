"""States of a post (an order or a capacity offer), and the steps of the ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PostState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting for approval")
    PUBLISHED = "published", _("Published")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")
    EXPIRED = "expired", _("Expired")
    REJECTED = "rejected", _("Sent back")


POST_TRANSITIONS: dict[PostState, frozenset[PostState]] = {
    PostState.DRAFT: frozenset({PostState.PENDING, PostState.CLOSED}),
    PostState.PENDING: frozenset(
        {PostState.DRAFT, PostState.PUBLISHED, PostState.REJECTED, PostState.CLOSED}
    ),
    PostState.PUBLISHED: frozenset({PostState.PAUSED, PostState.CLOSED, PostState.EXPIRED}),
    PostState.PAUSED: frozenset({PostState.PUBLISHED, PostState.CLOSED, PostState.EXPIRED}),
    PostState.EXPIRED: frozenset({PostState.PUBLISHED, PostState.CLOSED}),
    PostState.REJECTED: frozenset({PostState.PENDING, PostState.CLOSED}),
    PostState.CLOSED: frozenset(),
}


class EntryKind(models.TextChoices):
    """The effect of a ledger entry on the weeks."""

    PUBLISH = "publish", _("Capacity entered")
    HOLD = "hold", _("Held")
    BOOK = "book", _("Booked")
    RELEASE = "release", _("Released")
