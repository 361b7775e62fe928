"""A docking day with two halls, and those who run it."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts.models import Cluster
from matchmaking.core.trade_day import trade_day
from matchmaking.docking.models import DockingEvent
from matchmaking.docking.services import events

LUNCH = (dt.time(10), dt.time(10, 20))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def at():
    """Noon of today, so that no test crosses a day."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def make_event(at, **changes):
    """Return a docking day in thirty days: registration ends in ten, choosing in twenty."""
    fields = {
        "name_zh": "莆泉鞋业供需对接会",
        "name_en": "Putian and Quanzhou docking day",
        "venue_zh": "莆田会展中心",
        "venue_en": "Putian Convention Centre",
        "host_cluster": Cluster.objects.get(code="350300"),
        "partner_cluster": Cluster.objects.get(code="350500"),
        "registration_until": at + dt.timedelta(days=10),
        "preferences_until": at + dt.timedelta(days=20),
    }
    return DockingEvent.objects.create(**{**fields, **changes})


def lay_out(event, officer, at, *, days=30, tables=(3, 2)):
    """Give the event six slots of 20 minutes from 9 o'clock with a break, and its halls."""
    events.lay_out_day(
        event=event,
        on=trade_day(at) + dt.timedelta(days=days),
        begins=dt.time(9),
        ends=dt.time(11, 20),
        minutes=20,
        breaks=[LUNCH],
        by=officer,
        at=at,
    )
    for number, count in enumerate(tables, start=1):
        events.add_hall(
            event=event, name_zh=f"{number}号厅", name_en=f"Hall {number}", tables=count, by=officer
        )
    event.refresh_from_db()
    return event


@pytest.fixture
def event(db, officer, at):
    return lay_out(make_event(at), officer, at)


def open_to(event, officer, at, *phases):
    """Move the event through these phases."""
    for phase in phases:
        events.move_phase(event=event, target=phase, by=officer, at=at)
    event.refresh_from_db()
    return event
