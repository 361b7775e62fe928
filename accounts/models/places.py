"""Places and certificates of the trade, edited by officers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaking.core.models import NamedInTwoLanguages


class Cluster(NamedInTwoLanguages):
    """A place where shoes are made, named by its administrative division."""

    code = models.CharField(_("division code"), max_length=6, unique=True)
    speciality = models.CharField(_("speciality"), max_length=120, blank=True)
    speciality_en = models.CharField(_("speciality in English"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")

    @property
    def province_code(self) -> str:
        return f"{self.code[:2]}0000"


class Certification(NamedInTwoLanguages):
    """A certificate or audit that orders ask for."""

    kind = models.CharField(_("type"), max_length=60, blank=True)
    kind_en = models.CharField(_("type in English"), max_length=60, blank=True)
    scope = models.CharField(_("scope"), max_length=60, blank=True)
    validity_hint = models.CharField(_("validity"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
