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


class PreferenceKind(models.TextChoices):
    """What a company says of another before a docking day."""

    MUST = "must", _("Must meet")
    WOULD = "would", _("Would meet")
    NO = "no", _("No, thanks")
    MET = "met", _("Met before")


WISHES = (PreferenceKind.MUST, PreferenceKind.WOULD)


class MeetingOrigin(models.TextChoices):
    """How a meeting came into the schedule."""

    MUST = "must", _("Must of a side")
    WISH = "wish", _("Wanted by both")
    ASKED = "asked", _("Asked for by one side")
    REFILL = "refill", _("At a free table")


class RunKind(models.TextChoices):
    """What the worker is asked for."""

    PLAN = "plan", _("Whole schedule")
    REPAIR = "repair", _("Mend what cannot stand")
    MOVE = "move", _("Move a meeting")
    SWAP = "swap", _("Swap two meetings")
    CUT = "cut", _("Cut a slot")
    TABLES = "tables", _("Change a hall's tables")


class OutcomeKind(models.TextChoices):
    """What one side takes from a meeting, in one tap."""

    NO = "no", _("Nothing for us")
    TALK = "talk", _("Talk on")
    SAMPLE = "sample", _("Sample")
    INTENTION = "intention", _("Intention")
