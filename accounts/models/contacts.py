"""How a company is reached. Read through ``accounts.contacts`` only."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import ContactKind
from accounts.models.companies import Company
from matchmaking.core.codes import new_code
from matchmaking.core.text import no_control_characters


class Contact(models.Model):
    """One way to reach one person of a company."""

    code = models.UUIDField(default=new_code, unique=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="contacts")
    person = models.CharField(
        _("contact person"), max_length=80, validators=[no_control_characters]
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ContactKind.choices)
    value = models.CharField(
        _("number or address"), max_length=120, validators=[no_control_characters]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "value"], name="contact_once_per_company"
            ),
            models.CheckConstraint(
                name="contact_kind_known", condition=Q(kind__in=ContactKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"
