from itertools import product

import pytest

from accounts.models import Company
from accounts.services import review
from accounts.states import (
    COMPANY_TRANSITIONS,
    DECISION_TRANSITIONS,
    INVITATION_TRANSITIONS,
    CompanyStatus,
    DecisionStatus,
    InvitationStatus,
)
from matchmaking.core.errors import Conflict
from tests.accounts.conftest import published

S = CompanyStatus
# service → the steps that it takes; together they are the whole table
STEPS = {
    review.approve_company: {(S.PENDING, S.ACTIVE)},
    review.suspend_company: {(S.ACTIVE, S.SUSPENDED)},
    review.reinstate_company: {(S.SUSPENDED, S.ACTIVE)},
    review.close_company: {
        (S.PENDING, S.CLOSED),
        (S.ACTIVE, S.CLOSED),
        (S.SUSPENDED, S.CLOSED),
    },
}
WITH_REASON = {review.suspend_company, review.close_company}


@pytest.mark.parametrize(
    ("table", "states"),
    [
        (COMPANY_TRANSITIONS, CompanyStatus),
        (DECISION_TRANSITIONS, DecisionStatus),
        (INVITATION_TRANSITIONS, InvitationStatus),
    ],
)
def test_tables_cover_every_state(table, states):
    assert set(table) == set(states)


def test_services_take_the_steps_of_the_table_and_no_other():
    table = {(one, other) for one, targets in COMPANY_TRANSITIONS.items() for other in targets}

    assert set.union(*STEPS.values()) == table


@pytest.mark.parametrize(
    ("service", "current"),
    list(product(STEPS, CompanyStatus)),
    ids=lambda value: getattr(value, "__name__", value),
)
def test_company_status_walks_the_square(brand_company, officer, now, service, current):
    Company.objects.filter(pk=brand_company.pk).update(status=current)
    reason = {"reason": "because"} if service in WITH_REASON else {}
    target = dict(STEPS[service]).get(current)

    if target:
        service(company=brand_company, by=officer, at=now, **reason)
        brand_company.refresh_from_db()
        assert (brand_company.status, published("accounts.company_changed")) == (target, 1)
    else:
        with pytest.raises(Conflict):
            service(company=brand_company, by=officer, at=now, **reason)
        brand_company.refresh_from_db()
        assert (brand_company.status, published("accounts.company_changed")) == (current, 0)
