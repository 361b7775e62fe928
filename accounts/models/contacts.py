"""Contacts of a company and consents to see them. Read through ``accounts.contacts`` only."""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import ContactKind
from accounts.models.companies import Company
from matchmaking.core.text import no_control_characters


class Contact(models.Model):
    """One way to reach one person of a company."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
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


class ContactConsent(models.Model):
    """A company lets another one know its name and contacts, for one ``source``.

    The source is the code of what both agreed to. Both directions are rows of their own;
    written by the services of who brings the two together, ended and never deleted.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="consents")
    to_company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="consents_received"
    )
    source = models.UUIDField()
    given_at = models.DateTimeField(_("given"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "to_company", "source"], name="consent_once_per_source"
            ),
            models.CheckConstraint(
                name="consent_is_given_to_another", condition=~Q(company=F("to_company"))
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class ContactDisclosure(models.Model):
    """A person has looked at the contacts of a company, by this consent for the first time."""

    consent = models.ForeignKey(
        ContactConsent, on_delete=models.CASCADE, related_name="disclosures"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        verbose_name = _("disclosure of contacts")
        verbose_name_plural = _("disclosures of contacts")
        constraints = [
            models.UniqueConstraint(fields=["consent", "user"], name="disclosure_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"
