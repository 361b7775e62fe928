"""Records of facts: cases, shares, who reads them, objections; and facts that others may hear."""

import datetime as dt

import pytest
from django.urls import reverse

from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.registry import isolated
from matchmaking.deals import facts, slots, track_records
from matchmaking.deals.models import Intention, RecordObjection
from matchmaking.deals.services import fulfilment, intentions, objections
from matchmaking.deals.states import RecordFact
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.services import endings
from matchmaking.matching.states import MatchSide
from matchmaking.notifications import outbox
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.deals.conftest import Talk
from tests.factories import CompanyFactory

DAY = dt.timedelta(days=1)


def shares(company, at):
    return {one.fact: (one.met, one.cases) for one in track_records.shares_of(company, at=at)}


def contract(talk, deal):
    act = {"intention": deal, "side": "offer", "by": talk.maker}
    fulfilment.record_contract(**act, number="HT", at=talk.at)
    return act


@pytest.fixture
def five(db, at):
    """A factory with five contracts: three delivered in time, one late, one never."""
    factory = CompanyFactory(kind="factory")
    talks = [Talk(at, factory=factory) for _ in range(5)]
    for number, talk in enumerate(talks):
        deal = talk.agree(pairs=1_000, first=0, last=1)
        act = contract(talk, deal)
        end = deal.terms.last_week + 6 * DAY
        day = {3: end + DAY}.get(number, end)
        if number < 4:
            moment = at + 30 * DAY
            fulfilment.record_delivery(**act, pairs=1_000, delivered_on=day, at=moment)
        talk.deal = deal
    return talks


def test_deliveries_count_once_their_last_week_is_over(five, at):
    factory = five[0].factory

    assert shares(factory, at)[RecordFact.HONOURED] == (5, 5)
    # Today those that are delivered are settled; the one that is not may still come in time.
    assert shares(factory, at)[RecordFact.ON_TIME] == (3, 4)
    later = shares(factory, at + 60 * DAY)
    assert later[RecordFact.ON_TIME] == (3, 5)
    assert later[RecordFact.IN_FULL] == (4, 5)


def test_who_answers_after_the_other_sides_yes_answered_in_time(five, talk, at):
    assert shares(five[0].factory, at)[RecordFact.ANSWERED] == (5, 5)
    # The brand said yes first: nobody waited for it.
    assert RecordFact.ANSWERED not in shares(talk.brand, at)


def test_match_that_ran_out_is_a_case_against_who_was_waited_for(talk, at):
    Answer.objects.filter(match=talk.match, side="offer").delete()
    Match.objects.filter(pk=talk.match.pk).update(
        state="interested", mutual_at=None, answer_by=at - DAY
    )
    endings.expire_due_matches(at=at)

    assert shares(talk.factory, at)[RecordFact.ANSWERED] == (0, 1)
    assert RecordFact.ANSWERED not in shares(talk.brand, at)


def test_withdrawal_is_held_against_the_side_that_withdrew(talk, at):
    deal = talk.agree()
    intentions.withdraw(intention=deal, side="order", reason="price", by=talk.buyer, at=at)

    assert shares(talk.brand, at)[RecordFact.HONOURED] == (0, 1)
    assert shares(talk.factory, at)[RecordFact.HONOURED] == (1, 1)


def test_orders_placed_are_those_with_a_confirmed_deal(talk, at):
    other = Talk(at, brand=talk.brand)
    orders = ProcessingOrder.objects.filter(company=talk.brand)
    orders.update(published_at=at)
    assert RecordFact.PLACED not in shares(talk.brand, at)
    talk.agree()
    ProcessingOrder.objects.filter(pk=other.order.pk).update(state="closed")

    assert shares(talk.brand, at)[RecordFact.PLACED] == (1, 2)


def test_partner_reads_it_from_five_cases_on_and_rounded(five, talk, at):
    assert track_records.shown_shares(talk.factory, at=at) == []

    (answered, honoured) = [
        one
        for one in track_records.shown_shares(five[0].factory, at=at)
        if one.fact in {RecordFact.ANSWERED, RecordFact.HONOURED}
    ]
    assert (answered.rounded, answered.at_least, honoured.percent) == (100, 5, 100)
    late = track_records.Share(fact=RecordFact.ON_TIME, cases=7, met=6)
    assert (late.percent, late.rounded, late.at_least) == (86, 90, 5)


def test_record_stands_on_the_match_while_the_two_talk(five, rf):
    match = five[0].match
    told = slots.record_of_partner(rf.get("/"), match=match, side=MatchSide.ORDER)
    assert (told["partner"], len(told["shares"])) == (five[0].factory, 2)
    # The brand has answered nobody: its partner reads nothing of it, and officers have a table.
    assert slots.record_of_partner(rf.get("/"), match=match, side=MatchSide.OFFER) is None
    assert slots.record_of_partner(rf.get("/"), match=match, side=None) is None

    match.state = "ended"
    assert slots.record_of_partner(rf.get("/"), match=match, side=MatchSide.ORDER) is None


class TestObjections:
    @pytest.fixture
    def against(self, five, at):
        """A case held against the factory: the contract that was delivered late."""
        found = track_records.cases_of(five[0].factory, at=at)
        return next(one for one in found if one.fact == RecordFact.ON_TIME and not one.is_met)

    def raised(self, talk, case, at):
        return objections.raise_objection(
            company=talk.factory,
            fact=case.fact,
            case=case.code,
            reason="The brand asked for a later week",
            by=talk.maker,
            at=at,
        )

    def test_case_counts_until_it_is_upheld(self, five, against, officer, at):
        found = self.raised(five[0], against, at)
        assert shares(five[0].factory, at)[RecordFact.ON_TIME] == (3, 4)

        objections.decide_objection(
            objection=found, uphold=True, note="Seen the letter", by=officer, at=at
        )

        assert shares(five[0].factory, at)[RecordFact.ON_TIME] == (3, 3)
        assert shares(five[0].factory, at)[RecordFact.IN_FULL] == (4, 4)
        kinds = Notification.objects.filter(kind="objection_decided")
        assert {row.company_id for row in kinds} == {five[0].factory.pk}

    def test_dismissed_one_leaves_it_and_is_not_raised_again(self, five, against, officer, at):
        found = self.raised(five[0], against, at)
        objections.decide_objection(objection=found, uphold=False, note="", by=officer, at=at)

        assert shares(five[0].factory, at)[RecordFact.ON_TIME] == (3, 4)
        with pytest.raises(Conflict):
            self.raised(five[0], against, at)
        with pytest.raises(Conflict):
            objections.decide_objection(objection=found, uphold=True, note="", by=officer, at=at)

    def test_nobody_objects_for_another_or_to_a_case_that_is_not_there(
        self, five, against, stranger, at
    ):
        with pytest.raises(NotAllowed):
            objections.raise_objection(
                company=five[0].factory,
                fact=against.fact,
                case=against.code,
                reason="x",
                by=stranger,
                at=at,
            )
        with pytest.raises(InvalidInput):
            objections.raise_objection(
                company=five[0].factory,
                fact=RecordFact.PLACED,
                case=against.code,
                reason="x",
                by=five[0].maker,
                at=at,
            )
        with pytest.raises(NotAllowed):
            objections.decide_objection(
                objection=self.raised(five[0], against, at),
                uphold=True,
                note="",
                by=five[0].maker,
                at=at,
            )

    def test_company_objects_on_its_page_and_an_officer_decides_in_the_workbench(
        self, client, five, against, officer, settings, at
    ):
        maker = five[0].maker
        client.cookies["django_language"] = "en"
        client.force_login(maker)
        url = reverse("deals:objection", args=[against.fact, against.code])
        assert url in client.get(reverse("deals:record")).content.decode()
        assert client.post(url, {"reason": ""}).status_code == 422
        client.post(url, {"reason": "The brand asked for a later week"})
        assert "Waits for the association" in client.get(reverse("deals:record")).content.decode()

        settings.OFFICERS_NEED_TOTP = False
        client.force_login(officer)
        found = RecordObjection.objects.get()
        shown = client.get(reverse("admin:deals_recordobjection_change", args=[found.pk]))
        assert "The brand asked for a later week" in shown.content.decode()
        step = reverse("admin:deals_recordobjection_step", args=[found.pk, "uphold"])
        client.post(step, {"note": "Seen the letter"})

        found.refresh_from_db()
        assert (found.state, found.decision_note) == ("upheld", "Seen the letter")
        client.force_login(maker)
        assert "Seen the letter" in client.get(reverse("deals:record")).content.decode()

    def test_case_of_another_company_is_not_there(self, client, five, against, stranger):
        client.force_login(stranger)

        url = reverse("deals:objection", args=[against.fact, against.code])
        assert client.get(url).status_code == 404


def test_formula_is_a_public_page(client, db):
    client.cookies["django_language"] = "en"
    said = " ".join(client.get(reverse("deals:record-formula")).content.decode().split())

    assert "It is shown from 5 cases on" in said


def test_facts_of_deals_reach_who_subscribed_and_wait_for_nobody(talk, at):
    def kinds():
        return list(
            OutboxMessage.objects.filter(kind__startswith="deals.")
            .order_by("pk")
            .values_list("kind", flat=True)
        )

    deal = talk.propose()
    assert kinds() == []
    with isolated():
        for kind in facts.LABELS:
            outbox.subscribe(kind, lambda rows: None, name="webhooks")
        talk.confirm(deal)
        deal.refresh_from_db()
        act = contract(talk, deal)
        fulfilment.record_delivery(**act, pairs=10, delivered_on=at.date(), at=at)
        talk.propose(pairs=61_000)
        deal.refresh_from_db()
        intentions.withdraw(intention=deal, side="order", reason="price", by=talk.buyer, at=at)

    assert kinds() == [
        f"{kind}>webhooks"
        for kind in (
            facts.CONFIRMED,
            facts.CONTRACTED,
            facts.DELIVERED,
            facts.PROPOSED,
            facts.ENDED,
        )
    ]
    row = OutboxMessage.objects.filter(kind__startswith="deals.").first()
    assert row.subject == {"intention": Intention.objects.get().pk}
