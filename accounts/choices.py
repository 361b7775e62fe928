"""Closed lists of accounts that are no states."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CompanyKind(models.TextChoices):
    BRAND = "brand", _("Brand")
    FACTORY = "factory", _("Factory")
    BOTH = "both", _("Brand and factory")
    SUPPLIER = "supplier", _("Material supplier")
    INSTITUTE = "institute", _("Institute")


# The kinds that post. The others stand in the association's lists alone: nobody registers as one.
POSTING_KINDS = (CompanyKind.BRAND, CompanyKind.FACTORY, CompanyKind.BOTH)


class SizeBand(models.TextChoices):
    """Workers employed. Below 500 is a small maker (data/domain, capacity/small_maker)."""

    UNDER_100 = "under_100", _("under 100 workers")
    FROM_100 = "100_499", _("100 to 499 workers")
    FROM_500 = "500_1999", _("500 to 1,999 workers")
    FROM_2000 = "2000_plus", _("2,000 workers and more")


class VerificationTier(models.TextChoices):
    """What the association has seen itself; never sold."""

    NONE = "none", _("Not verified")
    LISTED = "listed", _("Listed")
    DOCUMENTS = "documents", _("Documents reviewed")
    SITE = "site", _("Site visited")


# A tier whose day has passed: what the association saw then is no longer vouched for.
LAPSED = "lapsed"


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")


class TokenScope(models.TextChoices):
    """What a token may do."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("Email")
    WECHAT = "wechat", _("WeChat")


class DocumentKind(models.TextChoices):
    """What a picture or paper of a company shows."""

    LICENCE = "licence", _("Business licence")
    VISIT = "visit", _("Picture of a visit")
