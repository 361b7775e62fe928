"""An intention: proposed, confirmed by both, revised, withdrawn; its weeks in the ledger."""

import datetime as dt

import pytest

from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.trade_day import trade_week
from matchmaking.core.transitions import IllegalTransition
from matchmaking.deals.models import Confirmation, Intention
from matchmaking.deals.services import fulfilment, intentions
from matchmaking.deals.services.base import NotEnoughWeeks
from matchmaking.listings import reconciliation
from matchmaking.matching.services import endings
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.notifications.models import Notification
from tests.deals.conftest import figures


def weeks_of(talk):
    talk.offer.refresh_from_db()
    return sum(talk.offer.free), sum(talk.offer.held), sum(talk.offer.booked)


def told(user):
    rows = Notification.objects.visible_to(user).filter(kind__startswith="deal_")
    return list(rows.order_by("pk").values_list("kind", flat=True))


def withdraw(talk, intention, side="order", **more):
    by = talk.buyer if side == "order" else talk.maker
    values = {"reason": "timing", "at": talk.at} | more
    return intentions.withdraw(intention=intention, side=side, by=by, **values)


def test_proposal_is_confirmed_by_its_own_side_and_told_to_the_other(talk):
    found = talk.propose()

    assert (found.state, found.confirmed, found.terms.number) == ("proposed", None, 1)
    assert str(found.terms.amount) == "2790000.00"
    assert [row.side for row in found.terms.confirmations.all()] == ["order"]
    assert (told(talk.maker), told(talk.buyer)) == (["deal_proposed"], [])
    assert weeks_of(talk) == (260_000, 0, 0)


def test_confirmed_by_both_it_holds_the_earliest_free_weeks(talk):
    found = talk.agree()

    talk.offer.refresh_from_db()
    assert (found.state, found.confirmed, found.confirmed_at) == ("confirmed", found.terms, talk.at)
    assert talk.offer.held[:7] == [10_000] * 6 + [0]
    assert weeks_of(talk) == (200_000, 60_000, 0)
    assert told(talk.buyer) == ["deal_confirmed"]
    assert list(found.terms.confirmations.order_by("pk").values_list("side", "name")) == [
        ("order", talk.buyer.name),
        ("offer", talk.maker.name),
    ]


def test_figures_that_do_not_fit_are_refused_with_what_is_free_and_nothing_changes(talk):
    found = talk.propose(pairs=140_000, last=12)

    with pytest.raises(NotEnoughWeeks, match=r"130,000 pairs are free up to .*140,000"):
        talk.confirm(found)

    found.refresh_from_db()
    assert (found.state, Confirmation.objects.count()) == ("proposed", 1)
    assert weeks_of(talk) == (260_000, 0, 0)


def test_signing_again_within_an_order_and_two_firms_is_a_revision(talk):
    first = talk.agree(pairs=10_000)
    for pairs in (20_000, 30_000, 40_000, 50_000, 60_000):
        again = talk.agree(pairs=pairs)

    assert (first.pk, Intention.objects.count()) == (again.pk, 1)
    assert again.terms.number == 6
    assert weeks_of(talk) == (200_000, 60_000, 0)


def test_revision_counts_only_when_both_have_confirmed_it(talk):
    found = talk.agree(pairs=60_000)
    talk.propose(side="offer", pairs=80_000)

    found.refresh_from_db()
    assert (found.has_revision, found.standing.pairs, found.terms.pairs) == (True, 60_000, 80_000)
    assert weeks_of(talk)[1] == 60_000

    talk.confirm(found, side="order")
    found.refresh_from_db()
    assert (found.has_revision, found.standing.pairs) == (False, 80_000)
    assert weeks_of(talk) == (180_000, 80_000, 0)


def test_revision_may_use_the_weeks_that_the_intention_holds_itself(talk):
    talk.agree(pairs=130_000)

    talk.agree(pairs=129_000)

    assert weeks_of(talk)[1] == 129_000


def test_revision_is_turned_down_and_the_confirmed_figures_go_on(talk):
    found = talk.agree(pairs=60_000)
    talk.propose(side="offer", pairs=80_000)

    intentions.keep_confirmed(intention=found, side="order", by=talk.buyer, at=talk.at)

    found.refresh_from_db()
    assert (found.has_revision, found.terms.pairs) == (False, 60_000)
    assert told(talk.maker)[-1] == "deal_progress"


def test_withdrawing_gives_back_exactly_what_was_held(talk):
    found = talk.agree()

    withdraw(talk, found, note="The season was cut")

    found.refresh_from_db()
    assert (found.state, found.end_reason, found.hold) == ("withdrawn", "timing", None)
    assert weeks_of(talk) == (260_000, 0, 0)
    assert told(talk.maker)[-1] == "deal_ended"
    assert reconciliation.reconcile(talk.offer) == []


def test_after_a_withdrawal_the_two_may_begin_anew(talk):
    withdraw(talk, talk.agree())

    assert talk.propose().terms.number == 1
    assert Intention.objects.count() == 2


def test_contract_books_the_weeks_and_deliveries_end_it(talk):
    found = talk.agree()
    act = {"side": "offer", "by": talk.maker, "at": talk.at}

    fulfilment.record_contract(intention=found, number="HT-2027-018", **act)
    assert weeks_of(talk) == (200_000, 0, 60_000)

    day = talk.at.date()
    fulfilment.record_delivery(intention=found, pairs=25_000, delivered_on=day, **act)
    found.refresh_from_db()
    assert found.state == "contracted"
    fulfilment.record_delivery(intention=found, pairs=36_000, delivered_on=day, **act)
    found.refresh_from_db()
    assert (found.state, fulfilment.delivered_pairs(found)) == ("delivered", 61_000)
    with pytest.raises(IllegalTransition):
        withdraw(talk, found)


def test_revised_contract_stays_booked(talk):
    found = talk.agree()
    fulfilment.record_contract(
        intention=found, number="HT-1", side="order", by=talk.buyer, at=talk.at
    )

    talk.agree(pairs=70_000)

    assert weeks_of(talk) == (190_000, 0, 70_000)


@pytest.mark.parametrize(
    ("pairs", "days"), [(0, 0), (66_001, 0), (10_000, 1)], ids=["none", "too many", "tomorrow"]
)
def test_delivery_that_cannot_be_is_refused(talk, pairs, days):
    found = talk.agree()
    act = {"side": "offer", "by": talk.maker, "at": talk.at}
    fulfilment.record_contract(intention=found, number="HT-1", **act)

    with pytest.raises(InvalidInput):
        fulfilment.record_delivery(
            intention=found,
            pairs=pairs,
            delivered_on=talk.at.date() + dt.timedelta(days=days),
            **act,
        )


def test_other_figures_than_those_that_were_seen_are_not_confirmed(talk):
    found = talk.propose()
    talk.propose(pairs=50_000)

    with pytest.raises(Conflict, match="Other figures"):
        intentions.confirm(intention=found, side="offer", number=1, by=talk.maker, at=talk.at)


def test_nobody_speaks_for_another_company(talk, brand, officer):
    found = talk.propose()

    for by in (brand, talk.buyer, officer):
        with pytest.raises(NotAllowed):
            intentions.confirm(intention=found, side="offer", number=1, by=by, at=talk.at)
    with pytest.raises(NotAnswerable):
        intentions.propose(
            match=talk.match, side="offer", figures=figures(), by=talk.buyer, at=talk.at
        )


def test_without_a_conversation_there_is_no_deal(talk):
    endings.end_match(match=talk.match, side="order", by=talk.buyer, at=talk.at, note="")

    with pytest.raises(NotAnswerable):
        talk.propose()


def test_same_figures_twice_are_no_revision(talk):
    talk.propose()

    with pytest.raises(Conflict, match="stand already"):
        talk.propose()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("pairs", {"pairs": 0}),
        ("unit_price", {"price": "0"}),
        ("unit_price", {"price": "46.505"}),
        ("last_week", {"first": 5, "last": 4}),
    ],
)
def test_figures_that_no_deal_can_have_name_their_field(field, wrong):
    with pytest.raises(InvalidInput) as refused:
        figures(**wrong)

    assert refused.value.field == field


def test_weeks_lie_between_this_one_and_two_years_ahead(talk):
    with pytest.raises(InvalidInput, match="past"):
        talk.propose(first=-3, last=-1)
    with pytest.raises(InvalidInput, match="two years"):
        talk.propose(last=104)
    assert talk.propose(first=0, last=0).terms.last_week == trade_week()


def test_proposal_that_nobody_confirms_lapses_after_14_days(talk):
    found = talk.propose()

    assert intentions.lapse_due(at=talk.at + dt.timedelta(days=13)) == 0
    assert intentions.lapse_due(at=talk.at + dt.timedelta(days=14)) == 1
    found.refresh_from_db()
    assert found.state == "lapsed"
    assert told(talk.maker)[-1] == told(talk.buyer)[-1] == "deal_ended"
