from django.contrib.auth.models import Group, Permission

from accounts import officer_rights
from accounts.models import Cluster
from matchmaking.core.officer_rights import officer_rights as rights


def test_officers_have_every_right_that_an_area_gives(db):
    given = {
        f"{app}.{codename}"
        for app, codename in Group.objects.get(name="Officers").permissions.values_list(
            "content_type__app_label", "codename"
        )
    }

    assert given == {f"{app}.{codename}" for app, names in rights.items() for codename in names}


def test_sync_officer_rights_takes_back_what_no_area_gives(db):
    group = Group.objects.get(name="Officers")
    group.permissions.add(Permission.objects.get(codename="delete_user"))

    officer_rights.sync_officer_rights()

    assert not group.permissions.filter(codename="delete_user").exists()


def test_an_officer_is_no_superuser(officer):
    assert (officer.is_superuser, officer.has_perm("accounts.moderate_company")) == (False, True)
    assert officer.has_perm("accounts.delete_company") is False


def test_places_are_loaded(db):
    assert Cluster.objects.get(code="350300").name_zh == "莆田市"
    assert Cluster.objects.count() == 31
