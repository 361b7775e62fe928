"""The conversation after both said yes, the lists of a company, and reminders."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.states import CompanyStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.uploads import CleanUpload
from matchmaking.matching import conversations
from matchmaking.matching.models import Match, Message, Reminder, ThreadMark
from matchmaking.matching.services import announcements, answers, endings, messages
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import OfferFactory, OrderFactory
from tests.matching.conftest import propose


@pytest.fixture
def match(brand, factory, brand_company, factory_company, at):
    return propose(
        OrderFactory(company=brand_company), OfferFactory(company=factory_company), at=at
    )


@pytest.fixture
def say(match, brand, factory, at):
    def answer(*sides):
        for side in sides:
            by = brand if side == "order" else factory
            answers.answer_match(match=match, side=side, kind="interested", by=by, at=at)

    return answer


@pytest.fixture
def write(match, brand, factory, at):
    def send(side, text="Can you start in week 3?", **more):
        by = brand if side == "order" else factory
        return messages.write_message(match=match, side=side, text=text, by=by, at=at, **more)

    return send


def told(user, kind=None):
    rows = Notification.objects.visible_to(user)
    return (rows.filter(kind=kind) if kind else rows).count()


def upload():
    return CleanUpload(ContentFile(b"%PDF-1", name="x.pdf"), "drawing.pdf", "application/pdf", 6)


def test_nobody_writes_before_both_are_interested(match, say, write):
    for step in ([], ["order"]):
        say(*step)
        with pytest.raises(NotAnswerable) as refused:
            write("order")
        assert refused.value.code == "not_mutual"
    assert not Message.objects.exists()


def test_messages_reach_the_other_side_with_files(
    match, say, write, brand, factory, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    say("order", "offer")

    message = write("order", files=[upload()])

    assert (message.side, [file.name for file in message.files.all()]) == ("order", ["drawing.pdf"])
    assert (told(factory, "match_message"), told(brand, "match_message")) == (1, 0)


def test_mails_about_one_conversation_travel_together(match, say, write, factory):
    say("order", "offer")
    write("order")
    write("order", "And the price?")

    rows = OutboxMessage.objects.filter(kind="mail", dedupe_key__startswith="mail:match_message")
    assert rows.count() == 2
    assert set(rows.values_list("bundle_key", flat=True)) == {
        f"mail:conversation:match:{match.code}:{factory.pk}"
    }


@pytest.mark.parametrize(
    ("text", "files", "field"), [(" ", 0, "text"), ("x" * 4001, 0, "text"), ("", 6, "files")]
)
def test_impossible_messages_are_refused(match, say, write, text, files, field):
    say("order", "offer")
    with pytest.raises(InvalidInput) as refused:
        write("order", text, files=[upload() for _ in range(files)])
    assert refused.value.field == field


def test_nobody_else_writes(match, say, stranger, factory, at):
    say("order", "offer")
    for by in (stranger, factory):
        with pytest.raises(NotAnswerable) as refused:
            messages.write_message(match=match, side="order", text="x", by=by, at=at)
        assert refused.value.code == "not_yours"


def test_the_thread_is_read_only_while_a_company_is_suspended(match, say, write, factory_company):
    say("order", "offer")
    factory_company.status = CompanyStatus.SUSPENDED
    factory_company.save()
    with pytest.raises(NotAnswerable) as refused:
        write("order")
    assert refused.value.code == "paused"

    factory_company.status = CompanyStatus.ACTIVE
    factory_company.save()
    write("order")


def test_an_ended_conversation_stays_readable(match, say, write, brand, factory, at):
    say("order", "offer")
    write("order")
    for _ in range(2):
        endings.end_match(match=match, side="offer", by=factory, at=at)

    with pytest.raises(NotAnswerable, match="ended this conversation"):
        write("order")
    assert Message.objects.visible_to(brand).count() == Message.objects.visible_to(factory).count()
    assert Message.objects.visible_to(brand).exists()
    assert (told(brand, "match_ended"), told(factory, "match_ended")) == (1, 0)


def test_reading_marks_and_clears(match, say, write, brand, factory, at):
    say("order", "offer")
    write("order")
    write("order", "Second")

    def unread(side, user):
        return conversations.threads_unread(user, match.post(side).company)

    assert (unread("order", brand), unread("offer", factory)) == (0, 1)

    assert messages.read_thread(match=match, by=factory, at=at) == 2
    assert messages.read_thread(match=match, by=factory, at=at) == 0

    assert unread("offer", factory) == 0
    assert not Notification.objects.visible_to(factory).unread().exists()
    write("offer", "Yes")
    assert (unread("order", brand), unread("offer", factory)) == (1, 0)
    assert ThreadMark.objects.get(user=factory).last_read.text == "Yes"


def test_officers_leave_no_mark(match, say, write, officer, at):
    say("order", "offer")
    write("order")
    messages.read_thread(match=match, by=officer, at=at)
    messages.see_match(match=match, by=officer, at=at)

    match.refresh_from_db()
    assert (match.order_seen_at, match.offer_seen_at) == (None, None)
    assert ThreadMark.objects.filter(user=officer).count() == 0


def test_seen_is_noted_once_per_side(match, say, brand, factory, at):
    say("order")
    assert told(factory) == 1
    messages.see_match(match=match, by=factory, at=at)

    match.refresh_from_db()
    first = match.offer_seen_at
    messages.see_match(match=match, by=factory, at=at + dt.timedelta(days=1))
    match.refresh_from_db()
    assert (match.order_seen_at, match.offer_seen_at) == (None, first)
    assert not Notification.objects.visible_to(factory).unread().exists()


def test_looking_at_a_list_notes_its_matches(match, brand, officer):
    announcements.see_matches(side="order", post=match.order, by=officer)
    match.refresh_from_db()
    assert match.order_seen_at is None
    announcements.see_matches(side="order", post=match.order, by=brand)

    match.refresh_from_db()
    assert match.order_seen_at is not None


def groups_of(company):
    found = {
        name: conversations.matches_of_company(company, name).count()
        for name in conversations.GROUPS
    }
    assert found == conversations.counts_of_company(company)
    return {name: count for name, count in found.items() if count}


def test_groups_follow_the_answers(
    match, say, brand, factory, brand_company, factory_company, stranger_company, at
):
    both = (brand_company, factory_company)
    assert [groups_of(company) for company in both] == [{"to_answer": 1}, {"to_answer": 1}]
    say("order")
    assert [groups_of(company) for company in both] == [{"waiting": 1}, {"to_answer": 1}]
    say("offer")
    assert [groups_of(company) for company in both] == [{"conversation": 1}, {"conversation": 1}]
    endings.end_match(match=match, side="order", by=brand, at=at)
    assert [groups_of(company) for company in both] == [{"ended": 1}, {"ended": 1}]
    assert groups_of(stranger_company) == {}
    brand_company.blocks.create(partner_code=factory_company.code)
    assert [groups_of(company) for company in both] == [{}, {}]


def test_who_asks_stands_above_plain_proposals(match, say, factory_company):
    other = propose(OrderFactory(), match.offer)
    say("order")

    assert list(conversations.matches_of_company(factory_company, "to_answer")) == [match, other]


def test_groups_take_the_same_queries_for_any_number(
    match, factory_company, django_assert_num_queries
):
    for _ in range(2):
        propose(OrderFactory(), match.offer)
        with django_assert_num_queries(7):
            for row in conversations.matches_of_company(factory_company, "to_answer"):
                conversations.side_status(row, "offer")


def test_reminder_goes_once_to_who_is_awaited(match, say, brand, factory, at):
    say("order")
    early, late = at + dt.timedelta(days=4), at + dt.timedelta(days=5, hours=1)

    assert [endings.remind_due_matches(at=moment) for moment in (early, late, late)] == [0, 1, 0]
    assert (told(factory, "match_reminder"), told(brand, "match_reminder")) == (1, 0)


def test_expiry_tells_both_and_a_plain_proposal_ends_in_silence(match, say, brand, factory, at):
    say("order")
    plain = propose(OrderFactory(company=match.order.company), match.offer, at=at)
    week, month = at + dt.timedelta(days=7), at + dt.timedelta(days=30)

    done = [endings.expire_due_matches(at=moment) for moment in (at, week, week, month, month)]

    assert done == [0, 1, 0, 1, 0]
    plain.refresh_from_db()
    assert (plain.state, plain.end_cause) == ("expired", "unanswered")
    assert (told(factory, "match_expired"), told(brand, "match_expired")) == (1, 1)
    facts = OutboxMessage.objects.filter(dedupe_key__contains=":expired:")
    assert facts.exclude(kind__contains="quotes").count() == 2


def test_an_officer_reminds_at_most_once_a_day(match, say, brand, factory, officer, at):
    say("order")
    assert endings.remind(match=match, by=officer, at=at) == 1
    with pytest.raises(Conflict) as refused:
        endings.remind(match=match, by=officer, at=at + dt.timedelta(hours=3))
    assert refused.value.code == "reminded"
    assert endings.remind(match=match, by=officer, at=at + dt.timedelta(days=1)) == 1

    assert (told(factory, "match_reminder"), told(brand, "match_reminder")) == (2, 0)
    with pytest.raises(NotAnswerable):
        endings.remind(match=match, by=brand, at=at)


def test_a_company_without_members_cannot_be_reminded(match, say, factory, officer, at):
    say("order")
    factory.memberships.all().delete()

    with pytest.raises(Conflict) as refused:
        endings.remind(match=match, by=officer, at=at)

    assert refused.value.code == "nobody"
    assert match.reminders.count() == 0


def test_the_database_keeps_one_reminder_a_day(match, officer, at):
    facts = {"match": match, "reminded_by": officer, "reminded_at": at, "reminded_on": at.date()}
    Reminder.objects.create(**facts)

    with (
        pytest.raises(IntegrityError, match="reminder_once_per_match_and_day"),
        transaction.atomic(),
    ):
        Reminder.objects.create(**facts)


def test_an_officer_withdraws_and_who_was_asked_is_told(match, say, brand, factory, officer, at):
    with pytest.raises(InvalidInput):
        endings.withdraw_match(match=match, by=officer, at=at, reason=" ")
    with pytest.raises(NotAnswerable):
        endings.withdraw_match(match=match, by=brand, at=at, reason="x")
    say("order")
    endings.withdraw_match(match=match, by=officer, at=at, reason="SECRET complaint")

    match = Match.objects.get()
    assert (match.state, match.end_cause, match.ended_by) == ("ended", "officer", officer)
    assert (told(factory, "match_ended"), told(brand, "match_ended")) == (1, 1)
    with pytest.raises(NotAnswerable, match="association has withdrawn"):
        endings.withdraw_match(match=match, by=officer, at=at, reason="again")


def test_an_officer_writes_for_a_company_and_it_is_on_record(match, say, officer, at):
    say("order", "offer")
    message = messages.write_message(
        match=match, side="offer", text="x", by=officer, at=at, on_behalf=True
    )
    assert (message.is_on_behalf, message.author) == (True, officer)
