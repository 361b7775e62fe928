import dataclasses
import uuid

import pytest
from django.conf import settings
from django.core import signing
from django.urls import reverse

from matchmaking.notifications import kinds, unsubscribe_links
from matchmaking.notifications.kinds import Headline
from matchmaking.notifications.models import MailPreference, Notification
from tests.notifications.test_notify import prefer, tell

pytestmark = pytest.mark.django_db
INBOX = reverse("notifications:inbox")
PREFERENCES = reverse("notifications:preferences")


def modes():
    return list(MailPreference.objects.values_list("user_id", "kind", "mode"))


def token_path(user, *names):
    return unsubscribe_links.unsubscribe_url(user, names).removeprefix(settings.SITE_URL)


@pytest.mark.parametrize("name", ["inbox", "preferences"])
def test_pages_ask_strangers_to_sign_in(client, name):
    response = client.get(reverse(f"notifications:{name}"))

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_asks_as_often_for_one_line_as_for_three(
    client, brand, news, count, django_assert_num_queries
):
    for n in range(count):
        tell(brand, word=f"w{n}")
    client.force_login(brand)
    client.get(INBOX)

    with django_assert_num_queries(6):
        response = client.get(INBOX)

    assert response.content.decode().count('class="unread"') == count


def test_inbox_shows_only_own_lines(client, brand, stranger, news):
    tell(brand, word="secret")
    client.force_login(stranger)

    assert "secret" not in client.get(INBOX).content.decode()


def test_inbox_speaks_of_no_company_to_who_has_none(client, officer):
    client.force_login(officer)

    assert "What happened that concerns you." in client.get(INBOX).content.decode()


def test_inbox_leaves_out_kinds_that_nobody_knows_any_more(client, brand, news):
    tell(brand, kind="retired")
    client.force_login(brand)

    assert client.get(INBOX).status_code == 200


def test_open_marks_read_and_goes_where_it_leads(client, brand, news):
    tell(brand)
    client.force_login(brand)
    notification = Notification.objects.get()
    path = reverse("notifications:notification-open", args=[notification.code])

    client.head(path)
    assert Notification.objects.unread().count() == 1
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, "/about/one/")
    assert Notification.objects.unread().count() == 0


def test_open_of_anothers_line_is_not_found(client, brand, stranger, news):
    tell(brand)
    client.force_login(stranger)
    path = reverse("notifications:notification-open", args=[Notification.objects.get().code])

    assert client.get(path).status_code == 404
    assert Notification.objects.unread().count() == 1


def test_open_of_a_retired_kind_goes_to_the_inbox(client, brand):
    tell(brand, kind="retired")
    client.force_login(brand)
    path = reverse("notifications:notification-open", args=[Notification.objects.get().code])

    assert client.get(path)["Location"] == INBOX


def test_read_all_marks_own_lines_alone(client, brand, stranger, news):
    tell(brand, stranger)
    tell(brand, word="two")
    client.force_login(brand)

    assert client.get(reverse("notifications:read-all")).status_code == 405
    client.post(reverse("notifications:read-all"))

    assert [row.recipient_id for row in Notification.objects.unread()] == [stranger.pk]


def test_preferences_keep_the_choice(client, brand, news, verdict):
    client.force_login(brand)
    page = client.get(PREFERENCES).content.decode()
    assert 'name="news"' in page
    assert 'name="verdict"' not in page

    response = client.post(PREFERENCES, {"news": "daily"})

    assert (response.status_code, modes()) == (302, [(brand.pk, "news", "daily")])
    assert client.get(PREFERENCES).context["form"]["news"].initial == "daily"


def test_preferences_refuse_what_is_no_choice(client, brand, news):
    client.force_login(brand)

    response = client.post(PREFERENCES, {"news": "hourly"})

    assert (response.status_code, modes()) == (200, [])


def test_one_click_unsubscribes_without_sign_in_or_csrf_token(client, brand, news):
    client.handler.enforce_csrf_checks = True

    response = client.post(token_path(brand, "news"), {"List-Unsubscribe": "One-Click"})

    assert (response.status_code, modes()) == (200, [(brand.pk, "news", "off")])


def test_get_unsubscribes_nobody(client, brand, news):
    response = client.get(token_path(brand, "news"))

    assert (response.status_code, modes()) == (200, [])
    assert "News" in response.content.decode()


def test_other_posts_need_the_csrf_token(client, brand, news):
    client.handler.enforce_csrf_checks = True

    assert client.post(token_path(brand, "news")).status_code == 403
    assert modes() == []


def test_the_page_unsubscribes_after_confirmation(client, brand, news):
    response = client.post(token_path(brand, "news"))

    assert (response.status_code, modes()) == (200, [(brand.pk, "news", "off")])


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_that_is_not_ours_is_not_found(client, method):
    path = reverse("notifications:unsubscribe", args=["forged"])

    assert getattr(client, method)(path, {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_unsubscribing_again_changes_nothing(client, brand, news):
    prefer(brand, "off")
    client.post(token_path(brand, "news"), {"List-Unsubscribe": "One-Click"})

    assert modes() == [(brand.pk, "news", "off")]


@pytest.fixture
def kept(settings, tmp_path):
    """One mail in the folder of the development mail sink."""
    settings.DEVELOPMENT, settings.DEV_MAIL_DIR = True, tmp_path
    name = uuid.uuid4()
    (tmp_path / f"{name}.eml").write_bytes(
        b"X-Envelope-To: guest@example.com\r\nSubject: =?utf-8?b?5L2g5aW9?=\r\nDate: nonsense\r\n"
        b'Content-Type: multipart/alternative; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/plain\r\n\r\nsee http://127.0.0.1/there\r\n"
        b"--x\r\nContent-Type: text/html\r\n\r\n<html><head></head>"
        b"<script>alert(1)</script></html>\r\n--x--\r\n"
    )
    return name


def test_dev_mail_shows_what_was_sent(client, kept):
    assert "你好" in client.get(reverse("notifications:dev-mails")).content.decode()
    page = client.get(reverse("notifications:dev-mail", args=[kept])).content.decode()

    assert '<a href="http://127.0.0.1/there"' in page
    assert "alert(1)" not in page


def test_dev_mail_tells_the_time_of_here(client, kept, settings):
    path = settings.DEV_MAIL_DIR / f"{kept}.eml"
    sent = b"Date: Mon, 07 Sep 2026 01:30:45 -0000"
    path.write_bytes(path.read_bytes().replace(b"Date: nonsense", sent))

    assert "09:30" in client.get(reverse("notifications:dev-mails")).content.decode()


def test_dev_mail_html_is_shut_in(client, kept):
    response = client.get(reverse("notifications:dev-mail-html", args=[kept]))

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_dev_mail_that_is_gone_is_not_found(client, kept):
    assert client.get(reverse("notifications:dev-mail", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ["dev-mails", "dev-mail", "dev-mail-html"])
def test_dev_mail_is_not_there_in_production(client, kept, settings, name):
    settings.DEVELOPMENT = False
    args = [] if name == "dev-mails" else [kept]

    assert client.get(reverse(f"notifications:{name}", args=args)).status_code == 404


def test_inbox_shows_one_line_for_what_belongs_together(client, brand, news):
    def headlines(rows):
        return [Headline(f"{row.count} of them, {row.unread} new", INBOX) for row in rows]

    bundled = dataclasses.replace(news, headlines=headlines, one_line_per_topic=True)
    kinds.mail_kinds.reset()
    kinds.register(bundled)
    for number, topic in enumerate(["post:1", "post:1", "post:1", "post:2", "", ""]):
        Notification.objects.create(
            recipient=brand, kind=news.name, fact=f"f{number}", topic=topic, subject={}
        )
    client.force_login(brand)

    html = client.get(INBOX).content.decode()
    assert html.count("row-item") == 4
    assert "3 of them, 3 new" in html

    newest = Notification.objects.filter(topic="post:1").latest("pk")
    client.get(reverse("notifications:notification-open", args=[newest.code]))
    assert not Notification.objects.filter(topic="post:1", read_at=None).exists()
    assert Notification.objects.filter(topic="post:2", read_at=None).exists()


def test_a_link_of_a_mail_from_before_still_switches_off(client, brand, news):
    token = signing.dumps([brand.pk, news.name], salt=unsubscribe_links.SALT)

    assert client.post(reverse("notifications:unsubscribe", args=[token])).status_code == 200
    assert modes() == [(brand.pk, news.name, "off")]


def test_a_link_names_the_person_by_a_random_code(brand, news):
    token = token_path(brand, news.name).split("/")[-2]

    assert signing.loads(token, salt=unsubscribe_links.SALT) == [brand.code.hex, news.name]
