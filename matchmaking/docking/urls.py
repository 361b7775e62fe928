"""Addresses of docking days."""

from django.urls import path

from matchmaking.docking.views import events

app_name = "docking"

urlpatterns = [
    path("events/", events.event_list, name="event-list"),
    path("events/<uuid:code>/", events.event_detail, name="event-detail"),
    path("events/<uuid:code>/qr.svg", events.event_qr, name="event-qr"),
]
