import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from matchmaking.core.sheets import FORMULA_STARTS, Sheet, guard, unguard, write_csv, write_xlsx

ATTACKS = [f"{start}cmd|' /C calc'!A0" for start in FORMULA_STARTS]


@pytest.mark.parametrize("attack", ATTACKS)
def test_guard_disarms_every_start_of_a_formula(attack):
    assert guard(attack) == f"'{attack}"
    assert unguard(guard(attack)) == attack


@pytest.mark.parametrize("cell", ["莆田", "a=b", "60,000", "'quoted'", "", " =1"])
def test_guard_leaves_plain_text_alone(cell):
    assert guard(cell) == cell
    assert unguard(cell) == cell


def test_guard_leaves_numbers_numbers():
    assert [guard(cell) for cell in (-5, Decimal("-1.50"), None, True)] == [
        "-5",
        "-1.50",
        "",
        "TRUE",
    ]


def test_write_csv_reads_back_with_its_chinese_and_without_formulas():
    content = write_csv(["名称", "=x"], [["莆田 示例", "+1"], [dt.date(2027, 2, 1), 3]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [
        ["名称", "'=x"],
        ["莆田 示例", "'+1"],
        ["2027-02-01", "3"],
    ]


@pytest.mark.parametrize("attack", ATTACKS)
def test_write_xlsx_writes_no_formula(attack):
    content = write_xlsx(Sheet("a", [attack], [[attack]]))

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert workbook.get_sheet_by_index(0).to_python() == [[attack], [attack]]


def test_write_xlsx_keeps_types():
    rows = [[1, Decimal("46.50"), dt.date(2027, 2, 1), True, None, "0012"]]

    content = write_xlsx(Sheet("一", list("abcdef"), rows), Sheet("二", ["x"], []))

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert workbook.sheet_names == ["一", "二"]
    assert workbook.get_sheet_by_index(0).to_python()[1] == [
        1.0,
        46.5,
        dt.date(2027, 2, 1),
        True,
        "",
        "0012",
    ]
