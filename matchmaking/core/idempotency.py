"""Idempotency keys: a repeated POST is carried out once.

The key row, the effect and the stored answer stand or fall in one transaction; a repeat
that comes at the same moment waits for the first one, then gets its answer.
"""

import functools
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from matchmaking.core.errors import InvalidInput
from matchmaking.core.models import IdempotencyKey

HEADER = "Idempotency-Key"
MAX_KEY = 120
KEY = re.compile(
    r"^[!-~]([ -~]*[!-~])?$"
)  # printable ASCII: a header carries nothing else unharmed
ONCE = [
    OpenApiParameter(
        HEADER,
        {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": KEY.pattern},
        OpenApiParameter.HEADER,
        required=True,
        description="Makes a repeat harmless.",
    )
]

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
        if len(key) > MAX_KEY or not KEY.fullmatch(key):
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
        "body_hash": _hash_of_body(request),
    }
    owner = f"token:{request.auth.code}"  # type: ignore[union-attr]
    # ON CONFLICT DO NOTHING waits for an equal key in an open transaction and raises nothing; the
    # lock below then reads the row as that transaction left it.
    IdempotencyKey.objects.bulk_create(
        [IdempotencyKey(owner=owner, key=key, **facts)], ignore_conflicts=True
    )
    row = IdempotencyKey.objects.select_for_update().get(owner=owner, key=key)
    if any(getattr(row, name) != value for name, value in facts.items()):
        raise KeyIsTaken(_("This Idempotency-Key was used before, for another request."))
    if row.status is not None:
        return Response(row.answer, status=row.status, headers={"Idempotent-Replay": "true"})
    # In the same transaction: an exception takes the key back, and the request may be sent again.
    response = run()
    row.status, row.answer = response.status_code, response.data
    row.save(update_fields=["status", "answer"])
    return response


def _hash_of_body(request: Request) -> str:
    """Return a keyed hash of the body; of a multipart form of its fields and files, since its
    boundary is random.
    """
    # Keyed: whoever has the database alone must not try prices until a sealed quote's body fits.
    if not (request.content_type or "").startswith("multipart/"):
        return salted_hmac(HEADER, request.body, algorithm="sha256").hexdigest()
    return hash_of_form(dict(cast("QueryDict", request.data).lists()))


def hash_of_form(fields: Mapping[str, Sequence[Any]]) -> str:
    """Return a keyed hash of the values and files of a form, whatever their order."""
    sums = [(name, [_hash_of(value) for value in fields[name]]) for name in sorted(fields)]
    return salted_hmac(HEADER, repr(sums), algorithm="sha256").hexdigest()


def _hash_of(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return hashlib.sha256(str(value).encode()).hexdigest()
    found = hashlib.sha256(f"{value.name}:{value.content_type}:".encode())
    for chunk in value.chunks():
        found.update(chunk)
    # The handler reads the same file afterwards.
    value.seek(0)
    return found.hexdigest()
