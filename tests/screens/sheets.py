"""Sheets of posts as companies fill them in."""

import csv
import datetime as dt
import io

from django.utils import translation

from matchmaking.imports import sheet_templates

# What differs from the template's example in the rows of a sheet: those that are right, the others.
SHEET_ROWS = {
    "orders": (
        [
            {"标题": "2027 春季 缓震跑鞋"},
            {"标题": "2027 春季 网面慢跑鞋", "双数": "24000", "最小拆单双数": "8000", "目标单价(元/双)": "52.00"},
            {"标题": "2027 春夏 复古板鞋", "品类": "运动休闲鞋", "双数": "36000", "最小拆单双数": "9000"},
            {"标题": "2027 春夏 高帮帆布鞋", "品类": "硫化鞋(帆布鞋)", "工艺": "硫化", "目标单价(元/双)": "38.50"},
            {"标题": "2027 春夏 沙滩凉鞋", "品类": "凉鞋", "工艺": "", "双数": "18000", "最小拆单双数": "6000"},
            {"标题": "2027 秋冬 防泼水徒步鞋", "品类": "户外登山鞋/徒步鞋", "目标单价(元/双)": "108.00"},
        ],
        [
            {"自有编号": "OR-001", "标题": "2027 春季 缓震跑鞋（改）"},
            {"标题": "2027 秋冬 雪地靴", "品类": "雪地靴", "目标单价(元/双)": "面议"},
            {"标题": "2027 秋冬 居家棉拖", "品类": "拖鞋", "双数": "", "交货周": "年底前"},
        ],
    ),
    "offers": (
        [
            {"标题": "1 号线 跑鞋"},
            {"标题": "2 号线 训练鞋", "每周双数": "6000"},
            {"标题": "3 号线 帆布鞋", "品类": "硫化鞋(帆布鞋)", "工艺": "硫化", "每周双数": "12000"},
            {"标题": "4 号线 板鞋", "品类": "运动休闲鞋", "最低单价(元/双)": "38"},
            {"标题": "5 号线 凉鞋", "品类": "凉鞋", "工艺": "", "每周双数": "8000"},
            {"标题": "6 号线 徒步鞋", "品类": "户外登山鞋/徒步鞋", "最低单价(元/双)": "86", "最高单价(元/双)": "110"},
        ],
        [
            {"自有编号": "OF-001", "标题": "1 号线 跑鞋（改）"},
            {"标题": "7 号线 雪地靴", "品类": "雪地靴", "起订量(双)": "可谈"},
            {"标题": "8 号线 拖鞋", "品类": "拖鞋", "工艺": "", "每周双数": "满产"},
        ],
    ),
}  # fmt: skip


def filled_in(kind: str, today: dt.date) -> bytes:
    """Return a sheet as a company fills it in: six rows that are right, three that are not."""
    with translation.override("zh-hans"):
        blank = sheet_templates.template_csv(kind, is_officer=False, today=today).decode(
            "utf-8-sig"
        )
    header, example, *_more = csv.reader(io.StringIO(blank))
    right, wrong = SHEET_ROWS[kind]
    first = dict(zip(header, example, strict=True))
    rows = [
        first | {"自有编号": f"{kind[:2].upper()}-{n + 1:03}"} | row for n, row in enumerate(right)
    ]
    rows += [first | {"自有编号": f"{kind[:2].upper()}-10{n}"} | row for n, row in enumerate(wrong)]
    written = io.StringIO()
    writer = csv.DictWriter(written, header)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()
