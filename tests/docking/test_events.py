"""A docking day's frame: slots between breaks, halls, and phases that people or the clock move."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.trade_day import trade_day
from matchmaking.core.transitions import IllegalTransition
from matchmaking.docking import queries
from matchmaking.docking.models import TimeSlot, Walk
from matchmaking.docking.presentation import days, warnings
from matchmaking.docking.services import events
from matchmaking.docking.services.base import WrongPhase
from matchmaking.docking.states import EventPhase
from tests.docking.conftest import lay_out, make_event, open_to


def hours(event):
    return [days.hour(slot.starts_at) for slot in queries.slots_of(event)]


def test_slots_lie_between_the_breaks(event):
    assert hours(event) == ["09:00", "09:20", "09:40", "10:20", "10:40", "11:00"]


def test_a_day_that_is_laid_out_anew_takes_the_place_of_the_old_one(event, officer, at):
    on = trade_day(at) + dt.timedelta(days=30)
    events.lay_out_day(
        event=event, on=on, begins=dt.time(14), ends=dt.time(15), minutes=30, by=officer, at=at
    )

    assert hours(event) == ["14:00", "14:30"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("minutes", {"minutes": 25}),
        ("ends", {"ends": dt.time(9, 10)}),
        ("on", {"on": dt.date(2020, 6, 15)}),
    ],
)
def test_a_day_that_cannot_be_names_its_field_and_changes_nothing(event, officer, at, field, wrong):
    values = {
        "on": trade_day(at) + dt.timedelta(days=31),
        "begins": dt.time(9),
        "ends": dt.time(12),
        "minutes": 20,
    }
    with pytest.raises(InvalidInput) as refused:
        events.lay_out_day(event=event, by=officer, at=at, **{**values, **wrong})

    assert refused.value.field == field
    assert event.time_slots.count() == 6


def test_the_database_refuses_slots_that_overlap(event):
    slot = queries.slots_of(event).first()

    with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
        TimeSlot.objects.create(
            event=event,
            starts_at=slot.starts_at + dt.timedelta(minutes=5),
            ends_at=slot.ends_at + dt.timedelta(minutes=5),
        )


def test_halls_are_named_once_and_ways_stand_once(event, officer):
    one, other = queries.halls_of(event)
    with pytest.raises(Conflict, match="of this name"):
        events.add_hall(event=event, name_zh="1号厅", name_en="Again", tables=4, by=officer)
    events.set_walk(event=event, one=one, other=other, minutes=6, by=officer)
    events.set_walk(event=event, one=other, other=one, minutes=4, by=officer)

    assert [walk.minutes for walk in Walk.objects.all()] == [4]
    with pytest.raises(InvalidInput):
        events.set_walk(event=event, one=one, other=one, minutes=1, by=officer)


def test_nobody_is_let_in_before_there_are_slots_and_tables(db, officer, at):
    event = make_event(at)

    with pytest.raises(Conflict, match="Lay out a day"):
        events.move_phase(event=event, target=EventPhase.REGISTRATION, by=officer, at=at)
    event.refresh_from_db()
    assert event.phase == EventPhase.DRAFT
    assert warnings.warnings_of(event, at)[:2] == [
        "No slots yet: lay out a day.",
        "No hall yet: add one with its tables.",
    ]


def test_phases_follow_their_order_and_officers_alone_move_them(event, officer, brand, at):
    with pytest.raises(NotAllowed):
        events.move_phase(event=event, target=EventPhase.REGISTRATION, by=brand, at=at)
    with pytest.raises(IllegalTransition):
        events.move_phase(event=event, target=EventPhase.FINAL, by=officer, at=at)
    open_to(event, officer, at, EventPhase.REGISTRATION)

    assert (event.phase, event.phase_at) == (EventPhase.REGISTRATION, at)


def test_slots_stay_once_times_were_told(event, officer, at):
    open_to(
        event,
        officer,
        at,
        EventPhase.REGISTRATION,
        EventPhase.PREFERENCES,
        EventPhase.PROVISIONAL,
    )

    with pytest.raises(WrongPhase, match="Provisional schedule"):
        lay_out(event, officer, at)


def test_the_clock_closes_phases_and_opens_and_closes_the_day(event, officer, at):
    open_to(event, officer, at, EventPhase.REGISTRATION)
    first = queries.slots_of(event).first().starts_at
    last = queries.slots_of(event).last().ends_at

    def phase_at(moment):
        events.advance_due(at=moment)
        event.refresh_from_db()
        return event.phase

    assert phase_at(event.registration_until - dt.timedelta(seconds=1)) == EventPhase.REGISTRATION
    assert phase_at(event.registration_until) == EventPhase.PREFERENCES
    assert phase_at(event.preferences_until) == EventPhase.PROVISIONAL
    assert phase_at(first) == EventPhase.PROVISIONAL
    open_to(event, officer, at, EventPhase.FINAL)
    assert phase_at(first - dt.timedelta(hours=3)) == EventPhase.FINAL
    assert phase_at(first - dt.timedelta(hours=2)) == EventPhase.RUNNING
    assert phase_at(last + dt.timedelta(hours=2)) == EventPhase.RUNNING
    assert phase_at(last + dt.timedelta(hours=3)) == EventPhase.CLOSED


def test_a_short_notice_is_warned_of(officer, db, at):
    event = make_event(at, preferences_until=at + dt.timedelta(days=28))
    lay_out(event, officer, at)

    assert warnings.warnings_of(event, at) == [
        "Only 1 day lies between choosing partners and the first meeting."
    ]


class TestPages:
    @pytest.fixture(autouse=True)
    def english_reader(self, client):
        client.cookies["django_language"] = "en"

    def test_a_draft_is_the_officers_alone(self, client, event, officer, brand):
        url = reverse("docking:event-detail", args=[event.code])
        client.force_login(brand)
        assert client.get(url).status_code == 404
        assert client.get(reverse("docking:event-qr", args=[event.code])).status_code == 404
        client.force_login(officer)
        assert client.get(url).status_code == 200

    def test_everybody_reads_when_and_where(self, client, event, officer, at):
        open_to(event, officer, at, EventPhase.REGISTRATION)

        listed = client.get(reverse("docking:event-list")).content.decode()
        page = client.get(reverse("docking:event-detail", args=[event.code])).content.decode()

        assert event.name_en in listed
        assert "09:00 – 11:20" in page
        assert "6 meetings of 20 minutes" in " ".join(page.split())
        assert "10:00 – 10:20" in page
        assert "Hall 2" in page

    def test_the_code_is_a_picture(self, client, event, officer, at):
        open_to(event, officer, at, EventPhase.REGISTRATION)

        answer = client.get(reverse("docking:event-qr", args=[event.code]))

        assert answer["Content-Type"] == "image/svg+xml"
        assert answer.content.startswith(b"<svg")

    def test_list_reads_events_by_one_query(
        self, client, event, officer, at, django_assert_num_queries
    ):
        url = reverse("docking:event-list")
        open_to(event, officer, at, EventPhase.REGISTRATION)
        client.get(url)
        for count in (1, 3):
            while type(event).objects.count() < count:
                make_event(at, phase=EventPhase.REGISTRATION)
            with django_assert_num_queries(1):
                client.get(url)


class TestWorkbench:
    @pytest.fixture
    def desk(self, client, officer, settings):
        settings.OFFICERS_NEED_TOTP = False
        client.force_login(officer)
        client.cookies["django_language"] = "en"
        return client

    def step(self, event, name):
        return reverse("admin:docking_dockingevent_step", args=[event.pk, name])

    def test_officer_lays_out_a_day_with_breaks(self, desk, event, at):
        on = (trade_day(at) + dt.timedelta(days=31)).isoformat()
        sent = {
            "on": on,
            "begins": "9:00",
            "ends": "12:00",
            "minutes": "30",
            "breaks": "10:00-10:30",
        }

        desk.post(self.step(event, "day"), sent)

        assert hours(event)[6:] == ["09:00", "09:30", "10:30", "11:00", "11:30"]

    def test_a_break_that_is_none_is_refused_and_kept(self, desk, event, at):
        on = (trade_day(at) + dt.timedelta(days=31)).isoformat()
        sent = {"on": on, "begins": "9:00", "ends": "12:00", "minutes": "30", "breaks": "noon"}

        page = desk.post(self.step(event, "day"), sent).content.decode()

        assert "“noon” is no break" in page
        assert event.time_slots.count() == 6

    def test_officer_opens_registration(self, desk, event):
        desk.post(self.step(event, "open"))

        event.refresh_from_db()
        assert event.phase == EventPhase.REGISTRATION
        page = desk.get(reverse("admin:docking_dockingevent_change", args=[event.pk]))
        assert "Let companies choose partners" in page.content.decode()
        listed = desk.get(reverse("admin:docking_dockingevent_changelist"))
        assert event.name_en in listed.content.decode()
