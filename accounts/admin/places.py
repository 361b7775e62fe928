"""Places and certificates of the trade, edited in plain forms."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import Certification, Cluster
from matchmaking.core.workbench.terms import CountedTermForm, TermAdmin, in_readers_language


@admin.register(Cluster)
class ClusterAdmin(TermAdmin):
    """Places where shoes are made."""

    place = 60
    icon = "location_on"
    search_fields = ("code", "name_zh", "name_en", "speciality")
    list_display = (*TermAdmin.list_display, "speciality_shown")
    fields = (
        "code",
        ("name_zh", "name_en"),
        ("speciality", "speciality_en"),
        "source",
        ("position", "is_active"),
    )

    @admin.display(description=gettext_lazy("speciality"), ordering="speciality")
    def speciality_shown(self, cluster: Cluster) -> str:
        return in_readers_language(cluster.speciality, cluster.speciality_en)


@admin.register(Certification)
class CertificationAdmin(TermAdmin):
    """Certificates and audits that orders ask for."""

    place = 50
    icon = "workspace_premium"
    form = CountedTermForm
    list_display = (*TermAdmin.list_display, "kind_shown")
    fields = (
        "code",
        ("name_zh", "name_en"),
        ("kind", "kind_en"),
        ("scope", "validity_hint"),
        ("position", "is_active"),
    )

    @admin.display(description=gettext_lazy("type"), ordering="kind")
    def kind_shown(self, certification: Certification) -> str:
        return in_readers_language(certification.kind, certification.kind_en)

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        return (*super().get_list_filter(request), in_readers_language("kind", "kind_en"))
