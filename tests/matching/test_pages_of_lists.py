"""Lists of matches: grouped by what they wait for, of one post, in few queries."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaking.matching.models import Match
from matchmaking.matching.services import answers, endings
from tests.factories import MembershipFactory, OfferFactory


@pytest.mark.parametrize(
    ("steps", "group"),
    [
        ([], "to_answer"),
        (["offer"], "to_answer"),
        (["order"], "waiting"),
        (["order", "offer"], "conversation"),
    ],
)
def test_the_list_groups_matches_by_what_they_wait_for(client, match, say, brand, steps, group):
    for side in steps:
        say(side)
    client.force_login(brand)
    for name in ("to_answer", "waiting", "conversation", "ended"):
        html = client.get(reverse("matching:match-list"), {"group": name}).content.decode()
        assert (str(match.code) in html) == (name == group), name


def test_an_open_list_hears_only_of_news(client, match, say, brand):
    client.force_login(brand)
    address = reverse("matching:match-list") + "?group=waiting"
    shown = re.search(r'"X-Shown": "(\w+)"', client.get(address).content.decode())[1]
    assert client.get(address, headers={"X-Shown": shown}).status_code == 204

    say("order")

    html = client.get(address, headers={"X-Shown": shown}).content.decode()
    assert "You are interested" in html


def test_a_posts_page_shows_first_who_is_interested(
    client, match, say, factory, offer, brand, order
):
    say("offer")
    client.force_login(brand)

    html = client.get(reverse("matching:order-matches", args=[order.code])).content.decode()

    assert "Somebody is interested" in html
    assert "A factory is interested in your order" in html


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("group", "queries"), [("waiting", 14), ("conversation", 14), ("ended", 14)]
)
def test_groups_take_the_same_queries_for_any_number_of_rows(
    client, brand, order, offer, rescore, django_assert_num_queries, rows, group, queries
):
    for _ in range(rows - 1):
        OfferFactory()
    rescore()
    for match in Match.objects.all():
        other = MembershipFactory(company=match.offer.company).user
        common = {"match": match, "at": timezone.now()}
        answers.answer_match(side="order", kind="interested", by=brand, **common)
        if group != "waiting":
            answers.answer_match(side="offer", kind="interested", by=other, **common)
        if group == "ended":
            endings.end_match(side="offer", by=other, **common)
    client.force_login(brand)
    address = f"{reverse('matching:match-list')}?group={group}"
    client.get(address)
    with django_assert_num_queries(queries):
        html = client.get(address).content.decode()
    assert html.count('class="row-item"') == rows


def test_a_near_miss_opens_the_form_with_its_change(client, brand, factory_company, order, rescore):
    OfferFactory(company=factory_company, rate=2_000)
    rescore()
    client.force_login(brand)

    html = client.get(reverse("matching:order-matches", args=[order.code])).content.decode()

    edit = reverse("listings:order-edit", args=[order.code])
    link = re.search(rf'href="({edit}\?[^"]+)"', html)[1].replace("&amp;", "&")
    assert "One change is filled in for you" in client.get(link).content.decode()
