"""Words of the workbench: the way to a page, steps, results, subjects."""

import html
import re

import pytest
from django.contrib import admin
from django.utils import timezone, translation

from accounts.models import Certification, Cluster
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.core.workbench.tables import Table
from matchmaking.imports.models import ImportBatch
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState

OUTBOX = "/admin/notifications/outboxmessage/"


def way(page):
    """Return what stands above the page, and the addresses it leads to."""
    head = page.content.decode().split("<header>")[1].split("</header>")[0]
    crumbs = re.findall(r'class="wb-(?:crumb|here-title)"(?:\s+href="([^"]*)")?\s*>([^<]*)<', head)
    return [html.unescape(title) for _url, title in crumbs], [url for url, _title in crumbs if url]


def sent(subject, bundle=""):
    row = OutboxMessage.objects.create(
        kind="mail",
        dedupe_key="mail:1",
        bundle_key=bundle,
        subject=subject,
        state=OutboxState.DONE,
        settled_at=timezone.now(),
    )
    return f"{OUTBOX}{row.pk}/change/"


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("", ["Overview"]),
        ("listings/category/", ["Terms of the trade", "Categories"]),
        ("listings/category/add/", ["Terms of the trade", "Categories", "Add category"]),
        ("matching/match/statistics/", ["Market", "Matches", "Match statistics"]),
    ],
)
def test_the_way_to_a_page_is_in_the_words_of_the_sidebar(desk, path, titles):
    page = desk.get(f"/admin/{path}")

    assert way(page)[0] == titles
    assert (
        titles[0] in [group["title"] for group in page.context["sidebar_navigation"]] + titles[:1]
    )


def test_names_of_rows_stand_as_they_are_written(desk, brand, brand_company):
    batch = ImportBatch.objects.create(
        kind="orders", company=brand_company, created_by=brand, name="orders <1>.xlsx"
    )
    audit = Certification.objects.create(code="amfori", name_zh="BSCI", name_en="amfori BSCI")

    sheet = desk.get(f"/admin/imports/importbatch/{batch.pk}/change/")
    term = desk.get(f"/admin/accounts/certification/{audit.pk}/change/")

    lists = "/admin/imports/importbatch/"
    assert way(sheet) == (["System", "Imports", "orders <1>.xlsx"], [lists])
    assert way(term)[0][-1] == "amfori BSCI"


def test_every_step_says_what_it_does():
    steps = [
        (site.opts.model_name, step.name)
        for site in admin.site._registry.values()  # noqa: SLF001 - Django has no other way
        for step in site.row_actions
        if not step.explain
    ]

    assert steps == []


def test_what_a_job_left_is_told_in_words_in_their_order(desk):
    result = {"ready": 6, "total": 9_000, "failed": 3, "odd": "<b>", "examples": {"a": 1}}
    job = Job.objects.create(kind="import_read", state=JobState.DONE, result=result)

    page = desk.get(f"/admin/core/job/{job.pk}/change/").content.decode()

    figures = [("rows", "9,000"), ("ready", "6"), ("wrong", "3"), ("odd", "&lt;b&gt;")]
    told = [f"<dt>{name}</dt><dd>{figure}</dd>" for name, figure in figures]
    assert f'<dl class="wb-figures"><div>{"</div><div>".join(told)}</div></dl>' in page


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (
            {"model": "order", "id": 7, "state": "published", "side": "offer"},
            [
                (
                    "order",
                    '<a class="wb-link" href="/admin/listings/processingorder/7/change/">#7</a>',
                ),
                ("side", "Factory"),
                ("state", "Published"),
            ],
        ),
        ({"model": "category", "id": 3}, [("category", "3")]),
        ({"run": "<i>"}, [("scoring", "&lt;i&gt;")]),
    ],
)
def test_a_message_names_what_it_is_about(desk, subject, told):
    page = desk.get(sent(subject, bundle="market")).content.decode()

    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in told)
    assert f'<dl class="wb-figures">{rows}</dl>' in page
    assert ">Market<" in page.replace("\n", "").replace(" ", "")


def test_a_message_about_nothing_shows_a_dash(desk):
    assert '<dl class="wb-figures">' not in desk.get(sent({})).content.decode()


def test_a_table_knows_its_names_figures_and_gaps():
    table = Table("Both", ("", "pairs", "note"), [("Week", 5, ""), ("", None, "x")], numbers=(1,))

    cells = [[(cell.value, cell.is_name, cell.is_number) for cell in line] for line in table.lines]
    assert cells == [
        [("Week", True, False), (5, False, True), ("–", False, False)],
        [("", True, False), ("–", False, True), ("x", False, False)],
    ]
    assert [cell.label for cell in table.head] == ["", "Pairs", "Note"]
    assert table.is_narrow is False
    assert Table("Sums", ("", "pairs"), [], numbers=(1,)).is_narrow is True


def test_a_place_without_a_speciality_shows_a_dash(desk):
    Cluster.objects.create(code="000001", name_zh="空镇", name_en="Emptown")

    page = desk.get("/admin/accounts/cluster/?q=Emptown").content.decode()
    assert re.search(r'field-speciality_shown[^>]*data-label="speciality"[^>]*>–<', page)


def test_titles_in_chinese_have_no_spaces_between_words():
    with translation.override("zh-hans"):
        assert translation.gettext("Add %s") % "认证" == "新增认证"
        assert translation.gettext("%(app)s administration") % {"app": "供需信息"} == "供需信息管理"
