"""Facts that a company tells, so that it learns what it may get."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import InvalidInput, NotAllowed
from matchmaking.core.trade_day import trade_day
from matchmaking.policies import rules
from matchmaking.policies.conditions import FieldKind
from matchmaking.policies.fields import FIELDS
from matchmaking.policies.models import CompanyFact, Policy

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Company, User

MOST = Decimal(10) ** 13


@transaction.atomic
def tell_fact(
    *, company: Company, key: str, value: Decimal | bool | None, by: User, at: dt.datetime
) -> CompanyFact | None:
    """Keep what the company says under the key of a condition; None forgets it.

    :raises NotAllowed: when the person may not speak for the company
    :raises InvalidInput: for a key that no published policy asks for, or a value of another kind
    """
    if not rules.can_tell(by, company):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    is_flag = _is_flag(key)
    rows = CompanyFact.objects.filter(company=company, key=key)
    if value is None:
        rows.delete()
        return None
    if is_flag != isinstance(value, bool):
        raise InvalidInput(_("Say yes or no.") if is_flag else _("Write a number."), field="value")
    if not is_flag and not 0 <= Decimal(value) < MOST:
        raise InvalidInput(_("A number from 0 to 10,000,000,000,000."), field="value")
    values = {"flag": value, "number": None} if is_flag else {"flag": None, "number": value}
    fact, _is_new = CompanyFact.objects.update_or_create(
        company=company,
        key=key,
        defaults={**values, "told_by": by, "told_on": trade_day(at)},
    )
    return fact


def _is_flag(key: str) -> bool:
    """Say whether the key asks for yes or no.

    :raises InvalidInput: for what no company is asked
    """
    field = FIELDS.get(key)
    if field is not None and field.is_told:
        return field.kind == FieldKind.FLAG
    asked = {
        condition.key
        for policy in Policy.objects.filter(is_published=True, conditions__contains="?")
        for group in policy.groups
        for condition in group
        if condition.words
    }
    if key not in asked:
        raise InvalidInput(_("No policy asks for this."), field="key")
    return True
