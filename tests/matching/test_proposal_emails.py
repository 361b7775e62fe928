"""The mail about new matches: once, with reasons, without names."""

import pytest
from django.utils import timezone

from matchmaking.core import weeks
from matchmaking.core.localized import locale_of_reader
from matchmaking.matching import home
from matchmaking.matching.emails.proposals import headlines, new_matches
from matchmaking.matching.models import Match
from matchmaking.matching.services import announcements
from matchmaking.notifications import kinds
from matchmaking.notifications.email import personal
from matchmaking.notifications.email.compose import compose
from matchmaking.notifications.email.content import Email
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


def test_new_matches_of_a_day_are_one_mail_a_person(brand, factory, order, offers):
    mails = OutboxMessage.objects.filter(kind="mail")
    mornings = {mail.next_at for mail in mails}

    assert mails.count() == 6
    assert min(mornings) > timezone.now()
    assert {mail.bundle_key.rpartition(":")[0] for mail in mails} == {
        f"digest:{brand.pk}",
        f"digest:{factory.pk}",
    }


def test_mail_tells_score_and_reasons_and_no_name(brand, order, offers):
    subject, text, html = text_of(new_matches(brand, told(brand)), brand)

    assert subject == "3 new matches for “Own order”"
    for body in (" ".join(part.split()) for part in (text, html)):
        assert "Room for all 60,000 pairs; " in body
        assert "Athletic / running / training" in body
        assert "¥40–60 a pair" in body.replace(weeks.JOINER, "")
        assert "Putian · Documents reviewed" in body
        links = [f"/matches/{match.code}/" in body for match in Match.objects.all()]
        assert links == [True, True, True]
        assert f"/orders/{order.code}/matches/" in body
        hidden = [offers[0].title, offers[0].company.name_zh, offers[0].company.name_en]
        assert [word for word in hidden if word in body] == []


def test_mail_shows_the_best_three_of_a_post(brand, factory_company, order, offers, rescore):
    OfferFactory.create_batch(2, company=factory_company)
    rescore()
    announcements.announce_matches(matches=Match.objects.values_list("pk", flat=True))

    shown, _action, _print = new_matches(brand, told(brand)).blocks

    assert (len(shown.cards), shown.more) == (3, "and 2 more")


def test_the_days_mail_has_the_matches_whole(brand, order, offers):
    kind = kinds.get("match_found")
    rows = told(brand)
    part = personal.DigestPart(kind, rows, new_matches(brand, rows))
    other = personal.DigestPart(kinds.get("match_mutual"), [], Email("", []))

    subject, text, _html = text_of(personal.digest([part, other]), brand)

    assert subject == "Your day: 1 new item"  # three matches of one post are one
    assert text.count("¥40–60 a pair") == 3


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
    assert [total.value for total in home.own_totals(brand, brand_company)] == [3, 0, 0]
    assert home.todos(brand, None) == home.own_totals(brand, None) == []
