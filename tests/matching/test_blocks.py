"""A block names nobody: what is anonymous looks the same before and after, until it runs out."""

import datetime as dt

import pytest

from accounts.services import partners
from matchmaking.core.protections import Protection
from matchmaking.matching import conversations
from matchmaking.matching.models import Answer, Match, NearMiss
from matchmaking.matching.services import answers, endings, withdrawals
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.notifications.models import Notification
from tests.factories import OfferFactory, OrderFactory
from tests.matching.conftest import later
from tests.matching.test_follow import work

DAY = dt.timedelta(days=1)


@pytest.fixture
def block(match, brand, brand_company, factory_company):
    """Let the brand block the factory whose anonymous match it sees."""

    def run():
        partners.block_partner(company=brand_company, partner=str(factory_company.code), by=brand)
        work()

    return run


@pytest.fixture
def say(match, brand, factory, at):
    def answer(side, kind="interested", moment=at, **more):
        by = brand if side == "order" else factory
        return answers.answer_match(match=match, side=side, kind=kind, by=by, at=moment, **more)

    return answer


def seen(user):
    return list(Match.objects.visible_to(user).values_list("pk", "state"))


def test_an_anonymous_match_stays_through_the_nights_that_follow(
    match, block, rescore, brand, factory, at
):
    before = seen(brand), seen(factory)
    block()
    found = [(seen(brand), seen(factory))]
    for days in (1, 2, 7):
        rescore(moment=later(at, days))
        rescore(orders=[match.order], offers=[match.offer], moment=later(at, days))
        found.append((seen(brand), seen(factory)))

    assert found == [before] * 4


def test_a_near_miss_stays_too(brand, brand_company, factory_company, rescore, at):
    OrderFactory(company=brand_company, pairs=2_000)
    OfferFactory(company=factory_company)
    rescore()
    before = list(NearMiss.objects.values_list("order", "offer"))
    partners.block_partner(company=brand_company, partner=str(factory_company.code), by=brand)

    rescore(moment=later(at, 1))

    assert len(before) == 1
    assert list(NearMiss.objects.values_list("order", "offer")) == before


def test_no_new_match_arises_from_the_next_day_on(
    match, block, rescore, brand_company, factory_company, at
):
    block()
    OrderFactory(company=brand_company)
    OfferFactory(company=factory_company)

    rescore(moment=later(at, 1))

    assert list(Match.objects.proposed()) == [match]


def test_once_it_has_run_out_nothing_comes_back(match, block, rescore, order, at):
    block()
    endings.expire_due_matches(at=at + 31 * DAY)
    order.version += 1
    order.terms_version = order.version
    order.save()

    rescore(moment=later(at, 32))

    assert not Match.objects.proposed().exists()


@pytest.mark.parametrize("side", ["order", "offer"])
def test_a_first_yes_reaches_nobody_and_runs_out(
    match, block, say, brand, factory, brand_company, factory_company, at, side
):
    block()
    Notification.objects.all().delete()
    giver, other = (brand, factory) if side == "order" else (factory, brand)
    other_company = factory_company if side == "order" else brand_company

    answered = say(side)

    assert (answered.state, seen(giver)) == ("interested", [(match.pk, "interested")])
    assert (seen(other), Notification.objects.count()) == ([], 0)
    assert conversations.awaited_answers(other_company).count == 0
    with pytest.raises(NotAnswerable):
        say("offer" if side == "order" else "order")
    endings.remind_due_matches(at=at + 6 * DAY)
    endings.expire_due_matches(at=at + 8 * DAY)
    told = Notification.objects.values_list("kind", "recipient")
    assert list(told) == [("match_expired", giver.pk)]
    assert (seen(giver), seen(other)) == ([(match.pk, "expired")], [])


def test_a_decline_is_as_ever(match, block, say, brand, factory):
    block()

    say("order", "declined", reason="price")

    assert seen(brand) == seen(factory) == [(match.pk, "declined")]


def test_a_second_yes_is_refused_and_no_name_opens(match, block, say, brand, factory):
    say("offer")
    block()
    assert seen(brand) == seen(factory) == [(match.pk, "interested")]

    with pytest.raises(NotAnswerable) as refused:
        say("order")

    assert (refused.value.code, Answer.objects.count()) == ("gone", 1)
    assert seen(brand) == [(match.pk, "interested")]


def test_past_anonymous_matches_stay_readable(match, block, say, brand):
    say("offer", "declined", reason="price")
    block()

    assert seen(brand) == [(match.pk, "declined")]


def test_a_conversation_ends_at_once(match, block, say, brand, factory):
    say("order")
    say("offer")
    block()

    match.refresh_from_db()
    assert (match.state, match.end_cause) == ("ended", "blocked")
    assert seen(brand) == seen(factory) == []


def test_before_a_block_made_its_match_disappear(match, block, brand, settings):
    settings.PROTECTIONS_OFF = [Protection.EXCLUSIONS_WITH_THE_DAY.value]

    block()

    match.refresh_from_db()
    assert (match.end_cause, seen(brand)) == ("blocked", [])


def test_an_interest_taken_back_is_a_proposal_to_both_again(match, block, say, brand, factory, at):
    block()
    say("order")
    withdrawals.withdraw_interest(match=match, side="order", by=brand, at=at)
    again = seen(brand), seen(factory)
    withdrawals.undo_answer(match=match, side="order", by=brand, at=at)

    assert again == ([(match.pk, "proposed")], [(match.pk, "proposed")])
    assert (seen(brand), seen(factory)) == ([(match.pk, "interested")], [])
