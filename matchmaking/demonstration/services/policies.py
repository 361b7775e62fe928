"""Policies of the demonstration: the measures that come with the site, and what became of some."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaking.policies.models import Policy
from matchmaking.policies.services import applications, catalogue, facts

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.demonstration.office_hours import Office

REFUSED = "材料不全，发票抬头与企业名称不一致。"
# Investment in yuan: one that may apply, one that is 120,000 short.
INVESTED = (Decimal(2_600_000), Decimal(1_880_000))


def make_policies(*, owners: Mapping[int, User], office: Office) -> int:
    """Enter the catalogue; let two companies tell facts and apply, one granted and one refused."""
    loaded = catalogue.load_sample()
    rows = list(Policy.objects.filter(valid_to__isnull=False).order_by("-valid_to", "pk")[:2])
    speaking = [
        (user, company)
        for user in sorted(owners.values(), key=lambda user: user.pk)
        for company in [user.memberships.select_related("company").order_by("pk")[0].company]
        if company.is_active
    ][: len(INVESTED)]
    for (user, company), policy, yuan in zip(speaking, rows, INVESTED, strict=False):
        facts.tell_fact(
            company=company, key="investment_yuan", value=yuan, by=user, at=office.ago(days=20)
        )
        begun = applications.start_application(
            policy=policy, company=company, by=user, at=office.ago(days=20)
        )
        is_granted = yuan == INVESTED[0]
        applications.answer_follow_up(
            application=begun,
            outcome="granted" if is_granted else "refused",
            granted_yuan=400_000 if is_granted else None,
            note="" if is_granted else REFUSED,
            by=user,
            at=office.ago(days=2),
        )
    return loaded.created
