"""Sheets of processing orders and of capacity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.imports import cells
from matchmaking.imports.columns.base import (
    EXAMPLE_REFERENCE,
    Column,
    Problem,
    SheetKind,
    Values,
    problem,
)
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS
from matchmaking.listings.models.orders import MAX_PAIRS, SampleNeed, ToolingOwner

MOST_CNY = Decimal("999999.99")
CENT = Decimal("0.01")

TOOLING = {
    **{value: value for value in ToolingOwner.values},
    "品牌企业提供": "brand",
    "品牌方提供": "brand",
    "品牌": "brand",
    "我方提供": "brand",
    "工厂开模": "factory",
    "工厂提供": "factory",
    "工厂": "factory",
    "待商定": "open",
    "待定": "open",
    "协商": "open",
    "to be agreed": "open",
}
SAMPLES = {
    **{value: value for value in SampleNeed.values},
    "不需要样鞋": "none",
    "不需要": "none",
    "无": "none",
    "no sample": "none",
    "确认样": "confirm",
    "confirmation sample": "confirm",
    "开发样": "develop",
    "开发打样": "develop",
    "development": "develop",
}


def in_weeks(ahead: int) -> Callable[[dt.date], str]:
    return lambda today: weeks.label(today + dt.timedelta(weeks=ahead))


def skip(values: Values) -> str:
    if values.get("own_reference") == EXAMPLE_REFERENCE:
        return _("The example row of the template.")
    return ""


def judge_order(values: Values, options: Mapping[str, Any]) -> list[Problem]:
    """Return what a whole order says that cannot be; the service looks at the rest."""
    problems = _company_problems(values, options)
    if values.get("splittable") is not True:
        problems += [
            problem(name, _("Leave this empty, or write yes under “May be split”."))
            for name in ("smallest_part", "most_factories")
            if values.get(name) is not None
        ]
    return problems


def judge_offer(values: Values, options: Mapping[str, Any]) -> list[Problem]:
    """Return what a whole capacity row says that cannot be."""
    problems = _company_problems(values, options)
    has_rate = values.get("pairs_per_week") is not None
    if has_rate and values.get("weeks"):
        problems.append(
            problem(
                "pairs_per_week",
                _("Give either a rate per week or figures under the weeks, not both."),
            )
        )
    if not has_rate and (values.get("from_week") or values.get("to_week")):
        problems.append(problem("pairs_per_week", _("Say how many pairs a week.")))
    first, last = values.get("from_week"), values.get("to_week")
    if first and last and last < first:
        problems.append(problem("to_week", _("The last week lies before the first one.")))
    return problems


def _company_problems(values: Values, options: Mapping[str, Any]) -> list[Problem]:
    if options.get("company") or values.get("company_uscc") or values.get("company_name"):
        return []
    return [problem("company_uscc", _("Say whose it is: by USCC, or by the company's full name."))]


COMPANY_COLUMNS = (
    Column(
        "company_uscc",
        "企业信用代码",
        "Company's USCC",
        cells.uscc,
        ("uscc", "统一社会信用代码", "社会信用代码", "信用代码"),
        officers_only=True,
        width=24,
    ),
    Column(
        "company_name",
        "企业名称",
        "Company name",
        cells.text(160),
        ("company", "公司名称", "工厂名称", "品牌企业", "company name"),
        officers_only=True,
        width=32,
        example="示例鞋业有限公司",
    ),
)


def reference_column() -> Column:
    """Return the column by which a second sending finds the first."""
    return Column(
        "own_reference",
        "自有编号",
        "Own reference",
        cells.text(60),
        (
            "reference", "编号", "订单号", "订单编号", "款号", "po", "po number", "order number", "id",
            "order no", "ref",
        ),
        required=True,
        example=EXAMPLE_REFERENCE,
    )  # fmt: skip


def notes_column() -> Column:
    """Return the column of free text."""
    return Column(
        "notes",
        "备注",
        "Notes",
        cells.text(4000, lines=True),
        ("note", "remarks", "remark", "说明", "comment", "comments"),
        width=32,
    )


ORDERS = SheetKind(
    columns=(
        *COMPANY_COLUMNS,
        reference_column(),
        Column(
            "title", "标题", "Title", cells.text(120),
            ("订单名称", "名称", "品名", "title", "style name", "order name"),
            required=True, example="2027 春季跑鞋", width=28,
        ),
        Column(
            "category", "品类", "Category", cells.term("categories"),
            ("类别", "鞋类", "产品类别", "category code", "鞋种"), required=True, example="运动鞋",
        ),
        Column(
            "construction", "工艺", "Construction", cells.term("constructions"),
            ("制鞋工艺", "成型工艺", "construction code"), example="冷粘(胶粘)",
        ),
        Column(
            "upper_material", "鞋面材料", "Upper material", cells.term("upper_materials"),
            ("面料", "帮面材料", "upper", "帮面"), example="网布",
        ),
        Column(
            "sole_material", "鞋底材料", "Sole material", cells.term("sole_materials"),
            ("底料", "大底材料", "sole", "鞋底", "outsole"), example="EVA 底",
        ),
        Column(
            "pairs", "双数", "Pairs", cells.whole_number(1, MAX_PAIRS),
            ("数量", "订单数量", "双", "quantity", "qty", "总双数"), required=True, example="60000",
        ),
        Column(
            "colourways", "配色数", "Colourways", cells.whole_number(1, 1000),
            ("配色", "颜色数", "colours", "colors", "colorways"), example="4",
        ),
        Column(
            "size_run", "配码", "Size run", cells.text(120),
            ("尺码", "码段", "sizes", "尺码段"), example="36-44",
        ),
        Column(
            "target_unit_price_cny", "目标单价(元/双)", "Target price, yuan a pair",
            cells.decimal(CENT, MOST_CNY),
            ("目标单价", "单价", "价格", "目标价", "加工单价", "price", "unit price", "target price"),
            required=True, example="46.50",
        ),
        Column(
            "earliest_start", "最早开工周", "Earliest start (week)", cells.week,
            ("开工周", "最早开工", "开始周", "earliest start", "start week", "start"),
            example=in_weeks(8),
        ),
        Column(
            "due_week", "交货周", "Due week", cells.week,
            ("交期", "交货期", "交货日期", "最晚交货周", "due", "due date", "delivery", "delivery date"),
            required=True, example=in_weeks(24),
        ),
        Column(
            "splittable", "可拆单", "May be split", cells.yes_or_no,
            ("是否可拆", "是否可拆单", "拆单", "splittable", "split"), example="是",
        ),
        Column(
            "smallest_part", "最小拆单双数", "Smallest part, pairs", cells.whole_number(1, MAX_PAIRS),
            ("最小份额", "smallest part", "最小拆分双数"), example="20000",
        ),
        Column(
            "most_factories", "最多工厂数", "Most factories", cells.whole_number(2, 100),
            ("most factories", "工厂数上限"), example="3",
        ),
        Column(
            "certifications", "要求证书", "Required certificates", cells.term_list("certifications"),
            ("证书", "认证", "certificates", "certifications", "验厂要求"), example="amfori BSCI; ISO 9001",
        ),
        Column(
            "moulds_by", "模具", "Moulds", cells.choice(TOOLING),
            ("模具归属", "moulds", "molds"), example="品牌企业提供",
        ),
        Column(
            "lasts_by", "楦", "Lasts", cells.choice(TOOLING),
            ("鞋楦", "楦头", "楦归属", "lasts"), example="工厂提供",
        ),
        Column(
            "sample_need", "样鞋", "Samples", cells.choice(SAMPLES),
            ("样品", "打样", "sample"), example="确认样",
        ),
        Column(
            "destination_markets", "目的市场", "Destination markets", cells.markets,
            ("目的国", "出口国家", "markets", "destination"), example="美国; 德国",
        ),
        notes_column(),
    ),
    judge=judge_order,
    skip=skip,
    keys=(("company_uscc", "company_name", "own_reference"),),
    allowed={
        "category": "categories",
        "construction": "constructions",
        "upper_material": "upper_materials",
        "sole_material": "sole_materials",
        "certifications": "certifications",
        "moulds_by": "tooling",
        "lasts_by": "tooling",
        "sample_need": "samples",
    },
)  # fmt: skip

CAPACITY = SheetKind(
    columns=(
        *COMPANY_COLUMNS,
        reference_column(),
        Column(
            "title", "标题", "Title", cells.text(120),
            ("产线", "产线名称", "名称", "line", "title"), required=True, example="二号线 运动鞋", width=28,
        ),
        Column(
            "categories", "品类", "Categories", cells.term_list("categories"),
            ("类别", "可做品类", "产品类别", "category"), required=True,
            example="运动鞋; 运动休闲鞋", width=26,
        ),
        Column(
            "constructions", "工艺", "Constructions", cells.term_list("constructions"),
            ("制鞋工艺", "可做工艺", "construction"), example="冷粘(胶粘); 套楦/思创宝(Strobel)", width=26,
        ),
        Column(
            "min_order_pairs", "起订量(双)", "Minimum order, pairs", cells.whole_number(1, MAX_PAIRS),
            ("起订量", "最小起订量", "moq", "minimum order"), example="3000",
        ),
        Column(
            "lead_days", "备料天数", "Lead time, days", cells.whole_number(0, 365),
            ("前置天数", "准备天数", "交期(天)", "lead days", "lead time"), example="14",
        ),
        Column(
            "price_low_cny", "最低单价(元/双)", "Price from, yuan a pair",
            cells.decimal(CENT, MOST_CNY), ("单价下限", "最低价", "price from", "price low"), example="42",
        ),
        Column(
            "price_high_cny", "最高单价(元/双)", "Price to, yuan a pair",
            cells.decimal(CENT, MOST_CNY), ("单价上限", "最高价", "price to", "price high"), example="52",
        ),
        Column(
            "lines", "成型线数", "Lasting lines", cells.whole_number(0, 1000),
            ("产线数", "流水线数", "lines"), example="2",
        ),
        Column(
            "pairs_per_week", "每周双数", "Pairs per week", cells.whole_number(0, MAX_WEEK_PAIRS),
            ("周产能", "每周产能", "rate", "weekly pairs", "weekly capacity"), example="9000",
        ),
        Column(
            "from_week", "起始周", "From week", cells.week,
            ("开始周", "from", "start week"), example=in_weeks(2),
        ),
        Column(
            "to_week", "截止周", "To week", cells.week, ("结束周", "to", "end week"),
            example=in_weeks(40),
        ),
        notes_column(),
    ),
    judge=judge_offer,
    skip=skip,
    keys=(("company_uscc", "company_name", "own_reference"),),
    allowed={"categories": "categories", "constructions": "constructions"},
    has_weeks=True,
)  # fmt: skip
