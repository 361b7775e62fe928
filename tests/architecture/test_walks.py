"""The walks of docs/architecture.md hold: the files are there, and what costs one line costs one."""

import dataclasses
import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from accounts import forms as account_forms
from accounts.admin.forms import RecordForm
from accounts.choices import POSTING_KINDS, CompanyKind
from accounts.models import Cluster
from accounts.services.companies import register_company
from matchmaking.core.errors import InvalidInput
from matchmaking.imports import cells
from matchmaking.imports.columns import SHEETS, Column
from matchmaking.imports.forms import UploadForm
from matchmaking.imports.mapping import guess_mapping
from matchmaking.imports.models import ImportKind
from matchmaking.imports.sheet_templates import sheet_template
from matchmaking.imports.vocabulary import cluster_of, load_vocabulary
from matchmaking.listings import bands, market_charts
from matchmaking.listings.disclosure import Depth, order_card
from matchmaking.listings.figures import Firms, MarketFigures, SideFigures
from matchmaking.listings.forms.market import MarketFilterForm
from matchmaking.listings.models import SavedSearch
from matchmaking.listings.searches import pairs_of
from tests.factories import OrderFactory

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:py|toml|yml))`")
MADE_BY_RUNNING = "var/"
TODAY = dt.date(2027, 2, 1)


@pytest.mark.parametrize(
    "page", ["docs/architecture.md", "README.md", "README.zh-Hans.md", "CONTRIBUTING.md"]
)
def test_every_file_that_a_page_names_is_there(page):
    # An address of the site begins with a slash, and layers stand in each area by their bare name.
    named = set(NAMED.findall((ROOT / page).read_text()))
    paths = {path for path in named if "/" in path and not path.startswith(("/", MADE_BY_RUNNING))}

    assert len(paths) > 5
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_both_readmes_say_the_same():
    texts = [(ROOT / name).read_text() for name in ("README.md", "README.zh-Hans.md")]
    shapes = [
        (
            [line.split(" ")[0] for line in text.splitlines() if line.startswith("#")],
            re.findall(r"\]\((?!README)([^)]+)\)", text),
            re.findall(r"```\n(.*?)```", text, re.DOTALL)[0],
            NAMED.findall(text),
        )
        for text in texts
    ]
    assert shapes[0] == shapes[1]


def test_other_edges_of_bands_reach_cards_filters_and_searches(db, monkeypatch):
    monkeypatch.setattr(bands, "PAIRS_EDGES", (1, 3_000, 70_000))

    choices = dict(MarketFilterForm(QueryDict()).fields["pairs"].choices)
    assert [slug for slug in choices if slug] == ["1-3000", "3000-70000", "70000-"]
    order = OrderFactory(target_unit_price_cny=Decimal(46))
    assert order_card(order, Depth.STRANGER).pairs_band.slug == "3000-70000"
    assert pairs_of(SavedSearch(pairs_from=5_000, pairs_to=10_000)).slug == "3000-70000"


def test_a_column_of_the_orders_sheet_is_mapped_and_stands_in_the_template(monkeypatch):
    column = Column("ship", "装船周", "Ship week", cells.due_week, ("loading",), example="2027-W20")
    orders = SHEETS[ImportKind.ORDERS]
    monkeypatch.setitem(
        SHEETS,
        ImportKind.ORDERS,
        dataclasses.replace(orders, columns=(*orders.columns, column)),
    )

    with translation.override("en"):
        template = sheet_template(ImportKind.ORDERS, is_officer=False, today=TODAY)
    assert dict(zip(template.header, template.examples[0], strict=True))["Ship week"] == "2027-W20"
    mapping = guess_mapping(["PO", "Loading"], SHEETS[ImportKind.ORDERS].columns)
    assert mapping == {"own_reference": 0, "ship": 1}


def test_a_cluster_of_an_officer_stands_in_forms_filters_imports_and_figures(db):
    made = Cluster.objects.create(code="420100", name_zh="武汉市", name_en="Wuhan", position=99)

    assert made in account_forms.CompanyForm().fields["cluster"].queryset
    assert made.code in dict(MarketFilterForm(QueryDict()).fields["cluster"].choices)
    assert cluster_of(load_vocabulary(), "420106") == made
    market = MarketFigures(TODAY, TODAY, SideFigures(), SideFigures(), Firms())
    assert made.code in [row.code for row in market_charts.places(market)]


def test_kinds_that_post_are_what_every_form_offers_and_the_service_takes(brand):
    offered = {kind.value for kind in POSTING_KINDS}

    assert set(dict(account_forms.CompanyForm().fields["kind"].choices)) - {""} == offered
    assert set(dict(RecordForm.base_fields["kind"].choices)) - {""} == offered
    # An address book has the others too: the association lists suppliers and institutes.
    assert set(dict(UploadForm.base_fields["kind"].choices)) == set(CompanyKind.values)
    for kind in set(CompanyKind) - set(POSTING_KINDS):
        with pytest.raises(InvalidInput):
            register_company(name_zh="示例", kind=kind, by=brand, at=timezone.now())
