"""A repeated POST is carried out once.

The key row, the effect and the stored answer stand or fall in one transaction; a repeat
that comes at the same moment waits for the first one, then gets its answer.
"""

import functools
import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from matchmaking.core.errors import InvalidInput
from matchmaking.core.models import IdempotencyKey

HEADER = "Idempotency-Key"
MAX_KEY = 120

Handler = Callable[..., Response]


class KeyIsMissing(InvalidInput):
    """A POST came without its key."""

    status = 400
    code = "idempotency_key_missing"


class KeyIsTaken(InvalidInput):
    """The key was used before, for another request."""

    code = "idempotency_key_reused"


def idempotent(handler: Handler) -> Handler:
    """Make a POST handler of an API view run once per ``Idempotency-Key`` and token.

    :raises KeyIsMissing: without the header (400)
    :raises KeyIsTaken: when the key came with another method, path or body (422)
    """

    @functools.wraps(handler)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "").strip()
        if not key or len(key) > MAX_KEY or not key.isprintable():
            raise KeyIsMissing(
                _("Send an Idempotency-Key header (up to 120 characters) with every POST.")
            )
        return _once(key, request, lambda: handler(view, request, *args, **kwargs))

    return wrapper


@transaction.atomic
def _once(key: str, request: Request, run: Callable[[], Response]) -> Response:
    facts = {
        "method": request.method,
        "path": request.get_full_path()[:300],
        "body_hash": hashlib.sha256(request.body).hexdigest(),
    }
    owner = f"token:{request.auth.code}"  # type: ignore[union-attr]
    IdempotencyKey.objects.bulk_create(
        [IdempotencyKey(owner=owner, key=key, **facts)], ignore_conflicts=True
    )
    row = IdempotencyKey.objects.select_for_update().get(owner=owner, key=key)
    if any(getattr(row, name) != value for name, value in facts.items()):
        raise KeyIsTaken(_("This Idempotency-Key was used before, for another request."))
    if row.status is not None:
        return Response(row.answer, status=row.status, headers={"Idempotent-Replay": "true"})
    response = run()
    row.status, row.answer = response.status_code, response.data
    row.save(update_fields=["status", "answer"])
    return response
