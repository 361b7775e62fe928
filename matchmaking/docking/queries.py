"""Reads of docking days, besides who may see them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    prefetch_related_objects,
)
from django.db.models.functions import TruncDate
from django.utils import timezone

from matchmaking.docking.choices import WISHES
from matchmaking.docking.models import (
    Attendee,
    Hall,
    Meeting,
    OfferSide,
    Outcome,
    Passage,
    Preference,
    Registration,
    Seat,
    TableOffer,
    TimeSlot,
    Walk,
)
from matchmaking.docking.states import OVER_PHASES, MeetingState, OfferState, RegistrationState
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching import queries as matching

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import Company
    from matchmaking.docking.models import DockingEvent, EventQuerySet, RegistrationQuerySet


def with_days(rows: EventQuerySet) -> EventQuerySet:
    """Add ``begins`` and ``ends``, the first and the last moment of an event's slots."""
    return rows.annotate(begins=Min("time_slots__starts_at"), ends=Max("time_slots__ends_at"))


def coming_first(rows: EventQuerySet) -> tuple[list[DockingEvent], list[DockingEvent]]:
    """Return the events to come or running, the next first, and those over, the latest first."""
    found = list(with_days(rows).in_full())
    far = max((row.registration_until for row in found), default=None)
    found.sort(key=lambda row: (row.begins or far, row.pk))  # type: ignore[attr-defined]
    coming = [row for row in found if row.phase not in OVER_PHASES]
    return coming, [row for row in reversed(found) if row.phase in OVER_PHASES]


def slots_of(event: DockingEvent) -> QuerySet[TimeSlot]:
    return event.time_slots.order_by("starts_at")


def halls_of(event: DockingEvent) -> QuerySet[Hall]:
    return event.halls.order_by("position", "pk")


def walks_of(event: DockingEvent) -> QuerySet[Walk]:
    return Walk.objects.filter(one__event=event).select_related("one", "other").order_by("pk")


def tables_of(event: DockingEvent) -> int:
    return event.halls.aggregate(n=Sum("tables"))["n"] or 0


def registration_of(event: DockingEvent, company: Company | None) -> Registration | None:
    """Return the company's own registration; an invitation that it has not answered is none."""
    rows = event.registrations.exclude(state=RegistrationState.INVITED)
    return rows.filter(company=company).first() if company else None


def attendees_of(registration: Registration) -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(agenda__registration=registration).select_related("agenda")
    return rows.order_by("agenda__number", "pk")


def attendees_at(event: DockingEvent) -> QuerySet[Attendee]:
    """Return everybody who comes to the event, by company."""
    return (
        Attendee.objects.filter(
            agenda__registration__event=event,
            agenda__registration__state=RegistrationState.APPROVED,
        )
        .select_related("agenda__registration__company")
        .order_by("agenda__registration__company__name_zh", "agenda__number", "pk")
    )


def participants_of(event: DockingEvent) -> RegistrationQuerySet:
    return event.registrations.approved().in_full().order_by("role", "company__name_zh", "pk")


def partners_of(event: DockingEvent) -> RegistrationQuerySet:
    """Return those who were let in, with what a row of the list shows."""
    return event.registrations.approved().in_full().order_by("pk")


def load_brought(rows: Iterable[Any]) -> None:
    """Load what the registrations bring and has not left the market, by two queries."""
    prefetch_related_objects(
        list(rows),
        Prefetch(
            "orders",
            queryset=matching.own_orders(ProcessingOrder.objects.in_market()).select_related(
                "market_version"
            ),
            to_attr="orders_on_market",
        ),
        Prefetch(
            "offers",
            queryset=matching.own_offers(CapacityOffer.objects.in_market()).select_related(
                "market_version"
            ),
            to_attr="offers_on_market",
        ),
    )


def preferences_of(own: Registration) -> dict[int, Preference]:
    """Return what the company has said, by the other's registration."""
    rows = own.preferences.select_related("other__company", "after__company")
    return {row.other_id: row for row in rows}


def asking(own: Registration) -> frozenset[int]:
    """Return the registrations that must or would meet this one."""
    rows = Preference.objects.filter(other=own, kind__in=WISHES)
    return frozenset(rows.values_list("chooser_id", flat=True))


def wishes_by_chooser(event: DockingEvent) -> dict[int, int]:
    """Return how many partners each of those who were let in must or would meet."""
    rows = event.registrations.approved().annotate(
        n=Count("preferences", filter=Q(preferences__kind__in=WISHES))
    )
    return dict(rows.values_list("pk", "n"))


def wanted_by_both(event: DockingEvent) -> int:
    """Count the pairs in which each must or would meet the other."""
    back = Preference.objects.filter(
        chooser=OuterRef("other"), other=OuterRef("chooser"), kind__in=WISHES
    )
    rows = Preference.objects.filter(chooser__event=event, kind__in=WISHES)
    return rows.filter(Exists(back), chooser__lt=F("other")).count()


def meetings_in_order(event: DockingEvent) -> list[Meeting]:
    """Return what stands at tables, by slot, hall and table."""
    rows = event.meetings.at_table().in_full()
    return list(rows.order_by("slot__starts_at", "hall__position", "hall", "table"))


def standing_by_code(event: DockingEvent) -> dict[str, Meeting]:
    """Return what stands, by the two registrations, the smaller number first."""
    return {
        "-".join(str(pk) for pk in sorted(seat.registration_id for seat in row.seats.all())): row
        for row in meetings_in_order(event)
    }


def sides_of(meeting: Meeting) -> str:
    return " – ".join(seat.registration.company.name for seat in meeting.seats.all())


def meetings_of(
    event: DockingEvent, own: Registration, *, with_dropped: bool = False
) -> QuerySet[Meeting]:
    """Return the company's meetings in the order of the day; those given up only where asked."""
    rows = event.meetings.filter(seats__registration=own).in_full()
    if not with_dropped:
        rows = rows.exclude(state=MeetingState.DROPPED)
    return rows.order_by("slot__starts_at", "pk")


def present_agendas(event: DockingEvent) -> set[int]:
    """Return the agendas of which somebody is here: whose last passage was in."""
    last = Passage.objects.filter(attendee=OuterRef("pk")).order_by("-passed_at", "-pk")
    rows = Attendee.objects.filter(agenda__registration__event=event).annotate(
        came_in=Subquery(last.values("is_in")[:1])
    )
    return set(rows.filter(came_in=True).values_list("agenda_id", flat=True))


def first_check_ins(event: DockingEvent) -> dict[dt.date, dt.datetime]:
    """Return when the first badge of each day was scanned in; a day without one is missing."""
    rows = Passage.objects.filter(attendee__agenda__registration__event=event, is_in=True)
    days = rows.values_list(TruncDate("passed_at", tzinfo=timezone.get_default_timezone()))
    return dict(days.annotate(first=Min("passed_at")).order_by())


def present_people(event: DockingEvent) -> set[int]:
    last = Passage.objects.filter(attendee=OuterRef("pk")).order_by("-passed_at", "-pk")
    rows = Attendee.objects.filter(agenda__registration__event=event).annotate(
        came_in=Subquery(last.values("is_in")[:1])
    )
    return set(rows.filter(came_in=True).values_list("pk", flat=True))


def is_here(attendee: Attendee) -> bool:
    last = attendee.passages.order_by("-passed_at", "-pk").first()
    return last is not None and last.is_in


def agendas_with_offers(event: DockingEvent) -> set[int]:
    rows = OfferSide.objects.filter(offer__event=event, offer__state=OfferState.OPEN)
    return set(rows.values_list("agenda_id", flat=True))


def settled_pairs(event: DockingEvent, missed: Meeting) -> set[tuple[str, str]]:
    """Return the pairs of companies that are not seated at this table again, by their ids.

    Those that have met or missed each other, and those that turned this slot down.
    """
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    met = Seat.objects.filter(
        meeting__event=event, meeting__state__in=(MeetingState.HELD, MeetingState.MISSED)
    )
    for pk, company in met.values_list("meeting", "registration__company").order_by("pk"):
        found["meeting", pk].append(str(company))
    offered = OfferSide.objects.filter(offer__event=event, offer__slot=missed.slot_id)
    for pk, company in offered.values_list("offer", "registration__company").order_by("pk"):
        found["offer", pk].append(str(company))
    return {(pair[0], pair[1]) for pair in found.values() if len(pair) > 1}


def open_offer_of(own: Registration) -> TableOffer | None:
    """Return the free table that is offered to the company and waits for its answer."""
    rows = TableOffer.objects.filter(
        state=OfferState.OPEN, sides__registration=own, sides__is_accepted=None
    )
    return rows.select_related("slot", "hall", "event").order_by("pk").first()


def other_side(offer: TableOffer, own: Registration) -> Registration:
    side = offer.sides.exclude(registration=own).select_related("registration__company").get()
    return side.registration


def offers_in_words(event: DockingEvent) -> list[tuple[str, str]]:
    """Return place and pair of each free table that waits for answers."""
    rows = TableOffer.objects.filter(event=event, state=OfferState.OPEN).select_related("hall")
    rows = rows.prefetch_related("sides__registration__company").order_by("pk")
    return [
        (
            f"{row.hall.name} · {row.table}",
            " – ".join(side.registration.company.name for side in row.sides.all()),
        )
        for row in rows
    ]


def outcomes_of(own: Registration) -> dict[int, str]:
    """Return what the company has said of its meetings, by meeting."""
    rows = Outcome.objects.filter(seat__registration=own)
    return dict(rows.values_list("seat__meeting", "kind").order_by("pk"))


def meetings_of_companies(companies: Any) -> QuerySet[Seat]:
    """Return the ids of meetings at which one of the companies sits, as a subquery."""
    rows = Seat.objects.filter(registration__company__in=companies)
    found: QuerySet[Any] = rows.values("meeting")
    return found
