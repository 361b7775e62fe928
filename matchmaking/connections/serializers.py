"""Weeks that a company's own system pushes."""

from rest_framework import serializers

from matchmaking.listings.serializers import WeeksInput


class PushedWeeks(WeeksInput):
    """The whole plan of one capacity: pairs per week from ``first_week`` on."""

    offer = serializers.UUIDField(
        help_text="Code of the capacity, as its page and the API name it."
    )
