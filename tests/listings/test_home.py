"""The day of a company names the posts that need somebody."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from matchmaking.listings import home
from matchmaking.listings.states import PostState
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db


def test_todos_name_what_needs_somebody(brand_company, factory_company, brand, at):
    OrderFactory(company=brand_company, state=PostState.REJECTED, reject_reason="why", title="R")
    OrderFactory(company=brand_company, state=PostState.DRAFT, title="")
    OrderFactory(company=brand_company, expires_on=timezone.localdate(), title="E")
    OfferFactory(company=factory_company, confirmed_at=at - dt.timedelta(days=20), title="S")

    with translation.override("en"):
        mine = [(todo.kind, str(todo.title)) for todo in home.todos(brand, brand_company)]
        theirs = [(todo.kind, str(todo.title)) for todo in home.todos(brand, factory_company)]

    assert mine == [
        ("order", "Correct “R”"),
        ("order", "“E” is about to end"),
        ("order", "Finish the draft “Without a title”"),
    ]
    assert theirs == [("figures", "Are the weeks of “S” still right?")]
    assert list(home.todos(brand, None)) == []
