import datetime as dt

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIClient

from accounts.authentication import CompanyTokenAuthentication, TokenScopePermission
from accounts.models import Company, CompanyToken, Membership, User
from accounts.services import members, tokens
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.notifications.models import Notification
from tests.factories import MembershipFactory


def issue(company, by, **facts):
    facts = {"name": "ERP", "scopes": ["read"], **facts}
    return tokens.issue_token(company=company, by=by, **facts)


def enter(secret):
    request = RequestFactory().get("/", headers={"Authorization": f"Token {secret}"})
    return CompanyTokenAuthentication().authenticate(Request(request))


def test_a_token_acts_for_one_company(brand, brand_company, now):
    token, secret = issue(brand_company, brand)

    user, found = enter(secret)

    assert (user, found, found.company) == (brand, token, brand_company)
    assert secret not in (found.digest, found.token_key)


def test_entering_costs_one_query_and_the_note_of_the_day(
    brand, brand_company, now, django_assert_num_queries
):
    _, secret = issue(brand_company, brand)

    with django_assert_num_queries(2):
        enter(secret)
    with django_assert_num_queries(1):
        enter(secret)

    assert CompanyToken.objects.get().last_used_on == timezone.localdate()


def test_a_token_never_carries_an_officers_rights(officer, brand_company, now):
    Membership.objects.create(user=officer, company=brand_company, role="owner")
    _, secret = issue(brand_company, officer)

    user, _ = enter(secret)

    assert (user.is_staff, user.is_superuser) == (False, False)
    assert list(Company.objects.visible_to(user)) == [brand_company]


def revoked(token, company, user):
    tokens.revoke_token(token=token)


def expired(token, company, user):
    CompanyToken.objects.update(expiry=timezone.now() - dt.timedelta(seconds=1))


def left(token, company, user):
    Membership.objects.all().delete()


def suspended(token, company, user):
    Company.objects.update(status="suspended")


def closed(token, company, user):
    Company.objects.update(status="closed")


def locked_out(token, company, user):
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("end", [revoked, expired, left, suspended, closed, locked_out])
def test_a_token_ends_with(brand, brand_company, now, end):
    token, secret = issue(brand_company, brand)
    end(token, brand_company, brand)

    with pytest.raises(AuthenticationFailed) as refused:
        enter(secret)

    assert str(refused.value.detail) == "Invalid token."


@pytest.mark.parametrize("secret", ["nonsense", "é", "0" * 64])
def test_what_is_no_token_is_refused_the_same(db, secret):
    with pytest.raises(AuthenticationFailed, match=r"Invalid token\."):
        CompanyTokenAuthentication().authenticate_credentials(secret.encode())


def test_without_a_header_nobody_enters():
    assert CompanyTokenAuthentication().authenticate(Request(RequestFactory().get("/"))) is None


@pytest.mark.parametrize(
    ("scopes", "method", "allowed"),
    [
        (["read"], "GET", True),
        (["read"], "POST", False),
        (["write"], "GET", True),
        (["write"], "DELETE", True),
    ],
)
def test_scopes_say_what_a_token_may_do(scopes, method, allowed):
    request = Request(RequestFactory().generic(method, "/"))
    request.auth = CompanyToken(scopes=scopes)
    request.auth.issuer_is_owner = True

    assert TokenScopePermission().has_permission(request, None) is allowed


def test_without_a_token_no_scope_is_given():
    assert TokenScopePermission().has_permission(Request(RequestFactory().get("/")), None) is False


@pytest.mark.parametrize(
    "facts", [{"scopes": []}, {"scopes": ["admin"]}, {"lifetime": dt.timedelta(days=366)}]
)
def test_issue_token_refuses(brand, brand_company, now, facts):
    with pytest.raises(InvalidInput):
        issue(brand_company, brand, **facts)

    assert CompanyToken.objects.count() == 0


def test_issue_token_is_for_active_companies(brand, pending_company, now):
    with pytest.raises(Conflict):
        issue(pending_company, brand)


def test_issue_token_has_a_bound(brand, brand_company, now):
    for _ in range(20):
        issue(brand_company, brand)
    with pytest.raises(Conflict):
        issue(brand_company, brand)


def test_owners_hear_two_weeks_and_three_days_before_a_token_ends(brand, brand_company, now):
    token, _ = issue(brand_company, brand)

    def told(days_before):
        return tokens.remind_ending(at=token.expiry - dt.timedelta(days=days_before))

    assert [told(15), told(14), told(13), told(3), told(2), told(0)] == [0, 1, 0, 1, 0, 0]
    assert set(Notification.objects.values_list("kind", "recipient")) == {
        ("token_ending", brand.pk)
    }


def test_token_never_does_more_than_its_issuer_may_today(brand, brand_company, now):
    MembershipFactory(company=brand_company, role="owner")
    _token, secret = tokens.issue_token(
        company=brand_company, name="ERP", scopes=["read", "write"], by=brand
    )
    api = APIClient(headers={"authorization": f"Token {secret}"})
    body = {"title": "x"}

    before = api.post("/api/v1/orders/", body, format="json", headers={"Idempotency-Key": "1"})
    members.change_role(company=brand_company, user=brand, role="member")
    after = api.post("/api/v1/orders/", body, format="json", headers={"Idempotency-Key": "2"})

    assert (before.status_code, after.status_code) == (201, 403)
    assert api.get("/api/v1/orders/").status_code == 200


def test_control_token_of_a_demoted_issuer_went_on_writing(brand, brand_company, settings):
    settings.PROTECTIONS_OFF = ["tokens-follow-issuers"]
    MembershipFactory(company=brand_company, role="owner")
    _token, secret = tokens.issue_token(
        company=brand_company, name="ERP", scopes=["read", "write"], by=brand
    )
    api = APIClient(headers={"authorization": f"Token {secret}"})
    members.change_role(company=brand_company, user=brand, role="member")

    answer = api.post(
        "/api/v1/orders/", {"title": "x"}, format="json", headers={"Idempotency-Key": "2"}
    )

    assert answer.status_code == 201
