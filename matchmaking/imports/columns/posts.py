"""Sheets of processing orders and of capacity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.core.formatting import country_names, in_a_row
from matchmaking.core.parsing import money
from matchmaking.imports import cells, term_cells
from matchmaking.imports.columns.base import (
    EXAMPLE_REFERENCE,
    Column,
    Problem,
    SheetKind,
    Values,
    problem,
)
from matchmaking.imports.questions import Choice
from matchmaking.imports.week_columns import week_with_dates
from matchmaking.listings.free_text.vocabulary import Kind
from matchmaking.listings.models import Currency
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS
from matchmaking.listings.models.orders import MAX_PAIRS, SampleNeed, ToolingOwner

if TYPE_CHECKING:
    from matchmaking.imports.cells import CellContext

MOST_CNY = Decimal("999999.99")
CENT = Decimal("0.01")
MOST_REFERENCE = 60
# As messages of the trade are read (listings/free_text): six days a week, thirty days a month.
WORKING_DAYS, DAYS_OF_A_WEEK, DAYS_OF_A_MONTH = 6, 7, 30

TOOLING = {
    **{value: value for value in ToolingOwner.values},
    "品牌企业提供": "brand",
    "品牌方提供": "brand",
    "品牌提供": "brand",
    "品牌": "brand",
    "客供": "brand",
    "客户提供": "brand",
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
    "不用": "none",
    "无": "none",
    "no sample": "none",
    "no": "none",
    "确认样": "confirm",
    "confirmation sample": "confirm",
    "开发样": "develop",
    "开发打样": "develop",
    "development": "develop",
}


def in_weeks(ahead: int) -> Callable[[dt.date], str]:
    return lambda today: weeks.label(today + dt.timedelta(weeks=ahead))


def as_pairs(value: int) -> str:
    return _("%(pairs)s pairs") % {"pairs": f"{value:,}"}


def as_yuan(value: Decimal) -> str:
    return f"¥{value:,}"


def as_days(value: int) -> str:
    return _("%(days)s days") % {"days": value}


def as_yes(value: bool) -> str:
    return _("yes") if value else _("no")


def as_list(value: list[Any]) -> str:
    return in_a_row(value)


def as_choice(kind: type[ToolingOwner | SampleNeed]) -> Callable[[str], str]:
    return lambda value: str(kind(value).label) if value else ""


def as_countries(value: list[str]) -> str:
    return in_a_row(country_names(value))


def skip(values: Values, _options: Mapping[str, Any], _context: CellContext) -> str:
    if values.get("own_reference") == EXAMPLE_REFERENCE:
        return _("The example row of the template.")
    return ""


def identify(values: Values, fallback: str) -> list[Problem]:
    """Make the reference of a line: the order's number and the style, or the name of a production line."""
    style = values.pop("style", "")
    if style and values.get("own_reference") not in {None, "", style}:
        values["own_reference"] = f"{values['own_reference']} / {style}"
    elif style or not values.get("own_reference"):
        values["own_reference"] = style or (values.get(fallback, "") if fallback else "")
    if not values["own_reference"]:
        del values["own_reference"]
    elif len(values["own_reference"]) > MOST_REFERENCE:
        return [
            problem(
                "own_reference",
                _("%(length)s characters are too many: at most %(most)s.")
                % {"length": len(values["own_reference"]), "most": MOST_REFERENCE},
            )
        ]
    return []


def judge_order(values: Values, options: Mapping[str, Any], _context: CellContext) -> list[Problem]:
    """Return what a whole order says that cannot be; the service looks at the rest."""
    problems = [*identify(values, ""), *_company_problems(values, options)]
    problems += _currency_problems(values)
    if values.get("splittable") is not True:
        problems += [
            problem(name, _("Leave this empty, or write yes under “May be split”."))
            for name in ("smallest_part", "most_factories")
            if values.get(name) is not None
        ]
    return problems


def judge_offer(values: Values, options: Mapping[str, Any], context: CellContext) -> list[Problem]:
    """Return what a whole capacity row says that cannot be."""
    problems = [*identify(values, "title"), *_company_problems(values, options)]
    problems += _currency_problems(values)
    _read_rates(values, context)
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


def _read_rates(values: Values, context: CellContext) -> None:
    """Turn a rate a day or a month into one a week, if somebody said so."""
    for name, weekly, sentence in (
        (
            "pairs_per_day",
            lambda pairs: pairs * WORKING_DAYS,
            _("Figures are pairs a day: a week has six working days?"),
        ),
        (
            "pairs_per_month",
            lambda pairs: round(Decimal(pairs) * DAYS_OF_A_WEEK / DAYS_OF_A_MONTH),
            _("Figures are pairs a month: a month has thirty days?"),
        ),
    ):
        pairs = values.pop(name, None)
        if pairs is None or values.get("pairs_per_week") is not None or values.get("weeks"):
            continue
        answer = context.asker.ask(
            f"rate:{name}",
            sentence,
            [
                Choice(
                    "week",
                    _("%(pairs)s become %(weekly)s pairs a week")
                    % {"pairs": f"{pairs:,}", "weekly": f"{weekly(pairs):,}"},
                    is_likely=True,
                ),
                Choice("leave", _("Leave this column out")),
            ],
        )
        if answer == "week":
            values["pairs_per_week"] = weekly(pairs)


def _currency_problems(values: Values) -> list[Problem]:
    """Take the row's currency out, in which its prices were read already; refuse one that is unknown."""
    code = values.pop("currency", "")
    if not code or code == "CNY" or code in Currency.values:
        return []
    return [problem("currency", _("“%(word)s” is no currency that we know.") % {"word": code})]


def _company_problems(values: Values, options: Mapping[str, Any]) -> list[Problem]:
    if options.get("company") or values.get("company_uscc") or values.get("company_name"):
        return []
    return [problem("company_uscc", _("Say whose it is: by USCC, or by the company's full name."))]


def currency(cell: str, _context: CellContext) -> str:
    """Read a currency by its sign, code or name; a word that is none stays as it is written."""
    return money.currency_of(cell) or cell.strip().upper()


# Its prices are read in it: checking.py looks here before it reads the row's other cells.
CURRENCY = Column(
    "currency",
    "币种",
    "Currency",
    currency,
    ("货币", "币别", "curr", "ccy"),
    in_template=False,
)
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
        (
            "company",
            "公司名称",
            "工厂名称",
            "品牌企业",
            "company name",
            "工厂",
            "厂名",
            "企业",
            "公司",
        ),
        officers_only=True,
        width=32,
        example="示例鞋业有限公司",
    ),
)


def reference_column(*synonyms: str) -> Column:
    """Return the column by which a second sending finds the first."""
    return Column(
        "own_reference",
        "自有编号",
        "Own reference",
        cells.reference(MOST_REFERENCE),
        (
            "reference", "编号", "订单号", "订单编号", "PO号", "PO", "po number", "po no", "合同号", "合同编号",
            "采购单号", "单号", "order number", "order no", "contract no", "id", "ref", "ref no", *synonyms,
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
        ("note", "remarks", "remark", "说明", "comment", "comments", "特殊要求"),
        width=32,
    )


ORDERS = SheetKind(
    columns=(
        *COMPANY_COLUMNS,
        reference_column(),
        Column(
            "style", "款号", "Style number", cells.reference(60),
            (
                "style no", "style", "style code", "article", "article no", "art no", "货号", "型号", "型体", "型体号",
                "工厂款号", "客户款号", "sku", "item no", "model", "model no", "鞋型",
            ),
            in_template=False,
        ),
        Column(
            "title", "标题", "Title", cells.text(120),
            (
                "订单名称", "名称", "品名", "产品名称", "title", "style name", "order name", "description",
                "product name", "鞋名", "款名", "款式", "款式名称",
            ),
            required=True, example="2027 春季跑鞋", width=28,
        ),
        Column(
            "category", "品类", "Category", term_cells.term(Kind.CATEGORY),
            ("类别", "鞋类", "产品类别", "category code", "鞋种", "产品类型", "种类", "product type", "shoe type"),
            required=True, example="运动鞋",
        ),
        Column(
            "construction", "工艺", "Construction", term_cells.term(Kind.CONSTRUCTION),
            ("制鞋工艺", "成型工艺", "construction code"), example="冷粘(胶粘)",
        ),
        Column(
            "upper_material", "鞋面材料", "Upper material", term_cells.term(Kind.UPPER),
            ("面料", "帮面材料", "upper", "帮面", "鞋面"), example="网布",
        ),
        Column(
            "sole_material", "鞋底材料", "Sole material", term_cells.term(Kind.SOLE),
            ("底料", "大底材料", "sole", "鞋底", "outsole", "大底"), example="EVA 底",
        ),
        Column(
            "pairs", "双数", "Pairs", cells.whole_number(1, MAX_PAIRS),
            (
                "数量", "订单数量", "双", "quantity", "qty", "总双数", "总数量", "订单双数", "订货数量", "下单数量",
                "order qty", "order quantity", "total pairs", "total qty", "total quantity", "总数",
            ),
            required=True, example="60000", show=as_pairs, unit="pairs", is_summed=True,
        ),
        Column(
            "colourways", "配色数", "Colourways", cells.whole_number(1, 1000),
            ("配色", "颜色数", "colours", "colors", "colorways"), example="4",
        ),
        Column(
            "size_run", "配码", "Size run", cells.text(120),
            ("尺码", "码段", "sizes", "尺码段", "size range"), example="36-44",
        ),
        Column(
            "target_unit_price_cny", "目标单价(元/双)", "Target price, yuan a pair",
            cells.price(CENT, MOST_CNY),
            (
                "目标单价", "单价", "价格", "目标价", "加工单价", "加工费", "工价", "出厂价", "price", "unit price",
                "target price", "fob", "fob price",
            ),
            required=True, example="46.50", show=as_yuan, unit="money",
        ),
        CURRENCY,
        Column(
            "earliest_start", "最早开工周", "Earliest start (week)", cells.start_week,
            ("开工周", "最早开工", "开始周", "earliest start", "start week", "start", "开工日期", "start date"),
            example=in_weeks(8), show=week_with_dates,
        ),
        Column(
            "due_week", "交货周", "Due week", cells.due_week,
            (
                "交期", "交货期", "交货日期", "最晚交货周", "最晚交期", "最晚交货期", "出货日期", "出货期", "船期", "due", "due date", "delivery",
                "delivery date", "ship date", "shipment date", "etd", "ex factory date", "ex-factory", "货期", "离厂日期",
            ),
            required=True, example=in_weeks(24), show=week_with_dates,
        ),
        Column(
            "splittable", "可拆单", "May be split", cells.yes_or_no,
            ("是否可拆", "是否可拆单", "拆单", "可拆", "splittable", "split"), example="是", show=as_yes,
        ),
        Column(
            "smallest_part", "最小拆单双数", "Smallest part, pairs", cells.whole_number(1, MAX_PAIRS),
            ("最小份额", "smallest part", "最小拆分双数"), example="20000", show=as_pairs, unit="pairs",
            is_summed=True,
        ),
        Column(
            "most_factories", "最多工厂数", "Most factories", cells.whole_number(2, 100),
            ("most factories", "工厂数上限"), example="3",
        ),
        Column(
            "certifications", "要求证书", "Required certificates", term_cells.term_list(Kind.CERTIFICATE),
            ("证书", "认证", "certificates", "certifications", "验厂要求", "验厂"), example="amfori BSCI; ISO 9001",
            show=as_list,
        ),
        Column(
            "moulds_by", "模具", "Moulds", cells.choice(TOOLING),
            ("模具归属", "moulds", "molds"), example="品牌企业提供", show=as_choice(ToolingOwner),
        ),
        Column(
            "lasts_by", "楦", "Lasts", cells.choice(TOOLING),
            ("鞋楦", "楦头", "楦归属", "lasts"), example="工厂提供", show=as_choice(ToolingOwner),
        ),
        Column(
            "sample_need", "样鞋", "Samples", cells.choice(SAMPLES),
            ("样品", "打样", "sample"), example="确认样", show=as_choice(SampleNeed),
        ),
        Column(
            "destination_markets", "目的市场", "Destination markets", cells.markets,
            ("目的国", "出口国家", "markets", "destination", "销售市场", "市场"), example="美国; 德国", show=as_countries,
        ),
        notes_column(),
    ),
    judge=judge_order,
    skip=skip,
    keys=(("company_uscc", "company_name", "own_reference"),),
    name="title",
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
    stands_in={"own_reference": ("style",)},
)  # fmt: skip

CAPACITY = SheetKind(
    columns=(
        *COMPANY_COLUMNS,
        reference_column("产线编号", "线号", "line no", "line code"),
        Column(
            "title", "标题", "Title", cells.text(120),
            (
                "产线", "产线名称", "生产线", "线别", "车间", "名称", "line", "production line", "line name", "title",
                "workshop", "流水线",
            ),
            required=True, example="二号线 运动鞋", width=28,
        ),
        Column(
            "categories", "品类", "Categories", term_cells.term_list(Kind.CATEGORY),
            ("类别", "可做品类", "产品类别", "category", "鞋种", "鞋类", "可生产品类", "产品", "products"), required=True,
            example="运动鞋; 运动休闲鞋", width=26, show=as_list,
        ),
        Column(
            "constructions", "工艺", "Constructions", term_cells.term_list(Kind.CONSTRUCTION),
            ("制鞋工艺", "可做工艺", "construction"), example="冷粘(胶粘); 套楦/思创宝(Strobel)", width=26,
            show=as_list,
        ),
        Column(
            "min_order_pairs", "起订量(双)", "Minimum order, pairs", cells.least_pairs(1, MAX_PAIRS),
            ("起订量", "最小起订量", "moq", "minimum order", "最低起订量", "起订"), example="3000", show=as_pairs, unit="pairs",
        ),
        Column(
            "lead_days", "备料天数", "Lead time, days", cells.days(0, 365),
            ("前置天数", "准备天数", "交期(天)", "lead days", "lead time", "备料期", "备料时间", "备料周期"), example="14",
            show=as_days, unit="days",
        ),
        CURRENCY,
        Column(
            "price_low_cny", "最低单价(元/双)", "Price from, yuan a pair",
            cells.price(CENT, MOST_CNY), ("单价下限", "最低价", "最低单价", "price from", "price low"), example="42",
            show=as_yuan, unit="money",
        ),
        Column(
            "price_high_cny", "最高单价(元/双)", "Price to, yuan a pair",
            cells.price(CENT, MOST_CNY), ("单价上限", "最高价", "最高单价", "price to", "price high"), example="52",
            show=as_yuan, unit="money",
        ),
        Column(
            "lines", "成型线数", "Lasting lines", cells.whole_number(0, 1000),
            ("产线数", "流水线数", "lines", "生产线数"), example="2",
        ),
        Column(
            "pairs_per_week", "每周双数", "Pairs per week", cells.planned_pairs(0, MAX_WEEK_PAIRS),
            ("周产能", "每周产能", "每周产量", "周产量", "rate", "weekly pairs", "weekly capacity"), example="9000",
            show=as_pairs, unit="pairs", per="week", is_summed=True,
        ),
        Column(
            "pairs_per_day", "日产能", "Pairs per day", cells.planned_pairs(0, MAX_WEEK_PAIRS),
            ("日产量", "每日产能", "每天产量", "每日产量", "daily capacity", "daily output", "pairs per day"), in_template=False,
            show=as_pairs, unit="pairs", per="day", is_summed=True,
        ),
        Column(
            "pairs_per_month", "月产能", "Pairs per month", cells.planned_pairs(0, 20 * MAX_WEEK_PAIRS),
            ("月产量", "每月产能", "每月产量", "monthly capacity", "monthly output", "pairs per month"), in_template=False,
            show=as_pairs, unit="pairs", per="month", is_summed=True,
        ),
        Column(
            "from_week", "起始周", "From week", cells.start_week,
            ("开始周", "from", "start week", "开始日期", "起始日期", "可接单周"), example=in_weeks(2), show=week_with_dates,
        ),
        Column(
            "to_week", "截止周", "To week", cells.due_week, ("结束周", "to", "end week", "截止日期", "结束日期"),
            example=in_weeks(40), show=week_with_dates,
        ),
        notes_column(),
    ),
    judge=judge_offer,
    skip=skip,
    keys=(("company_uscc", "company_name", "own_reference"),),
    name="title",
    allowed={"categories": "categories", "constructions": "constructions"},
    stands_in={"own_reference": ("title",)},
    has_weeks=True,
)  # fmt: skip
