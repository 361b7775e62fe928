"""The listings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    name = "matchmaking.listings"
    verbose_name = _("Listings")
