"""Addresses of connections in the API."""

from django.urls import path

from matchmaking.connections.api import PushWeeksView

urlpatterns = [
    path("pushes/<uuid:code>/weeks/", PushWeeksView.as_view(), name="push-weeks"),
]
