import datetime as dt
import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.emails.sign_in import ACCOUNT_EMAILS, GUESSES
from accounts.handlers import prune_confirmations
from accounts.models import PasswordResetRequest, SignUpRequest, User
from matchmaking.core.protections import Protection
from matchmaking.notifications.models import OutboxMessage, SentMail
from tests.accounts.conftest import verified, work
from tests.factories import PASSWORD, UserFactory

MAIL, ASKED = "accounts.mail", "accounts.password_reset_asked"
SIGNED_UP = "accounts.sign_up_asked"
FORM = {
    "name": "Lin",
    "email": "lin@example.com",
    "password1": "a long and odd one 42",
}


def ask(client, path="/account/signup/", **changes):
    return client.post(path, {**FORM, **changes}, headers={"accept-language": "en"})


def sign_up(client, **changes):
    """Sign up, and let the worker do its part."""
    answer = ask(client, **changes)
    work(SIGNED_UP)
    return answer


def link(body):
    return re.search(r"http\S+", body)[0]


def test_signing_up_asks_to_verify_and_speaks_the_pages_language(client, db, settings):
    settings.SITE_URL = "https://hand.example"

    answer = sign_up(client)

    user = User.objects.get()
    assert answer["Location"] == "/account/confirm-email/"
    assert (user.name, user.language, user.email) == ("Lin", "en", "lin@example.com")
    assert work(MAIL) == ["done"]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["lin@example.com"], "Confirm your email address")
    assert link(sent.body).startswith("https://hand.example/account/confirm-email/")


def test_the_outbox_row_carries_no_address_and_no_secret(client, db):
    sign_up(client)

    row = OutboxMessage.objects.get(kind=MAIL)
    assert row.subject == {
        "template": "account/email/email_confirmation_signup",
        "email_address": EmailAddress.objects.get().pk,
    }
    assert "lin" not in row.dedupe_key


def test_the_host_header_never_reaches_a_mail(client, db, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/account/signup/", FORM, headers={"host": "evil.example"})
    work(SIGNED_UP)
    work(MAIL)

    assert "evil.example" not in mail.outbox[0].body


def test_verifying_signs_in_and_leads_to_the_company(client, db, settings):
    settings.SITE_URL = ""
    sign_up(client)
    work(MAIL)
    path = re.search(r"/account/confirm-email/\S+", mail.outbox[0].body)[0]

    answer = client.post(path)

    assert EmailAddress.objects.get().verified is True
    assert answer["Location"] == "/company/register/"
    assert client.get("/profile/").status_code == 200


def test_without_verifying_nobody_signs_in(client, db):
    sign_up(client)

    answer = client.post("/account/login/", {"login": FORM["email"], "password": FORM["password1"]})

    assert answer["Location"] == "/account/confirm-email/"
    assert client.get("/profile/").status_code == 302


def test_signing_up_with_a_known_address_looks_the_same(client, db):
    verified(UserFactory(email="known@example.com"))

    known = sign_up(client, email="known@example.com")
    client.logout()
    fresh = sign_up(client, email="fresh@example.com")

    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    mails = OutboxMessage.objects.filter(kind=MAIL)
    assert sorted(mails.values_list("subject__template", flat=True)) == [
        "account/email/account_already_exists",
        "account/email/email_confirmation_signup",
    ]
    assert User.objects.count() == 2


def statements(client, **changes):
    """Return what a sign-up asks of the database, without the values."""
    with CaptureQueriesContext(connection) as asked:
        ask(client, **changes)
    client.logout()
    numbered = [query["sql"].split("VALUES")[0] for query in asked.captured_queries]
    return [
        re.sub(r"[0-9a-z]{32}|[0-9a-f-]{36}|x?\d+|'eyJ[^']*'|'\.eJ[^']*'", "", sql)
        for sql in numbered
    ]


def test_signing_up_asks_the_same_of_the_database_for_everybody(client, db):
    """What a request does for one and not for the other is what its time tells."""
    verified(UserFactory(email="known@example.com"))
    statements(client, email="first@example.com")

    known = statements(client, email="known@example.com")
    fresh = statements(client, email="fresh@example.com")

    def without_addresses(found):
        return [re.sub(r"(known|fresh)@example\.com", "", sql) for sql in found]

    assert without_addresses(known) == without_addresses(fresh)
    assert User.objects.count() == 1


def test_the_worker_makes_the_person_and_forgets_the_request(client, db):
    ask(client)

    assert (User.objects.count(), SignUpRequest.objects.count()) == (0, 1)
    assert FORM["password1"] not in SignUpRequest.objects.get().password
    assert work(SIGNED_UP) == ["done"]

    user = User.objects.get()
    assert user.check_password(FORM["password1"])
    assert EmailAddress.objects.values_list("user", "verified", "primary").get() == (
        user.pk,
        False,
        True,
    )
    assert not SignUpRequest.objects.exists()


def test_two_sign_ups_of_one_address_make_one_person(client, db):
    ask(client)
    ask(type(client)(), name="Another")

    assert work(SIGNED_UP) == ["done", "done"]
    assert User.objects.get().name == "Lin"
    assert not SignUpRequest.objects.exists()


def test_a_browser_that_did_not_sign_up_is_not_let_in_by_the_link(client, db, settings):
    settings.SITE_URL = ""
    sign_up(client)
    work(MAIL)
    path = re.search(r"/account/confirm-email/\S+", mail.outbox[0].body)[0]
    other = type(client)()

    other.post(path)

    assert EmailAddress.objects.get().verified is True
    assert other.get("/profile/").status_code == 302


def test_who_signs_up_twice_is_let_in_by_neither_ones_link_alone(client, db, settings):
    """The second sign-up's browser holds another person's code: only the first browser gets in."""
    settings.SITE_URL = ""
    sign_up(client)
    second = type(client)()
    sign_up(second, name="Another")
    work(MAIL)
    path = re.search(r"/account/confirm-email/\S+", mail.outbox[0].body)[0]

    second.post(path)

    assert second.get("/profile/").status_code == 302


def test_signing_up_goes_on_where_it_was_asked_to(client, db, settings):
    settings.SITE_URL = ""
    ask(client, "/account/signup/?next=/company/claim/", next="/company/claim/")
    work(SIGNED_UP)
    work(MAIL)
    path = re.search(r"/account/confirm-email/\S+", mail.outbox[0].body)[0]

    assert client.post(path)["Location"] == "/company/claim/"


def test_a_reset_asks_the_same_of_the_database_for_everybody(client, db):
    verified(UserFactory(email="known@example.com"))
    client.post("/account/password/reset/", {"email": "first@example.com"})
    asked = []
    for email in ("known@example.com", "unknown@example.com"):
        with CaptureQueriesContext(connection) as queries:
            client.post("/account/password/reset/", {"email": email})
        numbered = [query["sql"].split("VALUES")[0] for query in queries.captured_queries]
        asked.append([re.sub(r"[0-9a-f]{64}|[0-9a-f-]{36}|x?\d+", "", sql) for sql in numbered])

    assert asked[0] == asked[1]


def test_the_rule_before_looked_first_whose_an_address_is(client, db, settings):
    settings.PROTECTIONS_OFF = [Protection.EQUAL_TIME.value]
    verified(UserFactory(email="known@example.com"))
    for email in ("known@example.com", "unknown@example.com"):
        client.post("/account/password/reset/", {"email": email})

    assert list(OutboxMessage.objects.values_list("kind", flat=True)) == [MAIL]


@pytest.mark.parametrize("name", ["Lin\x00", "Lin\x1b[31m", "\u202eniL"])
def test_control_characters_are_refused(client, db, name):
    answer = sign_up(client, name=name)

    assert (answer.status_code, User.objects.count()) == (200, 0)


def test_a_new_password_is_asked_for_without_telling_who_is_known(client, db):
    verified(UserFactory(email="known@example.com"))

    answers = [
        client.post("/account/password/reset/", {"email": email})
        for email in ("known@example.com", "unknown@example.com")
    ]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, "/account/password/reset/done/")
    }
    assert work(ASKED) == ["done", "done"]
    assert work(MAIL) == ["done"]
    assert [sent.to for sent in mail.outbox] == [["known@example.com"]]
    assert not PasswordResetRequest.objects.exists()


def test_the_reset_link_is_made_when_the_mail_is_sent(client, db, settings):
    settings.SITE_URL = "https://hand.example"
    user = verified(UserFactory(email="known@example.com"))
    client.post("/account/password/reset/", {"email": "known@example.com"})
    work(ASKED)
    assert work(MAIL) == ["done"]

    url = link(mail.outbox[0].body)
    assert url.startswith("https://hand.example/account/password/reset/key/")
    page = client.get(url.removeprefix("https://hand.example"), follow=True)
    client.post(
        page.redirect_chain[-1][0],
        {"password1": "another odd one 43", "password2": "another odd one 43"},
    )
    user.refresh_from_db()

    assert user.check_password("another odd one 43")


def test_asking_twice_in_a_minute_sends_one_mail(client, db, time_machine):
    time_machine.move_to("2027-02-01T04:00:05Z", tick=False)
    verified(UserFactory(email="known@example.com"))
    for _ in range(2):
        client.post("/account/password/reset/", {"email": "known@example.com"})
    work(ASKED)

    assert OutboxMessage.objects.filter(kind=MAIL).count() == 1


def test_a_verified_address_gets_no_second_verification_mail(client, db):
    sign_up(client)
    EmailAddress.objects.update(verified=True)

    assert (work(MAIL), mail.outbox) == (["cancelled"], [])


def test_mail_to_a_suspended_person_is_cancelled(client, db):
    sign_up(client)
    User.objects.update(is_active=False)

    assert work(MAIL) == ["cancelled"]


@pytest.mark.parametrize("template", sorted(ACCOUNT_EMAILS))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_letter_is_delivered(db, language, template):
    user = UserFactory(language=language)
    address = EmailAddress.objects.create(user=user, email=user.email, primary=True)
    OutboxMessage.objects.create(
        kind=MAIL, dedupe_key="x", subject={"template": template, "email_address": address.pk}
    )

    assert work(MAIL) == ["done"]
    assert SentMail.objects.get().recipient_id == user.pk
    assert f"{settings.SITE_URL}/account/" in mail.outbox[0].body


def test_allauth_asks_for_no_mail_that_we_have_no_words_for():
    """Each ``send_mail`` of the installed allauth that our settings switch on, and one of our own."""
    assert set(ACCOUNT_EMAILS) - {GUESSES} == {
        "account/email/email_confirmation_signup",
        "account/email/email_confirmation",
        "account/email/password_reset_key",
        "account/email/account_already_exists",
        "account/email/password_changed",
        "account/email/password_set",
        "account/email/password_reset",
        "account/email/email_changed",
        "account/email/email_deleted",
        "mfa/email/totp_activated",
        "mfa/email/totp_deactivated",
        "mfa/email/recovery_codes_generated",
    }


def test_changing_the_password_ends_other_sessions_and_is_noticed(client, db, django_user_model):
    user = verified(UserFactory())
    other = type(client)()
    other.force_login(user)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    answer = client.post(
        "/account/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "another odd one 43",
            "password2": "another odd one 43",
        },
    )

    assert answer.status_code == 302
    assert (client.get("/profile/").status_code, other.get("/profile/").status_code) == (200, 302)
    assert OutboxMessage.objects.get(kind=MAIL).subject["template"] == (
        "account/email/password_changed"
    )


def test_next_stays_on_this_host(client, db):
    user = verified(UserFactory())

    answer = client.post(
        "/account/login/?next=https://evil.example/",
        {"login": user.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert answer["Location"] == "/dashboard/"


def test_links_to_confirm_and_to_choose_a_password_hold_no_row_number(client, db):
    sign_up(client)
    user = User.objects.get()
    client.post("/account/password/reset/", {"email": user.email})
    work(ASKED)
    work(MAIL)
    confirm, reset = (link(sent.body) for sent in mail.outbox)

    assert f"/{EmailConfirmation.objects.get().key}/" in confirm
    assert f"/{user.code.hex}-" in reset


def test_a_reset_link_from_before_opens_for_its_three_days(client, db):
    user = verified(UserFactory())
    token = default_token_generator.make_token(user)

    page = client.get(f"/account/password/reset/key/{user_pk_to_url_str(user)}-{token}/")

    assert page["Location"].endswith("-set-password/")


def test_links_that_were_never_opened_are_forgotten(client, db, now):
    sign_up(client)
    work(MAIL)
    EmailConfirmation.objects.update(sent=now - dt.timedelta(days=4))

    prune_confirmations(now)

    assert EmailConfirmation.objects.count() == 0


def test_the_mail_is_sent_again_once_a_minute(client, db, time_machine):
    time_machine.move_to("2027-01-05 09:00:10+08:00", tick=False)
    sign_up(client)
    for _ in range(2):
        answer = client.post("/confirm-email/again/")
    assert answer["Location"] == "/account/confirm-email/"
    assert OutboxMessage.objects.filter(kind=MAIL).count() == 1

    time_machine.move_to("2027-01-05 09:01:10+08:00", tick=False)
    client.post("/confirm-email/again/")
    assert OutboxMessage.objects.filter(kind=MAIL).count() == 2


def test_asking_again_tells_nothing_of_a_known_address(client, db):
    verified(UserFactory(email="known@example.com"))
    pages = []
    for email in ("known@example.com", "fresh@example.com"):
        sign_up(client, email=email)
        page = client.post("/confirm-email/again/", follow=True).content.decode()
        pages.append(re.sub(r'value="[\w-]{30,}"|X-CSRFToken": "\w+', "", page.replace(email, "X")))
        client.logout()

    assert pages[0] == pages[1]


def test_a_wrong_address_is_corrected(client, db):
    sign_up(client, email="wrnog@example.com")

    page = client.get("/account/signup/?by=mail").content.decode()

    assert 'value="wrnog@example.com"' in page
    assert 'value="Lin"' in page


def test_nobody_asks_again_who_has_not_begun(client, db):
    assert client.post("/confirm-email/again/")["Location"].startswith("/account/login/")
    assert not OutboxMessage.objects.exists()
