"""The mails and inbox lines about answers: what is so now, and never what is private."""

import datetime as dt

import pytest
from django.core import mail as outgoing
from django.utils import timezone

from matchmaking.core.localized import locale_of_reader
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers, base, endings, messages
from matchmaking.matching.states import MatchSide
from matchmaking.notifications import delivery, kinds
from matchmaking.notifications.email.compose import compose
from matchmaking.notifications.kinds import InboxRow
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import MembershipFactory, OfferFactory, OrderFactory

NOTE = "SECRET note, call 13800138000"


@pytest.fixture
def at():
    """Now: letters compare with the clock."""
    return timezone.now()


@pytest.fixture
def match(brand, factory, brand_company, factory_company, rescore):
    order = OrderFactory(company=brand_company, title="Own order", notes="SECRET order note")
    offer = OfferFactory(company=factory_company, title="Own line", notes="SECRET offer note")
    rescore()
    return Match.objects.get(order=order, offer=offer)


@pytest.fixture
def say(match, brand, factory, at):
    def answer(side, kind="interested", **words):
        by = brand if side == "order" else factory
        answers.answer_match(match=match, side=side, kind=kind, by=by, at=at, **words)

    return answer


def mail(user, kind):
    """Give subject and both bodies of the mail about all lines of a kind, None for no mail."""
    rows = list(Notification.objects.visible_to(user).filter(kind=kind).order_by("pk"))
    with locale_of_reader("en"):
        email = kinds.get(kind).write(user, rows)
        if email is None:
            return None
        made = compose(email, to=user.email, message_id="<a@b>")
    return made.subject, made.body, made.alternatives[0].content


def lines(user):
    rows = list(Notification.objects.visible_to(user).order_by("pk"))
    return [kinds.get(row.kind).headlines([InboxRow(row)])[0] for row in rows]


def test_interest_says_until_when_why_and_where(match, say, factory):
    say("order")

    subject, *bodies = mail(factory, "match_interest")

    match.refresh_from_db()
    until = timezone.localtime(match.answer_by)
    assert subject == "A brand is interested in “Own line”"
    for body in bodies:
        assert f"answer by {until.day} {until:%b}" in body
        assert f"/matches/{match.code}/#answer" in body
        assert "60,000 pairs" in " ".join(body.split())
        hidden = ["Own order", "SECRET", match.order.company.name_zh, match.order.company.name_en]
        assert [word for word in hidden if word in body] == []


def test_names_stand_in_the_mail_once_both_are_interested(match, say, brand, factory):
    say("order")
    say("offer")

    assert mail(factory, "match_interest") is None
    colleague = MembershipFactory(company=match.offer.company).user
    base.notify_sides(match, [MatchSide.OFFER], "match_mutual")
    for user, partner in ((brand, match.offer), (colleague, match.order)):
        subject, text, html = mail(user, "match_mutual")
        assert subject.startswith(f"{partner.company.name_en} is interested too: Own ")
        assert f"/matches/{match.code}/#conversation" in text
        assert f"/matches/{match.code}/#conversation" in html


@pytest.mark.parametrize("shares", [False, True])
def test_a_note_leaves_only_when_its_writer_shares_it(match, say, brand, shares):
    say("order")
    say("offer", "declined", reason="timing", note=NOTE, shares_note=shares)

    subject, *bodies = mail(brand, "match_declined")

    assert subject == "A factory has declined: Own order"
    assert all("The reason it gave: Timing." in body for body in bodies)
    assert [NOTE in body for body in bodies] == [shares, shares]
    assert NOTE not in str(lines(brand))


def test_a_name_leaves_the_mail_with_the_end(match, say, brand, factory, at):
    say("order")
    say("offer")
    endings.end_match(match=match, side="offer", by=factory, at=at, note=NOTE)

    _, *bodies = mail(brand, "match_ended")

    hidden = [NOTE, "SECRET", match.offer.company.name_en, match.offer.company.name_zh]
    assert [word for body in bodies for word in hidden if word in body] == []
    assert mail(brand, "match_mutual") is None
    assert match.offer.company.name_en not in str(lines(brand))


def test_messages_travel_in_one_mail_until_they_are_read(match, say, brand, factory, at):
    say("order")
    say("offer")
    for text in ("First <b>words</b>", "x" * 500):
        messages.write_message(match=match, side="order", text=text, by=brand, at=at)

    subject, text, html = mail(factory, "match_message")

    assert subject == f"{match.order.company.name_en} wrote 2 messages: Own line"
    assert "First <b>words</b>" in text
    assert "First &lt;b&gt;words&lt;/b&gt;" in html
    assert "x" * 301 not in text
    messages.read_thread(match=match, by=factory, at=at)
    assert mail(factory, "match_message") is None


def test_no_message_leaves_for_a_company_that_was_suspended(match, say, brand, factory, at):
    say("order")
    say("offer")
    messages.write_message(match=match, side="order", text="x", by=brand, at=at)
    match.order.company.status = "suspended"
    match.order.company.save()

    assert mail(factory, "match_message") is None
    assert match.order.company.name_en not in str(lines(factory))


def test_a_reminder_is_not_sent_after_the_answer(match, say, factory, officer, at):
    say("order")
    endings.remind(match=match, by=officer, at=at)
    assert mail(factory, "match_reminder")[0].startswith("Please answer by ")
    say("offer")

    assert mail(factory, "match_reminder") is None


def test_expiry_tells_each_side_its_own_half(match, say, brand, factory, at):
    say("order")
    endings.expire_due_matches(at=at + dt.timedelta(days=7))

    assert "the other side did not answer in time" in mail(brand, "match_expired")[1]
    assert "your company did not answer in time" in mail(factory, "match_expired")[1]


def test_a_post_that_left_is_named_to_its_owner(match, say, brand, factory, at):
    say("order")
    match.order.state = "paused"
    match.order.save()
    endings.follow_posts(orders=[match.order_id], offers=[], at=at)

    assert "Your post is no longer on the market" in mail(brand, "match_ended")[1]
    assert "The other side's post has left the market" in mail(factory, "match_ended")[1]


def test_nothing_is_left_to_say_to_a_blocked_partner(match, say, brand, brand_company, factory):
    say("offer")
    say("order")
    brand_company.blocks.create(partner_code=match.offer.company.code)

    assert mail(factory, "match_mutual") is None
    assert lines(factory) == [("A match that no longer stands", "")]


def rows_of(user):
    return OutboxMessage.objects.filter(kind="mail", subject__user=user.pk, state="pending")


def test_a_yes_and_the_words_that_follow_it_come_in_one_mail(match, say, brand, factory, at):
    say("order")
    say("offer")
    waiting = rows_of(brand).get()
    assert waiting.next_at > timezone.now()

    messages.write_message(match=match, side="offer", text="Good day!", by=factory, at=at)

    due = rows_of(brand).filter(next_at__lte=timezone.now())
    assert due.count() == 2
    # The claim's clock stands still in a test's transaction, at its beginning.
    due.update(next_at="2020-01-01T00:00:00Z")
    delivery.deliver(waiting.pk)
    assert not rows_of(brand).exists()
    (sent,) = outgoing.outbox
    assert sent.subject.startswith(f"{match.offer.company.name_en} is interested too")
    assert "Good day!" in sent.body


def test_a_yes_without_words_comes_by_itself(match, say, brand):
    say("order")
    say("offer")
    rows_of(brand).update(next_at="2020-01-01T00:00:00Z")

    delivery.deliver(rows_of(brand).get().pk)

    (sent,) = outgoing.outbox
    assert sent.subject.startswith(f"{match.offer.company.name_en} is interested too")
