import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.adapter import MFAAdapter
from accounts.services import people
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from tests.factories import MembershipFactory, UserFactory


@pytest.fixture
def bare_officer(officer):
    Authenticator.objects.all().delete()
    return officer


@pytest.mark.parametrize(
    "path", ["/admin/", "/dashboard/", "/company/", "/admin/accounts/company/"]
)
def test_an_officer_without_totp_comes_no_further(client, bare_officer, path):
    client.force_login(bare_officer)

    assert client.get(path)["Location"] == "/account/2fa/totp/activate/"


@pytest.mark.parametrize("path", ["/account/logout/", "/account/email/"])
def test_an_officer_without_totp_can_set_it_up_or_leave(client, bare_officer, path):
    client.force_login(bare_officer)

    assert "totp" not in client.get(path).headers.get("Location", "")


def test_an_officer_with_totp_works(client, officer):
    client.force_login(officer)

    assert client.get("/admin/").status_code == 200


def test_a_superuser_needs_totp_too(client, db):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.get("/admin/")["Location"] == "/account/2fa/totp/activate/"


def test_the_second_step_can_be_waived_by_setting_alone(client, bare_officer, settings):
    settings.OFFICERS_NEED_TOTP = False
    client.force_login(bare_officer)

    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("who", "may"), [("officer", False), ("brand", True)])
def test_officers_cannot_take_totp_off(request, who, may):
    user = request.getfixturevalue(who)
    factor = Authenticator(user=user, type=Authenticator.Type.TOTP)

    assert MFAAdapter().can_delete_authenticator(factor) is may


def test_the_admin_signs_in_by_allauth(client, db):
    assert client.get("/admin/login/?next=/admin/")["Location"] == (
        "/account/login/?next=%2Fadmin%2F"
    )


def test_strangers_see_no_admin(client, brand):
    client.force_login(brand)

    assert client.get("/admin/").status_code in {302, 403}


def test_suspend_person_ends_sessions_at_once(client, brand, officer, now):
    client.force_login(brand)

    people.suspend_person(user=brand, by=officer, at=now)

    assert client.get("/profile/").status_code == 302
    people.reinstate_person(user=brand, by=officer, at=now)
    assert client.get("/profile/").status_code == 302
    brand.refresh_from_db()
    client.force_login(brand)
    assert client.get("/profile/").status_code == 200


def test_officers_do_not_lock_themselves_out(officer, now):
    with pytest.raises(Conflict):
        people.suspend_person(user=officer, by=officer, at=now)

    officer.refresh_from_db()
    assert officer.is_active


def test_an_officer_is_suspended_by_administrators_alone(officer, now):
    colleague = UserFactory(is_staff=True)

    with pytest.raises(NotAllowed):
        people.suspend_person(user=colleague, by=officer, at=now)

    colleague.refresh_from_db()
    assert colleague.is_active


def test_the_profile_changes_language_and_time_zone(client, brand):
    client.force_login(brand)

    answer = client.post(
        "/profile/", {"name": "Lin", "language": "zh-hans", "time_zone": "Europe/Berlin"}
    )

    brand.refresh_from_db()
    assert (brand.name, brand.language, brand.time_zone) == ("Lin", "zh-hans", "Europe/Berlin")
    assert answer.cookies["django_language"].value == "zh-hans"


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"time_zone": "Mars/Base"}])
def test_change_profile_refuses_what_does_not_exist(brand, wrong):
    facts = {"name": "Lin", "language": "en", "time_zone": "UTC", **wrong}

    with pytest.raises(InvalidInput):
        people.change_profile(user=brand, **facts)

    brand.refresh_from_db()
    assert brand.time_zone == "Asia/Shanghai"


def test_the_persons_language_is_spoken(client, brand):
    client.force_login(brand)
    page = client.get("/profile/", headers={"accept-language": "zh-hans"}).content.decode()

    assert ('lang="en"' in page[:200], "My profile" in page) == (True, True)


def test_switching_the_language_is_remembered(client, brand):
    client.force_login(brand)

    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/profile/"})

    brand.refresh_from_db()
    assert brand.language == "zh-hans"
    assert 'lang="zh-Hans"' in client.get("/profile/").content.decode()[:200]


def test_switching_to_no_language_changes_nothing(client, brand):
    client.force_login(brand)

    client.post("/i18n/setlang/", {"language": "fr"})

    brand.refresh_from_db()
    assert brand.language == "en"


def test_the_first_company_is_acted_for_until_another_is_chosen(
    client, brand, brand_company, stranger_company
):
    MembershipFactory(user=brand, company=stranger_company)
    client.force_login(brand)
    assert client.get("/company/").context["company"] == brand_company

    answer = client.post(
        "/company/switch/", {"company": stranger_company.code, "next": "/company/"}
    )

    assert answer["Location"] == "/company/"
    assert client.get("/company/").context["company"] == stranger_company


@pytest.mark.parametrize("code", ["", "nonsense", "00000000-0000-7000-8000-000000000000"])
def test_switching_to_what_is_not_ones_own_is_not_found(client, brand, code):
    client.force_login(brand)

    assert client.post("/company/switch/", {"company": code}).status_code == 404


def test_switching_to_a_strangers_company_is_not_found(client, brand, stranger_company):
    client.force_login(brand)

    assert client.post("/company/switch/", {"company": stranger_company.code}).status_code == 404


def test_switching_does_not_leave_the_site(client, brand, brand_company):
    client.force_login(brand)

    answer = client.post(
        "/company/switch/", {"company": brand_company.code, "next": "https://evil.example"}
    )

    assert answer["Location"] == "/dashboard/"


def test_an_anonymous_request_asks_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/how-it-works/")


def test_create_verified_person_signs_in(client, db, now):
    people.create_verified_person(
        email="Demo@example.com", name="Demo", password="odd one 42 42", language="en"
    )

    client.post("/account/login/", {"login": "demo@example.com", "password": "odd one 42 42"})

    assert client.get("/profile/").status_code == 200


def test_sessions_of_the_old_password_hash_die(brand):
    client = Client()
    client.force_login(brand)
    brand.set_password("another odd one 43")
    brand.save()

    assert client.get("/profile/").status_code == 302
