"""Addresses of docking days."""

from django.urls import path

from matchmaking.docking.views import (
    agendas,
    events,
    hall,
    partners,
    registrations,
    results,
    schedule,
)

app_name = "docking"

urlpatterns = [
    path("events/", events.event_list, name="event-list"),
    path("events/<uuid:code>/", events.event_detail, name="event-detail"),
    path("events/<uuid:code>/qr.svg", events.event_qr, name="event-qr"),
    path("events/<uuid:code>/register/", registrations.register, name="register"),
    path("events/<uuid:code>/withdraw/", registrations.withdraw, name="withdraw"),
    path("events/<uuid:code>/badges/", registrations.badges, name="badges"),
    path("events/<uuid:code>/guests/", registrations.guest_list, name="guest-list"),
    path("events/<uuid:code>/partners/", partners.partner_list, name="partner-list"),
    path(
        "events/<uuid:code>/partners/<uuid:partner>/",
        partners.partner_hours,
        name="partner-hours",
    ),
    path("events/<uuid:code>/schedule/", schedule.schedule, name="schedule"),
    path("events/<uuid:code>/schedule/decide/", schedule.decide, name="decide"),
    path("events/<uuid:code>/agenda/", agendas.agenda, name="agenda"),
    path("events/<uuid:code>/agenda.ics", agendas.calendar, name="agenda-ics"),
    path("events/<uuid:code>/agenda.xlsx", agendas.sheet, name="agenda-xlsx"),
    path("events/<uuid:code>/hall/", hall.hall_page, name="hall"),
    path("events/<uuid:code>/today/", hall.today, name="today"),
    path("events/<uuid:code>/results/", results.event_results, name="results"),
    path("meetings/<uuid:code>/outcome/", hall.outcome, name="outcome"),
    path("meetings/<uuid:code>/deal/", hall.deal, name="deal"),
    path("meetings/<uuid:code>/yes/", hall.say_yes, name="say-yes"),
    path("tables/<uuid:code>/", hall.answer_table, name="answer-table"),
    path("meetings/<uuid:code>/", schedule.meeting, name="meeting"),
    path("badges/<uuid:code>/", hall.badge, name="badge"),
]
