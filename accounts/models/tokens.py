"""Tokens by which a company's own systems use the API."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts.choices import TokenScope
from accounts.models.companies import Company


class CompanyToken(AbstractAuthToken):
    """A hashed, expiring token: acts as its issuer, for one company, within scopes."""

    objects: ClassVar[models.Manager[Any]] = AuthTokenManager()

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=60)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    # A day and no moment, so that a system that asks each second writes once a day.
    last_used_on = models.DateField(_("last used on"), null=True)
    # Whether its issuer owns the company today, as the authentication found it.
    issuer_is_owner = False

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                name="token_scopes_known",
                condition=Q(scopes__contained_by=TokenScope.values, scopes__len__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name
