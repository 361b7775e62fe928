"""Planned rows into companies, orders and offers, by the services that everybody uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Company, Contact
from accounts.services import companies, contact_book
from accounts.services.companies import PROFILE, ListedCompany
from matchmaking.core.errors import Conflict
from matchmaking.imports.added_kinds import added_kinds
from matchmaking.imports.models import ImportKind, RowAction, RowOutcome
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.services import edits
from matchmaking.listings.services.bulk import create_offers, create_orders
from matchmaking.listings.services.posts import save_offer, save_order

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.imports.models import ImportRow
    from matchmaking.imports.plans import RowPlan


# New rows of these go in by one statement each.
CREATED_TOGETHER = frozenset({ImportKind.COMPANIES, ImportKind.ORDERS, ImportKind.OFFERS})


@dataclass(frozen=True)
class Written:
    """The result of a row; ``before`` is what undoing it brings back, None for what was created.

    ``reason`` is set where the row has changed nothing yet.
    """

    outcome: RowOutcome
    made: UUID | None = None
    version: int | None = None
    before: Mapping[str, Any] | None = None
    reason: str = ""


def write(kind: str, plan: RowPlan, *, by: User, at: dt.datetime) -> Written:
    """Do what the plan says; the caller holds a savepoint.

    :raises DomainError: when a service refuses it
    """
    if plan.action == RowAction.KEEP and not plan.data.get("contacts"):
        return Written(RowOutcome.UNCHANGED, _code_of(plan.target))
    if added := added_kinds.get(kind):
        return added.write(plan, by, at)
    if kind == ImportKind.COMPANIES:
        if plan.action == RowAction.CREATE:
            return _enter_companies([plan], at=at)[0]
        return _change_company(plan, by=by, at=at)
    return _save_post(plan, by=by, at=at, is_order=kind == ImportKind.ORDERS)


def create(kind: str, plans: Sequence[RowPlan], *, by: User, at: dt.datetime) -> list[Written]:
    """Create the companies, orders or offers of several rows by few statements.

    :raises IntegrityError: when one of them was entered at this moment by somebody else
    :raises DomainError: when a service refuses one of them
    """
    if kind == ImportKind.COMPANIES:
        return _enter_companies(plans, at=at)
    submit = plans[0].data["submit"]
    made: Sequence[ProcessingOrder | CapacityOffer]
    if kind == ImportKind.ORDERS:
        orders = [(plan.data["company"], plan.data["data"]) for plan in plans]
        made = create_orders(rows=orders, by=by, at=at, submit=submit)
    else:
        offers = [(plan.data["company"], plan.data["data"], plan.data["weeks"]) for plan in plans]
        made = create_offers(rows=offers, by=by, at=at, submit=submit)
    return [Written(RowOutcome.CREATED, post.code, post.version) for post in made]


def _code_of(target: Any) -> UUID:
    code: UUID = target if isinstance(target, UUID) else target.code
    return code


def _enter_companies(plans: Sequence[RowPlan], *, at: dt.datetime) -> list[Written]:
    """List the new companies of several rows together, with their contacts.

    :raises IntegrityError: when one of them was entered at this moment by somebody else
    """
    rows = [_listed(plan.data) for plan in plans]
    made = companies.list_companies(rows=rows, at=at)
    contact_book.add_listed(
        contacts=[
            Contact(company=company, person=person, kind=kind, value=value)
            for company, plan in zip(made, plans, strict=True)
            for person, kind, value in plan.data["contacts"]
        ]
    )
    # The codes are the database's to give: bulk_create has read them back.
    return [Written(RowOutcome.CREATED, company.code, company.version) for company in made]


def list_again(plan: RowPlan) -> None:
    """Record that a list names a company whose people keep its record: nothing else of it changes."""
    company = Company.objects.get(pk=plan.data["company"])
    companies.list_company(company, **plan.data["listed"])


def _listed(data: Mapping[str, Any]) -> ListedCompany:
    profile = {name: data[name] for name in PROFILE if data.get(name)}
    return ListedCompany(
        data["name_zh"], data["kind"], data["source"], data["own_reference"], data["uscc"], profile
    )


def _change_company(plan: RowPlan, *, by: User, at: dt.datetime) -> Written:
    company = Company.objects.get(code=plan.target)
    changes = {name: value for name, value in plan.data.items() if name != "contacts"}
    before = {name: stored(getattr(company, name)) for name in changes}
    before["version"] = company.version
    after = company
    if changes:
        after = companies.change_company(company=company, by=by, at=at, as_officer=True, **changes)
    added = [
        Contact(company=company, person=person, kind=kind, value=value)
        for person, kind, value in plan.data["contacts"]
    ]
    contact_book.add_listed(contacts=added)
    companies.list_company(company, **changes)
    if plan.action == RowAction.KEEP:
        return Written(RowOutcome.UNCHANGED, company.code)
    before["contacts"] = [[one.kind, one.value] for one in added]
    return Written(RowOutcome.UPDATED, company.code, after.version, before)


def _save_post(plan: RowPlan, *, by: User, at: dt.datetime, is_order: bool) -> Written:
    post = plan.target
    before = None if post is None else _before(post, plan.data["data"])
    common: dict[str, Any] = {
        "company": plan.data["company"],
        "data": plan.data["data"],
        "by": by,
        "at": at,
        "submit": plan.data["submit"],
    }
    saved: ProcessingOrder | CapacityOffer
    if is_order:
        saved = save_order(order=post, **common)
    else:
        saved = save_offer(offer=post, weeks=plan.data["weeks"], **common)
    if post is None:
        return Written(RowOutcome.CREATED, saved.code, saved.version)
    if edits.waits_since(saved, at):
        reason = _(
            "The association looks at this change first; until then the post stays as it is."
        )
        return Written(RowOutcome.SKIPPED, saved.code, reason=reason)
    same = (saved.version, saved.state) == (post.version, post.state)
    if same:
        return Written(RowOutcome.UNCHANGED, saved.code)
    return Written(RowOutcome.UPDATED, saved.code, saved.version, before)


def _before(post: ProcessingOrder | CapacityOffer, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the row may change as JSON: fields, links by code, weeks from their anchor, state."""
    links = (ORDER if isinstance(post, ProcessingOrder) else OFFER).links
    found = {
        name: [one.code for one in getattr(post, name).all()]
        if name in links
        else stored(getattr(post, name))
        for name in data
    }
    found |= {"state": post.state, "version": post.version}
    if isinstance(post, CapacityOffer) and post.anchor_week:
        found["weeks"] = [post.anchor_week.isoformat(), list(post.published)]
    return found


def stored(value: Any) -> Any:
    """Return a field's value as JSON keeps it; a row of the taxonomy by its code."""
    if isinstance(value, Model):
        return value.code  # type: ignore[attr-defined]
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def check_told(plan: RowPlan, row: ImportRow) -> None:
    """Return when the plan is what the preview told of the row.

    :raises Conflict: when somebody has changed things meanwhile
    """
    # What somebody else has brought about meanwhile is no surprise; rows of before have no action.
    if plan.action == RowAction.KEEP or not row.action:
        return
    told = (row.action, [list(change) for change in row.changes])
    if told != (plan.action, [list(change) for change in plan.changes]):
        raise Conflict(
            _("This has changed here since the preview: send the row again and look anew.")
        )
