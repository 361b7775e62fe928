"""The officers' page of figures, and its sheets."""

import csv
import datetime as dt
import io

import pytest
import python_calamine
from django.contrib.auth.models import Group
from django.utils import timezone

from matchmaking.matching import ranking
from matchmaking.matching.admin import figures
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers
from tests.admin.conftest import signed_in
from tests.factories import OfferFactory, OrderFactory, UserFactory

URL = "/admin/matching/match/statistics/"


@pytest.fixture
def market(brand, factory, brand_company, factory_company):
    """Three proposals to one factory, old enough to be missed: one declined."""
    for number in range(3):
        OrderFactory(company=brand_company, title=f"Order {number}")
    OfferFactory(company=factory_company)
    ranking.rescore_market(at=timezone.now())
    Match.objects.update(proposed_at=timezone.now() - dt.timedelta(days=10))
    answers.answer_match(
        match=Match.objects.order_by("pk").first(), side="order", kind="declined",
        reason="price", by=brand, at=timezone.now(),
    )  # fmt: skip


def sheets(answer):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_page_shows_the_steps_and_leads_to_what_waits(desk, market, factory_company):
    page = desk.get(URL)

    assert [step["count"] for step in page.context["steps"]] == [3, 1, 1, 0]
    assert [step["share"] for step in page.context["steps"]] == ["100%", "33%", "33%", "0%"]
    (silent,) = page.context["silent"]
    assert (silent.company, silent.left, silent.waiting) == (factory_company, 2, 2)
    link = f"/admin/matching/match/?silent={factory_company.pk}"
    assert f'href="{link}"' in page.content.decode()
    assert len(desk.get(link).context["cl"].result_list) == 2


@pytest.mark.parametrize(("days", "proposed"), [("30", 3), ("90", 3), ("all", 3), ("nonsense", 3)])
def test_the_period_is_chosen_in_the_address(desk, market, days, proposed):
    page = desk.get(URL, {"days": days})

    assert page.context["report"].total.proposed == proposed
    here = [period["url"] for period in page.context["periods"] if period["is_here"]]
    assert here == [f"{URL}?days={days if days != 'nonsense' else 90}"]


def test_a_short_period_leaves_out_what_is_older(desk, market):
    Match.objects.update(proposed_at=timezone.now() - dt.timedelta(days=40))

    assert desk.get(URL, {"days": "30"}).context["report"].total.proposed == 0
    assert desk.get(URL, {"days": "90"}).context["report"].total.proposed == 3


def test_the_feet_of_the_tables_sum_their_rows_up(desk, market):
    page = desk.get(URL).context

    steps = [line["figures"].steps for group in page["families"] for line in group[:1]]
    assert page["total"]["figures"].steps == tuple(map(sum, zip(*steps, strict=True)))
    assert (page["total"]["seen"], page["total"]["mutual"]) == ("33%", "0%")
    assert page["declined"] == {"by_brand": 1, "by_factory": 0, "total": 1}


def test_an_empty_market_has_an_empty_page(desk):
    page = desk.get(URL)

    assert page.status_code == 200
    assert [step["count"] for step in page.context["steps"]] == [0, 0, 0, 0]


def test_the_workbook_holds_every_table_of_the_page(desk, market, factory_company):
    found = sheets(desk.get(f"{URL}export/", {"days": "30"}))

    assert list(found) == [
        "all matches", "categories", "clusters", "states", "declines", "never answer",
    ]  # fmt: skip
    assert found["all matches"][1][:5] == ["last 30 days", 3, 1, 1, 0]
    assert sum(row[1] for row in found["states"][1:]) == 3
    assert sum(row[1] for row in found["categories"][1:]) == 3
    assert found["declines"][1] == ["Price", 1, 0, 1]
    assert found["never answer"][1][:3] == ["Factory Co.", 2, 2]


def test_no_cell_of_the_file_becomes_a_formula(desk, market, factory_company):
    factory_company.name_en = "=HYPERLINK(1)"
    factory_company.save()

    answer = desk.get(f"{URL}export/", {"format": "csv"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["table", "line", "figure", "value"]
    assert ["all matches", "last 90 days", "Proposed", "3"] in rows
    assert ["never answer", "'=HYPERLINK(1)", "left without an answer", "2"] in rows
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert answer["Content-Disposition"].endswith('.csv"')


@pytest.mark.parametrize("path", [URL, f"{URL}export/"])
def test_the_figures_are_for_officers(brand, path, settings):
    settings.OFFICERS_NEED_TOTP = False
    clerk = UserFactory(is_staff=True)

    assert signed_in(clerk).get(path).status_code == 403
    assert signed_in(brand).get(path).status_code == 302
    clerk.groups.add(Group.objects.get(name="Officers"))
    assert signed_in(clerk).get(path).status_code == 200


def test_the_sidebar_leads_to_the_figures(desk):
    groups = desk.get(URL).context["sidebar_navigation"]

    active = [item["title"] for group in groups for item in group["items"] if item["active"]]
    assert active == ["Match statistics"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_database_so_often(desk, count, django_assert_num_queries):
    for _ in range(count):
        OrderFactory()
    OfferFactory()
    ranking.rescore_market(at=timezone.now())
    Match.objects.update(proposed_at=timezone.now() - dt.timedelta(days=10))
    desk.get(URL)

    with django_assert_num_queries(26):
        page = desk.get(URL)

    assert len(page.context["silent"]) == count + 1


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (None, "–"),
        (dt.timedelta(minutes=30), "30 min"),
        (dt.timedelta(hours=5.5), "5.5 h"),
        (dt.timedelta(days=3), "3.0 days"),
    ],
)
def test_waits_are_counted_in_the_unit_that_fits(wait, text):
    assert figures.span(wait) == text


@pytest.mark.parametrize(
    ("share", "text"), [(None, ""), (0, "0%"), (0.003, "0.3%"), (0.25, "25%"), (1, "100%")]
)
def test_small_rates_keep_a_decimal(share, text):
    assert figures.rate(share) == text
