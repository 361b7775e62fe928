"""Matches in the workbench: found, read, answered on behalf, reminded, withdrawn."""

import datetime as dt
import io

import pytest
import python_calamine
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone, translation

from accounts import contacts
from accounts.models import Contact
from matchmaking.core.uploads import CleanUpload
from matchmaking.matching import services
from matchmaking.matching.admin import acts
from matchmaking.matching.models import Answer, Match, Message, ThreadMark
from matchmaking.matching.states import AnswerKind, EndCause, MatchState
from matchmaking.notifications.models import Notification
from tests.admin.conftest import said, signed_in
from tests.factories import MembershipFactory, OfferFactory, OrderFactory, UserFactory

LIST = "/admin/matching/match/"


def step(match, name):
    return f"{LIST}{match.pk}/step/{name}/"


def page_of(desk, match):
    page = desk.get(f"{LIST}{match.pk}/change/")
    assert page.status_code == 200
    return page, {str(table.title): table for table in page.context["wb_tables"]}


def text_of(rows):
    return [" | ".join(str(cell) for cell in row) for row in rows]


def reminders():
    return Notification.objects.filter(kind=services.MATCH_REMINDER)


@pytest.fixture
def match(brand, factory, brand_company, factory_company):
    OrderFactory(company=brand_company, title="Trail shoe")
    OfferFactory(company=factory_company, title="Line 3")
    services.rescore_market(at=timezone.now())
    return Match.objects.get()


@pytest.fixture
def asked(match, brand):
    """The brand is interested, the factory owes an answer."""
    return services.answer_match(
        match=match, side="order", kind="interested", note="Soon please", by=brand,
        at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def mutual(asked, factory):
    return services.answer_match(
        match=asked, side="offer", kind="interested", by=factory, at=timezone.now()
    )


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


# --- The list ---------------------------------------------------------------------------


def test_the_queue_shows_what_one_side_waits_for_the_oldest_first(desk, asked, brand):
    order = OrderFactory(company=asked.order.company)
    OfferFactory()
    services.rescore_market(at=timezone.now())
    older = Match.objects.filter(order=order).first()
    services.answer_match(
        match=older, side="order", kind="interested", by=brand,
        at=timezone.now() - dt.timedelta(days=5),
    )  # fmt: skip

    page = desk.get(LIST, {"queue": "waiting"})

    assert [row.pk for row in page.context["cl"].result_list] == [older.pk, asked.pk]
    queue = next(
        row for row in desk.get("/admin/").context["standings"] if row.queue.key == "matches"
    )
    assert (queue.count, queue.is_late) == (2, True)


@pytest.mark.parametrize(("owes", "found"), [("order", 0), ("offer", 1)])
def test_matches_are_found_by_who_owes_an_answer(desk, asked, owes, found):
    page = desk.get(LIST, {"owes": owes})

    assert len(page.context["cl"].result_list) == found


def test_a_proposal_waits_for_both(desk, match):
    for owes in ("order", "offer"):
        assert len(desk.get(LIST, {"owes": owes}).context["cl"].result_list) == 1


def test_matches_are_found_by_state_category_and_cluster(desk, asked):
    family = asked.order.category.family_id
    for query, found in (
        ({"state__exact": "interested"}, 1),
        ({"state__exact": "mutual"}, 0),
        ({"order__category__family__id__exact": family}, 1),
        ({"order__category__id__exact": asked.order.category_id}, 1),
        ({"offer__company__cluster__id__exact": asked.offer.company.cluster_id}, 1),
        ({"offer__company__cluster__id__exact": 0}, 0),
        ({"age": "1"}, 0),
    ):
        assert (query, len(desk.get(LIST, query).context["cl"].result_list)) == (query, found)


def test_what_waits_for_one_company_is_found_by_its_number(desk, asked):
    for company, found in ((asked.order.company, 0), (asked.offer.company, 1)):
        page = desk.get(LIST, {"silent": company.pk})
        assert len(page.context["cl"].result_list) == found
    assert len(desk.get(LIST, {"silent": "9999"}).context["cl"].result_list) == 1
    assert desk.get(LIST, {"silent": "nonsense"}, follow=True).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_so_often(desk, count, django_assert_num_queries):
    order = OrderFactory()
    for _ in range(count):
        OfferFactory()
    services.rescore_market(at=timezone.now())
    desk.get(LIST)

    with django_assert_num_queries(21):
        page = desk.get(LIST)

    assert len(page.context["cl"].result_list) == order.matches.count() == count


def test_the_list_is_saved_as_a_sheet(desk, asked):
    answer = desk.get(f"{LIST}export/", {"queue": "waiting"})

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    _header, row = book.get_sheet_by_index(0).to_python()
    assert row[:4] == ["Trail shoe", "Brand Co.", "Line 3", "Factory Co."]
    assert row[6] == "Factory"


# --- The page ---------------------------------------------------------------------------


def test_the_page_shows_answers_with_the_notes_that_only_officers_read(desk, asked, brand):
    _page, tables = page_of(desk, asked)

    (row,) = text_of(tables["Answers"].rows)
    assert "Brand Co." in row
    assert "Interested" in row
    assert "Soon please" in row
    assert "for officers alone" in row
    assert str(brand) in row


def test_the_page_shows_the_conversation_and_marks_nothing_as_read(desk, mutual, brand):
    upload = CleanUpload(ContentFile(b"%PDF-1.4", name="a.pdf"), "sketch.pdf", "application/pdf", 8)
    services.write_message(
        match=mutual, side="order", text="Hello\n<b>there</b>", files=[upload], by=brand,
        at=timezone.now(),
    )  # fmt: skip
    marks = ThreadMark.objects.count()

    page, tables = page_of(desk, mutual)

    (row,) = text_of(tables["Conversation"].rows)
    assert "Hello<br>&lt;b&gt;there&lt;/b&gt;" in row
    assert "sketch.pdf" in row
    assert f"/matches/{mutual.code}/files/" in page.content.decode()
    assert ThreadMark.objects.count() == marks


def test_the_page_shows_who_looked_at_the_contacts_and_when(desk, mutual, factory):
    company = mutual.order.company
    Contact.objects.create(company=company, person="Ms Li", kind="phone", value="13800000000")
    contacts.open_contacts(user=factory, company=company, at=timezone.now())

    page, tables = page_of(desk, mutual)

    shown = text_of(tables["Consents and who looked"].rows)
    assert len(shown) == 2
    assert [str(factory) in row for row in shown] == [True, False]
    assert "13800000000" not in page.content.decode()
    assert any(
        "looked at the contacts of Brand Co." in row for row in text_of(tables["History"].rows)
    )


def test_the_history_tells_everything_in_order(desk, officer, asked, factory):
    desk.post(step(asked, "nudge"))
    services.answer_match(
        match=asked, side="offer", kind="declined", reason="price", by=factory, at=timezone.now()
    )

    _page, tables = page_of(desk, asked)

    told = [(str(row[1]), row[2]) for row in reversed(tables["History"].rows)]
    assert told == [
        ("the system", "proposed by the engine"),
        (str(asked.answers.get(side="order").answered_by), "Brand Co. is interested"),
        ("Officer", "the companies that owe an answer were reminded"),
        (str(factory), "Factory Co. declined: Price"),
    ]


def test_the_page_tells_every_reason_and_both_posts(desk, match):
    _page, tables = page_of(desk, match)

    assert [row[0] for row in tables["Factors"].rows] == [
        "Volume", "Category", "Lead time", "Price", "Place", "Freshness",
    ]  # fmt: skip
    assert len(tables["Conditions"].rows) >= 2
    assert "Trail shoe" in text_of(tables["Both posts"].rows)[1]
    assert "60,000" in text_of(tables["Both posts"].rows)[4]


def test_the_page_offers_what_is_possible_in_the_state(desk, match, asked):
    page, _tables = page_of(desk, asked)
    open_steps = [link["url"].split("/")[-2] for link in page.context["wb_steps"]]
    services.answer_match(
        match=asked, side="offer", kind="interested", by=asked.offer.company.members.get(),
        at=timezone.now(),
    )  # fmt: skip
    page, _tables = page_of(desk, asked)
    talking = [link["url"].split("/")[-2] for link in page.context["wb_steps"]]

    assert open_steps == ["nudge", "answer", "withdraw"]
    assert talking == ["write", "withdraw"]


# --- Answer for a company ----------------------------------------------------------------


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
    assert "on behalf" in text_of(tables["Answers"].rows)[1]


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


# --- Remind, withdraw, write ---------------------------------------------------------------


def test_a_reminder_goes_to_the_side_that_owes_once_a_day(desk, second_desk, asked, factory):
    desk.post(step(asked, "nudge"))
    answer = second_desk.post(step(asked, "nudge"), follow=True)

    assert [row.recipient for row in reminders()] == [factory]
    assert said(answer)[0].startswith("They were reminded today already. Officer was first, at ")


def test_many_are_reminded_at_once_and_the_one_that_is_over_is_named(desk, asked, brand):
    orders = [OrderFactory(company=asked.order.company) for _ in range(2)]
    services.rescore_market(at=timezone.now())
    first, second = (Match.objects.get(order=order) for order in orders)
    services.answer_match(
        match=second, side="order", kind="declined", reason="other", by=brand, at=timezone.now()
    )
    chosen = {"action": "nudge", "_selected_action": [asked.pk, first.pk, second.pk]}

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
    assert "on behalf" in text_of(tables["Conversation"].rows)[0]


@pytest.mark.parametrize("name", ["nudge", "answer", "withdraw", "write"])
def test_steps_are_for_officers_with_the_right(asked, brand, settings, name):
    settings.OFFICERS_NEED_TOTP = False
    body = {"side": "offer", "kind": "interested", "reason": "Why", "text": "Hello"}
    clerk = UserFactory(is_staff=True)
    clerk.groups.add(Group.objects.get(name="Officers"))
    group = Group.objects.get(name="Officers")
    group.permissions.set(group.permissions.exclude(codename="act_on_match"))

    assert signed_in(clerk).post(step(asked, name), body).status_code == 403
    assert signed_in(brand).post(step(asked, name), body).status_code == 302
    page = signed_in(clerk).get(f"{LIST}{asked.pk}/change/")
    assert page.context["wb_steps"] == []
    asked.refresh_from_db()
    assert (asked.state, Answer.objects.count()) == (MatchState.INTERESTED, 1)
    assert reminders().count() == 0


def test_the_reminder_is_known_in_every_language(desk, asked):
    with translation.override("zh-hans"):
        desk.post(step(asked, "nudge"), headers={"accept-language": "zh-hans"})

    assert any(act.what.endswith("were reminded") for act in acts.story_of(asked))


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_asks_the_database_so_often(
    desk, mutual, brand, count, django_assert_max_num_queries
):
    for number in range(count):
        services.write_message(
            match=mutual, side="order", text=f"Message {number}", by=brand, at=timezone.now()
        )
    MembershipFactory(company=mutual.order.company)
    page_of(desk, mutual)

    with django_assert_max_num_queries(40):
        page_of(desk, mutual)


def test_kinds_of_answers_are_those_of_the_form(desk, match):
    form = desk.get(step(match, "answer")).context["form"]

    assert dict(form.fields["kind"].choices) == dict(AnswerKind.choices)
    assert form.initial == {}
