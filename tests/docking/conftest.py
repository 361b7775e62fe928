"""A docking day with two halls, and those who run it."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts.choices import CompanyKind
from accounts.models import Cluster
from matchmaking.core.trade_day import trade_day
from matchmaking.docking.models import DockingEvent
from matchmaking.docking.services import events, preferences, registrations
from matchmaking.docking.services.registrations import Person, Terms
from matchmaking.docking.states import EventPhase
from tests.factories import CompanyFactory, MembershipFactory

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


def come(event, company, by, officer, at, *, role, people=("Somebody",), **more):
    """Let a company register and be let in."""
    terms = Terms(role=role, people=[Person(name=name) for name in people], **more)
    row = registrations.register(event=event, company=company, terms=terms, by=by, at=at)
    registrations.approve(registration=row, by=officer, at=at)
    row.refresh_from_db()
    return row


class Hall:
    """A docking day with brands and factories that were let in, and may choose."""

    def __init__(self, event, officer, at, *, brands=2, factories=2, **more):
        self.event, self.officer, self.at = event, officer, at
        open_to(event, officer, at, EventPhase.REGISTRATION)
        self.people, self.rows = {}, {}
        for role, kind, count in (
            ("brand", CompanyKind.BRAND, brands),
            ("factory", CompanyKind.FACTORY, factories),
        ):
            for number in range(count):
                company = CompanyFactory(kind=kind)
                by = MembershipFactory(company=company).user
                name = f"{role}{number}"
                self.people[name] = by
                self.rows[name] = come(
                    event, company, by, officer, at, role=role, people=[name], **more
                )
        open_to(event, officer, at, EventPhase.PREFERENCES)

    def choose(self, who, **kinds):
        choices = {self.rows[name]: kind for name, kind in kinds.items()}
        return preferences.choose(
            registration=self.rows[who], choices=choices, by=self.people[who], at=self.at
        )

    def wish_all(self, kind="would"):
        """Let everybody want everybody of the other side."""
        for who in self.rows:
            others = [name for name in self.rows if name[:5] != who[:5]]
            self.choose(who, **dict.fromkeys(others, kind))


@pytest.fixture
def hall(event, officer, at):
    return Hall(event, officer, at)
