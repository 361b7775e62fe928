"""Agendas as calendar and sheet: the same instants for every reader, one UID a meeting."""

import io
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from matchmaking.docking import queries
from matchmaking.docking.services import meetings
from matchmaking.docking.states import EventPhase
from tests.docking.conftest import open_to
from tests.docking.test_schedule import draw, meeting_of, take_over


@pytest.fixture
def published(hall, client):
    hall.wish_all()
    open_to(hall.event, hall.officer, hall.at, EventPhase.PROVISIONAL)
    take_over(hall, draw(hall))
    open_to(hall.event, hall.officer, hall.at, EventPhase.FINAL)
    client.force_login(hall.people["brand0"])
    client.cookies["django_language"] = "en"
    return hall


def calendar(client, hall):
    answer = client.get(reverse("docking:agenda-ics", args=[hall.event.code]))
    assert answer["Content-Type"].startswith("text/calendar")
    return answer.content


def entries(content):
    parsed = icalendar.Calendar.from_ical(content)
    return {str(entry["uid"]): entry for entry in parsed.walk("VEVENT")}


def test_calendar_holds_the_own_meetings_in_the_venues_zone(client, published):
    found = entries(calendar(client, published))

    slots = {
        row.slot.starts_at for row in queries.meetings_of(published.event, published.rows["brand0"])
    }
    starts = [entry["dtstart"].dt for entry in found.values()]
    assert set(starts) == slots
    assert all(moment.utcoffset().total_seconds() == 8 * 3600 for moment in starts)
    assert b"TZID=Asia/Shanghai" in calendar(client, published)
    assert b"BEGIN:VTIMEZONE" in calendar(client, published)


def test_lines_of_the_file_read_alike_by_hand(client, published):
    """Hold the instants against a reader that knows nothing of icalendar."""
    lines = calendar(client, published).decode().replace("\r\n ", "").split("\r\n")
    said = sorted(line.split(":")[1] for line in lines if line.startswith("DTSTART;TZID=Asia"))

    zone = ZoneInfo("Asia/Shanghai")
    rows = queries.meetings_of(published.event, published.rows["brand0"])
    assert said == sorted(f"{row.slot.starts_at.astimezone(zone):%Y%m%dT%H%M%S}" for row in rows)


def test_change_raises_the_sequence_and_removal_cancels(client, published):
    before = entries(calendar(client, published))
    moved = meeting_of(published, "brand0", "factory0")
    last = queries.slots_of(published.event).last()
    take_over(published, draw(published, "move", meeting=moved.pk, slot=last.pk))
    gone = meeting_of(published, "brand0", "factory1")
    meetings.drop(meeting=gone, by=published.officer, at=published.at)

    after = entries(calendar(client, published))

    assert set(after) == set(before)
    by_code = {uid.split("@")[0]: entry for uid, entry in after.items()}
    one, other = by_code[str(moved.code)], by_code[str(gone.code)]
    assert (one["sequence"], one["status"], one["dtstart"].dt) == (1, "CONFIRMED", last.starts_at)
    assert (other["status"], other["sequence"]) == ("CANCELLED", gone.sequence + 1)


def test_sheet_has_the_lines_of_the_page(client, published):
    content = client.get(reverse("docking:agenda-xlsx", args=[published.event.code])).content

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    names = {published.rows[name].company.name for name in ("factory0", "factory1")}
    assert rows[0][:3] == ["Day", "Time", "Hall"]
    assert {row[4] for row in rows[1:]} == names
