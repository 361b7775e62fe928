"""Addresses of docking days."""

from django.urls import path

from matchmaking.docking.views import events, registrations

app_name = "docking"

urlpatterns = [
    path("events/", events.event_list, name="event-list"),
    path("events/<uuid:code>/", events.event_detail, name="event-detail"),
    path("events/<uuid:code>/qr.svg", events.event_qr, name="event-qr"),
    path("events/<uuid:code>/register/", registrations.register, name="register"),
    path("events/<uuid:code>/withdraw/", registrations.withdraw, name="withdraw"),
    path("events/<uuid:code>/badges/", registrations.badges, name="badges"),
    path("events/<uuid:code>/guests/", registrations.guest_list, name="guest-list"),
    path("badges/<uuid:code>/", registrations.badge, name="badge"),
]
