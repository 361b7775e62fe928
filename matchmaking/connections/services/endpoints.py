"""Endpoints: added, changed, rotated, switched on and off, removed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from accounts.models import Company
from matchmaking.connections import guarded_http, robots, signatures
from matchmaking.connections.models import Endpoint
from matchmaking.connections.sealing import seal
from matchmaking.connections.states import EndpointKind, OffReason
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

MOST = 10
ROTATION = dt.timedelta(hours=24)
CONNECTION_OFF = "connection_off"


@transaction.atomic
def add_endpoint(
    *,
    company: Company | None,
    kind: str,
    name: str,
    url: str,
    secret: str = "",
    events: Sequence[str] = (),
    language: str,
    by: User,
) -> tuple[Endpoint, str]:
    """Add an endpoint; return it with the secret that signs its webhooks ("" for a robot).

    :raises InvalidInput: for an address that may not be called, or is not that robot's
    :raises Conflict: when the company has ten
    """
    check_address(kind, url)
    if company is not None:
        # Locked: two requests would both count nine.
        Company.objects.select_for_update().get(pk=company.pk)
        if company.endpoints.count() >= MOST:
            raise Conflict(_("Ten connections are enough: remove one first."))
    if kind == EndpointKind.WEBHOOK:
        secret = signatures.new_secret()
    endpoint = Endpoint.objects.create(
        company=company,
        kind=kind,
        name=name,
        sealed_url=seal(url),
        sealed_secret=seal(secret),
        event_kinds=sorted(set(events)),
        language=language,
        created_by=by,
    )
    return endpoint, secret if kind == EndpointKind.WEBHOOK else ""


def check_address(kind: str, url: str) -> None:
    """Return when ``url`` may be called for that kind.

    :raises InvalidInput: otherwise
    """
    try:
        guarded_http.check_url(url)
    except ValidationError as error:
        raise InvalidInput(error.message, field="url") from error
    hosts = [*robots.HOSTS.get(EndpointKind(kind), ()), *settings.CONNECTIONS_OTHER_ROBOT_HOSTS]
    if kind in robots.HOSTS and urlsplit(url).hostname not in hosts:
        raise InvalidInput(
            _("The address of this robot begins with https://%(host)s/: copy it from the group.")
            % {"host": hosts[0]},
            field="url",
        )


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, at: dt.datetime) -> str:
    """Give a webhook a new secret and return it; the old one signs beside it for 24 hours.

    :raises Conflict: for a robot, whose secret its group gives
    """
    endpoint = _lock(endpoint)
    if endpoint.is_robot:
        raise Conflict(_("The secret of a robot comes from its group."))
    secret = signatures.new_secret()
    endpoint.sealed_old_secret = endpoint.sealed_secret
    endpoint.old_until = at + ROTATION
    endpoint.sealed_secret = seal(secret)
    endpoint.save(update_fields=["sealed_old_secret", "old_until", "sealed_secret"])
    return secret


@transaction.atomic
def switch_on(*, endpoint: Endpoint) -> Endpoint:
    endpoint = _lock(endpoint)
    endpoint.off_at, endpoint.off_reason, endpoint.failing_since = None, "", None
    endpoint.save(update_fields=["off_at", "off_reason", "failing_since"])
    return endpoint


@transaction.atomic
def switch_off(*, endpoint: Endpoint, at: dt.datetime) -> Endpoint:
    """Send nothing any more until it is switched on; what happens meanwhile is not kept for it."""
    endpoint = _lock(endpoint)
    if endpoint.is_on:
        endpoint.off_at, endpoint.off_reason = at, OffReason.BY_HAND
        endpoint.save(update_fields=["off_at", "off_reason"])
    return endpoint


def switch_off_locked(endpoint: Endpoint, reason: OffReason, *, at: dt.datetime) -> None:
    """Switch off an endpoint whose row is locked, and mail the owners of its company."""
    endpoint.off_at, endpoint.off_reason = at, reason
    endpoint.save(update_fields=["off_at", "off_reason", "failing_since"])
    if endpoint.company is None:
        return
    notify(
        kind=CONNECTION_OFF,
        recipients=accounts.owners_of(endpoint.company).values_list("pk", flat=True),
        fact=f"{endpoint.code}:{at.isoformat()}",
        subject={"connection": endpoint.pk},
        company_id=endpoint.company_id,
    )


@transaction.atomic
def remove_endpoint(*, endpoint: Endpoint) -> None:
    _lock(endpoint).delete()


def _lock(endpoint: Endpoint) -> Endpoint:
    rows = Endpoint.objects.select_related("company")
    return rows.select_for_update(of=("self",)).get(pk=endpoint.pk)
