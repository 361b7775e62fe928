"""Empty sheets to fill in: a header, an example, and the values that are allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.choices import CompanyKind
from accounts.models import Certification, Cluster
from matchmaking.core import weeks
from matchmaking.core.models import NamedInTwoLanguages
from matchmaking.core.sheets import Cell, Sheet, write_csv, write_xlsx
from matchmaking.imports.columns import SHEETS, Column
from matchmaking.listings.models import Category, Construction, Material
from matchmaking.listings.models.orders import SampleNeed, ToolingOwner

WEEKS_SHOWN = 26
EXAMPLE_PAIRS = 9_000


@dataclass(frozen=True)
class SheetTemplate:
    """A sheet to fill in, in the reader's language."""

    columns: Sequence[Column]
    header: Sequence[str]
    examples: Sequence[Sequence[Cell]]


def sheet_template(kind: str, *, is_officer: bool, today: dt.date) -> SheetTemplate:
    """Return header and example rows; the example's reference makes an import skip it.

    Capacity has two examples, one by a rate and one week by week.
    """
    sheet = SHEETS[kind]
    columns = [column for column in sheet.for_role(officer=is_officer) if column.in_template]
    header = [column.label for column in columns]
    example: list[Cell] = [column.example_on(today) for column in columns]
    if not sheet.has_weeks:
        return SheetTemplate(columns, header, [example])
    first = weeks.monday_of(today) + dt.timedelta(weeks=1)
    labels = [weeks.label(first + dt.timedelta(weeks=ahead)) for ahead in range(WEEKS_SHOWN)]
    by_rate = [*example, *[None] * WEEKS_SHOWN]
    rate_only = {"pairs_per_week", "from_week", "to_week"}
    by_week = [
        None if column.name in rate_only else cell
        for column, cell in zip(columns, example, strict=True)
    ]
    return SheetTemplate(
        columns, [*header, *labels], [by_rate, [*by_week, *[EXAMPLE_PAIRS] * WEEKS_SHOWN]]
    )


def template_csv(kind: str, *, is_officer: bool, today: dt.date) -> bytes:
    blank = sheet_template(kind, is_officer=is_officer, today=today)
    return write_csv(blank.header, blank.examples)


def template_xlsx(kind: str, *, is_officer: bool, today: dt.date) -> bytes:
    """Return the template as a workbook, with the columns and the allowed values explained."""
    blank = sheet_template(kind, is_officer=is_officer, today=today)
    widths = {position: column.width for position, column in enumerate(blank.columns)}
    return write_xlsx(
        Sheet(_("Data"), blank.header, blank.examples, widths),
        Sheet(
            _("Allowed values"),
            [_("Column"), _("Write"), _("or"), _("or the code")],
            allowed_values(kind, blank.columns),
            {0: 24, 1: 36, 2: 36, 3: 24},
        ),
        Sheet(
            _("Columns"),
            ["中文", "English", _("Required")],
            [
                [column.zh, column.en, _("yes") if column.required else ""]
                for column in blank.columns
            ],
            {0: 28, 1: 32, 2: 12},
        ),
    )


def allowed_values(kind: str, columns: Iterable[Column]) -> Iterator[Sequence[Cell]]:
    """Yield column, Chinese name, English name and code of each value that is taken."""
    allowed = SHEETS[kind].allowed
    for column in columns:
        if vocabulary := allowed.get(column.name):
            for value in _values(vocabulary):
                yield [column.label, *value]


def _values(vocabulary: str) -> Iterator[Sequence[Cell]]:
    if vocabulary == "company_kinds":
        kinds = {
            CompanyKind.BRAND: "品牌企业",
            CompanyKind.FACTORY: "工厂",
            CompanyKind.BOTH: "品牌兼工厂",
            CompanyKind.SUPPLIER: "材料供应商",
            CompanyKind.INSTITUTE: "研究机构",
        }
        yield from ([zh, "", kind.value] for kind, zh in kinds.items())
    elif vocabulary == "tooling":
        words = {
            ToolingOwner.BRAND: "品牌企业提供",
            ToolingOwner.FACTORY: "工厂提供",
            ToolingOwner.OPEN: "待商定",
        }
        yield from ([zh, "", owner.value] for owner, zh in words.items())
    elif vocabulary == "samples":
        needs = {
            SampleNeed.NONE: "不需要样鞋",
            SampleNeed.CONFIRM: "确认样",
            SampleNeed.DEVELOP: "开发样",
        }
        yield from ([zh, "", need.value] for need, zh in needs.items())
    else:
        yield from ([row.name_zh, row.name_en, row.code] for row in _rows(vocabulary))


def _rows(vocabulary: str) -> Iterable[NamedInTwoLanguages]:
    tables = {
        "categories": Category.objects.all(),
        "constructions": Construction.objects.all(),
        "upper_materials": Material.objects.filter(part="upper"),
        "sole_materials": Material.objects.filter(part__in=["midsole", "outsole"]),
        "certifications": Certification.objects.all(),
        "clusters": Cluster.objects.all(),
    }
    return tables[vocabulary].filter(is_active=True).order_by("position", "pk")
