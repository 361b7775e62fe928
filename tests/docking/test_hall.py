"""The day itself: check-in, no-shows whose table goes to who stands by, outcomes, a deal at the table."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.core.trade_day import trade_week
from matchmaking.deals.models import Intention
from matchmaking.docking import emails, queries, results
from matchmaking.docking.models import Attendee, Meeting, Outcome, Passage, TableOffer
from matchmaking.docking.services import attendance, events, outcomes, presence, refills
from matchmaking.docking.services.base import WrongPhase
from matchmaking.docking.states import EventPhase, MeetingState, OfferState
from matchmaking.matching.ranking import rescore_posts
from matchmaking.notifications.models import Notification
from tests.docking.conftest import Hall, open_to
from tests.docking.test_schedule import draw, meeting_of, take_over
from tests.factories import OfferFactory, OrderFactory

MINUTE = dt.timedelta(minutes=1)


class Day(Hall):
    """A docking day that is on, with a schedule; everybody stands by."""

    def __init__(self, event, officer, at, **more):
        super().__init__(event, officer, at, stands_by=True, **more)

    def begin(self):
        self.event.frees_tables = True
        self.event.save(update_fields=["frees_tables"])
        open_to(self.event, self.officer, self.at, EventPhase.PROVISIONAL)
        take_over(self, draw(self))
        open_to(self.event, self.officer, self.at, EventPhase.FINAL, EventPhase.RUNNING)
        self.starts = queries.slots_of(self.event).first().starts_at

    def come(self, *names, at=None):
        for name in names:
            person = Attendee.objects.get(name=name)
            presence.check(
                attendee=person,
                is_in=True,
                key=uuid.uuid4(),
                by=self.officer,
                at=at or self.starts - 30 * MINUTE,
            )

    def answer(self, offer, name, at, *, is_accepted=True):
        return refills.answer(offer=offer, by=self.people[name], is_accepted=is_accepted, at=at)


@pytest.fixture
def day(event, officer, at):
    """Two of three brands and two of three factories have a meeting in the first slot."""
    found = Day(event, officer, at, brands=3, factories=3)
    found.choose("brand0", factory0="must")
    found.choose("factory0", brand0="must")
    order = OrderFactory(company=found.rows["brand1"].company)
    offer = OfferFactory(company=found.rows["factory1"].company)
    rescore_posts(orders=[order.pk], offers=[offer.pk], at=at)
    found.rows["brand1"].orders.add(order)
    found.rows["factory1"].offers.add(offer)
    found.begin()
    return found


def test_a_badge_scanned_twice_is_one_passage(day):
    person, key = Attendee.objects.get(name="brand0"), uuid.uuid4()
    for _twice in range(2):
        presence.check(attendee=person, is_in=True, key=key, by=day.officer, at=day.starts)

    assert Passage.objects.count() == 1
    assert queries.is_here(person)
    presence.check(
        attendee=person, is_in=False, key=uuid.uuid4(), by=day.officer, at=day.starts + MINUTE
    )
    assert not queries.is_here(person)
    with pytest.raises(NotAllowed):
        presence.check(
            attendee=person, is_in=True, key=uuid.uuid4(), by=day.people["brand0"], at=day.starts
        )


def test_who_does_not_come_leaves_the_table_to_the_best_pair_that_stands_by(day):
    day.come("brand0", "brand1", "factory1", "brand2")
    now = day.starts + 5 * MINUTE
    assert attendance.settle_due(at=now) == 1

    missed = meeting_of_state(day, MeetingState.MISSED)
    offer = TableOffer.objects.get()
    names = {side.registration_id for side in offer.sides.all()}
    assert names == {day.rows["brand1"].pk, day.rows["factory1"].pk}
    assert (offer.hall, offer.table, offer.offered_at) == (missed.hall, missed.table, now)
    assert [
        Notification.objects.filter(recipient=day.people[name], kind="docking_table").count()
        for name in ("brand1", "factory1", "brand2")
    ] == [1, 1, 0]
    day.answer(offer, "brand1", now + MINUTE / 6)
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN
    day.answer(offer, "factory1", now + MINUTE / 3)

    offer.refresh_from_db()
    assert offer.state == OfferState.SEATED
    assert (offer.seated.slot, offer.seated.table, offer.seated.origin) == (
        missed.slot,
        missed.table,
        "refill",
    )
    # Seated within two minutes of the no-show.
    assert offer.settled_at - now < 2 * MINUTE


class TestHallsWithoutScanner:
    """Who is not checked in is a no-show only where badges are scanned and officers want it."""

    def test_nobody_misses_anything_before_the_first_badge_of_the_day(self, day):
        assert attendance.settle_due(at=day.starts + 60 * MINUTE) == 0
        assert not Meeting.objects.filter(state=MeetingState.MISSED).exists()

        day.come("brand1", at=day.starts - dt.timedelta(days=1))
        assert attendance.settle_due(at=day.starts + 60 * MINUTE) == 0

        day.come("brand2", at=day.starts - MINUTE)
        assert attendance.settle_due(at=day.starts + 5 * MINUTE) == 1
        assert meeting_of_state(day, MeetingState.MISSED)

    def test_tables_stay_while_the_switch_is_off(self, day):
        day.event.frees_tables = False
        day.event.save(update_fields=["frees_tables"])
        day.come("brand0", "brand1", "factory1")

        assert attendance.settle_due(at=day.starts + 60 * MINUTE) == 0
        assert not TableOffer.objects.exists()
        attendance.miss(
            meeting=meeting_of(day, "brand0", "factory0"), by=day.officer, at=day.starts + MINUTE
        )
        assert TableOffer.objects.exists()

    def test_a_first_badge_says_nothing_of_meetings_that_were_over_by_then(self, day):
        day.come("brand2", at=day.starts + 20 * MINUTE)

        assert attendance.settle_due(at=day.starts + 60 * MINUTE) == 0

    def test_whoever_queues_at_a_scanner_that_opens_late_has_five_minutes(self, day):
        opened = day.starts + 8 * MINUTE
        day.come("brand2", at=opened)

        assert attendance.settle_due(at=opened + 4 * MINUTE) == 0
        assert attendance.settle_due(at=opened + 5 * MINUTE) == 1

    def test_a_new_event_frees_no_table_by_itself(self, event):
        assert event.frees_tables is False


def meeting_of_state(day, state):
    return Meeting.objects.get(event=day.event, state=state)


def test_a_pair_of_which_one_said_no_is_never_offered_a_table(event, officer, at):
    day = Day(event, officer, at, brands=2, factories=2)
    day.choose("brand0", factory0="must")
    day.choose("factory0", brand0="must")
    day.choose("factory1", brand1="no")
    order = OrderFactory(company=day.rows["brand1"].company)
    offer = OfferFactory(company=day.rows["factory1"].company)
    rescore_posts(orders=[order.pk], offers=[offer.pk], at=at)
    day.rows["brand1"].orders.add(order)
    day.rows["factory1"].offers.add(offer)
    day.begin()
    day.come("brand0", "brand1", "factory1")

    attendance.settle_due(at=day.starts + 5 * MINUTE)

    assert not TableOffer.objects.exists()


def test_an_offer_that_nobody_answers_expires_and_is_not_made_again(day):
    day.come("brand0", "brand1", "factory1")
    now = day.starts + 5 * MINUTE
    attendance.settle_due(at=now)
    offer = TableOffer.objects.get()
    attendance.settle_due(at=now + 2 * MINUTE)

    offer.refresh_from_db()
    assert offer.state == OfferState.EXPIRED
    assert TableOffer.objects.count() == 1
    with pytest.raises(Conflict, match="no longer free"):
        day.answer(offer, "brand1", now + 2 * MINUTE)


def test_a_no_settles_the_offer_and_strangers_cannot_answer(day, stranger):
    day.come("brand0", "brand1", "factory1")
    now = day.starts + 5 * MINUTE
    attendance.settle_due(at=now)
    offer = TableOffer.objects.get()
    with pytest.raises(NotAllowed):
        refills.answer(offer=offer, by=stranger, is_accepted=True, at=now)
    day.answer(offer, "factory1", now, is_accepted=False)

    offer.refresh_from_db()
    assert (offer.state, offer.seated) == (OfferState.TURNED_DOWN, None)


def test_one_table_is_offered_to_one_pair_at_a_time(day):
    day.come("brand0", "brand1", "factory1")
    attendance.settle_due(at=day.starts + 5 * MINUTE)
    offer = TableOffer.objects.get()

    with pytest.raises(IntegrityError, match="one_pair"), transaction.atomic():
        TableOffer.objects.create(
            event=offer.event,
            missed=offer.missed,
            slot=offer.slot,
            hall=offer.hall,
            table=offer.table,
            offered_at=offer.offered_at,
            answer_by=offer.answer_by,
        )


def test_a_slot_that_is_almost_over_is_offered_to_nobody(day):
    day.come("brand0", "brand1", "factory1")

    attendance.settle_due(at=day.starts + 16 * MINUTE)

    assert meeting_of_state(day, MeetingState.MISSED)
    assert not TableOffer.objects.exists()


def test_two_sides_that_are_here_have_met_once_the_slot_is_over(day):
    day.come("brand0", "factory0")

    assert attendance.settle_due(at=day.starts + 10 * MINUTE) == 0
    assert attendance.settle_due(at=day.starts + 20 * MINUTE) == 1
    assert meeting_of_state(day, MeetingState.HELD)


def test_each_side_tells_its_outcome_in_one_tap_and_the_last_counts(day):
    meeting = meeting_of(day, "brand0", "factory0")
    with pytest.raises(Conflict, match="not begun"):
        outcomes.say(meeting=meeting, kind="talk", by=day.people["brand0"], at=day.starts - MINUTE)
    for name, kind in (("brand0", "talk"), ("factory0", "sample"), ("brand0", "intention")):
        outcomes.say(meeting=meeting, kind=kind, by=day.people[name], at=day.starts + MINUTE)
    with pytest.raises(NotAllowed):
        outcomes.say(meeting=meeting, kind="no", by=day.people["brand1"], at=day.starts + MINUTE)

    assert sorted(Outcome.objects.values_list("kind", flat=True)) == ["intention", "sample"]
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD


def test_nothing_is_taken_once_the_day_is_closed(day):
    meeting = meeting_of(day, "brand0", "factory0")
    events.move_phase(event=day.event, target="closed", by=day.officer, at=day.starts)

    with pytest.raises(WrongPhase):
        outcomes.say(meeting=meeting, kind="talk", by=day.people["brand0"], at=day.starts + MINUTE)


class TestPages:
    @pytest.fixture
    def on(self, day):
        """Let the clock stand two minutes into the first slot."""
        with time_machine.travel(day.starts + 2 * MINUTE, tick=False):
            yield day

    def page(self, client, name, thing, user):
        client.force_login(user)
        client.cookies["django_language"] = "en"
        return " ".join(
            client.get(reverse(f"docking:{name}", args=[thing.code])).content.decode().split()
        )

    def test_officer_checks_in_and_out_by_the_badge(self, client, on):
        person = Attendee.objects.get(name="brand0")
        page = self.page(client, "badge", person, on.officer)
        assert "Check in" in page
        assert on.rows["factory0"].company.name in page
        url = reverse("docking:badge", args=[person.code])
        client.post(url, {"direction": "in", "key": uuid.uuid4()})
        assert "Check out" in self.page(client, "badge", person, on.officer)
        assert client.post(url, {"direction": "in", "key": "x"}).status_code == 404

    def test_hall_shows_who_is_missing_and_gives_the_table_away(self, client, on):
        on.come("brand0", "brand1", "factory1")
        page = self.page(client, "hall", on.event, on.officer)
        assert f"Missing: {on.rows['factory0'].company.name}" in page
        meeting = meeting_of(on, "brand0", "factory0")
        client.post(reverse("docking:hall", args=[on.event.code]), {"meeting": meeting.code})

        page = self.page(client, "hall", on.event, on.officer)
        assert "is offered to" in page
        assert "A table is free for you now" in self.page(
            client, "today", on.event, on.people["brand1"]
        )
        offer = TableOffer.objects.get()
        client.post(reverse("docking:answer-table", args=[offer.code]), {"answer": "yes"})
        assert offer.sides.filter(is_accepted=True).count() == 1

    def test_company_reads_now_and_next_and_taps_an_outcome(self, client, on):
        page = self.page(client, "today", on.event, on.people["brand0"])
        assert on.rows["factory0"].company.name in page
        meeting = meeting_of(on, "brand0", "factory0")
        client.post(reverse("docking:outcome", args=[meeting.code]), {"kind": "talk"})

        assert Outcome.objects.get().kind == "talk"
        client.force_login(on.people["brand1"])
        url = reverse("docking:outcome", args=[meeting.code])
        assert client.post(url, {"kind": "talk"}).status_code == 404

    def test_both_say_yes_at_the_table_and_the_way_to_a_deal_opens(self, client, on):
        on.come("brand0", "brand1", "factory1")
        attendance.miss(
            meeting=meeting_of(on, "brand0", "factory0"), by=on.officer, at=on.starts + MINUTE
        )
        offer = TableOffer.objects.get()
        for name in ("brand1", "factory1"):
            on.answer(offer, name, on.starts + 2 * MINUTE)
        offer.refresh_from_db()
        url = reverse("docking:say-yes", args=[offer.seated.code])
        for name in ("brand1", "factory1"):
            client.force_login(on.people[name])
            client.post(url)

        match = offer.seated.match
        match.refresh_from_db()
        assert match.state == "mutual"
        page = self.page(client, "today", on.event, on.people["brand1"])
        deal = reverse("docking:deal", args=[offer.seated.code])
        assert deal in page
        client.force_login(on.people["brand1"])
        week = trade_week().isoformat()
        figures = {"pairs": "5千", "unit_price": "46", "first_week": week, "last_week": week}
        refused = client.post(deal, {**figures, "pairs": "many"})
        assert refused.status_code == 422
        client.post(deal, figures)

        intention = Intention.objects.get()
        assert (intention.event, intention.terms.pairs) == (on.event.code, 5_000)
        assert list(results.intentions_of(on.event)) == [intention]

    def test_results_are_read_by_everybody_while_they_tell_of_nobody(self, client, on):
        assert "meetings planned" in self.page(client, "results", on.event, on.officer)
        client.force_login(on.people["brand0"])
        assert client.get(reverse("docking:results", args=[on.event.code])).status_code == 200
        assert results.figures_of(on.event).registered == 6


def test_mail_of_a_free_table_is_void_once_it_is_settled(day):
    day.come("brand0", "brand1", "factory1")
    now = day.starts + 5 * MINUTE
    attendance.settle_due(at=now)
    rows = list(Notification.objects.filter(recipient=day.people["brand1"], kind="docking_table"))

    mail = emails.write_table(day.people["brand1"], rows)

    assert "A table is free" in mail.subject
    day.answer(TableOffer.objects.get(), "brand1", now, is_accepted=False)
    assert emails.write_table(day.people["brand1"], rows) is None
