"""Questions asked once: the asker unseen, one answer for all, no contact on either side."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.choices import CompanyKind
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.transitions import IllegalTransition
from matchmaking.deals.models import OrderQuestion
from matchmaking.deals.services import questions
from matchmaking.matching.models import Match
from matchmaking.matching.ranking import rescore_posts
from matchmaking.matching.services import answers
from matchmaking.notifications.models import Notification
from tests.factories import CompanyFactory, MembershipFactory, OfferFactory, OrderFactory
from tests.matching.conftest import propose as propose_match


class Rival:
    """Another factory that matches the order of a talk, before any consent."""

    def __init__(self, talk):
        self.company = CompanyFactory(kind=CompanyKind.FACTORY)
        self.maker = MembershipFactory(company=self.company).user
        self.match = propose_match(talk.order, OfferFactory(company=self.company))


@pytest.fixture
def rival(talk):
    return Rival(talk)


@pytest.fixture
def scored(talk, rival, at):
    """Give the matches the reasons of a scored one, which their pages show."""
    with transaction.atomic():
        order, offer = OrderFactory(), OfferFactory(company__kind=CompanyKind.FACTORY)
        rescore_posts(orders=[order.pk], offers=[offer.pk], at=at)
        reasons = Match.objects.get(order=order, offer=offer).assessment
        transaction.set_rollback(True)
    Match.objects.update(assessment=reasons)


def ask(one, at, text="Do you provide the lasts?"):
    return questions.ask(match=one.match, text=text, by=one.maker, at=at)


def answer(question, talk, at, text="Yes, lasts are ours.", audience="matched"):
    return questions.answer(question=question, text=text, audience=audience, by=talk.buyer, at=at)


def told(user, kind):
    return Notification.objects.filter(recipient=user, kind=kind).count()


def read_by(user):
    return set(OrderQuestion.objects.visible_to(user))


def test_question_before_consent_reaches_the_brand_and_no_rival(talk, rival, at):
    question = ask(rival, at)

    assert read_by(talk.buyer) == read_by(rival.maker) == {question}
    assert read_by(talk.maker) == set()
    assert (told(talk.buyer, "question_asked"), told(talk.maker, "question_asked")) == (1, 0)


def test_answer_reaches_every_factory_that_matches_once(talk, rival, at):
    question = answer(ask(rival, at), talk, at)

    assert read_by(rival.maker) == read_by(talk.maker) == {question}
    assert told(rival.maker, "question_answered") == told(talk.maker, "question_answered") == 1


def test_answer_for_conversations_alone_reaches_these_and_the_asker(talk, rival, at):
    third = Rival(talk)

    question = answer(ask(rival, at), talk, at, audience="talking")

    assert read_by(third.maker) == set()
    assert read_by(talk.maker) == read_by(rival.maker) == {question}
    assert told(third.maker, "question_answered") == 0


def test_asker_is_unseen_by_brand_and_rivals(client, talk, rival, scored, at):
    question = answer(ask(rival, at), talk, at)
    name = rival.company.name_en
    brand_page = reverse("deals:question-list", args=[talk.order.code])
    match_page = reverse("matching:match-detail", args=[talk.match.code])

    for user, url in ((talk.buyer, brand_page), (talk.maker, match_page)):
        client.force_login(user)
        page = client.get(url).content.decode()
        assert question.text in page, url
        assert name not in page
        assert str(rival.match.code) not in page


@pytest.mark.parametrize(
    "text",
    [
        "Call 13800000000 for samples",
        "加微信 shoes8888 聊",
        "write to a.b@example.com",
        "见 www.example.com/x",
    ],
)
def test_no_contact_in_question_or_answer(talk, rival, at, text):
    with pytest.raises(InvalidInput) as refused:
        ask(rival, at, text)
    assert (refused.value.code, refused.value.field) == ("contact", "text")

    question = ask(rival, at)
    with pytest.raises(InvalidInput):
        answer(question, talk, at, text)
    question.refresh_from_db()
    assert question.state == "open"
    assert OrderQuestion.objects.count() == 1


def test_no_name_of_either_company(talk, rival, at):
    for company in (rival.company, talk.brand):
        with pytest.raises(InvalidInput):
            ask(rival, at, f"Is it for {company.name_en}?")
    assert not OrderQuestion.objects.exists()


@pytest.mark.parametrize(
    "text", ["贵公司提供楦头吗？", "你们公司提供鞋楦吗，尺码 38-43？", "样品 20 天可以吗？"]
)
def test_questions_of_the_trade_pass(rival, at, text):
    assert ask(rival, at, text).state == "open"


def test_one_answer_is_given_once_and_by_the_brand(talk, rival, at):
    question = ask(rival, at)
    with pytest.raises(NotAllowed):
        questions.answer(question=question, text="No", audience="matched", by=talk.maker, at=at)
    answer(question, talk, at)

    with pytest.raises(Conflict):
        answer(question, talk, at, text="Another one")
    question.refresh_from_db()
    assert question.answer == "Yes, lasts are ours."


def test_factory_whose_match_left_neither_asks_nor_reads(talk, rival, at):
    question = answer(ask(talk, at), talk, at)
    assert question in read_by(rival.maker)
    answers.answer_match(
        match=rival.match, side="offer", kind="declined", reason="price", by=rival.maker, at=at
    )

    assert read_by(rival.maker) == set()
    rival.match.refresh_from_db()
    with pytest.raises(Conflict):
        ask(rival, at)


def test_five_questions_wait_at_most(rival, at):
    for number in range(questions.MOST_OPEN):
        ask(rival, at, f"Question {number}?")

    with pytest.raises(Conflict):
        ask(rival, at, "One more?")
    assert OrderQuestion.objects.count() == questions.MOST_OPEN


def test_officer_closes_with_a_reason_that_asker_and_brand_read(talk, rival, officer, at):
    question = answer(ask(rival, at), talk, at)
    with pytest.raises(NotAllowed):
        questions.close(question=question, reason="No", by=talk.buyer, at=at)

    questions.close(question=question, reason="Against the rules.", by=officer, at=at)

    assert read_by(talk.maker) == set()
    assert question in read_by(rival.maker)
    assert question in read_by(talk.buyer)
    with pytest.raises(IllegalTransition):
        questions.close(question=question, reason="Again", by=officer, at=at)


def test_pages_ask_and_answer(client, talk, rival, scored):
    client.force_login(rival.maker)
    url = reverse("deals:question-ask", args=[rival.match.code])
    assert client.get(url).status_code == 200
    refused = client.post(url, {"text": "Call 13800000000"})
    assert refused.status_code == 422
    assert "Call 13800000000" in refused.content.decode()
    client.post(url, {"text": "Do you provide the lasts?"})
    question = OrderQuestion.objects.get()

    client.force_login(talk.buyer)
    page = client.get(reverse("matching:match-detail", args=[talk.match.code])).content.decode()
    assert "1 question waits for your answer" in page
    assert "1 question on an order waits" in client.get(reverse("home:dashboard")).content.decode()
    sent = {"text": "Yes.", "audience": "matched"}
    client.post(reverse("deals:question-answer", args=[question.code]), sent)
    question.refresh_from_db()
    assert (question.state, question.answer) == ("answered", "Yes.")


def test_brand_cannot_ask_itself(client, talk):
    client.force_login(talk.buyer)
    answer = client.post(reverse("deals:question-ask", args=[talk.match.code]), {"text": "Hm?"})
    assert answer.status_code == 403
    assert not OrderQuestion.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"state": "answered"},
        {"answer": "Yes"},
        {"state": "closed"},
        {"close_reason": "x"},
    ],
)
def test_database_keeps_questions_whole(rival, at, changes):
    question = ask(rival, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderQuestion.objects.filter(pk=question.pk).update(**changes)
