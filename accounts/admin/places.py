"""Places and certificates of the trade, edited in plain forms."""

from django.contrib import admin

from accounts.models import Certification, Cluster
from matchmaking.core.workbench.terms import CountedTermForm, TermAdmin


@admin.register(Cluster)
class ClusterAdmin(TermAdmin):
    """Places where shoes are made."""

    place = 60
    icon = "location_on"
    search_fields = ("code", "name_zh", "name_en", "speciality")
    list_display = (*TermAdmin.list_display, "speciality")
    fields = ("code", ("name_zh", "name_en"), "speciality", "source", ("position", "is_active"))


@admin.register(Certification)
class CertificationAdmin(TermAdmin):
    """Certificates and audits that orders ask for."""

    place = 50
    icon = "workspace_premium"
    form = CountedTermForm
    list_display = (*TermAdmin.list_display, "kind")
    list_filter = (*TermAdmin.list_filter, "kind")
    fields = (
        "code",
        ("name_zh", "name_en"),
        ("kind", "scope"),
        "validity_hint",
        ("position", "is_active"),
    )
