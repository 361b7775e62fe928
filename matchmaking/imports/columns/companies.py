"""Sheets of companies: our own template, member lists, supplier lists of brands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.choices import CompanyKind, SizeBand
from matchmaking.imports import cells
from matchmaking.imports.columns.base import (
    EXAMPLE_REFERENCE,
    Column,
    Problem,
    SheetKind,
    Values,
    problem,
)
from matchmaking.imports.vocabulary import plain

MAINLAND = {"中国", "中国大陆", "china", "prchina", "cn", "chn", "prc", "中华人民共和国"}
SHOES = {"footwear", "shoes", "shoe", "鞋", "鞋类", "鞋业", "鞋子", "制鞋"}
MOST_WORKERS = 1_000_000

KINDS = {
    **{value: value for value in CompanyKind.values},
    "品牌": "brand",
    "品牌企业": "brand",
    "brand firm": "brand",
    "工厂": "factory",
    "代工厂": "factory",
    "制造企业": "factory",
    "manufacturer": "factory",
    "finished goods": "factory",
    "finished goods - components": "supplier",
    "品牌兼工厂": "both",
    "品牌及工厂": "both",
    "品牌和工厂": "both",
    "brand and factory": "both",
    "材料供应商": "supplier",
    "鞋材": "supplier",
    "material supplier": "supplier",
    "materials": "supplier",
    "研究机构": "institute",
    "机构": "institute",
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
    """Return the band in which so many workers lie."""
    if workers < 100:  # noqa: PLR2004 - the bounds are the bands' names
        return SizeBand.UNDER_100
    if workers < 500:  # noqa: PLR2004
        return SizeBand.FROM_100
    if workers < 2000:  # noqa: PLR2004
        return SizeBand.FROM_500
    return SizeBand.FROM_2000


def size_of(values: Values) -> str:
    """Return the size band: as written, from the workers, or from the middle of a range."""
    if written := values.get("size_band"):
        return str(written)
    workers = values.get("workers")
    if workers is None:
        low, high = values.get("workers_min"), values.get("workers_max")
        known = [number for number in (low, high) if number is not None]
        if not known:
            return ""
        workers = sum(known) // len(known)
    return size_band(workers)


def skip(values: Values) -> str:
    """Leave out the example, places outside the mainland and firms that make no shoes.

    A column that says outright whether it is footwear outweighs the kind of product.
    """
    if values.get("own_reference") == EXAMPLE_REFERENCE:
        return _("The example row of the template.")
    country = values.get("country", "")
    if country and plain(country) not in MAINLAND:
        return _("Not in mainland China: %(country)s.") % {"country": country}
    footwear = values.get("is_footwear")
    product = values.get("product_type", "")
    if footwear is None and product:
        footwear = plain(product) in SHOES or "鞋" in product
    if footwear is False:
        return _("No footwear: %(product)s.") % {"product": product or _("by the sheet")}
    return ""


def judge(values: Values, _options: Mapping[str, Any]) -> list[Problem]:
    """Return what a whole row says that cannot be."""
    low, high = values.get("workers_min"), values.get("workers_max")
    if low is not None and high is not None and high < low:
        return [problem("workers_max", _("The upper number of workers is below the lower one."))]
    return []


_workers = cells.whole_number(0, MOST_WORKERS)

COMPANIES = SheetKind(
    columns=(
        Column(
            "name",
            "企业名称",
            "Company name",
            cells.text(120),
            (
                "name", "名称", "公司名称", "工厂名称", "单位名称", "企业全称", "中文名称", "company",
                "factory", "factory name", "legal name", "supplier", "supplier name", "facility name",
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
            ("english name", "name en", "英文名", "企业英文名称"),
            example="Example Shoes Ltd.",
            width=32,
        ),
        Column(
            "uscc",
            "统一社会信用代码",
            "Unified Social Credit Code",
            cells.uscc,
            ("uscc", "信用代码", "社会信用代码", "信用代码(uscc)", "credit code"),
            width=24,
        ),
        Column(
            "kind",
            "企业类型",
            "Kind",
            cells.choice(KINDS),
            ("kind", "类型", "company kind", "company type"),
            example="工厂",
        ),
        Column(
            "division",
            "行政区划代码",
            "Division code",
            cells.division,
            ("区划代码", "行政区划", "division", "adcode", "cn county code"),
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
            "city", "城市", "City", cells.text(120), ("city", "市", "所在城市", "cn city"), example="莆田"
        ),
        Column(
            "province",
            "省份",
            "Province",
            cells.text(120),
            ("province", "省", "state", "所在省份", "cn prov"),
            example="福建",
        ),
        Column(
            "address",
            "地址",
            "Address",
            cells.shortened(200),
            ("address", "详细地址", "注册地址", "street", "street address"),
            example="示例路 1 号",
            width=32,
        ),
        Column(
            "workers",
            "员工人数",
            "Workers",
            _workers,
            (
                "total workers", "workers", "employees", "职工人数", "职工总数", "人数", "员工总数",
                "number of workers", "从业人数",
            ),
            example="850",
        ),
        Column("workers_min", "员工人数下限", "Workers from", _workers, ("workers min",), in_template=False),
        Column("workers_max", "员工人数上限", "Workers to", _workers, ("workers max",), in_template=False),
        Column("size_band", "规模", "Size", cells.choice(SIZES), ("size", "size band", "企业规模"), in_template=False),
        Column(
            "own_reference",
            "编号",
            "Reference",
            cells.text(80),
            ("row id", "reference", "own reference", "id", "序号", "会员编号", "自有编号", "编码"),
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
        Column("country", "国家", "Country", cells.text(80), ("country", "国家地区", "国别"), in_template=False),
        Column(
            "product_type",
            "产品类型",
            "Product type",
            cells.text(120),
            ("product type", "产品", "products", "主营产品", "product"),
            in_template=False,
        ),
        Column(
            "is_footwear",
            "是否鞋类",
            "Footwear",
            cells.yes_or_no,
            ("is footwear", "鞋类"),
            in_template=False,
        ),
    ),
    judge=judge,
    skip=skip,
    keys=(("uscc",), ("source", "own_reference")),
    allowed={"kind": "company_kinds", "division": "clusters"},
)  # fmt: skip
