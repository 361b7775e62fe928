"""Files that people send, and how their columns were understood."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from matchmaking.core.codes import new_code
from matchmaking.core.models import Job


class ImportKind(models.TextChoices):
    COMPANIES = "companies", _("Companies")
    ORDERS = "orders", _("Processing orders")
    OFFERS = "offers", _("Capacity")


class ImportBatch(models.Model):
    """One uploaded sheet: its parsed rows, its mapping, its errors, its outcome."""

    code = models.UUIDField(default=new_code, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=120)
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name


class ColumnMapping(models.Model):
    """How a person mapped a header once; the same header is mapped the same way again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    header_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "header_hash"], name="mapping_once_per_header"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.header_hash[:8]}"
