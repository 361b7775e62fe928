import datetime as dt

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.utils import timezone

from matchmaking.core.errors import InvalidInput
from matchmaking.notifications import delivery, kinds, leases, services
from matchmaking.notifications.models import (
    MailPreference,
    Notification,
    OutboxMessage,
    SentMail,
)
from tests.factories import UserFactory
from tests.notifications.conftest import make_due, row

pytestmark = pytest.mark.django_db


def tell(*people, word="one", kind="news", **values):
    with transaction.atomic():
        return services.notify(
            kind=kind,
            recipients=[person.pk for person in people],
            fact=f"fact:{word}",
            subject={"word": word},
            company_id=values.pop("company_id", None),
            **values,
        )


def work():
    """Work everything that is due."""
    make_due(state="pending", kind="mail")
    for due in leases.find_due(100):
        delivery.deliver(due.id)


def subjects():
    return [message.subject for message in mail.outbox]


def prefer(person, mode, kind="news"):
    services.set_preferences(by=person, modes={kind: mode})


@pytest.mark.django_db(transaction=True)
def test_notify_outside_a_transaction_is_refused(news, brand):
    with pytest.raises(RuntimeError):
        services.notify(kind="news", recipients=[1], fact="f", subject={}, company_id=None)

    assert not Notification.objects.exists()


def test_notify_tells_a_fact_once_per_person(news, brand, factory):
    assert tell(brand) == 1
    assert tell(brand, factory) == 1
    assert tell(brand, factory) == 0

    assert Notification.objects.count() == 2
    assert set(OutboxMessage.objects.values_list("dedupe_key", flat=True)) == {
        f"mail:news:fact:one:{brand.pk}",
        f"mail:news:fact:one:{factory.pk}",
    }


@pytest.mark.parametrize("people", [1, 40])
def test_notify_asks_as_often_for_one_person_as_for_forty(news, people, django_assert_num_queries):
    users = UserFactory.create_batch(people)
    prefer(users[0], "daily")

    with transaction.atomic(), django_assert_num_queries(4):
        services.notify(
            kind="news",
            recipients=[user.pk for user in users],
            fact="f",
            subject={"word": "x"},
            company_id=None,
        )


def test_notify_without_recipients_does_nothing(news, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(0):
        assert (
            services.notify(kind="news", recipients=[], fact="f", subject={}, company_id=None) == 0
        )


def test_notify_of_an_unknown_kind_keeps_the_line_and_sends_nothing(brand):
    tell(brand, kind="of tomorrow")

    assert Notification.objects.count() == 1
    assert not OutboxMessage.objects.exists()


def test_a_long_fact_keeps_its_key_unique(news, brand):
    for end in ("a", "b"):
        with transaction.atomic():
            services.notify(
                kind="news",
                recipients=[brand.pk],
                fact="f" * 159 + end,
                subject={"word": end},
                company_id=None,
                topic="t" * 120,
            )

    keys = list(OutboxMessage.objects.values_list("dedupe_key", flat=True))
    assert len(set(keys)) == 2
    assert max(map(len, keys)) <= 200


def test_mail_goes_out_once_in_the_recipients_language(news, brand):
    brand.language = "zh-hans"
    brand.save()
    tell(brand)

    work()
    work()

    assert subjects() == ["one"]
    assert mail.outbox[0].to == [brand.email]
    assert 'lang="zh-Hans"' in mail.outbox[0].alternatives[0][0]
    sent = SentMail.objects.get()
    assert (sent.recipient_id, sent.kind, sent.uncertain) == (brand.pk, "mail", False)
    assert [message.state for message in sent.messages.all()] == ["done"]


def test_mails_of_one_topic_become_one(news, brand, factory):
    for word in ("one", "two"):
        tell(brand, factory, word=word, topic="order:1")
    tell(brand, word="else", topic="order:2")
    tell(brand, word="alone")

    work()

    assert sorted(subjects()) == ["alone", "else", "one and two", "one and two"]


def test_off_keeps_the_inbox_line_and_sends_nothing(news, brand):
    prefer(brand, "off")
    tell(brand)

    assert Notification.objects.count() == 1
    assert not OutboxMessage.objects.exists()


def test_off_counts_at_send_time_too(news, brand):
    tell(brand)
    prefer(brand, "off")

    work()

    assert (mail.outbox, row(f"mail:news:fact:one:{brand.pk}").state) == ([], "cancelled")


def test_mandatory_mail_cannot_be_switched_off(verdict, brand):
    with pytest.raises(InvalidInput):
        prefer(brand, "off", kind="verdict")
    services.unsubscribe(user=brand, names=["verdict"])
    tell(brand, kind="verdict")

    work()

    assert subjects() == ["one"]
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert not MailPreference.objects.exists()


def test_an_unknown_mode_is_refused(news, brand):
    with pytest.raises(InvalidInput):
        prefer(brand, "hourly")

    assert not MailPreference.objects.exists()


def test_daily_waits_for_the_next_morning_of_the_person(news, brand, factory):
    factory.time_zone = "America/New_York"
    factory.save()
    for person in (brand, factory):
        prefer(person, "daily")
    tell(brand, factory)

    due = {row.subject["user"]: row for row in OutboxMessage.objects.all()}
    there = due[factory.pk].next_at.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    here = due[brand.pk].next_at.astimezone(dt.timezone(dt.timedelta(hours=8)))

    assert (here.hour, here.minute) == (8, 0)
    assert there.hour in (7, 8)  # winter and summer time
    assert all(timezone.now() < row.next_at for row in due.values())
    assert due[brand.pk].bundle_key == f"digest:{brand.pk}:{here:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2027-01-05T07:59:59+08:00", "2027-01-05T08:00:00+08:00"),
        ("2027-01-05T08:00:00+08:00", "2027-01-06T08:00:00+08:00"),
        ("2027-01-05T23:00:00+00:00", "2027-01-06T08:00:00+08:00"),
    ],
)
def test_next_morning_is_after_now(now, morning):
    assert services.next_morning(
        dt.datetime.fromisoformat(now), "Asia/Shanghai"
    ) == dt.datetime.fromisoformat(morning)


def test_a_digest_is_one_mail_of_all_kinds(news, brand):
    other = kinds.MailKind(name="other", label="Other", write=news.write, headlines=news.headlines)
    kinds.register(other)
    for name in ("news", "other"):
        prefer(brand, "daily", kind=name)
        for word in ("one", "two", "gone"):
            tell(brand, kind=name, word=f"{word}" if word == "gone" else f"{name} {word}")

    work()

    assert subjects() == ["Your day: 6 new items"]
    assert f"About other two\n  {settings.SITE_URL}/about/other two/" in mail.outbox[0].body
    assert OutboxMessage.objects.filter(state="done").count() == 6


def test_a_digest_of_one_kind_says_what_its_mail_says(news, brand):
    prefer(brand, "daily")
    tell(brand, word="one")
    tell(brand, word="two")

    work()

    assert subjects() == ["one and two"]


def test_what_no_longer_holds_is_cancelled(news, brand):
    tell(brand, word="gone")

    work()

    message = OutboxMessage.objects.get()
    assert (mail.outbox, message.state, message.last_error) == (
        [],
        "cancelled",
        "nothing is left to say",
    )


def test_an_inactive_person_gets_no_mail(news, brand):
    tell(brand)
    brand.is_active = False
    brand.save()

    work()

    assert (mail.outbox, OutboxMessage.objects.get().state) == ([], "cancelled")


def test_a_company_that_is_no_longer_active_holds_back_what_is_not_mandatory(
    news, verdict, brand, brand_company
):
    kinds.company_gates.register(lambda user_id, company_id: company_id != brand_company.pk)
    tell(brand, company_id=brand_company.pk)
    tell(brand, company_id=brand_company.pk, kind="verdict", word="suspended")

    work()

    assert subjects() == ["suspended"]


def test_the_headers_let_mail_programs_unsubscribe(news, brand):
    tell(brand)

    work()

    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"].startswith(f"<{settings.SITE_URL}/unsubscribe/")
    assert "Reply-To" not in headers
