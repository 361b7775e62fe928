"""A company's facts, and what they say about each policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, Sum
from django.utils import timezone

from matchmaking.core.trade_day import trade_day
from matchmaking.deals.models import Delivery, Intention
from matchmaking.deals.states import BINDING_STATES, ENDED_STATES
from matchmaking.policies import conditions, sentences
from matchmaking.policies.conditions import Answer, Judgement
from matchmaking.policies.models import CompanyFact, Policy

if TYPE_CHECKING:
    from accounts.models import Company

SOON_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """A policy as one company reads it. ``is_here``: it holds where the company is; None: unknown."""

    policy: Policy
    judgement: Judgement
    is_here: bool | None
    day: dt.date

    @property
    def answer(self) -> Answer:
        if self.is_here is False or not self.policy.is_current(self.day):
            return Answer.NO
        if self.is_here is None and self.judgement.answer == Answer.YES:
            return Answer.UNKNOWN
        return self.judgement.answer

    @property
    def gaps(self) -> list[str]:
        """Return how far the company is, where more of a number is all that is wanting."""
        if self.is_here is False or not self.policy.is_current(self.day):
            return []
        if not self.judgement.is_in_reach:
            return []
        return sentences.gaps(self.judgement, self.policy.deadline or self.policy.valid_to)

    @property
    def is_due_soon(self) -> bool:
        deadline = self.policy.deadline
        return deadline is not None and 0 <= (deadline - self.day).days <= SOON_DAYS

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Return each group in words with its answer."""
        return [
            (sentences.of_group(tuple(part.condition for part in group.parts)), group.answer.value)
            for group in self.judgement.groups
        ]


def facts_of(company: Company, *, at: dt.datetime) -> dict[str, Any]:
    """Return what is known: the record, deals of this year, and what the company told."""
    told = {
        row.key: row.flag if row.number is None else row.number
        for row in CompanyFact.objects.filter(company=company)
    }
    return told | _from_record(company) | _from_deals(company, at)


def _from_record(company: Company) -> dict[str, Any]:
    codes = company.certificates.values_list("certification__code", flat=True)
    # Both a brand and a factory is each of them.
    kinds = [company.kind, "brand", "factory"] if company.kind == "both" else [company.kind]
    return {"kind": kinds, "size_band": company.size_band, "certificates": list(codes)}


def _from_deals(company: Company, at: dt.datetime) -> dict[str, Any]:
    first = trade_day(at).replace(month=1, day=1)
    since = dt.datetime.combine(first, dt.time(), timezone.get_default_timezone())
    own = Intention.objects.filter(Q(brand=company) | Q(factory=company))
    confirmed = own.filter(state__in=BINDING_STATES, confirmed_at__gte=since)
    deliveries = Delivery.objects.filter(intention__in=own, delivered_on__gte=first)
    delivered = deliveries.exclude(intention__state__in=ENDED_STATES).aggregate(
        yuan=Sum(F("pairs") * F("intention__confirmed__unit_price"))
    )
    return {
        "confirmed_yuan": confirmed.aggregate(yuan=Sum("confirmed__amount"))["yuan"] or Decimal(0),
        "delivered_yuan": delivered["yuan"] or Decimal(0),
    }


def judge_all(
    company: Company, policies: Iterable[Policy], *, at: dt.datetime
) -> list[Eligibility]:
    """Judge the policies by one reading of the company's facts."""
    facts = facts_of(company, at=at)
    return [judge(company, policy, facts, at=at) for policy in policies]


def judge(
    company: Company, policy: Policy, facts: dict[str, Any], *, at: dt.datetime
) -> Eligibility:
    return Eligibility(
        policy=policy,
        judgement=conditions.judge(policy.groups, facts),
        is_here=_is_here(company, policy),
        day=trade_day(at),
    )


def _is_here(company: Company, policy: Policy) -> bool | None:
    if not policy.division_code:
        return True
    wanted, here = policy.division_code, _division(company)
    if here.startswith(wanted):
        return True
    # 3503 may lie in 350302; 350200 does not.
    return None if not here or wanted.startswith(here) else False


def _division(company: Company) -> str:
    """Return the division code without the zeros of the levels that it leaves open."""
    code = company.division_code or (company.cluster.code if company.cluster else "")
    while len(code) > 2 and code.endswith("00"):  # noqa: PLR2004 - two digits a level
        code = code[:-2]
    return code
