"""Undoing an import: each row back to what it was, as long as nobody has built on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Cluster, Company, Contact
from accounts.services import companies
from matchmaking.core.errors import Conflict
from matchmaking.imports.added_kinds import added_kinds
from matchmaking.imports.models import ImportKind, ImportRow
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.services.posts import Weeks, discard_post, save_offer, save_order
from matchmaking.listings.services.transitions import withdraw_submission
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from accounts.models import User


def undo_row(kind: str, row: ImportRow, *, by: User, at: dt.datetime) -> None:
    """Take back what the row created or changed; the caller holds a savepoint.

    :raises DomainError: when it was built on or changed since, or a service refuses
    """
    if added := added_kinds.get(kind):
        added.undo(row, by, at)
    elif kind == ImportKind.COMPANIES:
        _undo_company(row, by=by, at=at)
    elif kind == ImportKind.ORDERS:
        _undo_order(row, by=by, at=at)
    else:
        _undo_offer(row, by=by, at=at)
    _hand_back(kind, row)


def _hand_back(kind: str, row: ImportRow) -> None:
    """Let an earlier import be undone too: what it left is there again, under a later version."""
    if row.before is None or "version" not in row.before:
        return
    model = {ImportKind.COMPANIES: Company, ImportKind.ORDERS: ProcessingOrder}.get(
        ImportKind(kind), CapacityOffer
    )
    version = model._default_manager.filter(code=row.made).values_list("version", flat=True).get()  # noqa: SLF001 - Django's documented name
    earlier = ImportRow.objects.filter(made=row.made, made_version=row.before["version"])
    earlier.update(made_version=version)


def _undo_company(row: ImportRow, *, by: User, at: dt.datetime) -> None:
    company = Company.objects.filter(code=_made(row)).first()
    if company is None:
        return
    if row.before is None:
        for model in (ProcessingOrder, CapacityOffer):
            if model.objects.filter(company=company).exists():
                raise Conflict(_("Posts stand under this company's name by now."))
        companies.withdraw_listed(company=company, version=row.made_version or 0)
        return
    _check_version(company.version, row)
    if company.memberships.exists():
        raise Conflict(_("Somebody acts for this company now."))
    before = {name: value for name, value in row.before.items() if name != "version"}
    for kind, value in before.pop("contacts", []):
        Contact.objects.filter(company=company, kind=kind, value=value).delete()
    if "cluster" in before:
        before["cluster"] = Cluster.objects.filter(code=before["cluster"]).first()
    if "uscc" in before:
        before["uscc"] = before["uscc"] or ""
    if before:
        companies.change_company(company=company, by=by, at=at, as_officer=True, **before)


def _undo_order(row: ImportRow, *, by: User, at: dt.datetime) -> None:
    order = ProcessingOrder.objects.filter(code=_made(row)).select_related("company").first()
    if order is None:
        return
    if row.before is None:
        discard_post(post=order, version=row.made_version or 0)
        return
    _check_version(order.version, row)
    _check_state(order, row.before, by=by, at=at)
    data = _data(ProcessingOrder, row.before, ORDER.links)
    save_order(company=order.company, data=data, by=by, at=at, order=order)


def _undo_offer(row: ImportRow, *, by: User, at: dt.datetime) -> None:
    offer = CapacityOffer.objects.filter(code=_made(row)).select_related("company").first()
    if offer is None:
        return
    if row.before is None:
        discard_post(post=offer, version=row.made_version or 0)
        return
    _check_version(offer.version, row)
    _check_state(offer, row.before, by=by, at=at)
    plan = None
    if weeks := row.before.get("weeks"):
        anchor, this_week = dt.date.fromisoformat(weeks[0]), ledger.current_week(at)
        passed = max(0, (this_week - anchor).days // 7)
        plan = Weeks(this_week, ledger.rolled(weeks[1], passed))
    data = _data(CapacityOffer, row.before, OFFER.links)
    save_offer(company=offer.company, data=data, by=by, at=at, offer=offer, weeks=plan)


def _made(row: ImportRow) -> UUID:
    """Return the code of what the row made.

    :raises Conflict: for a row that made nothing
    """
    if row.made is None:
        raise Conflict(_("This row made nothing."))
    return row.made


def _check_version(version: int, row: ImportRow) -> None:
    if version != row.made_version:
        raise Conflict(_("Changed since: its new data stay."))


def _check_state(
    post: ProcessingOrder | CapacityOffer, before: Mapping[str, Any], *, by: User, at: dt.datetime
) -> None:
    """Take a submission by the import back.

    :raises Conflict: when officers have decided about it since
    """
    if post.state == before["state"]:
        return
    if post.state == PostState.PENDING and before["state"] == PostState.DRAFT:
        withdraw_submission(post=post, by=by, at=at)
        return
    raise Conflict(_("The association has decided about this post since."))


def _data(
    model: type[models.Model], before: Mapping[str, Any], links: Sequence[str]
) -> dict[str, Any]:
    """Return fields and rows from what :func:`writers.stored` keeps of them."""
    found: dict[str, Any] = {}
    for name, value in before.items():
        if name in {"state", "version", "weeks"}:
            continue
        column = model._meta.get_field(name)  # noqa: SLF001 - Django's documented name
        related = column.related_model
        if name in links:
            found[name] = list(related.objects.filter(code__in=value))  # type: ignore[union-attr]
        elif isinstance(column, models.ForeignKey):
            found[name] = related.objects.filter(code=value).first() if value else None  # type: ignore[union-attr]
        elif isinstance(column, models.DateField) and value:
            found[name] = dt.date.fromisoformat(value)
        elif isinstance(column, models.DecimalField) and value is not None:
            found[name] = Decimal(value)
        else:
            found[name] = value
    return found
