"""A schedule drawn up in the worker, looked at, taken over; changes that move as few as possible."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.services.partners import block_partner
from matchmaking.core.errors import InvalidInput, NotAllowed
from matchmaking.core.models import Job
from matchmaking.core.transitions import IllegalTransition
from matchmaking.docking import emails, queries
from matchmaking.docking.day_model import EventDay
from matchmaking.docking.models import Meeting, ScheduleRun, Seat
from matchmaking.docking.presentation import schedule as words
from matchmaking.docking.services import meetings, registrations, runs
from matchmaking.docking.services.base import WrongPhase
from matchmaking.docking.services.runs import OutOfDate
from matchmaking.docking.states import EventPhase, MeetingState, RunState
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.docking.conftest import Hall, open_to


def draw(hall, kind="plan", /, **request):
    """Ask for a run and let the worker do it."""
    run = runs.start(event=hall.event, kind=kind, by=hall.officer, at=hall.at, asked=request)
    runs.work(run_id=run.pk, job_id=run.job_id)
    run.refresh_from_db()
    return run


def take_over(hall, run):
    return runs.apply(run=run, by=hall.officer, at=hall.at)


def planned(hall):
    take_over(hall, draw(hall))
    return queries.meetings_in_order(hall.event)


def meeting_of(hall, *names):
    rows = {hall.rows[name].pk for name in names}
    return next(
        meeting
        for meeting in queries.meetings_in_order(hall.event)
        if {seat.registration_id for seat in meeting.seats.all()} == rows
    )


@pytest.fixture
def wished(hall):
    """Two brands and two factories that all want one another, and the choice closed."""
    hall.wish_all()
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)
    return hall


def told(person):
    return Notification.objects.filter(recipient=person, kind="docking_agenda").count()


def test_worker_draws_up_what_an_officer_takes_over(wished):
    run = runs.start(event=wished.event, kind="plan", by=wished.officer, at=wished.at)
    message = OutboxMessage.objects.get(kind=runs.MESSAGE)
    assert (run.state, message.subject) == (RunState.WORKING, {"run": run.pk, "job": run.job_id})
    for _twice in range(2):
        runs.work(run_id=run.pk, job_id=run.job_id)
    run.refresh_from_db()
    assert (run.state, Job.objects.get().state) == (RunState.PROPOSED, "done")
    assert not Meeting.objects.exists()

    take_over(wished, run)

    found = queries.meetings_in_order(wished.event)
    assert len(found) == 4
    assert run.outcome["figures"]["rounds"] == 2
    # Provisional: nobody is told a time that may still change.
    assert [told(person) for person in wished.people.values()] == [0, 0, 0, 0]
    with pytest.raises(IllegalTransition):
        take_over(wished, run)


def test_a_no_is_never_scheduled_whoever_must(hall):
    hall.wish_all("must")
    hall.choose("factory0", brand0="no")
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)

    found = planned(hall)

    pairs = [{seat.registration_id for seat in row.seats.all()} for row in found]
    assert {hall.rows["factory0"].pk, hall.rows["brand0"].pk} not in pairs
    assert len(pairs) == 3


def test_a_blocked_partner_is_never_scheduled(wished):
    brand, factory = wished.rows["brand0"].company, wished.rows["factory0"].company
    factory.uscc = "91350300MA2XXXXX0X"
    factory.save(update_fields=["uscc"])
    block_partner(company=brand, partner=factory.uscc, by=wished.people["brand0"])

    assert frozenset((brand.pk, factory.pk)) in EventDay(wished.event).closed_pairs


def test_who_asked_alone_meets_who_stands_by_and_nobody_else(event, officer, at):
    hall = Hall(event, officer, at, stands_by=True)
    hall.choose("brand0", factory0="must", factory1="would")
    row = hall.rows["factory1"]
    row.stands_by = False
    row.save(update_fields=["stands_by"])

    wanted = EventDay(event).wanted

    assert [(one.code, one.origin) for one in wanted] == [
        (f"{hall.rows['brand0'].pk}-{hall.rows['factory0'].pk}", "asked")
    ]


def test_absence_and_hours_are_kept(hall):
    hall.wish_all()
    slots = list(queries.slots_of(hall.event))
    person = hall.rows["brand0"].agendas.get().attendees.get()
    person.here_from = slots[4].starts_at
    person.save(update_fields=["here_from"])
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)

    found = planned(hall)

    mine = [
        row
        for row in found
        if hall.rows["brand0"].pk in {s.registration_id for s in row.seats.all()}
    ]
    assert sorted(row.slot_id for row in mine) == [slots[4].pk, slots[5].pk]


def test_too_many_musts_are_named_in_words_with_what_would_help(event, officer, at):
    hall = Hall(event, officer, at, brands=1, factories=7)
    hall.wish_all("must")
    open_to(event, officer, at, EventPhase.PROVISIONAL)

    run = draw(hall)

    found = words.run_words(run, {})
    company = hall.rows["brand0"].company.name
    assert found.clashes[0].sentence == f"{company} must meet 7 companies in 6 slots."
    assert any("Have a second person" in way for way in found.clashes[0].ways)
    assert len(found.added) == 6
    assert len(found.left_out) == 1


def test_a_moved_meeting_moves_nobody_else_and_stays_where_it_was_put(wished):
    planned(wished)
    meeting = meeting_of(wished, "brand0", "factory0")
    last = queries.slots_of(wished.event).last()
    run = draw(wished, "move", meeting=meeting.pk, slot=last.pk)

    found = words.run_words(run, queries.standing_by_code(wished.event))
    assert len(found.moved) == 1
    assert run.outcome["figures"] == {"others": 0, "others_bound": 0, "is_least": True}
    assert take_over(wished, run) == 2
    meeting.refresh_from_db()
    assert (meeting.slot, meeting.is_pinned, meeting.sequence) == (last, True, 1)
    # A whole new schedule keeps what is pinned.
    take_over(wished, draw(wished))
    meeting.refresh_from_db()
    assert meeting.slot == last


def test_two_meetings_swap_their_slots(wished):
    planned(wished)
    one, other = meeting_of(wished, "brand0", "factory0"), meeting_of(wished, "brand0", "factory1")
    before = one.slot_id, other.slot_id
    take_over(wished, draw(wished, "swap", meeting=one.pk, other=other.pk))

    one.refresh_from_db()
    other.refresh_from_db()
    assert (other.slot_id, one.slot_id) == before


def test_cut_slot_orphans_nothing(wished):
    found = planned(wished)
    slot = found[0].slot
    take_over(wished, draw(wished, "cut", slot=slot.pk))

    slot.refresh_from_db()
    standing = queries.meetings_in_order(wished.event)
    assert slot.is_cut
    assert len(standing) == 4
    assert slot.pk not in {row.slot_id for row in standing}


def test_fewer_tables_move_what_stood_there(wished):
    planned(wished)
    first, second = queries.halls_of(wished.event)
    take_over(wished, draw(wished, "tables", hall=first.pk, tables=1))

    standing = queries.meetings_in_order(wished.event)
    first.refresh_from_db()
    assert first.tables == 1
    assert len(standing) == 4
    assert all(row.hall_id == second.pk or row.table == 1 for row in standing)


def test_change_of_another_schedule_is_not_taken_over(wished):
    planned(wished)
    meeting = meeting_of(wished, "brand0", "factory0")
    last = queries.slots_of(wished.event).last()
    run = draw(wished, "move", meeting=meeting.pk, slot=last.pk)
    meetings.drop(meeting=meeting_of(wished, "brand1", "factory1"), by=wished.officer, at=wished.at)

    with pytest.raises(OutOfDate), transaction.atomic():
        take_over(wished, run)
    meeting.refresh_from_db()
    assert meeting.slot != last


def test_another_run_takes_the_place_of_one_that_waits(wished):
    first = draw(wished)
    second = draw(wished)

    first.refresh_from_db()
    assert (first.state, second.state) == (RunState.DISCARDED, RunState.PROPOSED)


def test_day_without_wishes_is_an_empty_schedule(hall):
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)

    run = draw(hall)

    assert (run.state, run.outcome["places"]) == (RunState.PROPOSED, {})


def test_nobody_is_at_two_tables_and_no_table_holds_two(wished):
    first, second = planned(wished)[:2]
    with pytest.raises(IntegrityError, match="one_meeting"), transaction.atomic():
        Meeting.objects.filter(pk=first.pk).update(
            during=second.during, hall=second.hall, table=second.table
        )
    seat = first.seats.first()
    other = Seat.objects.exclude(agenda=seat.agenda).first()
    with pytest.raises(IntegrityError, match="one_table"), transaction.atomic():
        Seat.objects.filter(pk=other.pk).update(agenda=seat.agenda, during=seat.during)


def test_publishing_tells_everybody_and_a_change_those_whom_it_moves(wished):
    planned(wished)
    open_to(wished.event, wished.officer, wished.at, EventPhase.FINAL)
    assert [told(person) for person in wished.people.values()] == [1, 1, 1, 1]
    meeting = meeting_of(wished, "brand0", "factory0")
    meeting.event.refresh_from_db()
    meetings.drop(meeting=meeting, by=wished.officer, at=wished.at)

    assert {name: told(person) for name, person in wished.people.items()} == {
        "brand0": 2,
        "brand1": 1,
        "factory0": 2,
        "factory1": 1,
    }
    rows = list(
        Notification.objects.filter(recipient=wished.people["brand0"], kind="docking_agenda")
    )
    mail = emails.write_agenda(wished.people["brand0"], rows)
    said = "\n".join(block.plain for block in mail.blocks)
    assert wished.rows["factory1"].company.name in said
    assert wished.rows["factory0"].company.name not in said
    open_to(wished.event, wished.officer, wished.at, EventPhase.PROVISIONAL)
    assert emails.write_agenda(wished.people["brand0"], rows) is None


def test_company_that_leaves_gives_its_meetings_up(wished):
    planned(wished)
    registrations.withdraw(
        registration=wished.rows["brand0"], by=wished.people["brand0"], at=wished.at
    )

    states = set(
        Meeting.objects.filter(seats__registration=wished.rows["brand0"]).values_list(
            "state", flat=True
        )
    )
    assert states == {MeetingState.DROPPED}
    assert len(queries.meetings_in_order(wished.event)) == 2


def test_officers_alone_plan_and_only_once_the_choice_is_closed(hall):
    with pytest.raises(WrongPhase):
        runs.start(event=hall.event, kind="plan", by=hall.officer, at=hall.at)
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)
    with pytest.raises(NotAllowed):
        runs.start(event=hall.event, kind="plan", by=hall.people["brand0"], at=hall.at)
    with pytest.raises(InvalidInput):
        runs.start(event=hall.event, kind="cut", by=hall.officer, at=hall.at, asked={"slot": 10**9})

    assert not ScheduleRun.objects.exists()


class TestPages:
    def address(self, name, hall):
        return reverse(f"docking:{name}", args=[hall.event.code])

    @pytest.fixture
    def desk(self, client, wished):
        client.force_login(wished.officer)
        client.cookies["django_language"] = "en"
        return client

    def test_officer_draws_up_looks_and_takes_over(self, desk, wished):
        url = self.address("schedule", wished)
        desk.post(url, {"kind": "plan"})
        assert "The worker is at it" in desk.get(url).content.decode()
        run = ScheduleRun.objects.get()
        runs.work(run_id=run.pk, job_id=run.job_id)
        page = desk.get(url).content.decode()
        assert "Would be added" in page
        assert "4 meetings" in page
        desk.post(self.address("decide", wished), {"run": run.code, "decision": "apply"})

        assert Meeting.objects.count() == 4
        assert wished.rows["brand0"].company.name in desk.get(url).content.decode()

    def test_meeting_is_pinned_moved_and_given_up_on_its_page(self, desk, wished):
        meeting = planned(wished)[0]
        url = reverse("docking:meeting", args=[meeting.code])
        assert "Pin it here" in desk.get(url).content.decode()
        desk.post(url, {"step": "pin"})
        meeting.refresh_from_db()
        assert meeting.is_pinned
        last = queries.slots_of(wished.event).last()
        desk.post(url, {"step": "move", "slot": last.pk})
        assert ScheduleRun.objects.filter(kind="move", state="working").exists()
        desk.post(url, {"step": "drop"})
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.DROPPED

    @pytest.mark.parametrize("name", ["schedule", "agenda", "agenda-ics", "agenda-xlsx"])
    def test_others_find_nothing_there(self, client, wished, stranger, name):
        client.force_login(stranger)
        assert client.get(self.address(name, wished)).status_code in (403, 404)

    def test_agenda_is_nobodys_before_it_is_published(self, client, wished):
        planned(wished)
        client.force_login(wished.people["brand0"])
        assert client.get(self.address("agenda", wished)).status_code == 404
        open_to(wished.event, wished.officer, wished.at, EventPhase.FINAL)

        page = client.get(self.address("agenda", wished)).content.decode()

        assert wished.rows["factory0"].company.name in page
        assert wished.rows["factory1"].company.name in page
        assert wished.rows["brand1"].company.name not in page


def test_the_periods_of_meetings_are_those_of_their_slots(wished):
    for row in planned(wished):
        assert (row.during.lower, row.during.upper) == (row.slot.starts_at, row.slot.ends_at)
        assert row.during.upper - row.during.lower == dt.timedelta(minutes=20)
