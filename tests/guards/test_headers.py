"""Headers that every answer carries, and requests that the site refuses."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services import tokens
from matchmaking.listings.models import ProcessingOrder
from matchmaking.notifications import delivery
from matchmaking.notifications.models import OutboxMessage
from tests.notifications.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEVELOPMENT": "false",
    "SECRET_KEY": "8Jx0vBq2mTn5Lr7Yw4Kd1Zs6Hc3Gf9PaUeXiOyRtWbNvMqLz-for-tests",
    "SITE_URL": "https://example.com",
    "ALLOWED_HOSTS": "example.com",
}
STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'self'",
}
PUBLIC = ["/", "/how-it-works/", "/market/orders/", "/account/login/", "/account/signup/"]
PRIVATE = ["/dashboard/", "/orders/", "/offers/", "/matches/", "/inbox/", "/company/", "/profile/"]
CONTROL = "Running\x00shoe"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def visitor(client, brand):
    """Ask for a page as a brand, with whatever error it ends in."""
    client.raise_request_exception = False
    client.force_login(brand)
    return client


@pytest.fixture
def now_at():
    return timezone.now()


def policy(response):
    return {part.strip() for part in response["Content-Security-Policy"].split(";")}


def assert_guarded(response):
    assert policy(response) >= STRICT
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("url", [*PUBLIC, *PRIVATE, "/api/v1/orders/", "/health/", "/nowhere/"])
def test_every_page_is_guarded_and_kept_by_no_cache(url, visitor):
    response = visitor.get(url)
    assert_guarded(response)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 405, 500])
def test_error_pages_are_guarded_and_tell_nothing(status, visitor, brand, monkeypatch):
    if status == 400:
        response = visitor.get("/", headers={"host": "evil.example"})
    elif status == 403:
        strict = Client(enforce_csrf_checks=True)
        response = strict.post("/theme/", {"theme": "dark"})
    elif status == 404:
        response = visitor.get("/orders/00000000-0000-7000-8000-000000000000/")
    elif status == 405:
        response = visitor.post("/how-it-works/")
    else:

        def broken(*_args, **_kwargs):
            raise ValueError(f"secret {brand.email} /srv/path")

        monkeypatch.setattr("matchmaking.core.dashboard_registry.totals", broken)
        response = visitor.get("/")
    assert response.status_code == status
    assert_guarded(response)
    assert "no-store" in response["Cache-Control"]
    text = response.content.decode().replace("/static/django_htmx/", "")
    for told in ("Traceback", "django", "Django", "secret", "/srv/", str(ROOT), "ValueError"):
        assert told not in text
    assert not re.search(r"(?<![\d.])\d+\.\d+\.\d+(?![\d.])", text)


@pytest.mark.django_db
def test_problems_of_the_api_tell_no_inner_matters(client, brand, brand_company, now_at):
    _token, secret = tokens.issue_token(
        company=brand_company, name="ERP", scopes=["write"], by=brand
    )
    answer = client.post(
        "/api/v1/orders/",
        b"{not json",
        content_type="application/json",
        headers={"authorization": f"Token {secret}", "idempotency-key": "one"},
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert "Traceback" not in answer.content.decode()
    assert_guarded(answer)


@pytest.mark.django_db
def test_policy_is_looser_in_the_workbench_alone(client, officer):
    client.force_login(officer)
    inside = policy(client.get("/admin/"))
    assert "script-src 'self' 'unsafe-eval'" in inside
    assert "style-src 'self' 'unsafe-inline'" in inside
    assert {"frame-ancestors 'none'", "default-src 'none'", "base-uri 'none'"} <= inside
    assert_guarded(client.get("/dashboard/"))


def test_static_files_are_guarded(client):
    response = client.get("/static/css/site.css")
    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    for close in response._resource_closers:  # noqa: SLF001 - close() ends the connection
        close()
    assert policy(response) >= STRICT
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_next_stays_on_this_host(visitor):
    for field, url in [("next", "/theme/"), ("next", "/i18n/setlang/")]:
        for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:a"):
            response = visitor.post(url, {field: evil, "language": "en", "theme": "dark"})
            assert response.status_code == 302
            assert "evil" not in response["Location"]
            assert "javascript" not in response["Location"]


@pytest.mark.django_db
def test_sign_in_leads_nowhere_else(client, brand):
    EmailAddress.objects.create(user=brand, email=brand.email, verified=True, primary=True)
    response = client.post(
        "/account/login/?next=https://evil.example/",
        {
            "login": brand.email,
            "password": "correct horse battery staple",
            "next": "https://evil.example/",
        },
    )
    assert (response.status_code, response["Location"]) == (302, "/dashboard/")


@pytest.mark.django_db
def test_reset_link_is_on_the_configured_site(client, brand, settings):
    EmailAddress.objects.create(user=brand, email=brand.email, verified=True, primary=True)
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://hand.example"
    response = client.post(
        reverse("account_reset_password"), {"email": brand.email}, headers={"host": "evil.example"}
    )
    assert response.status_code == 302
    with Sink() as sink:
        settings.EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        # The request first, which leaves the mail behind.
        for kind in ("accounts.password_reset_asked", "accounts.mail"):
            for row in OutboxMessage.objects.filter(kind=kind):
                delivery.deliver(row.pk)
    (mail,) = sink.kept
    for part in ("plain", "html"):
        links = re.findall(r"https?://[^\s\"<>]+", mail.get_body((part,)).get_content())
        assert {re.match(r"https?://[^/]+", link)[0] for link in links} == {"https://hand.example"}
    assert "evil" not in mail.as_string()


@pytest.mark.django_db
def test_control_characters_are_refused_in_forms(visitor):
    response = visitor.post("/orders/new/", {"title": CONTROL, "action": "save"})
    assert response.status_code in {200, 422}
    assert ProcessingOrder.objects.count() == 0
    response = visitor.post("/profile/", {"name": "a\u202eb", "language": "en", "time_zone": "UTC"})
    assert response.status_code == 200
    assert visitor.get("/market/orders/?category=%00&after=%00").status_code == 200
    assert visitor.get("/company/claim/?q=a%00b").status_code == 200


@pytest.mark.django_db
def test_control_characters_are_refused_by_the_api(client, brand, brand_company, now_at):
    _token, secret = tokens.issue_token(
        company=brand_company, name="ERP", scopes=["write"], by=brand
    )
    headers = {"authorization": f"Token {secret}"}
    answer = client.post(
        "/api/v1/orders/",
        {"title": CONTROL},
        content_type="application/json",
        headers={**headers, "idempotency-key": "one"},
    )
    assert answer.status_code == 400
    assert ProcessingOrder.objects.count() == 0
    answer = client.get("/api/v1/orders/?own_reference=%00&category=%00", headers=headers)
    assert answer.status_code in {200, 400}


def in_production(*arguments, **changed):
    # What the browser's tests set for themselves is nothing that production has.
    usual = {key: os.environ[key] for key in os.environ if key != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**usual, **PRODUCTION, **changed},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("key", ["", settings.INSECURE_KEY])
def test_no_start_with_the_default_secret(key):
    run = in_production("-c", "import matchmaking.settings", SECRET_KEY=key)
    assert run.returncode != 0
    assert "production never starts with a default" in run.stderr


def test_production_answers_over_https_alone_and_loads_no_heavy_library():
    program = """
import io, sys
from matchmaking.wsgi import application
from wsgiref.util import setup_testing_defaults
def ask(scheme):
    environ = {"HTTP_HOST": "example.com", "wsgi.url_scheme": scheme, "PATH_INFO": "/api/v1/orders/"}
    setup_testing_defaults(environ)
    def start(status, headers, *_):
        print(status, dict(headers).get("Strict-Transport-Security"), dict(headers).get("Location"))
    b"".join(application(environ, start))
ask("https")
ask("http")
print(sorted({"numba", "ortools", "pysat", "llvmlite"} & set(sys.modules)))
"""
    run = in_production("-W", "ignore", "-c", program, STATIC_ROOT="static", LOG_LEVEL="CRITICAL")
    lines = [line for line in run.stdout.splitlines() if "request_" not in line]
    assert lines == [
        "401 Unauthorized max-age=31536000; includeSubDomains; preload None",
        "301 Moved Permanently None https://example.com/api/v1/orders/",
        "[]",
    ], run.stderr
