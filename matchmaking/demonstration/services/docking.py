"""Docking days of the demonstration."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Cluster
from matchmaking.core.trade_day import trade_day
from matchmaking.docking.choices import PreferenceKind, RunKind
from matchmaking.docking.models import Attendee, DockingEvent
from matchmaking.docking.services import (
    attendance,
    events,
    outcomes,
    preferences,
    presence,
    registrations,
    runs,
)
from matchmaking.docking.services.registrations import Person, Terms
from matchmaking.docking.states import EventPhase, MeetingState
from matchmaking.docking.suggestions import LIVE
from matchmaking.matching.models import Match

if TYPE_CHECKING:
    from accounts.models import Company, User
    from matchmaking.docking.models import Registration

DAYS_AHEAD, DAYS_AGO, DAYS_BEFORE = 40, 21, 35
BRANDS, FACTORIES = 8, 10
MOST_MATCHES = 400
ABSENT_EVERY = 9  # people; the others come
OUTCOMES = ("talk", "sample", "no", "talk")
_PAST = ("莆泉鞋业秋季供需对接会", "Putian and Quanzhou autumn docking day")
_RUNNING = ("莆泉鞋业冬季供需对接会", "Putian and Quanzhou winter docking day")
_COMING = ("莆泉鞋业春季供需对接会", "Putian and Quanzhou spring docking day")
HALLS = (("一号厅", "Hall 1", 12), ("二号厅", "Hall 2", 8))
LUNCH = (dt.time(12), dt.time(13, 30))
TEA = (dt.time(10, 20), dt.time(10, 40))
ABOUT_ZH = "品牌带着下季订单来，工厂带着空闲周来，按预约一对一洽谈，每场二十分钟。"
ABOUT_EN = "Brands bring orders, factories free weeks: talks by appointment, twenty minutes each."


def make_events(
    *, owners: Mapping[int, User], firsts: Sequence[Company], officer: User, at: dt.datetime
) -> None:
    """Make a day that is over, one that is on, and one for which companies may register.

    ``firsts`` are the companies whose people sign in: they take part in each.
    """
    pairs = _pairs(owners, firsts)
    past = _Day(_PAST, officer=officer, owners=owners, at=at - dt.timedelta(days=DAYS_AGO))
    past.hold(pairs)
    past.end()
    running = _Day(_RUNNING, officer=officer, owners=owners, at=at)
    running.hold(pairs)
    _announce(_COMING, at + dt.timedelta(days=DAYS_AHEAD), officer=officer, at=at)


def _announce(
    names: tuple[str, str], on: dt.datetime, *, officer: User, at: dt.datetime
) -> DockingEvent:
    """Announce a day ``on`` that day: registration ends twenty, choosing ten days before."""
    evening = timezone.localtime(on).replace(hour=18, minute=0, second=0, microsecond=0)
    event = DockingEvent.objects.create(
        name_zh=names[0],
        name_en=names[1],
        about_zh=ABOUT_ZH,
        about_en=ABOUT_EN,
        venue_zh="莆田会展中心（示例）",
        venue_en="Putian Convention Centre (made up)",
        address="莆田市示例路 1 号",
        languages="中文、English",
        host_cluster=Cluster.objects.get(code="350300"),
        partner_cluster=Cluster.objects.get(code="350500"),
        registration_until=evening - dt.timedelta(days=20),
        preferences_until=evening - dt.timedelta(days=10),
        frees_tables=True,
    )
    lay_out(event, trade_day(on), officer=officer, at=at)
    return events.move_phase(event=event, target=EventPhase.REGISTRATION, by=officer, at=at)


def _pairs(owners: Mapping[int, User], firsts: Sequence[Company]) -> list[tuple[Company, Company]]:
    """Return pairs of a brand and a factory that fit, the best first, each with somebody of its own."""
    rows = Match.objects.filter(state__in=LIVE).select_related("order__company", "offer__company")
    found: dict[tuple[int, int], tuple[Company, Company]] = {}
    brands, factories = ({company.pk for company in firsts} for _side in range(2))
    own = {company.pk for company in firsts}
    for match in sorted(
        rows.order_by("-score", "pk")[:MOST_MATCHES],
        key=lambda row: not {row.order.company_id, row.offer.company_id} & own,
    ):
        brand, factory = match.order.company, match.offer.company
        if brand.pk not in owners or factory.pk not in owners:
            continue
        fits = len(brands | {brand.pk}) <= BRANDS and len(factories | {factory.pk}) <= FACTORIES
        if fits and brand.is_active and factory.is_active:
            brands.add(brand.pk)
            factories.add(factory.pk)
            found.setdefault((brand.pk, factory.pk), (brand, factory))
    return list(found.values())


class _Day:
    """A docking day of companies that fit, held by the services that pages call."""

    def __init__(
        self,
        names: tuple[str, str],
        *,
        officer: User,
        owners: Mapping[int, User],
        at: dt.datetime,
    ) -> None:
        self.officer, self.owners, self.at = officer, owners, at
        before = at - dt.timedelta(days=DAYS_BEFORE)
        self.event = _announce(names, at, officer=officer, at=before)
        self.rows: dict[int, Registration] = {}

    def hold(self, pairs: Sequence[tuple[Company, Company]]) -> None:
        """Let them register, choose, and come; half of the day is as the clock stands."""
        for brand, factory in pairs:
            self._come(brand, "brand")
            self._come(factory, "factory")
        self._move(EventPhase.PREFERENCES)
        wishes: dict[int, dict[Registration, str]] = defaultdict(dict)
        for brand, factory in pairs:
            for one, other in ((brand, factory), (factory, brand)):
                kind = PreferenceKind.WOULD if wishes[one.pk] else PreferenceKind.MUST
                wishes[one.pk][self.rows[other.pk]] = kind
        for pk, choices in wishes.items():
            preferences.choose(
                registration=self.rows[pk], choices=choices, by=self.owners[pk], at=self.at
            )
        self._move(EventPhase.PROVISIONAL)
        run = runs.start(event=self.event, kind=RunKind.PLAN, by=self.officer, at=self.at)
        runs.work(run_id=run.pk, job_id=run.job_id)
        run.refresh_from_db()
        runs.apply(run=run, by=self.officer, at=self.at)
        self._move(EventPhase.FINAL)
        self._move(EventPhase.RUNNING)
        first = self.event.time_slots.earliest("starts_at").starts_at
        people = Attendee.objects.filter(agenda__registration__event=self.event).order_by("pk")
        for number, person in enumerate(people):
            if number % ABSENT_EVERY != ABSENT_EVERY - 1:
                presence.check(
                    attendee=person,
                    is_in=True,
                    key=uuid.uuid4(),
                    by=self.officer,
                    at=first - dt.timedelta(minutes=20),
                )
        attendance.settle_due(at=self.at)

    def end(self) -> None:
        """Let every meeting of two sides that came be held, and tell its outcome."""
        last = self.event.time_slots.latest("ends_at").ends_at
        attendance.settle_due(at=last)
        held = self.event.meetings.filter(state=MeetingState.HELD).in_full()
        for number, meeting in enumerate(held.order_by("pk")):
            for seat in meeting.seats.all():
                outcomes.say(
                    meeting=meeting,
                    kind=OUTCOMES[number % len(OUTCOMES)],
                    by=self.owners[seat.registration.company_id],
                    at=last,
                )
        self.at = last
        self._move(EventPhase.CLOSED)

    def _come(self, company: Company, role: str) -> None:
        if company.pk in self.rows:
            return
        owner = self.owners[company.pk]
        terms = Terms(
            role=role,
            people=[Person(name=owner.name, job_title="业务经理")],
            stands_by=True,
            orders=list(company.processingorders.in_market()) if role == "brand" else (),
            offers=list(company.capacityoffers.in_market()) if role == "factory" else (),
        )
        row = registrations.register(
            event=self.event, company=company, terms=terms, by=owner, at=self.at
        )
        self.rows[company.pk] = registrations.approve(registration=row, by=self.officer, at=self.at)

    def _move(self, phase: EventPhase) -> None:
        self.event = events.move_phase(event=self.event, target=phase, by=self.officer, at=self.at)


def lay_out(event: DockingEvent, on: dt.date, *, officer: User, at: dt.datetime) -> None:
    """Give the event a day from nine to half past four, and its halls."""
    events.lay_out_day(
        event=event,
        on=on,
        begins=dt.time(9),
        ends=dt.time(16, 30),
        minutes=20,
        breaks=[TEA, LUNCH],
        by=officer,
        at=at,
    )
    halls = [
        events.add_hall(event=event, name_zh=name_zh, name_en=name_en, tables=tables, by=officer)
        for name_zh, name_en, tables in HALLS
    ]
    events.set_walk(event=event, one=halls[0], other=halls[1], minutes=3, by=officer)
