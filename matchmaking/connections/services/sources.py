"""Weeks that a factory's own system sends, signed, each message once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from accounts.rules import is_owner
from matchmaking.connections import signatures
from matchmaking.connections.models import PushReceipt, PushSource
from matchmaking.connections.sealing import seal, unseal
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.services import posts
from matchmaking.listings.services.posts import Weeks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from accounts.models import User

MOST = 5
MOST_ID = 120


class MessageIsTaken(InvalidInput):
    """The message's id was used before, for another body."""

    code = "message_id_reused"


class NotSigned(NotAllowed):
    """The signature is missing, wrong, or older than five minutes."""

    status = 401
    code = "not_signed"


@transaction.atomic
def add_source(*, company: Company, name: str, by: User) -> tuple[PushSource, str]:
    """Add a system that may send weeks; return it with its secret, which is shown once.

    :raises Conflict: when the company has five
    """
    Company.objects.select_for_update().get(pk=company.pk)
    if company.push_sources.count() >= MOST:
        raise Conflict(_("Five systems are enough: remove one first."))
    secret = signatures.new_secret()
    source = PushSource.objects.create(
        company=company, name=name, sealed_secret=seal(secret), created_by=by
    )
    return source, secret


@transaction.atomic
def remove_source(*, source: PushSource) -> None:
    source.delete()


def check_signed(source: PushSource | None, body: bytes, headers: Any) -> tuple[PushSource, str]:
    """Return the source, and the id of a message that it signed within the last five minutes.

    A source that nobody has reads as one whose secret is not known. The person who added the source must still own the company, as with a token.

    :raises NotSigned: otherwise; all refusals read the same
    """
    message_id = str(headers.get("webhook-id", ""))
    if source is None or not _is_known(source, message_id, body, headers):
        raise NotSigned(_("The message is not signed with the secret of this system."))
    return source, message_id


def _is_known(source: PushSource, message_id: str, body: bytes, headers: Any) -> bool:
    return (
        0 < len(message_id) <= MOST_ID
        and signatures.is_signed(body, headers, [unseal(source.sealed_secret)])
        and source.company.is_active
        and is_owner(source.created_by, source.company)
    )


@transaction.atomic
def receive_once(
    *,
    source: PushSource,
    message_id: str,
    body: bytes,
    at: dt.datetime,
    work: Callable[[], tuple[int, Any]],
) -> tuple[int, Any, bool]:
    """Call ``work`` for a message that is new; return status, answer and whether it is a replay.

    :raises MessageIsTaken: when the id came with another body
    """
    digest = hashlib.sha256(body).hexdigest()
    # ON CONFLICT DO NOTHING waits for an equal message in an open transaction.
    PushReceipt.objects.bulk_create(
        [PushReceipt(source=source, message_id=message_id, body_hash=digest)],
        ignore_conflicts=True,
    )
    receipt = PushReceipt.objects.select_for_update().get(source=source, message_id=message_id)
    if receipt.body_hash != digest:
        raise MessageIsTaken(_("This webhook-id was used before, for another message."))
    if receipt.status is not None:
        return receipt.status, receipt.answer, True
    receipt.status, receipt.answer = work()
    receipt.save(update_fields=["status", "answer"])
    PushSource.objects.filter(pk=source.pk).update(heard_at=at)
    return receipt.status, receipt.answer, False


def push_weeks(*, source: PushSource, offer: CapacityOffer, weeks: Weeks, at: dt.datetime) -> None:
    """Replace the plan of the offer, which also confirms its figures.

    :raises DomainError: as a plan that is typed
    """
    posts.save_offer(
        company=source.company, offer=offer, data={}, weeks=weeks, by=source.created_by, at=at
    )
