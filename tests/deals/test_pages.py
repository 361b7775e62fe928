"""The way of a deal in the browser's terms: pages, forms and what each side may do there."""

from decimal import Decimal

import pytest
from django.urls import reverse

from matchmaking.core.trade_day import trade_week
from matchmaking.deals import emails
from matchmaking.deals.models import Intention, ResultsBoard
from matchmaking.deals.services import intentions
from matchmaking.matching.models import Match
from matchmaking.matching.ranking import rescore_posts
from matchmaking.matching.services import answers
from matchmaking.notifications.models import Notification
from tests.deals.conftest import Talk
from tests.factories import OfferFactory, OrderFactory


@pytest.fixture
def as_buyer(client, talk):
    client.force_login(talk.buyer)
    return client


def address(name, thing):
    return reverse(f"deals:{name}", args=[thing.code])


def sent(**changes):
    week = trade_week().isoformat()
    return {"pairs": "6万", "unit_price": "46.5", "first_week": week, "last_week": week} | changes


def text(response):
    """Return what a page says, with its spaces and joiners plain."""
    plain = response.content.decode().replace("\u00a0", " ").replace("\u2060", "")
    return " ".join(plain.replace("<b>", "").replace("</b>", "").split())


def page(client, user, intention):
    client.force_login(user)
    return text(client.get(address("intention-detail", intention)))


def test_buyer_writes_down_what_was_agreed_and_the_factory_confirms(as_buyer, client, talk):
    due = talk.order.due_week.isoformat()
    answer = as_buyer.post(address("propose", talk.match), sent(last_week=due))

    found = Intention.objects.get()
    assert answer["Location"] == address("intention-detail", found)
    assert (found.terms.pairs, found.terms.unit_price) == (60_000, Decimal("46.50"))

    assert "Confirm these figures" in page(client, talk.maker, found)
    client.post(address("confirm", found), {"number": "1"})
    found.refresh_from_db()
    assert found.state == "confirmed"
    assert "the weeks are held" in page(client, talk.buyer, found)


def test_form_begins_with_the_orders_figures_and_keeps_what_was_typed(as_buyer, talk):
    form = as_buyer.get(address("propose", talk.match)).content.decode()
    assert 'value="5,000,000"' in form or 'value="5000000"' in form

    refused = as_buyer.post(address("propose", talk.match), sent(pairs="many", note="Tooling ours"))

    assert refused.status_code == 422
    assert "many" in refused.content.decode()
    assert "Tooling ours" in refused.content.decode()
    assert not Intention.objects.exists()


def test_figures_that_do_not_fit_are_told_on_the_page(client, talk):
    found = talk.propose(pairs=140_000)
    client.force_login(talk.maker)

    told = client.post(address("confirm", found), {"number": "1"}, follow=True)

    assert "130,000 pairs are free" in text(told)


@pytest.mark.parametrize("number", ["", "x", "9", "9" * 5000])
def test_confirmation_names_the_version_that_was_seen(client, talk, number):
    found = talk.propose()
    client.force_login(talk.maker)

    told = client.post(address("confirm", found), {"number": number}, follow=True)

    assert "look at them first" in told.content.decode()
    found.refresh_from_db()
    assert found.state == "proposed"


def test_revision_shows_what_would_change_and_may_be_turned_down(client, talk):
    found = talk.agree()
    talk.propose(side="offer", pairs=80_000)

    shown = page(client, talk.buyer, found)
    assert "60,000 pairs" in shown
    assert "80,000 pairs" in shown
    assert "Keep what was" in shown

    client.post(address("keep", found))
    found.refresh_from_db()
    assert not found.has_revision


def test_withdrawal_asks_for_its_reason(as_buyer, talk):
    found = talk.agree()

    assert as_buyer.post(address("withdraw", found), {}).status_code == 422
    as_buyer.post(address("withdraw", found), {"reason": "price", "note": "Too dear"})

    found.refresh_from_db()
    assert (found.state, found.end_note) == ("withdrawn", "Too dear")


def test_contract_and_delivery_are_recorded_on_the_page(as_buyer, talk):
    found = talk.agree()
    as_buyer.post(address("contract", found), {"number": "HT-7"})
    today = talk.at.date().isoformat()

    late = as_buyer.post(address("delivery", found), {"pairs": "7万", "delivered_on": today})
    assert late.status_code == 409
    assert "60,000 pairs are left" in text(late)
    as_buyer.post(address("delivery", found), {"pairs": "6万", "delivered_on": today})

    found.refresh_from_db()
    assert (found.state, found.contract_number) == ("delivered", "HT-7")


def test_memorandum_has_the_amount_in_words_and_both_names(as_buyer, talk):
    found = talk.propose()
    assert as_buyer.get(address("memorandum", found)).status_code == 404
    talk.confirm(found)

    sheet = as_buyer.get(address("memorandum", found)).content.decode()

    assert "贰佰柒拾玖万元整" in sheet
    assert talk.buyer.name in sheet
    assert talk.maker.name in sheet


def test_others_get_404_at_every_address(client, talk, brand, stranger):
    found = talk.agree()
    for user in (brand, stranger):
        client.force_login(user)
        for name in ("intention-detail", "memorandum", "revise", "withdraw"):
            assert client.get(address(name, found)).status_code == 404
        for name in ("confirm", "keep", "contract", "delivery"):
            assert client.post(address(name, found)).status_code == 404
        assert client.get(address("propose", talk.match)).status_code == 404


def test_list_shows_whose_turn_it_is(client, talk):
    talk.propose()
    client.force_login(talk.maker)

    shown = client.get(reverse("deals:intention-list")).content.decode()

    assert "Your turn" in shown
    assert talk.brand.name in shown
    assert (
        f"{talk.brand.name} waits for you" in client.get(reverse("home:dashboard")).content.decode()
    )


def test_mail_tells_the_figures_and_what_is_next(talk):
    found = talk.propose()
    rows = list(Notification.objects.filter(recipient=talk.maker, kind="deal_proposed"))

    mail = emails.write_mail("deal_proposed", talk.maker, rows)

    said = "\n".join(block.plain for block in mail.blocks)
    assert talk.brand.name in mail.subject
    assert "60,000 pairs at ¥46.50, ¥2,790,000.00" in said
    assert address("intention-detail", found) in said


def test_match_of_a_conversation_leads_to_its_deal(
    client, brand, factory, brand_company, factory_company, at
):
    order, offer = OrderFactory(company=brand_company), OfferFactory(company=factory_company)
    rescore_posts(orders=[order.pk], offers=[offer.pk], at=at)
    match = Match.objects.get()
    for side, by in (("order", brand), ("offer", factory)):
        answers.answer_match(match=match, side=side, kind="interested", by=by, at=at)
    client.force_login(brand)
    url = reverse("matching:match-detail", args=[match.code])
    assert address("propose", match) in client.get(url).content.decode()

    client.post(address("propose", match), sent(last_week=order.due_week.isoformat()))
    client.force_login(factory)
    assert "Look and confirm" in client.get(url).content.decode()


class TestBoards:
    @pytest.fixture(autouse=True)
    def english_reader(self, client):
        client.cookies["django_language"] = "en"

    @pytest.fixture
    def board(self, db, at):
        talks = [Talk(at, weekly=600_000) for _ in range(3)]
        for talk, (pairs, price) in zip(
            talks, ((3_000_000, "45"), (2_010_000, "47.5"), (1_500_000, "46.5")), strict=True
        ):
            talk.agree(pairs=pairs, price=price)
        return ResultsBoard.objects.create(
            title_zh="莆泉鞋业供需对接会",
            title_en="Docking event",
            since=at.date(),
            until=at.date(),
            is_published=True,
        )

    def test_board_reads_what_the_officer_reads_out(self, client, board):
        shown = text(client.get(address("board-detail", board)))

        assert "6 firms, 3 intentions, 6.51 million pairs, 300 million yuan" in shown
        assert "¥300,225,000.00" in shown

    def test_sheets_add_up_to_the_page(self, client, board):
        lines = client.get(address("board-csv", board)).content.decode("utf-8-sig").splitlines()

        cells = [line.split(",") for line in lines[1:]]
        parts = sum(int(row[8]) for row in cells if row[0] == "By cluster" and row[1] != "All")
        (total,) = (row for row in cells if row[0] == "By cluster" and row[1] == "All")
        assert (parts, total[6], total[8]) == (6_510_000, "6", "6510000")
        assert client.get(address("board-xlsx", board)).content[:2] == b"PK"

    def test_board_that_is_not_published_is_the_officers(self, client, board, officer):
        ResultsBoard.objects.update(is_published=False)

        assert client.get(address("board-detail", board)).status_code == 404
        assert client.get(address("board-csv", board)).status_code == 404
        client.force_login(officer)
        assert client.get(address("board-detail", board)).status_code == 200

    def test_withdrawn_deal_leaves_the_board(self, client, board, at):
        gone = Intention.objects.order_by("pk")[1]
        by = gone.brand.memberships.get().user
        intentions.withdraw(intention=gone, side="order", reason="price", by=by, at=at)

        assert "¥204,750,000.00" in client.get(address("board-detail", board)).content.decode()
