"""The way of a quote in the browser's terms: three fields, a comparison, each side's steps."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from matchmaking.core.trade_day import trade_day
from matchmaking.deals import comparison, queries, quote_emails, slots
from matchmaking.deals.models import Intention, Quote
from matchmaking.deals.quote_terms import PriceBreak
from matchmaking.deals.services import quote_answers, quote_upkeep
from matchmaking.listings.services import posts
from matchmaking.notifications.models import Notification
from tests.deals.conftest import Talk, submit
from tests.deals.test_pages import text

PDF = b"%PDF-1.4 calculation"


@pytest.fixture
def as_maker(client, talk):
    client.force_login(talk.maker)
    return client


def url(name, thing):
    return reverse(f"deals:{name}", args=[thing.code])


def form_values(client, talk):
    """Return what the form is filled in with, as a browser would send it back."""
    form = client.get(url("quote-edit", talk.match)).context["form"]
    values = {field.name: field.value() for field in form}
    return {
        name: value for name, value in values.items() if value is not None and name != "uploads"
    }


def test_three_fields_suffice(as_maker, talk):
    page = as_maker.get(url("quote-edit", talk.match))
    assert [field.name for field in page.context["form"].first_fields] == [
        "pairs",
        "unit_price",
        "last_week",
    ]
    sent = form_values(as_maker, talk) | {"pairs": "6万", "unit_price": "46.5"}

    answer = as_maker.post(url("quote-edit", talk.match), sent)

    quote = Quote.objects.get()
    assert answer["Location"] == url("quote-detail", quote)
    terms = quote.current.terms
    assert (terms["pairs"], terms["unit_price"], quote.state) == (60_000, "46.50", "submitted")


def test_form_is_filled_in_from_the_capacity(as_maker, talk):
    values = form_values(as_maker, talk)
    # 10,000 pairs a week until the due week, and the order's price within the factory's range.
    assert values["pairs"] == "210,000"
    assert values["unit_price"] == "46.50"
    assert values["last_week"] == talk.order.due_week.isoformat()
    assert values["valid_until"] == (trade_day() + dt.timedelta(days=14)).isoformat()


def test_refused_form_keeps_what_was_typed_and_unfolds(as_maker, talk):
    sent = form_values(as_maker, talk) | {"deposit": "50", "note": "Boxes are ours"}
    answer = as_maker.post(url("quote-edit", talk.match), sent)

    assert answer.status_code == 422
    said = answer.content.decode()
    assert "add up to 100" in said
    assert "Boxes are ours" in said
    assert '<details class="card quote-more" open' in " ".join(said.split())
    assert not Quote.objects.exists()


def test_draft_is_kept_as_typed(as_maker, client, talk):
    sent = form_values(as_maker, talk) | {"pairs": "abc", "draft": "1"}
    as_maker.post(url("quote-edit", talk.match), sent)

    quote = Quote.objects.get()
    assert form_values(as_maker, talk)["pairs"] == "abc"
    client.force_login(talk.buyer)
    assert client.get(url("quote-detail", quote)).status_code == 404


def test_break_without_a_price_is_asked_about(as_maker, talk):
    sent = form_values(as_maker, talk) | {"break_pairs_1": "50000"}
    answer = as_maker.post(url("quote-edit", talk.match), sent)
    assert answer.status_code == 422
    assert "price of this break" in answer.content.decode()


def test_file_goes_to_both_sides_and_no_stranger(as_maker, client, talk, django_user_model):
    upload = SimpleUploadedFile("calculation.pdf", PDF, "application/pdf")
    as_maker.post(url("quote-edit", talk.match), form_values(as_maker, talk) | {"uploads": upload})
    quote = Quote.objects.get()
    file = quote.current.files.get()
    path = reverse("deals:quote-file", args=[quote.code, file.code])

    assert b"".join(as_maker.get(path).streaming_content) == PDF
    client.force_login(talk.buyer)
    assert b"".join(client.get(path).streaming_content) == PDF
    client.force_login(django_user_model.objects.create(email="stranger@example.com"))
    assert client.get(path).status_code == 404


def test_brand_accepts_a_part_on_the_page(client, talk):
    quote = submit(talk, least_pairs=20_000)
    client.force_login(talk.buyer)
    path = url("quote-accept", quote)
    assert "20,000 pairs" in text(client.get(path))

    refused = client.post(path, {"pairs": "1000", "number": "1"})
    assert refused.status_code == 422
    assert not Intention.objects.exists()

    answer = client.post(path, {"pairs": "30000", "number": "1"})
    found = Intention.objects.get()
    assert answer["Location"] == reverse("deals:intention-detail", args=[found.code])
    assert found.confirmed.pairs == 30_000


def test_wish_revision_decline_and_withdrawal_on_pages(client, talk):
    quote = submit(talk)
    client.force_login(talk.buyer)
    client.post(url("quote-wish", quote), {"wish": "Two yuan less?"})
    client.force_login(talk.maker)
    assert "Two yuan less?" in text(client.get(url("quote-detail", quote)))
    submit(talk, price="44.50")
    client.force_login(talk.buyer)
    page = text(client.get(url("quote-detail", quote)))
    assert "¥46.50" in page
    assert "¥44.50" in page
    client.post(url("quote-decline", quote), {"reason": "price"})
    quote.refresh_from_db()
    assert quote.state == "declined"

    second = submit(talk)
    client.force_login(talk.maker)
    client.post(url("quote-withdraw", second), {"note": "Line is full"})
    second.refresh_from_db()
    assert (second.state, second.end_note) == ("withdrawn", "Line is full")


def test_changed_order_is_shown_and_confirmed_with_one_tap(client, talk, at):
    quote = submit(talk)
    talk.order = posts.save_order(
        company=talk.brand, order=talk.order, data={"pairs": 4_000_000}, by=talk.buyer, at=at,
        is_checked=True,
    )  # fmt: skip
    quote_upkeep.follow_orders(orders=[talk.order.pk], at=at)
    client.force_login(talk.maker)
    page = text(client.get(url("quote-detail", quote)))
    assert "5,000,000 pairs" in page
    assert "4,000,000 pairs" in page

    client.post(url("quote-confirm", quote))
    quote.refresh_from_db()
    assert quote.state == "submitted"


def test_each_step_is_one_sides_alone(client, talk):
    quote = submit(talk)
    client.force_login(talk.maker)
    for name in ("quote-accept", "quote-decline", "quote-wish"):
        assert client.get(url(name, quote)).status_code == 403
    client.force_login(talk.buyer)
    for name in ("quote-withdraw", "quote-correct"):
        assert client.get(url(name, quote)).status_code == 403
    assert client.post(url("quote-confirm", quote)).status_code == 403
    assert client.get(url("quote-edit", talk.match)).status_code == 403
    quote.refresh_from_db()
    assert quote.state == "submitted"


def test_officer_reads_a_quote_and_answers_none(client, officer, talk):
    quote = submit(talk)
    client.force_login(officer)
    assert "¥46.50" in text(client.get(url("quote-detail", quote)))
    assert client.post(url("quote-accept", quote), {"pairs": "60000"}).status_code == 403


def talks(at, order, count):
    return [Talk(at, order=order) for _ in range(count)]


@pytest.fixture
def compared(talk, at):
    """Three quotes on one order: cheap and late, dear and early, cheaper from 50,000 pairs on."""
    others = talks(at, talk.order, 2)
    submit(talk, price="44.00", last=25)
    submit(others[0], price="48.00", last=6, tooling_cost=Decimal(9_000))
    breaks = (PriceBreak(unit_price=Decimal("43.00"), from_pairs=50_000),)
    submit(others[1], price="47.00", breaks=breaks)
    talk.order.refresh_from_db()
    return [talk, *others]


def line(found, label):
    return next(line for line in found.lines if line.label == label)


def test_break_is_chosen_for_the_pairs_asked(talk, compared):
    quotes = queries.open_quotes_of(talk.order)
    few = comparison.compare(talk.order, quotes, 20_000)
    many = comparison.compare(talk.order, quotes, 60_000)

    price = "Yuan a pair, for the pairs asked"
    assert [cell.text for cell in line(few, price).cells] == ["¥44.00", "¥47.00", "¥48.00"]
    assert [cell.text for cell in line(many, price).cells] == ["¥43.00", "¥44.00", "¥48.00"]
    assert [cell.is_best for cell in line(many, price).cells] == [True, False, False]


def test_differences_to_the_order_are_marked(talk, compared):
    found = comparison.compare(talk.order, queries.open_quotes_of(talk.order), 60_000)

    late = next(cell for cell in line(found, "Last delivery").cells if "late" in cell.note)
    assert late.note == "5 weeks late"
    assert line(found, "Pairs").cells[0].note == "4,940,000 fewer than asked"
    assert [cell.text for cell in line(found, "Against the target").cells] == [
        "−¥3.50",
        "−¥2.50",
        "+¥1.50",
    ]
    assert len(found.lines) == 20


def test_sheet_holds_what_the_page_shows(client, talk, compared):
    client.force_login(talk.buyer)
    page = client.get(url("quote-comparison", talk.order), {"pairs": "60000"})
    found = page.context["comparison"]
    sheet = client.get(url("quote-sheet", talk.order), {"pairs": "60000"})

    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    )
    assert rows[0][1:] == [column.quote.factory.name for column in found.columns]
    assert len(rows) == len(found.lines) + 1 == 21
    for shown, row in zip(found.lines, rows[1:], strict=True):
        assert row[0] == shown.label
        for cell, value in zip(shown.cells, row[1:], strict=True):
            if cell.value is None:
                assert value == ""
            elif isinstance(cell.value, dt.date | str):
                assert value == cell.value
            else:
                assert Decimal(str(value)) == cell.value
            assert cell.text in text(page).replace("&#x27;", "'") or "–" in cell.text


def test_comparison_is_the_brands_alone(client, talk, compared, officer):
    for user in (talk.maker, compared[1].maker, officer):
        client.force_login(user)
        assert client.get(url("quote-comparison", talk.order)).status_code == 404
        assert client.get(url("quote-sheet", talk.order)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_comparison_asks_the_database_as_often_for_one_as_for_three(
    client, talk, at, count, django_assert_num_queries
):
    for one in [talk, *talks(at, talk.order, count - 1)]:
        submit(one)
    client.force_login(talk.buyer)
    client.get(url("quote-comparison", talk.order))
    with django_assert_num_queries(QUERIES):
        client.get(url("quote-comparison", talk.order))


QUERIES = 8


def test_mail_tells_of_a_quote_and_no_figure(talk):
    submit(talk)
    rows = Notification.objects.filter(recipient=talk.buyer, kind="quote_received")
    mail = quote_emails.write_mail("quote_received", talk.buyer, rows)
    said = "\n".join(block.plain for block in mail.blocks)
    assert talk.factory.name in mail.subject
    assert "46.50" not in said + mail.subject
    assert quote_emails.write_mail("quote_received", talk.maker, rows) is None


def test_match_page_leads_to_the_quote(talk, at):
    def found(side):
        return slots.quote_of_match(None, match=talk.match, side=side)

    assert found("offer")["card"] is None
    quote = submit(talk)
    assert found("order")["card"].may_answer
    quote_answers.ask_for_revision(quote=quote, wish="Less?", by=talk.buyer, at=at)
    assert found("offer")["card"].is_my_turn
    assert found(None) is None


def test_inbox_and_dashboard_lead_to_what_waits(client, talk):
    quote = submit(talk)
    client.force_login(talk.buyer)
    page = client.get(reverse("home:dashboard")).content.decode()
    assert url("quote-detail", quote) in page
