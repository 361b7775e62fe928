"""Mobile numbers that people sign in by, and the messages on their way there."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOBILE = r"^\+861[3-9][0-9]{9}$"


class TextKind(models.TextChoices):
    """What a text message is for; operators approve each wording once."""

    CODE = "code"
    KNOWN = "known"
    UNKNOWN = "unknown"


class PhoneNumber(models.Model):
    """The mobile number of a person, in E.164: a way to sign in, shown to nobody else.

    Until the code was typed in a number belongs to nobody: several people may have begun with it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="phone_number"
    )
    number = models.CharField(_("mobile number"), max_length=16)
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: "models.Manager[Any]" = models.Manager()

    class Meta:
        verbose_name = _("mobile number")
        verbose_name_plural = _("mobile numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(verified_at__isnull=False),
                name="phone_number_verified_once",
            ),
            models.CheckConstraint(
                name="phone_number_is_mobile", condition=Q(number__regex=MOBILE)
            ),
        ]

    def __str__(self) -> str:
        return f"number {self.pk}"


class CodeText(models.Model):
    """A message that waits for the gateway; with its code it is forgotten once it was handed over."""

    number = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=TextKind.choices)
    code = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="code_text_kind_known", condition=Q(kind__in=TextKind.values)
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
