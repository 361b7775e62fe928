"""Matches in the workbench: found in the list, and read on their page."""

import datetime as dt
import io

import pytest
import python_calamine
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import contacts
from accounts.models import Contact
from matchmaking.core.uploads import CleanUpload
from matchmaking.matching import ranking
from matchmaking.matching.models import Match, ThreadMark
from matchmaking.matching.services import answers, messages
from tests.admin.conftest import step
from tests.admin.matches_support import LIST, page_of, text_of
from tests.factories import MembershipFactory, OfferFactory, OrderFactory

# --- the list ---------------------------------------------------------------------------


def test_the_queue_shows_what_one_side_waits_for_the_oldest_first(desk, asked, brand):
    order = OrderFactory(company=asked.order.company)
    OfferFactory()
    ranking.rescore_market(at=timezone.now())
    older = Match.objects.filter(order=order).first()
    answers.answer_match(
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
        page = desk.get(LIST, {"owes": owes})
        assert len(page.context["cl"].result_list) == 1
        assert "Both sides" in page.content.decode()


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
    ranking.rescore_market(at=timezone.now())
    desk.get(LIST)

    with django_assert_num_queries(26):
        page = desk.get(LIST)

    assert len(page.context["cl"].result_list) == order.matches.count() == count


def test_the_list_is_saved_as_a_sheet(desk, asked):
    answer = desk.get(f"{LIST}export/", {"queue": "waiting"})

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    _header, row = book.get_sheet_by_index(0).to_python()
    assert row[:4] == ["Trail shoe", "Brand Co.", "Line 3", "Factory Co."]
    assert row[6] == "Factory"


# --- the page ---------------------------------------------------------------------------


def test_the_page_shows_answers_with_the_notes_that_only_officers_read(desk, asked, brand):
    _page, tables = page_of(desk, asked)

    (row,) = text_of(tables["Answers"].rows)
    assert "Brand Co." in row
    assert "Interested" in row
    assert "Soon please" in row
    assert "For officers alone" in row
    assert str(brand) in row


def test_the_page_shows_the_conversation_and_marks_nothing_as_read(desk, mutual, brand):
    upload = CleanUpload(ContentFile(b"%PDF-1.4", name="a.pdf"), "sketch.pdf", "application/pdf", 8)
    messages.write_message(
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
        "Looked at the contacts of Brand Co." in row for row in text_of(tables["History"].rows)
    )


def test_the_history_tells_everything_in_order(desk, officer, asked, factory):
    desk.post(step(asked, "remind"))
    answers.answer_match(
        match=asked, side="offer", kind="declined", reason="price", by=factory, at=timezone.now()
    )

    _page, tables = page_of(desk, asked)

    told = [(str(row[1]), row[2]) for row in reversed(tables["History"].rows)]
    assert told == [
        ("The system", "Proposed by the engine"),
        (str(asked.answers.get(side="order").answered_by), "Brand Co. is interested"),
        ("Officer", "The companies that owe an answer were reminded"),
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
    open_steps = [link["url"].split("/")[-2] for link in page.context["wb_actions"]]
    answers.answer_match(
        match=asked, side="offer", kind="interested", by=asked.offer.company.members.get(),
        at=timezone.now(),
    )  # fmt: skip
    page, _tables = page_of(desk, asked)
    talking = [link["url"].split("/")[-2] for link in page.context["wb_actions"]]

    assert open_steps == ["remind", "answer", "withdraw", "take", "note"]
    assert talking == ["write", "withdraw"]


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_asks_the_database_so_often(
    desk, mutual, brand, count, django_assert_max_num_queries
):
    for number in range(count):
        messages.write_message(
            match=mutual, side="order", text=f"Message {number}", by=brand, at=timezone.now()
        )
    MembershipFactory(company=mutual.order.company)
    page_of(desk, mutual)

    with django_assert_max_num_queries(40):
        page_of(desk, mutual)
