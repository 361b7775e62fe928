"""Signing up and in by a code that comes to a mobile number."""

import datetime as dt
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.contacts import open_contacts
from accounts.handlers import prune_confirmations
from accounts.models import CodeText, ContactConsent, PhoneNumber, User
from accounts.phone_forms import MobileField
from accounts.services import phones
from accounts.text_gateways import HttpGateway, Text
from matchmaking.notifications import devmail
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.outbox import GiveUp, Retry
from tests.accounts.conftest import verified, work
from tests.factories import PASSWORD, MembershipFactory, UserFactory

TEXT = "accounts.code_text"
NUMBER = "+8613800138000"
SIGN_UP, VERIFY = "/account/signup/phone/", "/account/phone/verify/"
ASK, CONFIRM = "/account/login/code/", "/account/login/code/confirm/"


@pytest.fixture(autouse=True)
def sink(settings, tmp_path):
    settings.DEV_MAIL_DIR = tmp_path / "texts"
    return settings.DEV_MAIL_DIR


def texts():
    return [(kept.to, kept.text) for kept in devmail.newest()]


def code():
    work(TEXT)
    ((_to, text),) = texts()
    return re.search(r"\b\d{6}\b", text)[0]


def sign_up(client, number="138 0013 8000", name="陈老板"):
    return client.post(SIGN_UP, {"name": name, "phone": number}, headers={"accept-language": "en"})


@pytest.fixture
def owner(db):
    user = UserFactory(email=None, name="Boss Chen")
    user.set_unusable_password()
    user.save()
    PhoneNumber.objects.create(user=user, number=NUMBER, verified_at=timezone.now())
    return user


def test_a_code_signs_up_without_address_or_password(client, db, sink):
    assert sign_up(client)["Location"] == VERIFY

    answer = client.post(VERIFY, {"code": code(), "action": "verify"})

    user = User.objects.get()
    assert answer["Location"] == "/company/register/"
    assert (user.name, user.email, user.has_usable_password()) == ("陈老板", None, False)
    assert user.phone_number.verified_at is not None
    assert client.get("/profile/").status_code == 200


def test_the_outbox_names_neither_number_nor_code_and_the_text_is_forgotten(client, db, sink):
    sign_up(client)
    text = CodeText.objects.get()

    row = OutboxMessage.objects.get(kind=TEXT)

    assert row.subject == {"text": text.pk}
    assert work(TEXT) == ["done"]
    assert not CodeText.objects.exists()
    assert [to for to, _text in texts()] == [NUMBER]


def test_a_code_signs_in(client, owner, sink):
    assert client.post(ASK, {"phone": "13800138000"})["Location"] == CONFIRM

    answer = client.post(CONFIRM, {"code": code()})

    assert answer["Location"] == "/dashboard/"
    assert client.get("/account/email/").status_code == 200


def test_three_wrong_codes_end_the_sign_in(client, owner, sink):
    client.post(ASK, {"phone": "13800138000"})
    right = code()
    wrong = "000000" if right != "000000" else "111111"

    for _time in range(3):
        client.post(CONFIRM, {"code": wrong})

    client.post(CONFIRM, {"code": right})
    assert client.get("/profile/").status_code == 302


def test_a_known_number_gets_the_same_page_and_a_hint_instead_of_a_code(client, owner, sink):
    answer = sign_up(client)

    assert answer["Location"] == VERIFY
    assert client.get(VERIFY).status_code == 200
    work(TEXT)
    assert "has an account already" in texts()[0][1]
    assert User.objects.count() == 1


def test_an_unknown_number_gets_the_same_page_and_a_hint(client, db, sink):
    answer = client.post(ASK, {"phone": "13800138000"}, headers={"accept-language": "en"})

    assert answer["Location"] == CONFIRM
    assert client.get(CONFIRM).status_code == 200
    assert client.post(CONFIRM, {"code": ""}).status_code == 200
    work(TEXT)
    assert "has no account yet" in texts()[0][1]


def test_one_text_a_minute_and_no_more_for_a_number(client, owner, sink):
    client.post(ASK, {"phone": "13800138000"})

    client.get(ASK)
    again = client.post(ASK, {"phone": "13800138000"})

    assert again.status_code == 200
    assert again.context["form"].errors["phone"]
    assert CodeText.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13800138000", NUMBER),
        ("+86 138-0013-8000", NUMBER),
        ("１３８００１３８０００", NUMBER),
        ("8613800138000", NUMBER),
        ("008613800138000", NUMBER),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, read):
    assert MobileField().clean(typed) == read


@pytest.mark.parametrize("typed", ["0594-2345678", "+49 171 1234567", "1380013800", "12800138000"])
def test_other_numbers_are_sent_to_the_other_way(client, db, typed):
    answer = sign_up(client, number=typed)

    assert answer.status_code == 200
    assert "Elsewhere, use mail" in str(answer.context["form"].errors["phone"])
    assert not User.objects.exists()


def test_an_old_code_is_not_sent(client, owner, sink):
    client.post(ASK, {"phone": "13800138000"})
    CodeText.objects.update(created_at=timezone.now() - dt.timedelta(minutes=6))

    assert work(TEXT) == ["cancelled"]
    assert texts() == []
    assert not CodeText.objects.exists()


def test_a_number_belongs_to_who_typed_the_code_in(client, db):
    sign_up(client)
    first = User.objects.get()
    second = UserFactory()
    phones.set_number(user=second, number=NUMBER, verified=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        phones.set_number(user=first, number=NUMBER, verified=True)


def test_sign_ups_that_nobody_finished_are_forgotten(client, db, owner):
    sign_up(client, number="13900139000")
    PhoneNumber.objects.update(created_at=timezone.now() - dt.timedelta(days=2))

    prune_confirmations(slot=timezone.now())

    assert list(User.objects.all()) == [owner]


def test_a_person_without_address_adds_one_and_is_told_why(client, owner):
    client.force_login(owner)

    assert "/account/email/" in client.get("/dashboard/").content.decode()
    client.post("/account/email/", {"email": "chen@example.com", "action_add": "1"})
    assert EmailAddress.objects.get(user=owner).email == "chen@example.com"


def test_a_signed_in_person_adds_a_number(client, db, sink):
    user = verified(UserFactory())
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get("/account/phone/change/").status_code == 200

    assert client.post("/account/phone/change/", {"phone": "13800138000"})["Location"] == VERIFY
    client.post(VERIFY, {"code": code(), "action": "verify"})

    assert PhoneNumber.objects.get(user=user).verified_at is not None


def test_a_company_without_contacts_is_reached_by_the_number_of_who_spoke(match_opened, owner, now):
    reader, company = match_opened
    assert [
        (row.kind, row.value)
        for row in open_contacts(user=reader, company=company, at=now, spoke=owner)
    ] == [("phone", NUMBER)]


@pytest.fixture
def match_opened(brand_company, factory_company, now):

    reader = MembershipFactory(company=brand_company).user
    factory_company.contacts.all().delete()
    ContactConsent.objects.create(
        company=factory_company, to_company=brand_company, source=brand_company.code, given_at=now
    )
    return reader, factory_company


def test_chinese_readers_come_to_the_number_first_and_choose_mail(client, db):
    chinese = {"accept-language": "zh-hans"}

    first = client.get("/account/signup/?next=/market/", headers=chinese)

    assert first["Location"] == f"{SIGN_UP}?next=%2Fmarket%2F"
    assert client.get("/account/signup/?by=mail", headers=chinese).status_code == 200
    assert client.get("/account/signup/", headers={"accept-language": "en"}).status_code == 200


def test_a_site_without_gateway_offers_no_numbers(client, db, settings):
    settings.SMS_GATEWAY = ""

    assert client.get(SIGN_UP).status_code == 404
    page = client.get("/account/signup/", headers={"accept-language": "zh-hans"})
    assert page.status_code == 200
    assert SIGN_UP not in page.content.decode()


class Operator(BaseHTTPRequestHandler):
    answers: list = []
    taken: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.answers.pop(0))
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def operator(settings):
    server = HTTPServer(("127.0.0.1", 0), Operator)
    Operator.answers, Operator.taken = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_GATEWAY = f"http://127.0.0.1:{server.server_port}/send"
    settings.SMS_GATEWAY_TOKEN = "token-of-the-operator"
    yield Operator
    server.shutdown()
    server.server_close()


WORDED = Text(NUMBER, "code", {"code": "123456", "minutes": "5"}, "123456 is your code")


def test_the_gateway_gets_the_text_and_the_template(operator):
    operator.answers.append(200)

    HttpGateway().send(WORDED)

    assert operator.taken == [
        (
            "Bearer token-of-the-operator",
            {
                "to": NUMBER,
                "template": "code",
                "values": {"code": "123456", "minutes": "5"},
                "text": "123456 is your code",
            },
        )
    ]


@pytest.mark.parametrize(
    ("status", "outcome"), [(500, Retry), (429, Retry), (400, GiveUp), (302, GiveUp)]
)
def test_a_gateway_that_refuses_is_asked_again_only_when_it_may_pass(operator, status, outcome):
    operator.answers.append(status)

    with pytest.raises(outcome):
        HttpGateway().send(WORDED)
    assert len(operator.taken) == 1


def test_a_gateway_that_is_away_is_asked_again(settings):
    settings.SMS_GATEWAY = "http://127.0.0.1:9/send"

    with pytest.raises(Retry):
        HttpGateway().send(WORDED)


PROBE = """
import sys, django; django.setup()
from django.test import Client
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.ALLOWED_HOSTS = ["testserver"]
page = Client().get("/account/login/")
html = page.content.decode()
from accounts.social import SocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from accounts.models import User
login = SocialLogin(user=User(), account=SocialAccount(provider="weixin", uid="u"))
person = SocialAccountAdapter().populate_user(None, login, {"name": "陈", "email": "a@b.cn"})
print(page.status_code, "/account/weixin/login/" in html, "/account/dingtalk/login/" in html,
      "https://open.weixin.qq.com" in page["Content-Security-Policy"], person.name, person.email,
      login.email_addresses)
"""


def test_accounts_elsewhere_open_the_site_where_their_keys_are_set(db):
    environment = {
        "DJANGO_SETTINGS_MODULE": "matchmaking.settings",
        "DEVELOPMENT": "true",
        "PATH": "/usr/bin:/bin",
        "WEIXIN_CLIENT_ID": "wx-1",
        "WEIXIN_CLIENT_SECRET": "secret",
        "PYTHONIOENCODING": "utf-8",
        "DATABASE_URL": os.environ["DATABASE_URL"],
    }

    done = subprocess.run(
        [sys.executable, "-c", PROBE, connection.settings_dict["NAME"]],
        env=environment,
        cwd=site.BASE_DIR,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stdout.split("\n")[-2] == "200 True False True 陈 None []", done.stderr[-2000:]
