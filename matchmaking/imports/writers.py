"""One row into one company, order or offer, by the services that everybody uses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.choices import CompanyKind
from accounts.models import Company
from accounts.services import companies
from accounts.states import CompanyStatus
from matchmaking.core import weeks
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.imports.columns.companies import size_of
from matchmaking.imports.models import ImportKind, RowOutcome
from matchmaking.imports.vocabulary import (
    Vocabulary,
    are_compatible,
    cluster_of,
    division_of,
    is_within,
)
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer, Post, ProcessingOrder
from matchmaking.listings.services import edits
from matchmaking.listings.services.posts import Weeks, save_offer, save_order

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.imports.columns import Values
    from matchmaking.listings.models import PostQuerySet

P = TypeVar("P", bound=Post)
_HAN = re.compile("[\u3400-\u9fff]")
OPEN = (CompanyStatus.PENDING, CompanyStatus.ACTIVE)


@dataclass(frozen=True)
class Written:
    """The result of a row; ``reason`` is set where it was left out."""

    outcome: RowOutcome
    made: UUID | None = None
    reason: str = ""


@dataclass(frozen=True)
class ImportContext:
    """The sender, the company and the options that the rows of one import share.

    ``company`` is None for officers, whose rows name their company themselves.
    """

    by: User
    at: dt.datetime
    company: Company | None
    options: Mapping[str, Any]
    vocabulary: Vocabulary


def write_row(kind: str, values: Values, context: ImportContext) -> Written:
    """Create or update what the row describes; the caller holds a savepoint.

    :raises DomainError: when a service refuses it
    """
    return WRITERS[kind](values, context)


# --- Companies --------------------------------------------------------------------------


def write_company(values: Values, context: ImportContext) -> Written:
    """List the company, or bring what an earlier list said of it up to date.

    A company that people act for is theirs, and one that was suspended or closed stays so:
    such rows are left out. No import ever makes an offer or an order under its name.
    """
    facts = _company_facts(values, context.vocabulary)
    source = values.get("source") or context.options.get("source", "")
    company = find_company(values, source, facts["division_code"])
    if company is None:
        kind = values.get("kind") or context.options.get("kind") or CompanyKind.FACTORY
        company, _is_new = companies.import_company(
            by=context.by,
            at=context.at,
            source=source,
            own_reference=values.get("own_reference", ""),
            uscc_text=values.get("uscc", ""),
            kind=kind,
            **{name: value for name, value in facts.items() if value},
        )
        return Written(RowOutcome.CREATED, company.code)
    if company.memberships.exists():
        return Written(
            RowOutcome.SKIPPED, company.code, _("Its own people keep this company's record.")
        )
    if company.status not in OPEN:
        return Written(
            RowOutcome.SKIPPED, company.code, _("This company was suspended or closed here.")
        )
    before = company.version
    changes = _company_changes(company, values, facts)
    after = companies.change_company(
        company=company, by=context.by, at=context.at, as_officer=True, **changes
    )
    outcome = RowOutcome.UNCHANGED if after.version == before else RowOutcome.UPDATED
    return Written(outcome, company.code)


def find_company(values: Values, source: str, division: str) -> Company | None:
    """Return the company that a row means: by USCC, by reference, by name and place.

    A name finds none that carries another USCC, or another reference of the same source.

    :raises Conflict: when the name fits several companies
    """
    uscc = values.get("uscc")
    if uscc and (company := Company.objects.filter(uscc=uscc).first()):
        return company
    reference = values.get("own_reference")
    if reference:
        company = Company.objects.filter(source=source, own_reference=reference).first()
        if company:
            return company
    named = _named(values["name"]).exclude(status=CompanyStatus.CLOSED)
    if uscc:
        named = named.filter(uscc=None)
    if reference:
        named = named.exclude(Q(source=source) & ~Q(own_reference=""))
    # A slice: of more than one the row is refused anyway.
    found = [one for one in named[:10] if are_compatible(one.division_code, division)]
    if len(found) > 1:
        raise Conflict(_("Several companies are called so: give the Unified Social Credit Code."))
    return found[0] if found else None


def _named(name: str) -> Any:
    # No unique constraint on names: homonyms exist. The worker's advisory lock makes this safe.
    return Company.objects.filter(Q(name_zh=name) | Q(name_en__iexact=name)).order_by("pk")


def _company_facts(values: Values, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what the row says of the company, "" and None where it says nothing."""
    name = values["name"]
    division = (
        values.get("division")
        or values.get("city_division")
        or division_of(vocabulary, values.get("city", ""), values.get("province", ""))
        or values.get("province_division", "")
    )
    is_chinese = bool(_HAN.search(name))
    return {
        "name_zh": name,
        "name_en": values.get("name_en") or ("" if is_chinese else name),
        "division_code": division,
        "cluster": cluster_of(vocabulary, division),
        "address": values.get("address", ""),
        "size_band": size_of(values),
    }


def _company_changes(company: Company, values: Values, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the row may change: nothing by silence, no finer place by a coarser one."""
    changes = {name: value for name, value in facts.items() if value}
    for name in ("kind", "uscc"):
        if values.get(name):
            changes[name] = values[name]
    if _HAN.search(company.name_zh) and not _HAN.search(facts["name_zh"]):
        del changes["name_zh"]
    if is_within(company.division_code, facts["division_code"]):
        changes.pop("division_code", None)
        changes.pop("cluster", None)
    return changes


# --- Orders and capacity ----------------------------------------------------------------

SHEET_ONLY = {"company_uscc", "company_name", "weeks", "pairs_per_week", "from_week", "to_week"}


def write_order(values: Values, context: ImportContext) -> Written:
    """Create or change the order with the row's own reference."""
    company = company_of_row(values, context)
    order = _known(ProcessingOrder.objects.all(), company, values)
    data = {name: value for name, value in values.items() if name not in SHEET_ONLY}
    if data.get("splittable") is False:
        data |= {"smallest_part": None, "most_factories": None}
    saved = save_order(
        company=company,
        data=data,
        by=context.by,
        at=context.at,
        order=order,
        submit=bool(context.options.get("submit")),
    )
    return _written(order, saved, context.at)


def write_offer(values: Values, context: ImportContext) -> Written:
    """Create or change the capacity with the row's own reference, and its weeks."""
    company = company_of_row(values, context)
    offer = _known(CapacityOffer.objects.all(), company, values)
    saved = save_offer(
        company=company,
        data={name: value for name, value in values.items() if name not in SHEET_ONLY},
        by=context.by,
        at=context.at,
        offer=offer,
        weeks=planned_weeks(values, ledger.current_week(context.at)),
        submit=bool(context.options.get("submit")),
    )
    return _written(offer, saved, context.at)


def company_of_row(values: Values, context: ImportContext) -> Company:
    """Return whose post the row is. Officers post for companies that people act for only.

    A firm that stands in a list of the association and knows nothing of it gets no post.

    :raises InvalidInput: when no or several companies are meant, or nobody acts for it
    """
    if context.company is not None:
        return context.company
    if uscc := values.get("company_uscc"):
        field, found = "company_uscc", list(Company.objects.filter(uscc=uscc)[:1])
    else:
        field = "company_name"
        named = _named(values["company_name"]).filter(status=CompanyStatus.ACTIVE)
        found = list(named[:2])
    if len(found) != 1:
        raise InvalidInput(
            _("Several companies are called so: give the Unified Social Credit Code.")
            if found
            else _("No company here has this code or this full name."),
            field=field,
        )
    if not found[0].memberships.exists():
        raise InvalidInput(
            _("Nobody acts for this company here yet, so nothing is posted in its name."),
            field=field,
        )
    return found[0]


def planned_weeks(values: Values, this_week: dt.date) -> Weeks | None:
    """Return the plan of the row's weeks, None when the row has none.

    Weeks that have passed are left out; a rate without an end runs to the horizon.
    """
    last = this_week + dt.timedelta(weeks=weeks.HORIZON_WEEKS - 1)
    plan: Mapping[dt.date, int] | None = values.get("weeks")
    if plan:
        plan = {monday: pairs for monday, pairs in plan.items() if monday >= this_week}
        if not plan:
            raise InvalidInput(_("All weeks of this row have passed."))
        first = min(plan)
        span = (max(plan) - first).days // 7 + 1
        return Weeks(
            first, [plan.get(first + dt.timedelta(weeks=ahead), 0) for ahead in range(span)]
        )
    rate = values.get("pairs_per_week")
    if rate is None:
        return None
    first = max(values.get("from_week") or this_week, this_week)
    end = values.get("to_week") or last
    if end < first:
        raise InvalidInput(_("All weeks of this row have passed."), field="to_week")
    return Weeks(first, [rate] * ((end - first).days // 7 + 1))


def _known(posts: PostQuerySet[P], company: Company, values: Values) -> P | None:
    return posts.filter(company=company, own_reference=values["own_reference"]).first()


def _written(before: Post | None, after: Post, at: dt.datetime) -> Written:
    if before is None:
        return Written(RowOutcome.CREATED, after.code)
    if edits.waits_since(after, at):
        reason = _(
            "The association looks at this change first; until then the post stays as it is."
        )
        return Written(RowOutcome.SKIPPED, after.code, reason)
    same = (before.version, before.state, before.updated_at) == (
        after.version,
        after.state,
        after.updated_at,
    )
    return Written(RowOutcome.UNCHANGED if same else RowOutcome.UPDATED, after.code)


WRITERS: dict[str, Callable[[Values, ImportContext], Written]] = {
    ImportKind.COMPANIES: write_company,
    ImportKind.ORDERS: write_order,
    ImportKind.OFFERS: write_offer,
}
