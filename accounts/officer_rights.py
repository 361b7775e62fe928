"""The group of association staff: the rights that areas give it, without superuser rights."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from matchmaking.core.officer_rights import officer_rights

GROUP = "Officers"


def sync_officer_rights(**_: Any) -> None:
    """Set the group "Officers" to exactly the rights that areas give and that exist by now.

    Runs after every migrate of every app, since a right of an area exists only when that area's
    tables are made; the second run changes nothing.
    """
    if not apps.is_installed("accounts"):
        return
    wanted = Q(pk=None)
    for app_label, codenames in officer_rights.items():
        wanted |= Q(content_type__app_label=app_label, codename__in=codenames)
    group, _created = Group.objects.get_or_create(name=GROUP)
    group.permissions.set(Permission.objects.filter(wanted))
