"""Steps of officers on matches: answered and written on behalf, reminded, withdrawn."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone, translation

from matchmaking.matching import ranking
from matchmaking.matching.admin import activity
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Answer, Match, Message
from matchmaking.matching.services import answers
from matchmaking.matching.services.base import MATCH_REMINDER
from matchmaking.matching.states import MatchState
from matchmaking.notifications.models import Notification
from tests.admin.conftest import said, signed_in, step
from tests.admin.matches_support import LIST, page_of, text_of
from tests.factories import OrderFactory, UserFactory


def reminders():
    return Notification.objects.filter(kind=MATCH_REMINDER)


@pytest.fixture
def colleague(db):
    """A second officer, at a desk of their own."""
    other = UserFactory(is_staff=True, name="Colleague")
    other.groups.add(Group.objects.get(name="Officers"))
    return other


@pytest.fixture
def second_desk(colleague, settings):
    settings.OFFICERS_NEED_TOTP = False
    return signed_in(colleague)


# --- answer for a company ---------------------------------------------------------------


def test_an_officer_answers_for_a_company_and_that_is_said(desk, officer, asked):
    answer = desk.post(
        step(asked, "answer"), {"side": "offer", "kind": "interested", "version": 1}, follow=True
    )

    asked.refresh_from_db()
    said_it = Answer.objects.get(side="offer")
    assert asked.state == MatchState.MUTUAL
    assert (said_it.is_on_behalf, said_it.answered_by) == (True, officer)
    assert said(answer) == ["Answer for a company: “Trail shoe – Line 3”."]
    _page, tables = page_of(desk, asked)
    assert "On behalf" in text_of(tables["Answers"].rows)[1]


def test_a_decline_for_a_company_needs_a_reason(desk, asked):
    url = step(asked, "answer")

    refused = desk.post(url, {"side": "offer", "kind": "declined"})
    desk.post(url, {"side": "offer", "kind": "declined", "reason": "timing", "note": "Full"})

    asked.refresh_from_db()
    assert refused.context["form"].errors["reason"] == ["Choose the reason that comes closest."]
    assert asked.state == MatchState.DECLINED
    assert Answer.objects.get(kind="declined").note == "Full"


def test_the_form_names_the_companies_and_chooses_the_one_that_owes(desk, asked):
    form = desk.get(step(asked, "answer")).context["form"]

    assert form.fields["side"].choices == [
        ("order", "Brand · Brand Co."),
        ("offer", "Factory · Factory Co."),
    ]
    assert form.initial == {"side": "offer"}


def test_the_second_officer_is_told_who_was_first(desk, second_desk, asked):
    body = {"side": "offer", "kind": "interested", "version": 1}
    desk.post(step(asked, "answer"), body)

    answer = second_desk.post(step(asked, "answer"), body, follow=True)

    at = timezone.localtime(Answer.objects.get(side="offer").answered_at)
    [sentence] = said(answer)
    assert sentence.startswith("Something has happened since you opened the page: look at it")
    assert sentence.endswith(f"Officer was first, at {at:%H:%M}.")
    assert Answer.objects.filter(side="offer").count() == 1


def test_the_same_answer_at_the_same_moment_is_not_the_second_officers(
    desk, second_desk, colleague, asked
):
    """Without the version of the page, the answer itself shows who gave it."""
    body = {"side": "order", "kind": "interested"}

    answer = second_desk.post(step(asked, "answer"), {**body, "version": 1}, follow=True)

    assert said(answer)[0].startswith("This answer has been given already.")
    assert Answer.objects.get().answered_by != colleague


def test_the_second_officer_of_a_withdrawal_learns_what_happened(desk, second_desk, asked):
    desk.post(step(asked, "withdraw"), {"reason": "Wrong mould", "version": 1})

    answer = second_desk.post(
        step(asked, "withdraw"), {"reason": "Wrong last", "version": 2}, follow=True
    )

    asked.refresh_from_db()
    at = timezone.localtime(asked.ended_at)
    assert said(answer) == [f"This match is over: Ended. Officer was first, at {at:%H:%M}."]
    assert (asked.end_cause, asked.end_note) == (EndCause.OFFICER, "Wrong mould")


def test_kinds_of_answers_are_those_of_the_form(desk, match):
    form = desk.get(step(match, "answer")).context["form"]

    assert dict(form.fields["kind"].choices) == {"interested": "Interested", "declined": "Decline"}
    assert form.initial == {}


# --- remind, withdraw, write ------------------------------------------------------------


def test_a_reminder_goes_to_the_side_that_owes_once_a_day(desk, second_desk, asked, factory):
    desk.post(step(asked, "remind"))
    answer = second_desk.post(step(asked, "remind"), follow=True)

    assert [row.recipient for row in reminders()] == [factory]
    assert said(answer)[0].startswith("They were reminded today already. Officer was first, at ")


def test_many_are_reminded_at_once_and_the_one_that_is_over_is_named(desk, asked, brand):
    orders = [OrderFactory(company=asked.order.company) for _ in range(2)]
    ranking.rescore_market(at=timezone.now())
    first, second = (Match.objects.get(order=order) for order in orders)
    answers.answer_match(
        match=second, side="order", kind="declined", reason="other", by=brand, at=timezone.now()
    )
    chosen = {"action": "remind", "_selected_action": [asked.pk, first.pk, second.pk]}

    answer = desk.post(LIST, {**chosen, "confirmed": "yes"}, follow=True)

    done, refused = said(answer)
    assert done == "Remind: done for 2 rows."
    assert f"<li>{second.order} – {second.offer}: This match is over: Declined." in refused
    assert reminders().count() == 3


def test_a_withdrawal_ends_it_for_both_and_keeps_the_reason(desk, mutual):
    refused = desk.post(step(mutual, "withdraw"), {"reason": ""})
    desk.post(step(mutual, "withdraw"), {"reason": "Both asked for it"})

    mutual.refresh_from_db()
    page, _tables = page_of(desk, mutual)
    assert refused.context["form"].errors["reason"] == ["This field is required."]
    assert (mutual.state, mutual.end_cause) == (MatchState.ENDED, EndCause.OFFICER)
    assert [str(notice.text) for notice in page.context["wb_notices"]] == [
        "Why it ended: Both asked for it"
    ]


def test_an_officer_writes_for_a_side_and_that_is_said(desk, officer, mutual):
    desk.post(step(mutual, "write"), {"side": "offer", "text": "They call on Monday."})

    message = Message.objects.get()
    _page, tables = page_of(desk, mutual)
    assert (message.side, message.author, message.is_on_behalf) == ("offer", officer, True)
    assert "On behalf" in text_of(tables["Conversation"].rows)[0]


@pytest.mark.parametrize("name", ["remind", "answer", "withdraw", "write"])
def test_steps_are_for_officers_with_the_right(asked, brand, settings, name):
    settings.OFFICERS_NEED_TOTP = False
    body = {"side": "offer", "kind": "interested", "reason": "Why", "text": "Hello"}
    clerk = UserFactory(is_staff=True)
    clerk.groups.add(Group.objects.get(name="Officers"))
    group = Group.objects.get(name="Officers")
    group.permissions.set(group.permissions.exclude(codename__in=["act_on_match", "work_on_case"]))

    assert signed_in(clerk).post(step(asked, name), body).status_code == 403
    assert signed_in(brand).post(step(asked, name), body).status_code == 302
    page = signed_in(clerk).get(f"{LIST}{asked.pk}/change/")
    assert page.context["wb_actions"] == []
    asked.refresh_from_db()
    assert (asked.state, Answer.objects.count()) == (MatchState.INTERESTED, 1)
    assert reminders().count() == 0


def test_a_reminder_is_told_in_another_language_than_it_was_sent(desk, officer, asked):
    with translation.override("zh-hans"):
        desk.post(step(asked, "remind"), headers={"accept-language": "zh-hans"})

    told = [(act.who, act.what) for act in activity.activities_of(asked)]
    assert (officer, "the companies that owe an answer were reminded") in told
