"""A docking day played through services with a clock that runs: from registration to the press text.

The replay of 15 June 2022 in Putian: fictional brands and factories of that kind, three of which
come to the deals that the association read out then, 6 firms, 6.51 million pairs, 300.225 million
yuan (docs of the domain). The others meet, do not come, or stand by for tables that fall free.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.choices import CompanyKind
from accounts.models import Cluster
from accounts.services import companies, review
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.deals.results import Stage
from matchmaking.deals.services import intentions
from matchmaking.deals.services.intentions import Figures
from matchmaking.demonstration.services import docking, people
from matchmaking.demonstration.terms import load_terms
from matchmaking.docking import results
from matchmaking.docking.choices import PreferenceKind
from matchmaking.docking.models import Attendee, DockingEvent, Meeting, Preference
from matchmaking.docking.models.meetings import AT_TABLE
from matchmaking.docking.services import (
    attendance,
    events,
    outcomes,
    preferences,
    presence,
    refills,
    registrations,
    runs,
)
from matchmaking.docking.services.registrations import Person, Terms
from matchmaking.docking.states import EventPhase, MeetingState, OfferState
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import posts, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.matching.ranking import rescore_market
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from accounts.models import Company, User
    from matchmaking.docking.models import Registration, TimeSlot

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
# Pairs and yuan a pair of the three intentions of June 2022, in the order of the firms.
DEALS = ((3_000_000, "45.00"), (2_010_000, "47.50"), (1_500_000, "46.50"))
BRANDS = 8
FACTORIES = 9
ABSENT = ("B5", "F6")  # come to no meeting
OWN_WEEKS = 40
WEEKLY = 400_000
SMALL_ORDER, SMALL_WEEKLY = 60_000, 12_000


class DayFailed(Exception):
    """The day did not come to what it has to."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A company of the day, and who speaks for it."""

    name: str
    company: Company
    person: User
    is_brand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """What a day came to. ``conflicts`` and ``vetoed`` are meetings that must not be."""

    registered: int
    meetings: int
    held: int
    refilled: int
    intentions: int
    firms: int
    pairs: int
    yuan: Decimal
    conflicts: int
    vetoed: int

    @property
    def line(self) -> str:
        return (
            f"registered={self.registered} meetings={self.meetings} held={self.held} "
            f"refilled={self.refilled} intentions={self.intentions} firms={self.firms} "
            f"pairs={self.pairs} yuan={self.yuan:.0f} conflicts={self.conflicts} "
            f"vetoed={self.vetoed}"
        )


class DockingDay:
    """Plays one day; ``say`` is told what happens, with the clock's time."""

    def __init__(self, officer: User, at: dt.datetime, say: Callable[[str], None]) -> None:
        self.officer, self.at, self._say = officer, at, say
        self.firms: list[Firm] = []
        self.rows: dict[str, Registration] = {}
        self.event: DockingEvent = None  # type: ignore[assignment]  # announced first of all

    def play(self) -> DayReport:
        """Play the whole day.

        :raises DayFailed: when a step does not come to what the next one needs
        """
        self._invite()
        self._announce()
        self._register()
        self._choose()
        self._plan()
        self._hold()
        return report_of(self.event)

    def say(self, text: str) -> None:
        self._say(f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}  {text}")

    # --- before the day ------------------------------------------------------------------

    def _invite(self) -> None:
        """Let firms register with the site, post what they have, and be matched."""
        terms = load_terms()
        week = trade_week(self.at)
        for number in range(BRANDS + FACTORIES):
            is_brand = number < BRANDS
            place = number if is_brand else number - BRANDS
            firm = self._firm(place, is_brand=is_brand)
            self.firms.append(firm)
            is_large = place < len(DEALS)
            price = Decimal(DEALS[place][1]) if is_large else Decimal("46.00")
            if is_brand:
                pairs = DEALS[place][0] if is_large else SMALL_ORDER
                post: ProcessingOrder | CapacityOffer = posts.save_order(
                    company=firm.company,
                    data={
                        "title": f"春季跑鞋 {place + 1}",
                        "category": terms.categories["athletic"],
                        "pairs": pairs,
                        "target_unit_price_cny": price,
                        "earliest_start": week,
                        "due_week": week + dt.timedelta(weeks=30),
                    },
                    by=firm.person,
                    at=self.at,
                    submit=True,
                )
            else:
                weekly = WEEKLY if is_large else SMALL_WEEKLY
                post = posts.save_offer(
                    company=firm.company,
                    data={
                        "title": f"运动鞋生产线 {place + 1}",
                        "categories": [terms.categories["athletic"]],
                        "price_low_cny": price - 2,
                        "price_high_cny": price + 4,
                        "lead_days": 20,
                        "min_order_pairs": 100_000 if is_large else 3_000,
                    },
                    by=firm.person,
                    at=self.at,
                    weeks=Weeks(week, [weekly] * OWN_WEEKS),
                    submit=True,
                )
            transitions.approve_post(post=post, by=self.officer, at=self.at)
        rescore_market(at=self.at)
        self.say(f"{len(self.firms)} firms have posted and are matched")

    def _firm(self, place: int, *, is_brand: bool) -> Firm:
        letter, kind = ("B", CompanyKind.BRAND) if is_brand else ("F", CompanyKind.FACTORY)
        name = f"{letter}{place + 1}"
        person = people.make_person(
            email=f"{name.lower()}@example.com", name=f"示例 {name}", language="zh-hans", at=self.at
        )
        company = companies.register_company(
            by=person,
            at=self.at,
            name_zh=f"示例·{'品牌' if is_brand else '鞋厂'}{place + 1}号",
            name_en=f"Example {'brand' if is_brand else 'factory'} {place + 1}",
            kind=kind,
            cluster=Cluster.objects.get(code="350500" if is_brand else "350300"),
        )
        review.approve_company(company=company, by=self.officer, at=self.at)
        company.refresh_from_db()
        return Firm(name, company, person, is_brand)

    def _announce(self) -> None:
        on = trade_day(self.at) + 20 * DAY
        self.event = DockingEvent.objects.create(
            name_zh="莆泉鞋业手拉手供需对接会（重演）",
            name_en="Hand in hand docking of the Putian and Quanzhou shoe industries (replay)",
            venue_zh="莆田会展中心（示例）",
            venue_en="Putian Convention Centre (made up)",
            host_cluster=Cluster.objects.get(code="350300"),
            partner_cluster=Cluster.objects.get(code="350500"),
            registration_until=self.at + 8 * DAY,
            preferences_until=self.at + 12 * DAY,
            frees_tables=True,
        )
        docking.lay_out(self.event, on, officer=self.officer, at=self.at)
        self._move(EventPhase.REGISTRATION)
        self.say("the docking day is announced")

    def _register(self) -> None:
        for firm in self.firms:
            terms = Terms(
                role="brand" if firm.is_brand else "factory",
                people=[Person(name=firm.name)],
                stands_by=True,
                orders=list(firm.company.processingorders.all()),
                offers=list(firm.company.capacityoffers.all()),
            )
            row = registrations.register(
                event=self.event, company=firm.company, terms=terms, by=firm.person, at=self.at
            )
            self.rows[firm.name] = registrations.approve(
                registration=row, by=self.officer, at=self.at
            )
        self._to(self.event.registration_until, EventPhase.PREFERENCES)
        self.say(f"{len(self.rows)} companies are let in; registration has closed")

    def _choose(self) -> None:
        """Let each want the firm that fits it and its neighbours; one says no, and is not met."""
        for firm in self.firms:
            place = int(firm.name[1:])
            letter = "F" if firm.is_brand else "B"
            wanted = {f"{letter}{place}": PreferenceKind.MUST}
            for step in (1, 2):
                name = (
                    f"{letter}{(place + step - 1) % (FACTORIES if firm.is_brand else BRANDS) + 1}"
                )
                wanted.setdefault(name, PreferenceKind.WOULD)
            if firm.name == "F4":
                wanted["B3"] = PreferenceKind.NO
            choices = {self.rows[name]: kind for name, kind in wanted.items() if name in self.rows}
            preferences.choose(
                registration=self.rows[firm.name], choices=choices, by=firm.person, at=self.at
            )
        self._to(self.event.preferences_until, EventPhase.PROVISIONAL)
        self.say("the choice of partners has closed")

    def _plan(self) -> None:
        run = runs.start(event=self.event, kind="plan", by=self.officer, at=self.at)
        runs.work(run_id=run.pk, job_id=run.job_id)
        run.refresh_from_db()
        if not run.outcome.get("places"):
            raise DayFailed("no meeting was planned")
        runs.apply(run=run, by=self.officer, at=self.at)
        self._move(EventPhase.FINAL)
        count = len(run.outcome["places"])
        self.say(f"the schedule is published: {count} meetings, {run.outcome['figures']}")

    # --- the day -------------------------------------------------------------------------

    def _hold(self) -> None:
        slots = list(self.event.time_slots.filter(is_cut=False).order_by("starts_at"))
        self._to(slots[0].starts_at - 2 * 60 * MINUTE, EventPhase.RUNNING)
        for person in Attendee.objects.filter(agenda__registration__event=self.event):
            if person.name not in ABSENT:
                presence.check(
                    attendee=person, is_in=True, key=uuid.uuid4(), by=self.officer, at=self.at
                )
        self.say("the doors are open")
        for slot in slots:
            self._slot(slot)
        self._to(slots[-1].ends_at + events.CLOSES_AFTER, EventPhase.CLOSED)
        self.say("the day is over")

    def _slot(self, slot: TimeSlot) -> None:
        self.at = slot.starts_at + attendance.GRACE
        attendance.settle_due(at=self.at)
        self.at += MINUTE / 6
        self._answer_offers()
        self.at = slot.starts_at + 8 * MINUTE
        rows = self.event.meetings.filter(slot=slot, state=MeetingState.PLANNED).in_full()
        for meeting in rows.order_by("pk"):
            self._meet(meeting)
        self.at = slot.ends_at
        attendance.settle_due(at=self.at)

    def _answer_offers(self) -> None:
        for offer in self.event.table_offers.filter(state=OfferState.OPEN).order_by("pk"):
            for side in offer.sides.select_related("registration__company").order_by("pk"):
                person = self._firm_of(side.registration).person
                refills.answer(offer=offer, by=person, is_accepted=True, at=self.at)
            self.say(f"table {offer.table} fell free and is taken by a pair that stands by")

    def _meet(self, meeting: Meeting) -> None:
        """Let both sides talk and tap; the pairs of 2022 come to their deals."""
        firms = [self._firm_of(seat.registration) for seat in meeting.seats.all()]
        firms.sort(key=lambda firm: not firm.is_brand)
        brand, factory = firms
        deal = self._deal_of(brand, factory)
        for firm in firms:
            kind = "intention" if deal else "talk"
            outcomes.say(meeting=meeting, kind=kind, by=firm.person, at=self.at)
        if deal is None:
            return
        if meeting.match is None:
            raise DayFailed(f"{brand.name} and {factory.name} are no proposal of the market")
        for firm in firms:
            outcomes.say_yes_at_table(meeting=meeting, by=firm.person, at=self.at)
        pairs, price = deal
        week = trade_week(self.at)
        intention = outcomes.propose_deal(
            meeting=meeting,
            figures=Figures(
                pairs=pairs,
                unit_price=Decimal(price),
                first_week=week,
                last_week=week + dt.timedelta(weeks=24),
            ),
            by=brand.person,
            at=self.at,
        )
        intentions.confirm(
            intention=intention, side=MatchSide.OFFER, number=1, by=factory.person, at=self.at
        )
        self.say(f"{brand.name} and {factory.name} confirm {pairs} pairs at {price}")

    def _deal_of(self, brand: Firm, factory: Firm) -> tuple[int, str] | None:
        place = int(brand.name[1:])
        if brand.name[1:] != factory.name[1:] or place > len(DEALS):
            return None
        return DEALS[place - 1]

    def _firm_of(self, row: Registration) -> Firm:
        return next(firm for firm in self.firms if firm.company.pk == row.company_id)

    def _move(self, phase: EventPhase) -> None:
        self.event = events.move_phase(event=self.event, target=phase, by=self.officer, at=self.at)

    def _to(self, moment: dt.datetime, phase: EventPhase) -> None:
        """Let the clock run to a moment, at which the event moves by itself.

        :raises DayFailed: when it does not
        """
        self.at = moment
        events.advance_due(at=moment)
        self.event.refresh_from_db()
        if self.event.phase != phase:
            raise DayFailed(f"the event is in {self.event.phase}, not in {phase}")


def report_of(event: DockingEvent) -> DayReport:
    figures, found = results.figures_of(event), results.results_of(event)
    confirmed = found.whole[Stage.CONFIRMED]
    return DayReport(
        registered=figures.registered,
        meetings=figures.planned,
        held=figures.held,
        refilled=figures.refilled,
        intentions=confirmed.intentions,
        firms=confirmed.firms,
        pairs=confirmed.pairs,
        yuan=confirmed.yuan,
        conflicts=_conflicts(event),
        vetoed=_vetoed(event),
    )


def _conflicts(event: DockingEvent) -> int:
    """Count pairs of meetings at one table, or of one agenda, at the same time."""
    rows: Sequence[Meeting] = list(
        event.meetings.filter(state__in=AT_TABLE).prefetch_related("seats").order_by("pk")
    )
    found = 0
    for one, other in combinations(rows, 2):
        if one.slot_id != other.slot_id:
            continue
        agendas = [{seat.agenda_id for seat in row.seats.all()} for row in (one, other)]
        is_table = (one.hall_id, one.table) == (other.hall_id, other.table)
        found += is_table or bool(agendas[0] & agendas[1])
    return found


def _vetoed(event: DockingEvent) -> int:
    """Count meetings of two companies one of which said no."""
    closed = {
        frozenset(pair)
        for pair in Preference.objects.filter(
            chooser__event=event, kind=PreferenceKind.NO
        ).values_list("chooser", "other")
    }
    rows = event.meetings.prefetch_related("seats")
    return sum(
        frozenset(seat.registration_id for seat in row.seats.all()) in closed for row in rows
    )
