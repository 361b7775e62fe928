"""Addresses of matches."""

from django.urls import path

from matchmaking.matching.views import comparing, conversations, matches, posts

app_name = "matching"

urlpatterns = [
    path("orders/<uuid:code>/matches/", posts.order_matches, name="order-matches"),
    path("offers/<uuid:code>/matches/", posts.offer_matches, name="offer-matches"),
    path("matches/", matches.match_list, name="match-list"),
    path("matches/compare/", comparing.match_compare, name="match-compare"),
    path("matches/<uuid:code>/", matches.match_detail, name="match-detail"),
    path("matches/<uuid:code>/answer/", matches.match_answer, name="match-answer"),
    path("matches/<uuid:code>/withdraw/", matches.match_withdraw, name="match-withdraw"),
    path("matches/<uuid:code>/undo/", matches.match_undo, name="match-undo"),
    path("matches/<uuid:code>/later/", matches.match_later, name="match-later"),
    path("matches/<uuid:code>/end/", matches.match_end, name="match-end"),
    path("matches/<uuid:code>/messages/", conversations.match_messages, name="match-messages"),
    path("matches/<uuid:code>/contacts/", conversations.match_contacts, name="match-contacts"),
    path("matches/<uuid:code>/files/<uuid:file>/", conversations.match_file, name="match-file"),
]
