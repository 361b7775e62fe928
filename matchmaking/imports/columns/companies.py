"""Sheets of companies: our own template, member lists, supplier lists of brands, public registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.choices import CompanyKind, SizeBand
from matchmaking.core.parsing import numbers
from matchmaking.core.parsing.numbers import Range
from matchmaking.core.parsing.outcomes import Ambiguous
from matchmaking.imports import cells, trades
from matchmaking.imports.columns.base import (
    EXAMPLE_REFERENCE,
    Column,
    Problem,
    SheetKind,
    Values,
    problem,
)
from matchmaking.imports.labels import plain
from matchmaking.imports.questions import Choice

if TYPE_CHECKING:
    from matchmaking.imports.cells import CellContext

MOST_WORKERS = 1_000_000
EMPLOYED = ((100, SizeBand.UNDER_100), (500, SizeBand.FROM_100), (2000, SizeBand.FROM_500))

KINDS = {
    **{value: value for value in CompanyKind.values},
    "品牌": "brand",
    "品牌企业": "brand",
    "品牌商": "brand",
    "brand firm": "brand",
    "工厂": "factory",
    "代工厂": "factory",
    "代工": "factory",
    "鞋厂": "factory",
    "成品鞋厂": "factory",
    "生产企业": "factory",
    "制造企业": "factory",
    "加工厂": "factory",
    "manufacturer": "factory",
    "finished goods": "factory",
    "finished goods - components": "supplier",
    "品牌兼工厂": "both",
    "品牌及工厂": "both",
    "品牌和工厂": "both",
    "brand and factory": "both",
    "材料供应商": "supplier",
    "供应商": "supplier",
    "鞋材": "supplier",
    "鞋材企业": "supplier",
    "材料商": "supplier",
    "鞋机": "supplier",
    "机械": "supplier",
    "material supplier": "supplier",
    "materials": "supplier",
    "研究机构": "institute",
    "科研院所": "institute",
    "检测机构": "institute",
    "院校": "institute",
    "机构": "institute",
    "research institute": "institute",
}
SIZES = {
    **{value: value for value in SizeBand.values},
    "under 100": "under_100",
    "100人以下": "under_100",
    "100-499": "100_499",
    "100-499人": "100_499",
    "100人至499人": "100_499",
    "500-1999": "500_1999",
    "500-1999人": "500_1999",
    "500人至1999人": "500_1999",
    "2000+": "2000_plus",
    "2000人以上": "2000_plus",
    "2000人及以上": "2000_plus",
}


def size_band(workers: int) -> SizeBand:
    return next((band for below, band in EMPLOYED if workers < below), SizeBand.FROM_2000)


def size_of(values: Values) -> tuple[str, str]:
    """Return the size band, and the range as its source says it, "" for one number.

    A range over two bands is kept as it stands: its middle gives the band, and is no fact.
    """
    if written := values.get("size_band"):
        return str(written), ""
    said: Range | None = values.get("workers")
    if said is None:
        low, high = values.get("workers_min"), values.get("workers_max")
        if low is None and high is None:
            return "", ""
        said = Range(low and low.low, high and high.low)
    known = [int(number) for number in (said.low, said.high) if number is not None]
    if not known:
        return "", ""
    text = "" if said.low == said.high else as_range(said)
    return size_band(sum(known) // len(known)), text


def as_range(value: Range) -> str:
    """Return 850, 1,001–5,000, 10,000+ or <300."""
    if value.low == value.high:
        return f"{value.low:,}"
    if value.high is None:
        return f"{value.low:,}+"
    return f"<{value.high:,}" if value.low is None else f"{value.low:,}–{value.high:,}"


def as_workers(value: Range) -> str:
    band, _said = size_of({"workers": value})
    return f"{as_range(value)} ({SizeBand(band).label})" if band else as_range(value)


def as_answer(value: bool) -> str:  # a value of a cell
    return _("yes") if value else _("no")


def workers(cell: str, context: CellContext) -> Range:
    """Read a number of people or a range of it."""
    single = numbers.read_number(cell, whole=True)
    if isinstance(single, Ambiguous) and "." in cell:
        number = cells.chosen(single, cell, context, cells.as_number)
        return Range(number, number)
    found = numbers.read_range(cell)
    ends = [end for end in (found.low, found.high) if end is not None] if found else []
    if found is None or not all(0 <= end <= MOST_WORKERS for end in ends):
        raise cells.WrongCell(
            _("“%(cell)s” is not a number: write digits only.") % {"cell": cells.short(cell)}
        )
    return found


def company_kind(cell: str, context: CellContext) -> str:
    """Read brand, factory, both, supplier or institute; other words are asked about."""
    known = {plain(word): value for word, value in KINDS.items()}
    if value := known.get(plain(cell)):
        return value
    kinds = {kind.value: kind.value for kind in CompanyKind}
    choices = [Choice(kind.value, str(kind.label)) for kind in CompanyKind]
    sentence = _("What kind of company is “%(cell)s”?") % {"cell": cells.short(cell)}
    answer: str = cells.answered(f"kind:{plain(cell)}", sentence, choices, kinds, context)
    return answer


def as_kind(value: str) -> str:
    return str(CompanyKind(value).label)


def as_size(value: str) -> str:
    return str(SizeBand(value).label)


def skip(values: Values, _options: Mapping[str, Any], context: CellContext) -> str:
    """Leave out the example, places outside the mainland and firms of another trade.

    A column that says outright whether it is footwear outweighs the kind of product.
    """
    if values.get("own_reference") == EXAMPLE_REFERENCE:
        return _("The example row of the template.")
    country = values.get("country", "")
    if country and trades.is_mainland(country, context) is False:
        return _("Not in mainland China: %(country)s.") % {"country": country}
    said = values.get("is_footwear")
    product = values.get("product_type", "")
    if said is False:
        return _("No footwear: %(product)s.") % {"product": product or _("by the sheet")}
    trade = trades.trade_of(product, values.get("facility_type", ""), context)
    if said is None and trade == trades.OTHER:
        return _("No footwear: %(product)s.") % {"product": product}
    if said is None and trade == trades.SUPPLIER and not values.get("kind"):
        values["kind"] = CompanyKind.SUPPLIER.value
        values["kind_note"] = _("By its products it is entered as a material supplier.")
    return ""


def judge(values: Values, _options: Mapping[str, Any], _context: CellContext) -> list[Problem]:
    """Return what a whole row says that cannot be."""
    low, high = values.get("workers_min"), values.get("workers_max")
    if low and high and low.low is not None and high.low is not None and high.low < low.low:
        return [problem("workers_max", _("The upper number of workers is below the lower one."))]
    return []


def private(name: str, zh: str, en: str, *synonyms: str, most: int = 120) -> Column:
    """Return a column of contacts."""
    return Column(
        name, zh, en, cells.text(most), synonyms, in_template=name in {"contact_person", "phone"},
        is_private=True,
    )  # fmt: skip


COMPANIES = SheetKind(
    columns=(
        Column(
            "name",
            "企业名称",
            "Company name",
            cells.text(120),
            (
                "name", "名称", "公司名称", "工厂名称", "单位名称", "企业全称", "中文名称", "company", "单位", "会员单位",
                "会员名称", "会员单位名称", "公司全称", "厂名", "企业", "公司", "工厂", "facility", "factory", "factory name", "legal name",
                "supplier", "supplier name", "facility name", "facility legal name", "manufacturer", "manufacturer name",
                "单位全称", "厂商名称", "企业名称(全称)",
            ),
            required=True,
            example="示例鞋业有限公司",
            width=32,
        ),
        Column(
            "name_en",
            "英文名称",
            "English name",
            cells.text(160),
            ("english name", "name en", "英文名", "企业英文名称", "name (english)", "公司英文名称"),
            example="Example Shoes Ltd.",
            width=32,
        ),
        Column(
            "uscc",
            "统一社会信用代码",
            "Unified Social Credit Code",
            cells.uscc,
            ("uscc", "信用代码", "社会信用代码", "信用代码(uscc)", "credit code", "统一代码", "社会统一信用代码", "税号", "纳税人识别号"),
            width=24,
        ),
        Column(
            "kind",
            "企业类型",
            "Kind",
            company_kind,
            ("kind", "类型", "company kind", "company type", "企业类别"),
            example="工厂",
            show=as_kind,
        ),
        Column(
            "division",
            "行政区划代码",
            "Division code",
            cells.division,
            ("区划代码", "行政区划", "division", "adcode", "cn county code", "division code"),
            example="350304",
        ),
        Column(
            "city_division",
            "城市区划代码",
            "City's division code",
            cells.division,
            ("cn city code", "city code", "城市代码"),
            in_template=False,
        ),
        Column(
            "province_division",
            "省区划代码",
            "Province's division code",
            cells.division,
            ("cn prov code", "province code", "省代码"),
            in_template=False,
        ),
        Column(
            "city",
            "城市",
            "City",
            cells.text(120),
            (
                "city", "市", "市县", "县市", "市区县", "所在城市", "地区", "所在地", "所在地区", "区域", "区县", "县区", "县市", "place", "location", "town",
                "city/town", "产区",
            ),
            example="莆田",
        ),
        Column("city_zh", "城市(中文)", "City in Chinese", cells.text(120), ("cn city",), in_template=False),
        Column("district", "区/县", "District", cells.text(120), ("区", "县", "district", "county"), in_template=False),
        Column(
            "province",
            "省份",
            "Province",
            cells.text(120),
            ("province", "省", "state", "所在省份", "cn prov", "state/province", "province/state"),
            example="福建",
        ),
        Column(
            "address",
            "地址",
            "Address",
            cells.shortened(200),
            (
                "address", "详细地址", "注册地址", "street", "street address", "经营地址", "公司地址", "企业地址", "通讯地址",
                "联系地址", "生产地址", "工厂地址", "facility address", "厂址",
            ),
            example="示例路 1 号",
            width=32,
        ),
        Column(
            "workers",
            "员工人数",
            "Workers",
            workers,
            (
                "total workers", "workers", "employees", "职工人数", "职工总数", "人数", "员工总数", "员工数", "职工数",
                "用工人数", "number of workers", "number of employees", "no of workers", "从业人数", "从业人员", "headcount",
            ),
            example="850",
            show=as_workers,
            unit="people",
        ),
        Column("workers_min", "员工人数下限", "Workers from", workers, ("workers min",), in_template=False, show=as_range),
        Column("workers_max", "员工人数上限", "Workers to", workers, ("workers max",), in_template=False, show=as_range),
        Column(
            "size_band", "规模", "Size", cells.choice(SIZES), ("size", "size band", "企业规模"), in_template=False, show=as_size,
        ),
        Column(
            "own_reference",
            "编号",
            "Reference",
            cells.reference(80),
            (
                "row id", "reference", "own reference", "id", "会员编号", "会员号", "自有编号", "编码", "企业编号", "factory no",
                "member no", "member id", "os id", "facility id", "supplier code", "supplier id", "供应商编号",
            ),
            example=EXAMPLE_REFERENCE,
        ),
        Column(
            "source",
            "来源",
            "Source",
            cells.text(120),
            ("source", "source id", "数据来源", "名单来源"),
            example="协会会员名单",
        ),
        private("contact_person", "联系人", "Contact person", "联络人", "负责人", "contact", "contact name", "contact person", most=80),
        private("phone", "电话", "Phone", "联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "固定电话", "座机", "tel", "telephone", "mobile", "phone number", "contact number"),
        private("second_phone", "手机", "Mobile", "手机", "手机号", "手机号码", "mobile", "mobile phone", "cell phone"),
        private("email", "邮箱", "Email", "电子邮箱", "电子邮件", "e-mail", "email", "mail", "email address"),
        private("wechat", "微信", "WeChat", "微信号", "wechat", "wechat id"),
        Column(
            "country",
            "国家",
            "Country",
            cells.text(80),
            ("country", "国家地区", "国别", "country/region", "country name", "country / region"),
            in_template=False,
        ),
        Column(
            "product_type",
            "产品类型",
            "Product type",
            cells.text(400),
            (
                "product type", "产品", "products", "主营产品", "product", "主要产品", "经营范围", "主营", "sector",
                "sector product type", "sector / product type", "product category", "product types", "主导产品",
            ),
            in_template=False,
        ),
        Column(
            "facility_type",
            "设施类型",
            "Facility type",
            cells.text(400),
            (
                "facility type", "facility type processing type", "factory type", "processing type", "supplier type", "role",
                "facility / processing type",
            ),
            in_template=False,
        ),
        Column(
            "is_footwear",
            "是否鞋类",
            "Footwear",
            cells.yes_or_no,
            ("is footwear", "鞋类"),
            in_template=False,
            show=as_answer,
        ),
    ),
    judge=judge,
    skip=skip,
    keys=(("uscc",), ("source", "own_reference")),
    name="name",
    allowed={"kind": "company_kinds", "division": "clusters"},
)  # fmt: skip
