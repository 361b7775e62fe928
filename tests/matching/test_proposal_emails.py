"""The mail about new matches: once, with reasons, without names."""

import pytest

from matchmaking.core.localized import locale_of_reader
from matchmaking.matching import home
from matchmaking.matching.emails.proposals import headlines, new_matches
from matchmaking.matching.models import Match
from matchmaking.matching.services import announcements
from matchmaking.notifications.email.compose import compose
from matchmaking.notifications.kinds import InboxRow
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import OfferFactory, OrderFactory


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company, title="Own order")


@pytest.fixture
def offers(order, factory_company, factory, rescore):
    offers = OfferFactory.create_batch(3, company=factory_company, title="SECRET line")
    rescore()
    announcements.announce_matches(matches=Match.objects.values_list("pk", flat=True))
    return offers


def told(user):
    return list(Notification.objects.visible_to(user).order_by("pk"))


def text_of(email, user):
    with locale_of_reader("en"):
        mail = compose(email, to=user.email, message_id="<a@b>")
    return mail.subject, mail.body, mail.alternatives[0].content


def test_new_matches_of_one_post_and_person_are_one_mail(brand, factory, order, offers):
    mails = OutboxMessage.objects.filter(kind="mail")

    assert sorted(mails.values_list("bundle_key", flat=True).distinct()) == sorted(
        [f"mail:match_found:order:{order.pk}:{brand.pk}"]
        + [f"mail:match_found:offer:{offer.pk}:{factory.pk}" for offer in offers]
    )


def test_mail_tells_score_and_reasons_and_no_name(brand, order, offers):
    subject, text, html = text_of(new_matches(brand, told(brand)), brand)

    assert subject == "3 new matches for “Own order”"
    for body in (" ".join(part.split()) for part in (text, html)):
        assert "All 60,000 pairs free by week" in body
        assert "Athletic / running / training · Putian · Documents reviewed" in body
        assert f"/orders/{order.code}/matches/" in body
        hidden = [offers[0].title, offers[0].company.name_zh, offers[0].company.name_en]
        assert [word for word in hidden if word in body] == []


def test_mail_leaves_out_what_no_longer_stands(brand, order, offers, rescore):
    offers[0].state = "paused"
    offers[0].save()
    rescore(offers=[offers[0]])

    assert text_of(new_matches(brand, told(brand)), brand)[0] == "2 new matches for “Own order”"


def test_mail_is_not_sent_when_nothing_stands(brand, order, offers, rescore):
    order.state = "closed"
    order.save()
    rescore(orders=[order])

    assert new_matches(brand, told(brand)) is None


def test_mail_is_not_built_for_somebody_who_left(brand, brand_company, order, offers):
    brand.memberships.all().delete()

    assert new_matches(brand, told(brand)) is None


def test_build_takes_the_same_queries_for_any_number_of_matches(
    brand, order, offers, django_assert_num_queries
):
    rows = told(brand)
    for count in (1, 3):
        with django_assert_num_queries(9):
            new_matches(brand, rows[:count])


def test_headline_leads_to_the_own_post(brand, order, offers):
    row = told(brand)[0]

    lines = headlines([InboxRow(row), InboxRow(row, 3, 3), InboxRow(row, 3, 0)])

    assert lines == [
        ("1 new match for “Own order”", f"/orders/{order.code}/matches/"),
        ("3 new matches for “Own order”", f"/orders/{order.code}/matches/"),
        ("3 matches for “Own order”", f"/orders/{order.code}/matches/"),
    ]


def test_headline_of_a_post_that_is_gone_leads_nowhere(brand, order, offers):
    row = told(brand)[0]
    Match.objects.all().delete()
    order.delete()

    assert headlines([InboxRow(row)]) == [("A match that no longer stands", "")]


def test_dashboard_names_the_post_with_news(brand, brand_company, order, offers):
    [todo] = home.todos(brand, brand_company)

    assert (todo.title, todo.url) == (
        "3 new matches for “Own order”",
        f"/orders/{order.code}/matches/",
    )
    assert [total.value for total in home.totals()] == [3]
    assert [total.value for total in home.own_totals(brand, brand_company)] == [3, 0, 0]
    assert home.todos(brand, None) == home.own_totals(brand, None) == []
