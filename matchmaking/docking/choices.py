"""Closed lists of docking days that are no states."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ParticipantRole(models.TextChoices):
    """As what a company comes. Brands and factories meet one another; the others meet anybody."""

    BRAND = "brand", _("Brand with orders")
    FACTORY = "factory", _("Factory with capacity")
    SUPPLIER = "supplier", _("Material supplier")
    INSTITUTE = "institute", _("Institute")
    DESK = "desk", _("Public service desk")
