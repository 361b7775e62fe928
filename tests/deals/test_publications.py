"""Results as they leave the site: memoranda, dossier, press text, open data, funnel."""

import datetime as dt
import io
import json
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from jsonschema import Draft4Validator, FormatChecker
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from accounts.models import Company
from matchmaking.core.registry import isolated
from matchmaking.core.uploads import clean_upload
from matchmaking.deals import dossiers, events, funnel, ocds, press, press_words, results
from matchmaking.deals.models import Intention, PressTemplate, ResultsBoard
from matchmaking.deals.results import Stage
from matchmaking.deals.services import fulfilment, intentions
from tests.deals.conftest import Talk, figures
from tests.factories import OrderFactory

DAY = dt.timedelta(days=1)
STANDARD = Path(__file__).parent / "ocds"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def english_reader(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def desk(client, officer, settings):
    settings.OFFICERS_NEED_TOTP = False
    client.force_login(officer)
    return client


def address(name, thing):
    return reverse(f"deals:{name}", args=[thing.code])


def sent_file(name="contract.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def text_of(response):
    pages = PdfReader(io.BytesIO(response.content)).pages
    return "\n".join(page.extract_text() for page in pages)


def check(package):
    """Return what the standard's schema says of the releases of a package.

    ``make ocds`` asks the standard's own checker, which wants libraries that are published as source.
    """
    schema = json.loads((STANDARD / "schema" / "release-schema.json").read_text(encoding="utf-8"))
    judge = Draft4Validator(schema, format_checker=FormatChecker())
    return [error.message for one in package["releases"] for error in judge.iter_errors(one)]


def test_memorandum_is_a_pdf_with_the_amount_in_words(client, talk):
    found = talk.agree()
    client.force_login(talk.maker)

    answer = client.get(address("memorandum-pdf", found))

    assert answer["Content-Type"] == "application/pdf"
    said = text_of(answer)
    assert "贰佰柒拾玖万元整" in said
    assert "¥2,790,000.00" in said
    assert talk.brand.name in said
    assert talk.maker.name in said


def test_document_fetches_nothing_that_somebody_typed(client, talk):
    found = talk.agree(note='<img src="http://127.0.0.1:9/x.png"> file:///etc/passwd')
    client.force_login(talk.buyer)

    said = text_of(client.get(address("memorandum-pdf", found)))

    assert '<img src="http://127.0.0.1:9/x.png">' in said.replace("\n", "")


def test_copy_of_a_contract_is_for_its_two_firms_and_officers(client, talk, stranger, officer):
    found = talk.agree()
    client.force_login(talk.maker)
    client.post(address("contract", found), {"number": "HT-1", "file": sent_file("合同.pdf")})

    found.refresh_from_db()
    assert (found.state, found.contract_file_name) == ("contracted", "合同.pdf")
    client.force_login(talk.buyer)
    assert b"".join(client.get(address("contract-file", found))) == PDF
    client.force_login(stranger)
    assert client.get(address("contract-file", found)).status_code == 404


def test_sheet_that_is_no_contract_leaves_the_deal_as_it_was(client, talk):
    found = talk.agree()
    client.force_login(talk.maker)
    sent = {"number": "HT-1", "file": sent_file(content=b"MZ")}

    refused = client.post(address("contract", found), sent)

    assert refused.status_code == 422
    assert "HT-1" in refused.content.decode()
    found.refresh_from_db()
    assert found.state == "confirmed"


class TestDossier:
    def test_workbook_adds_up_to_the_board(self, desk, board):
        whole = results.count(results.of_board(board)).whole

        book = CalamineWorkbook.from_filelike(
            io.BytesIO(desk.get(address("dossier-xlsx", board)).content)
        )

        deals = book.get_sheet_by_name("Intentions").to_python()
        pairs, yuan = deals[0].index("Pairs"), deals[0].index("Yuan")
        assert sum(row[pairs] for row in deals[1:]) == whole[Stage.CONFIRMED].pairs == 6_510_000
        assert sum(row[yuan] for row in deals[1:]) == whole[Stage.CONFIRMED].yuan == 300_225_000
        assert len(book.get_sheet_by_name("Firms that take part").to_python()) == 1 + 6
        sums = book.get_sheet_by_name("Sums").to_python()
        assert sums[2] == ["Confirmed by both", 6, 3, 6_510_000, 300_225_000]

    def test_pdf_has_the_cells_of_the_workbook(self, desk, board):
        said = text_of(desk.get(address("dossier-pdf", board)))

        assert "300,225,000.00" in said
        assert "6,510,000" in said
        assert "Docking event" in said
        assert "No docking event is named" in said.replace("\n", " ")

    def test_each_missing_condition_is_named_and_goes_when_it_is_met(self, board, at):
        later = at + 40 * DAY
        deal = Intention.objects.order_by("pk").first()
        parties = f"{deal.brand.name} – {deal.factory.name}"
        before = dossiers.of_board(board, at=at).missing
        assert "The period has not ended: the sums may still change." in before
        assert any(one.startswith("Without a contract: ") and parties in one for one in before)
        assert any(one.startswith("Without a credit code: ") for one in before)

        for number, company in enumerate(Company.objects.order_by("pk")):
            Company.objects.filter(pk=company.pk).update(uscc=f"91350300MA00000{number:03d}")
        for row in Intention.objects.all():
            maker = row.factory.memberships.get().user
            act = {"intention": row, "side": "offer", "by": maker}
            fulfilment.record_contract(**act, number="HT", file=clean_upload(sent_file()), at=at)
            fulfilment.record_delivery(**act, pairs=100, delivered_on=at.date(), at=at)
        board.event = None

        after = dossiers.of_board(board, at=later).missing
        assert after == ["No docking event is named, so no meetings are listed."]

    def test_meetings_of_the_event_are_listed(self, board, at):
        board.event = board.code
        Intention.objects.update(event=board.code)
        meeting = events.Meeting(held_at=at, brand="甲", factory="乙", place="A1")
        with source_of(board.code, "Event", [meeting]):
            dossier = dossiers.of_board(board, at=at + DAY)

        assert list(dossier.meetings) == [meeting]
        assert not any("meeting" in one for one in dossier.missing)

    def test_is_for_officers_alone(self, client, board):
        deal = Intention.objects.first()
        client.force_login(deal.brand.memberships.get().user)

        for name in ("board-report", "dossier-pdf", "dossier-xlsx"):
            assert client.get(address(name, board)).status_code == 403

    def test_report_shows_funnel_press_text_and_what_is_missing(self, desk, board):
        shown = desk.get(address("board-report", board)).content.decode()

        assert "From post to delivery" in shown
        assert "Without a contract" in shown
        assert "3.00 亿" in shown or "3 亿" in shown
        assert "300,225,000" in shown


@contextmanager
def source_of(code, title, meetings=()):
    """Let an area above tell of one event."""
    with isolated():
        events.sources.register(
            events.EventSource(
                name="test",
                titles=lambda: {code: title},
                meetings=lambda event: list(meetings) if event == code else [],
            )
        )
        yield


def test_board_of_an_event_counts_what_was_written_down_there(client, board, at):
    other = Talk(at)
    match = other.match
    intentions.propose(
        match=match,
        side="order",
        figures=figures(pairs=1_000, price="40"),
        by=other.buyer,
        at=at,
        event=board.code,
    )
    with source_of(board.code, "Autumn fair"):
        named = client.get(address("board-csv", board)).content.decode("utf-8-sig")
    ResultsBoard.objects.filter(pk=board.pk).update(event=board.code)
    board.refresh_from_db()

    assert results.count(results.of_board(board)).whole[Stage.ANNOUNCED].intentions == 1
    # One deal is no row of its own: the event's row and the others' stand together.
    assert "Autumn fair" not in named


def test_months_and_events_are_tables_with_the_sum_of_the_whole(board):
    found = results.count(results.of_board(board))

    for table in (found.by_month, found.by_event):
        assert sum(row[Stage.CONFIRMED].pairs for row in table.values()) == 6_510_000


class TestPress:
    def test_text_of_each_language_has_the_four_stages(self, board, at):
        whole = results.count(results.of_board(board)).whole

        chinese, english = press.texts(board, whole, at=at)

        assert (chinese.language, english.language) == ("zh-hans", "en")
        assert "6 firms (3 brands and 3 factories)" in english.text
        assert "6.51 million pairs" in english.text
        assert "contracted 0 intentions, 0 pairs, 0 yuan" in english.text
        assert "6 家企业" in chinese.text
        assert "651 万" in chinese.text
        assert "300,225,000" in chinese.text

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{firms} firms", "Keep {stages}"),
            ("{stages} {winner}", "There is no placeholder {winner}"),
            ("{stages} {firms.pk}", "There is no placeholder {firms.pk}"),
            ("{stages} {firms!r}", "A placeholder is its name alone"),
            ("{stages", "A brace is not closed"),
        ],
    )
    def test_text_that_cannot_be_filled_in_is_refused(self, text, said):
        assert any(said in one for one in press_words.problems(text))

    def test_officer_edits_the_words(self, desk, board):
        row = PressTemplate.objects.get(language="en")
        url = reverse("admin:deals_presstemplate_change", args=[row.pk])
        refused = desk.post(url, {"text": "{firms} firms"})
        assert refused.status_code == 200
        desk.post(url, {"text": "Good news: {firms} firms. {stages}"})

        shown = desk.get(address("board-report", board)).content.decode()
        assert "Good news: 6 firms." in shown


class TestOpenData:
    def test_schema_of_the_standard_is_kept(self, client, board, at):
        talk = Talk(at)
        fulfilment.record_contract(
            intention=talk.agree(), side="offer", number="HT-77", by=talk.maker, at=at
        )

        package = client.get(address("board-ocds", board)).json()

        assert check(package) == []
        assert package["version"] == "1.1"
        assert len({one["ocid"] for one in package["releases"]}) == 5

    def test_error_that_is_put_in_is_found(self, board, at):
        package = ocds.release_package(board, at=at)
        del package["releases"][0]["ocid"]

        assert check(package) == ["'ocid' is a required property"]

    def test_split_order_is_one_process_with_separate_awards(self, board, at):
        order = OrderFactory(pairs=100_000)
        for _part in range(2):
            talk = Talk(at, order=order)
            deal = talk.agree(pairs=40_000)
        fulfilment.record_contract(
            intention=deal, side="offer", number="HT-77", by=talk.maker, at=at
        )

        package = ocds.release_package(board, at=at)

        (split,) = [one for one in package["releases"] if len(one.get("awards", [])) == 2]
        assert [award["title"] for award in split["awards"]] == ["Part 1 of 2", "Part 2 of 2"]
        assert len({award["id"] for award in split["awards"]}) == 2
        assert split["tag"] == ["award", "contract"]
        assert len(split["contracts"]) == 1
        assert sum(len(one.get("awards", [])) for one in package["releases"]) == 5

    def test_no_private_figure_name_or_number_is_in_it(self, board, at):
        whole = results.count(results.of_board(board)).whole[Stage.CONFIRMED]
        package = ocds.release_package(board, at=at)
        said = json.dumps(package, ensure_ascii=False)

        (sums,) = [one for one in package["releases"] if "tender" in one]
        assert sums["tender"]["value"] == {"amount": float(whole.yuan), "currency": "CNY"}
        for deal in Intention.objects.in_full():
            private = [
                deal.standing.pairs,
                f"{deal.standing.unit_price}",
                deal.standing.amount.normalize(),
                deal.brand.name,
                deal.factory.name_zh,
                deal.code,
                deal.order.code,
                deal.order.title,
            ]
            assert not [one for one in private if str(one) in said]

    def test_is_the_same_for_the_same_results(self, board, at):
        assert ocds.release_package(board, at=at) == ocds.release_package(board, at=at)

    def test_board_that_is_not_published_has_none(self, client, board):
        ResultsBoard.objects.update(is_published=False)

        assert client.get(address("board-ocds", board)).status_code == 404


def test_funnel_counts_orders_from_post_to_delivery(db, at):
    waiting, talking, agreed = (Talk(at) for _ in range(3))
    lonely = OrderFactory()
    for order in (waiting.order, talking.order, agreed.order, lonely):
        type(order).objects.filter(pk=order.pk).update(published_at=at)
    waiting.propose()
    deal = agreed.agree()
    act = {"intention": deal, "side": "offer", "by": agreed.maker}
    fulfilment.record_contract(**act, number="", at=at)
    fulfilment.record_delivery(**act, pairs=10, delivered_on=at.date(), at=at)

    steps = funnel.of_period(at.date(), at.date())

    assert [step.orders for step in steps] == [4, 3, 3, 3, 2, 1, 1, 1]
    assert steps[1].of_previous == pytest.approx(0.75)
    assert steps[-1].of_all == pytest.approx(0.25)
    assert [step.orders for step in funnel.of_period(at.date() + DAY, None)] == [0] * 8


def test_delivered_yuan_of_a_line_is_at_the_agreed_price(talk, at):
    deal = talk.agree()
    act = {"intention": deal, "side": "offer", "by": talk.maker}
    fulfilment.record_contract(**act, number="", at=at)
    fulfilment.record_delivery(**act, pairs=1_000, delivered_on=at.date(), at=at)
    board = ResultsBoard.objects.create(title_zh="板", title_en="Board", since=at.date())

    (line,) = dossiers.of_board(board, at=at).lines

    assert (line.delivered, line.delivered_yuan) == (1_000, Decimal(46_500))
