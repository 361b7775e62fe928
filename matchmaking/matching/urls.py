"""Addresses of matches."""

from django.urls import path

from matchmaking.matching import views

app_name = "matching"

urlpatterns = [
    path("orders/<uuid:code>/matches/", views.order_matches, name="order-matches"),
    path("offers/<uuid:code>/matches/", views.offer_matches, name="offer-matches"),
    path("matches/", views.match_list, name="match-list"),
    path("matches/<uuid:code>/", views.match_detail, name="match-detail"),
]
