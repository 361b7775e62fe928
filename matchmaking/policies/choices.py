"""Choices of policies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyLevel(models.TextChoices):
    NATIONAL = "national", _("National")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    DISTRICT = "district", _("Development zone")


class PolicyTopic(models.TextChoices):
    BRAND = "brand", _("Brand")
    MARKET = "market", _("Market and docking")
    LEADERS = "leaders", _("Leading firms")
    INNOVATION = "innovation", _("Innovation")
    JOBS = "jobs", _("Jobs and training")
    EQUIPMENT = "equipment", _("Equipment")
    ECOMMERCE = "ecommerce", _("Online sales")
    ORDERS = "orders", _("Orders brought home")
    GROWTH = "growth", _("Growth")
    PLATFORM = "platform", _("Service platforms")
    ALLIANCE = "alliance", _("Alliances")
    SHOWCASE = "showcase", _("Needs and showcases")
    FINANCE = "finance", _("Finance and tax")
    EXPORT = "export", _("Export")
    OTHER = "other", _("Other")


class SourceTrust(models.TextChoices):
    A = "A", _("A: a government's own page")
    B = "B", _("B: a reprint")
    C = "C", _("C: hearsay")


class Outcome(models.TextChoices):
    """What a company says, after a fortnight, of a policy that it meant to apply for."""

    WAITING = "waiting", _("Asked, no answer yet")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    NOT_ASKED = "not_asked", _("Did not apply")
