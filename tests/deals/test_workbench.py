"""Deals on the workbench: what officers read, and what they record for a company."""

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from matchmaking.deals import emails
from matchmaking.deals.models import Confirmation, ResultsBoard
from matchmaking.deals.services import fulfilment, intentions
from matchmaking.notifications.kinds import InboxRow
from matchmaking.notifications.models import Notification
from tests.deals.conftest import Talk, figures


@pytest.fixture
def desk(client, officer, settings):
    settings.OFFICERS_NEED_TOTP = False
    client.force_login(officer)
    client.cookies["django_language"] = "en"
    return client


def change(intention):
    return reverse("admin:deals_intention_change", args=[intention.pk])


def step(intention, name):
    return reverse("admin:deals_intention_step", args=[intention.pk, name])


def test_officer_reads_every_version_and_what_waits(desk, talk):
    found = talk.agree()
    talk.propose(side="offer", pairs=80_000)

    page = desk.get(change(found))

    (table,) = [one for one in page.context["wb_tables"] if one.title == "Versions of the figures"]
    assert [row[0] for row in table.rows] == [2, 1]
    assert table.rows[1][5] == f"{talk.buyer.name}, {talk.maker.name}"
    notices = [str(notice.text) for notice in page.context["wb_notices"]]
    assert "Pairs: 60,000 pairs is confirmed, 80,000 pairs waits for an answer." in notices


def test_list_and_sheet_show_the_figures_that_count(desk, talk):
    talk.agree()

    shown = desk.get(reverse("admin:deals_intention_changelist")).content.decode()
    sheet = desk.get(reverse("admin:deals_intention_export")).content

    assert "¥2,790,000.00" in shown
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert rows[1][:2] == [talk.brand.name, talk.factory.name]
    assert rows[1][3:6] == [60_000, 46.5, 2_790_000]


def test_officer_confirms_for_a_company_that_called(desk, officer, talk):
    found = talk.propose()
    form = desk.get(step(found, "confirm"))
    assert form.context["form"].initial == {"number": 1, "side": "offer"}

    desk.post(step(found, "confirm"), {"side": "offer", "number": 1})

    found.refresh_from_db()
    yes = Confirmation.objects.get(side="offer")
    assert found.state == "confirmed"
    assert (yes.is_on_behalf, yes.confirmed_by, yes.name) == (True, officer, officer.name)


def test_officer_records_contract_and_delivery_and_withdraws_for_a_company(desk, talk):
    found = talk.agree()
    desk.post(step(found, "contract"), {"side": "order", "number": "HT-9"})
    today = talk.at.date().isoformat()
    desk.post(step(found, "delivery"), {"side": "offer", "pairs": "2万", "delivered_on": today})

    found.refresh_from_db()
    assert (found.state, found.contract_number) == ("contracted", "HT-9")
    delivery = found.deliveries.get()
    assert (delivery.pairs, delivery.is_on_behalf) == (20_000, True)

    desk.post(step(found, "withdraw"), {"side": "order", "reason": "price", "note": "By telephone"})
    found.refresh_from_db()
    assert (found.state, found.end_note) == ("withdrawn", "By telephone")


def test_a_refused_step_says_why(desk, talk):
    found = talk.propose(pairs=140_000)

    told = desk.post(step(found, "confirm"), {"side": "offer", "number": 1}, follow=True)

    assert "130,000" in told.content.decode()
    found.refresh_from_db()
    assert found.state == "proposed"


def test_officer_keeps_a_board_back_and_publishes_it(desk):
    fields = {"title_zh": "对接会", "title_en": "Docking", "since": "2026-11-01", "until": ""}
    desk.post(reverse("admin:deals_resultsboard_add"), fields)
    board = ResultsBoard.objects.get()
    assert not board.is_published
    page = desk.get(reverse("admin:deals_resultsboard_change", args=[board.pk]))
    assert reverse("deals:board-detail", args=[board.code]) in page.content.decode()

    url = reverse("admin:deals_resultsboard_change", args=[board.pk])
    desk.post(url, {**fields, "is_published": "on"})

    board.refresh_from_db()
    assert board.is_published


def inbox(user):
    rows = Notification.objects.filter(recipient=user, kind__startswith="deal_").order_by("pk")
    return [str(line.title) for row in rows for line in emails.headlines(row.kind, [InboxRow(row)])]


def test_inbox_tells_each_step_to_the_other_side(talk):
    found = talk.agree()
    fulfilment.record_contract(intention=found, side="offer", number="", by=talk.maker, at=talk.at)
    intentions.withdraw(intention=found, side="offer", reason="other", by=talk.maker, at=talk.at)

    factory = talk.factory.name
    assert inbox(talk.buyer) == [
        f"{factory} has confirmed the deal",
        f"News of your deal with {factory}",
        f"Your deal with {factory} has ended",
    ]


def test_one_mail_tells_of_several_deals_each_under_its_partner(talk, at):
    other = Talk(at, factory=talk.factory)
    talk.propose()
    other.propose()
    rows = list(Notification.objects.filter(recipient=talk.maker, kind="deal_proposed"))

    mail = emails.write_mail("deal_proposed", talk.maker, rows)

    said = "\n".join(block.plain for block in mail.blocks)
    assert mail.subject == "News of 2 deals"
    assert talk.brand.name in said
    assert other.brand.name in said


def test_a_deal_that_is_not_the_persons_is_in_no_mail(talk, stranger):
    talk.propose()
    rows = list(Notification.objects.filter(recipient=talk.maker, kind="deal_proposed"))

    assert emails.write_mail("deal_proposed", stranger, rows) is None


def test_page_of_a_withdrawn_deal_says_who_withdrew_and_why(client, talk):
    found = talk.agree()
    intentions.withdraw(
        intention=found, side="order", reason="price", by=talk.buyer, at=talk.at, note="Too dear"
    )
    client.force_login(talk.maker)

    shown = client.get(reverse("deals:intention-detail", args=[found.code])).content.decode()

    assert f"{talk.brand.name} withdrew: Price" in shown
    assert "Too dear" in shown


def test_figures_are_changed_on_the_page_of_the_deal(client, talk):
    found = talk.agree()
    client.force_login(talk.maker)
    url = reverse("deals:revise", args=[found.code])
    assert "60,000" in client.get(url).content.decode()
    wanted = figures(pairs=70_000)
    sent = {
        "pairs": "7万",
        "unit_price": "46.5",
        "first_week": wanted.first_week.isoformat(),
        "last_week": wanted.last_week.isoformat(),
    }

    client.post(url, sent)
    again = client.post(url, sent)

    found.refresh_from_db()
    assert (found.terms.number, found.terms.pairs) == (2, 70_000)
    assert again.status_code == 409
    assert "stand already" in again.content.decode()
