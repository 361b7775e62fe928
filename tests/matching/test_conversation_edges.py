"""Matches seen by people who left, who have two companies, or who come while others write."""

import datetime as dt
import threading
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import CHOSEN
from accounts.models import Block, Contact, Membership
from matchmaking.core.errors import Conflict
from matchmaking.core.uploads import CleanUpload
from matchmaking.listings.services import posts
from matchmaking.listings.states import PostState
from matchmaking.matching import conversations, home
from matchmaking.matching.models import Answer, Match, MessageFile
from matchmaking.matching.ranking import handlers
from matchmaking.matching.services import announcements, answers, base, endings, messages
from matchmaking.matching.services.base import PAIR_RELEASED
from matchmaking.notifications import kinds
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import MembershipFactory, OfferFactory, OrderFactory
from tests.matching.conftest import url


@pytest.fixture
def order(brand, brand_company):
    return OrderFactory(company=brand_company, title="Spring runner")


@pytest.fixture
def offer(factory, factory_company):
    return OfferFactory(company=factory_company, title="Line two")


@pytest.fixture
def say(match, brand, factory):
    def answer(*sides, **more):
        for side in sides:
            by = brand if side == "order" else factory
            words = {"kind": "interested"} | more
            answers.answer_match(match=match, side=side, by=by, at=timezone.now(), **words)
        match.refresh_from_db()

    return answer


def leave(user, company):
    Membership.objects.filter(user=user, company=company).delete()


# --- who left -----------------------------------------------------------------------------


def test_the_inbox_of_who_left_names_neither_posts_nor_partners(client, match, say, brand):
    say("order", "offer")
    client.force_login(brand)
    known = client.get(reverse("notifications:inbox")).content.decode()
    assert "Spring runner" in known
    assert match.offer.company.name_en in known

    leave(brand, match.order.company)

    html = client.get(reverse("notifications:inbox")).content.decode()
    assert "Spring runner" not in html
    assert match.offer.company.name_en not in html


def test_who_left_one_of_two_companies_gets_no_mail_of_that_one(match, say, brand, factory_company):
    MembershipFactory(user=brand, company=factory_company)
    say("offer")
    news = list(
        Notification.objects.filter(recipient=brand, kind="match_interest", subject__side="order")
    )
    assert kinds.get("match_interest").write(brand, news).subject == (
        "A factory is interested in “Spring runner”"
    )

    leave(brand, match.order.company)

    assert kinds.get("match_interest").write(brand, news) is None


# --- two companies ------------------------------------------------------------------------


def test_a_person_of_both_companies_answers_for_the_chosen_one(
    client, match, brand, factory_company
):
    MembershipFactory(user=brand, company=factory_company)
    Contact.objects.create(company=factory_company, person="Wu", kind="phone", value="13800001111")
    client.force_login(brand)
    session = client.session
    session[CHOSEN] = str(factory_company.code)
    session.save()

    html = client.get(url("detail", match)).content.decode()
    client.post(url("answer", match), {"kind": "interested"})

    assert "Fits your capacity with" in html
    assert Answer.objects.get().side == "offer"


def test_the_day_names_no_match_that_ended_before_one_looked(match, say, brand, brand_company):
    announcements.announce_matches(matches=[match.pk])
    (todo,) = home.todos(brand, brand_company)
    assert "1 new match for “Spring runner" in todo.title

    say("offer", kind="declined", reason="price")

    assert list(home.todos(brand, brand_company)) == []


def test_the_day_counts_conversations_of_the_chosen_company_not_members(
    match, say, brand, factory, brand_company, stranger_company
):
    MembershipFactory.create_batch(2, company=brand_company)
    MembershipFactory(user=factory, company=stranger_company)
    say("order", "offer")
    messages.write_message(match=match, side="order", text="Hello", by=brand, at=timezone.now())

    (todo,) = home.answers_due(factory, match.offer.company)

    assert todo.title == "New messages in 1 conversation"
    assert list(home.answers_due(factory, stranger_company)) == []


def test_the_day_leads_to_conversations_that_its_list_holds(match, say, brand, factory):
    say("order", "offer")
    at, company = timezone.now(), match.order.company
    messages.write_message(match=match, side="offer", text="Good-bye", by=factory, at=at)
    assert [todo.kind for todo in home.answers_due(brand, company)] == ["mail"]

    endings.end_match(match=match, side="offer", by=factory, at=at)

    assert not conversations.matches_of_company(company, "conversation").exists()
    assert list(home.answers_due(brand, company)) == []


# --- after the end ------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["partner", "officer"])
def test_a_conversation_that_ends_after_a_change_is_not_proposed_again_as_it_is(
    match, say, brand, officer, rescore, order, end
):
    say("order", "offer")
    data = {"pairs": 55_000}
    posts.save_order(company=order.company, order=order, data=data, by=brand, at=timezone.now())
    match.refresh_from_db()
    if end == "partner":
        endings.end_match(match=match, side="order", by=brand, at=timezone.now())
    else:
        endings.withdraw_match(match=match, by=officer, at=timezone.now(), reason="Asked")

    rescore()

    assert list(Match.objects.values_list("state", flat=True)) == ["ended"]


# --- at the same time ---------------------------------------------------------------------


def test_an_answer_given_while_the_post_leaves_ends_with_it(match, order, factory):
    answers.answer_match(
        match=match, side="offer", kind="interested", by=factory, at=timezone.now()
    )
    # The post left after the answer's look and before its commit: nothing else tells of it.
    type(order).objects.filter(pk=order.pk).update(state=PostState.PAUSED)

    handlers.refill_lists(list(OutboxMessage.objects.filter(kind=PAIR_RELEASED)))

    match.refresh_from_db()
    assert (match.state, match.end_cause) == ("ended", "post_left")


@contextmanager
def held(row):
    """Let somebody else write the row for as long as the block lasts."""
    is_held, is_over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            type(row).objects.select_for_update().get(pk=row.pk)
            is_held.set()
            is_over.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    is_held.wait(5)
    try:
        yield
    finally:
        is_over.set()
        other.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "data"), [("answer", {"kind": "interested"}), ("end", {}), ("messages", {"text": "x"})]
)
def test_who_waits_too_long_for_another_is_told_so(client, match, say, brand, name, data):
    if name != "answer":
        say("order", "offer")
    person = {"person": "Li", "kind": "phone", "value": "13800001111"}
    Contact.objects.create(company=match.order.company, **person)
    client.force_login(brand)

    with held(match):
        response = client.post(url(name, match), data)

    assert response.status_code == 409
    assert "Somebody else is changing this right now" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_block_that_waits_too_long_for_another_says_so(client, brand, brand_company, match):
    Membership.objects.filter(user=brand).update(role="owner")
    client.force_login(brand)
    data = {"partner": str(match.offer.company.code), "confirmed": "1"}

    with held(brand_company):
        response = client.post(reverse("accounts:blocks"), data)

    assert "Somebody else is changing this right now" in response.content.decode()
    assert not Block.objects.exists()


def test_files_of_a_message_that_was_not_sent_leave_the_disk(
    match, say, brand, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    say("order", "offer")
    file = CleanUpload(ContentFile(b"%PDF-1", name="x.pdf"), "drawing.pdf", "application/pdf", 6)

    def fail(*_args, **_kwargs):
        raise RuntimeError("the server went away")

    monkeypatch.setattr(base, "notify_sides", fail)
    with pytest.raises(RuntimeError):
        messages.write_message(
            match=match, side="order", text="", files=[file], by=brand, at=timezone.now()
        )

    assert not MessageFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_officers_of_two_time_zones_remind_once_a_day(match, officer):
    at = dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC)  # half past midnight in Wenzhou
    with timezone.override("Asia/Shanghai"):
        assert endings.remind(match=match, by=officer, at=at) == 2

    with timezone.override("UTC"), pytest.raises(Conflict):
        endings.remind(match=match, by=officer, at=at + dt.timedelta(hours=1))
