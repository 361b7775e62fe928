"""The column of matches in the list of own posts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaking.matching.models import Match
from matchmaking.matching.services import answers
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def matched(brand_company, factory_company, rescore):
    order = OrderFactory(company=brand_company, title="Own order")
    OfferFactory(company=factory_company)
    OrderFactory(company=brand_company, title="Draft", state="draft")
    rescore()
    return order


def listed(client, user, path="/orders/"):
    client.force_login(user)
    return client.get(path, headers={"accept-language": "en"})


def test_the_list_counts_matches_and_names_what_waits(client, matched, brand, factory):
    page = listed(client, brand)
    rows = {post.title: post.cells for post in page.context["page"].object_list}
    assert [cell.words for cell in rows["Own order"]] == ["1 match"] or [
        cell.words for cell in rows["Own order"]
    ] == ["1 个匹配"]
    assert [cell.asks for cell in rows["Own order"]] == [""]
    assert rows["Draft"] == [None]
    assert f"/orders/{matched.code}/matches/" in page.content.decode()

    answers.answer_match(
        match=Match.objects.get(), side="offer", kind="interested", by=factory, at=timezone.now()
    )
    (cell,) = next(
        post.cells
        for post in listed(client, brand).context["page"].object_list
        if post.title == "Own order"
    )
    assert "1" in cell.asks
    (own,) = listed(client, factory, "/offers/").context["page"].object_list
    assert own.cells[0].asks == ""


def test_more_posts_cost_no_more_queries(client, matched, brand, brand_company):
    listed(client, brand)
    with CaptureQueriesContext(connection) as few:
        client.get("/orders/")
    OrderFactory.create_batch(3, company=brand_company)
    with CaptureQueriesContext(connection) as many:
        client.get("/orders/")

    assert len(many) == len(few)
