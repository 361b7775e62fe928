"""Rights of association staff in one table, without superuser rights."""

from typing import Any

from django.apps import apps as registry
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

GROUP = "Officers"

# app label → permissions. A right of an area that is not migrated yet is given by the
# receiver when that area's tables are made.
RIGHTS: dict[str, tuple[str, ...]] = {
    "accounts": (
        "view_user",
        "view_company",
        "moderate_company",
        "view_contacts",
        "view_companygroup",
        "add_companygroup",
        "change_companygroup",
        "view_membership",
        "view_certificate",
        "view_verification",
        "view_companyclaim",
        "view_usccdispute",
        "view_cluster",
        "add_cluster",
        "change_cluster",
        "view_certification",
        "add_certification",
        "change_certification",
        "view_companyevent",
        "view_membershipevent",
        "view_certificateevent",
    ),
    "listings": (
        "view_processingorder",
        "view_capacityoffer",
        "moderate_posts",
        "view_ledgerentry",
        "view_category",
        "add_category",
        "change_category",
        "view_categoryfamily",
        "add_categoryfamily",
        "change_categoryfamily",
        "view_categorylikeness",
        "add_categorylikeness",
        "change_categorylikeness",
        "delete_categorylikeness",
        "view_construction",
        "add_construction",
        "change_construction",
        "view_material",
        "add_material",
        "change_material",
        "view_processingorderevent",
        "view_capacityofferevent",
    ),
    "imports": ("view_importbatch",),
    "matching": (
        "view_match",
        "act_on_match",
        "view_scoringprofile",
        "add_scoringprofile",
        "change_scoringprofile",
        "activate_profile",
        "view_scoringprofileevent",
    ),
    "notifications": ("view_outboxmessage", "resend_outboxmessage", "view_sentmail"),
    "core": ("view_job", "change_job"),
}


def sync_officer_rights(**_: Any) -> None:
    """Give the group "Officers" exactly the rights of the table that exist by now.

    Runs after every migrate of every app; the second run changes nothing.
    """
    if not registry.is_installed("accounts"):
        return
    wanted = Q(pk=None)
    for app_label, codenames in RIGHTS.items():
        wanted |= Q(content_type__app_label=app_label, codename__in=codenames)
    group, _created = Group.objects.get_or_create(name=GROUP)
    group.permissions.set(Permission.objects.filter(wanted))
