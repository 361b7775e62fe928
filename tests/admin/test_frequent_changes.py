"""A firm that uses its changes up day by day stands before the officers as a question."""

import datetime as dt

import pytest
from django.utils import timezone

from matchmaking.listings.models import EditReason, PostEdit
from matchmaking.matching import ranking
from tests.factories import OfferFactory, OrderFactory

TITLE = "Why do they change so often?"


@pytest.fixture
def used_up(brand_company):
    """Let the brand use its changes up on so many days."""
    order = OrderFactory(company=brand_company)

    def run(days, reason=EditReason.BUDGET):
        for day in range(days):
            edit = PostEdit.objects.create(
                order=order,
                reason=reason,
                status="refused",
                decided_at=timezone.now(),
            )
            PostEdit.objects.filter(pk=edit.pk).update(
                created_at=timezone.now() - dt.timedelta(days=day)
            )
        return order

    return run


def panel(desk):
    shown = {str(one.title): one for one in desk.get("/admin/").context["panels"]}
    return shown.get(TITLE)


def test_three_days_of_fourteen_are_a_question_with_whom_the_posts_met(
    desk, used_up, brand_company
):
    used_up(3)
    OfferFactory.create_batch(2)
    ranking.rescore_market(at=timezone.now())

    asked = panel(desk)

    assert [(str(f.label), f.value, f.tone) for f in asked.figures] == [
        (str(brand_company), "3 days · matched with 2 firms", "warn")
    ]
    assert desk.get(asked.url).context["cl"].result_count == 3


@pytest.mark.parametrize(("days", "reason"), [(2, EditReason.BUDGET), (9, EditReason.WIDENED)])
def test_less_than_that_is_none(desk, used_up, days, reason):
    used_up(days, reason)

    assert panel(desk) is None
