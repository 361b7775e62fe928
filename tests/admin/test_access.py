"""Access to the workbench, page by page."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from matchmaking.core.workbench.base import WorkbenchAdmin
from tests.admin.conftest import signed_in
from tests.factories import UserFactory

SITES = admin.site._registry  # noqa: SLF001 - Django has no other way
NAMES = sorted(f"{site.opts.app_label}_{site.opts.model_name}" for site in SITES.values())


def address(name):
    return reverse(f"admin:{name}_changelist")


def test_every_list_is_built_on_the_workbench():
    assert [site for site in SITES.values() if not isinstance(site, WorkbenchAdmin)] == []


def test_the_workbench_holds_these_lists_and_no_other():
    assert NAMES == [
        "accounts_blockrequest",
        "accounts_certificate",
        "accounts_certification",
        "accounts_cluster",
        "accounts_company",
        "accounts_companyclaim",
        "accounts_companygroup",
        "accounts_invitation",
        "accounts_usccdispute",
        "accounts_user",
        "connections_endpoint",
        "core_job",
        "deals_intention",
        "deals_orderquestion",
        "deals_presstemplate",
        "deals_quote",
        "deals_recordobjection",
        "deals_resultsboard",
        "deals_splitplan",
        "docking_dockingevent",
        "docking_registration",
        "imports_importbatch",
        "listings_capacityoffer",
        "listings_category",
        "listings_categoryfamily",
        "listings_categorylikeness",
        "listings_construction",
        "listings_exchangerate",
        "listings_material",
        "listings_pastedtext",
        "listings_postedit",
        "listings_processingorder",
        "listings_tradeword",
        "matching_match",
        "matching_scoringprofile",
        "notifications_outboxmessage",
        "notifications_sentmail",
        "policies_application",
        "policies_policy",
        "privacy_erasurerequest",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_officers_open_every_list(desk, name):
    assert desk.get(address(name)).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_staff_without_rights_open_no_list(name, db, settings):
    settings.OFFICERS_NEED_TOTP = False
    clerk = signed_in(UserFactory(is_staff=True))

    assert clerk.get(address(name)).status_code == 403


@pytest.mark.parametrize("name", ["index", *(f"{name}_changelist" for name in NAMES)])
def test_members_are_sent_away(brand, name):
    page = signed_in(brand).get(reverse(f"admin:{name}"))

    assert (page.status_code, page.url.split("?")[0]) == (302, reverse("admin:login"))


def test_members_who_ask_for_the_sign_in_of_officers_are_refused(brand):
    assert signed_in(brand).get(reverse("admin:login")).status_code == 403


def test_strangers_sign_in_on_the_sites_own_page(client, db):
    page = client.get(reverse("admin:login"))

    assert (page.status_code, page.url.split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("name", ["index", *(f"{name}_changelist" for name in NAMES)])
def test_officers_without_a_second_step_come_no_further(officer, name):
    Authenticator.objects.all().delete()

    page = signed_in(officer).get(reverse(f"admin:{name}"))

    assert (page.status_code, page.url) == (302, reverse("mfa_activate_totp"))


def test_staff_without_rights_see_an_empty_landing_page(db, settings):
    settings.OFFICERS_NEED_TOTP = False
    page = signed_in(UserFactory(is_staff=True)).get(reverse("admin:index"))

    assert (page.context["standings"], page.context["panels"], page.context["totals"]) == (
        [],
        [],
        [],
    )


def test_officers_delete_nothing_but_exceptions_of_likeness(desk, officer):
    request = desk.get(reverse("admin:index")).wsgi_request
    assert [
        model.__name__ for model, site in SITES.items() if site.has_delete_permission(request)
    ] == ["CategoryLikeness"]


def test_officers_edit_terms_and_boards_alone_in_plain_forms(desk):
    request = desk.get(reverse("admin:index")).wsgi_request
    editable = sorted(
        model.__name__ for model, site in SITES.items() if site.has_change_permission(request)
    )

    assert editable == [
        "Category",
        "CategoryFamily",
        "CategoryLikeness",
        "Certification",
        "Cluster",
        "CompanyGroup",
        "Construction",
        "DockingEvent",
        "ExchangeRate",
        "Material",
        "Policy",
        "PressTemplate",
        "ResultsBoard",
        "TradeWord",
    ]


def test_an_officer_cannot_appoint_or_become_anything(desk, officer, stranger):
    for person in (officer, stranger):
        url = reverse("admin:accounts_user_step", args=[person.pk, "appoint"])
        assert desk.post(url).status_code == 403

    answer = desk.post(
        reverse("admin:accounts_user_change", args=[officer.pk]), {"is_superuser": "on"}
    )

    officer.refresh_from_db()
    stranger.refresh_from_db()
    assert answer.status_code == 403
    assert (officer.is_superuser, stranger.is_staff) == (False, False)


def test_an_officer_does_not_suspend_another(desk, db):
    other = UserFactory(is_staff=True)

    desk.post(reverse("admin:accounts_user_step", args=[other.pk, "suspend"]))

    other.refresh_from_db()
    assert other.is_active is True


def test_administrators_appoint_and_dismiss_officers(stranger, settings):
    settings.OFFICERS_NEED_TOTP = False
    admin_desk = signed_in(UserFactory(is_staff=True, is_superuser=True))

    admin_desk.post(reverse("admin:accounts_user_step", args=[stranger.pk, "appoint"]))
    stranger.refresh_from_db()
    appointed = (stranger.is_staff, stranger.is_superuser, stranger.groups.get().name)
    admin_desk.post(reverse("admin:accounts_user_step", args=[stranger.pk, "dismiss"]))
    stranger.refresh_from_db()

    assert appointed == (True, False, "Officers")
    assert (stranger.is_staff, stranger.groups.count()) == (False, 0)
    assert Group.objects.get(name="Officers").user_set.count() == 0


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/accounts/company/", "/admin/nothing/here/", "/admin/login/"]
)
def test_every_answer_of_the_workbench_carries_its_own_policy(desk, path):
    policy = desk.get(path)["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert "http" not in policy


def test_other_pages_keep_the_strict_policy(desk):
    policy = desk.get("/")["Content-Security-Policy"]

    assert ("unsafe-eval" in policy, "unsafe-inline" in policy) == (False, False)
