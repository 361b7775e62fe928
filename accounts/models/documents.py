"""Papers and pictures by which officers verify a company."""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import DocumentKind
from accounts.models.companies import Company, OfCompanyQuerySet


class CompanyDocument(models.Model):
    """A business licence, or a picture of a visit: read by the company's people and officers."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind.choices)
    file = models.FileField(_("file"), upload_to="documents/%Y/%m/")
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(max_length=40)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"))

    objects = OfCompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a company")
        verbose_name_plural = _("documents of companies")
        constraints = [
            models.CheckConstraint(
                name="document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")
