"""Files of strangers: every bad one ends in one sentence, and nothing else happens."""

import datetime as dt
import io
import struct
import zipfile

import pytest
import xlsxwriter
from django.utils import translation

from matchmaking.core.sheets import Sheet, write_csv, write_xlsx
from matchmaking.imports import parsing
from matchmaking.imports.parsing import UnreadableFile, read_workbook

HEADER = ["name", "省份", "pairs"]


def lines_of(content):
    """Return every row of the first sheet with its number."""
    return read_workbook(content).sheets[0].lines


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def xlsx(*rows, header=HEADER):
    return write_xlsx(Sheet("data", header, rows))


def formatted(cells):
    """Return a workbook of one row with a number format for each cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for column, (code, value) in enumerate(cells):
            style = book.add_format({"num_format": code})
            if isinstance(value, dt.date):
                page.write_datetime(0, column, value, style)
            else:
                page.write_number(0, column, value, style)
    return out.getvalue()


def repacked(content, **changes):
    """Return the workbook with parts replaced; the key's __ stands for a slash."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            change = changes.get(name, lambda data: data)
            new.writestr(name, change(old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_read_workbook_reads_csv_in_the_encodings_of_the_trade(encoding):
    lines = lines_of("name;省份;pairs\r\n莆田示例;福建;1\r\n".encode(encoding))

    assert lines == [(1, HEADER), (2, ["莆田示例", "福建", "1"])]


def test_read_workbook_reads_xlsx_as_a_person_would_type_it():
    content = xlsx(["a", dt.date(2027, 2, 1), 60_000], [None, None, None], ["b", True, 46.5])

    assert lines_of(content)[1:] == [
        (2, ["a", "2027-02-01", "60000"]),
        (4, ["b", "TRUE", "46.5"]),
    ]


def test_read_workbook_takes_back_what_our_exports_guard():
    content = write_csv(["a", "b"], [["+86 594", "-"], ["@x", "'y"]])

    assert lines_of(content)[1:] == [(2, ["+86 594", "-"]), (3, ["@x", "'y"])]


def test_read_workbook_skips_empty_lines_and_keeps_their_numbers():
    assert lines_of(b"\n\na,b\n\n1,2\n,\n3\n") == [(3, ["a", "b"]), (5, ["1", "2"]), (7, ["3"])]


def test_read_workbook_judges_by_content_and_not_by_name():
    with pytest.raises(UnreadableFile, match="neither an XLSX nor a CSV"):
        read_workbook(b"%PDF-1.7\n1 0 obj\n")


def lying_about_its_size(content):
    """Return the archive with all sizes in its directory set to 10 bytes."""
    data = bytearray(content)
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<I", data, at + 24, 10)
        at += 4
    return bytes(data)


BIG_PART = {"xl/worksheets/sheet1.xml": lambda data: b" " * (30 * 2**20)}
FORMULA = {
    "xl/worksheets/sheet1.xml": lambda data: data.replace(
        b"<c r=", b'<c r="C9"><f>1+1</f><v>2</v></c><c r=', 1
    )
}
ENTITY = {
    "xl/worksheets/sheet1.xml": lambda data: data.replace(
        b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1
    )
}

REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "neither an XLSX nor a CSV"),
    "a page": (b"<html><table></table></html>", "neither an XLSX nor a CSV"),
    "zeros": (b"a,b\n1,\x002\n", "neither an XLSX nor a CSV"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old XLS format"),
    "half a workbook": (xlsx(["a", "b", 1])[:2000], "damaged"),
    "a broken workbook": (
        repacked(xlsx(["a", "b", 1]), **{"xl/worksheets/sheet1.xml": lambda data: data[:300]}),
        "damaged",
    ),
    "some archive": (
        repacked(xlsx(["a", "b", 1])).replace(b"workbook", b"warkbook"),
        "neither",
    ),
    "a bomb": (repacked(xlsx(["a", "b", 1]), **BIG_PART), "larger than 20 MB"),
    "a bomb that lies": (
        lying_about_its_size(repacked(xlsx(["a", "b", 1]), **BIG_PART)),
        "damaged|larger than 20 MB",
    ),
    "entities": (repacked(xlsx(["a", "b", 1]), **ENTITY), "neither"),
    "too many rows": (b"a\n" + b"1\n" * 5_100, "more than 5000 rows"),
    "a quotation mark that never ends": (b'a,b\n1,"2\n3,4\n', "Row 2: a quotation mark"),
    "damaged text": (
        "企业名称,城市\n".encode() * 20 + b"\xff\n",
        "Row 21: its characters are damaged",
    ),
    "too many columns": (b"a," * 201 + b"b\n1\n", "more than 200 columns"),
    "too large": (b"a\n" + b"1" * parsing.MAX_UPLOAD, "larger than 2 MB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_read_workbook_refuses_in_one_sentence(case):
    content, words = REFUSED[case]

    with pytest.raises(UnreadableFile, match=words):
        read_workbook(content)


def test_formulas_are_marked_by_row_and_column():
    formula = repacked(xlsx(["a", "b", 1]), **FORMULA)

    assert read_workbook(formula).sheets[0].formulas == {1: [2]}
    assert read_workbook(b"a,b\n1,=1+1\n1,'=1+1\n").sheets[0].formulas == {2: [1]}


def test_a_number_is_read_as_its_format_shows_it():
    formats = {
        "00000": 123,
        "$#,##0.00": 6.8,
        '0"双"': 500,
        "0.0%": 0.25,
        "[$€-2] 0": 7,
        '#,##0,"k"': 6000,
    }
    content = formatted(formats.items())

    assert lines_of(content) == [(1, ["00123", "$6.8", "500双", "25%", "€7", "6000"])]


def test_a_month_without_a_day_is_a_month():
    assert lines_of(formatted([("mmm-yy", dt.date(2027, 3, 1))])) == [(1, ["2027年3月"])]


def test_read_workbook_takes_the_most_that_it_promises():
    rows = [[f"name {n}", "福建", n] for n in range(5_000)]

    assert len(lines_of(xlsx(*rows))) == 5_001


def test_read_workbook_survives_a_child_that_never_ends(monkeypatch):
    monkeypatch.setattr(parsing, "WALL_SECONDS", 0.001)

    with pytest.raises(UnreadableFile, match="too much time or memory"):
        read_workbook(b"a\n1\n")


def with_cell(cell):
    row = f'<row r="1048576"><c r="{cell}1048576"><v>7</v></c></row></sheetData>'.encode()
    change = {"xl/worksheets/sheet1.xml": lambda data: data.replace(b"</sheetData>", row)}
    return repacked(xlsx(["a", "b", 1]), **change)


def test_read_workbook_takes_a_cell_far_below():
    assert lines_of(with_cell("A"))[1:] == [(2, ["a", "b", "1"]), (1_048_576, ["7"])]


def test_read_workbook_refuses_a_sheet_that_claims_the_whole_grid():
    with pytest.raises(UnreadableFile, match=r"too much time or memory|more than 200 columns"):
        read_workbook(with_cell("XFD"))
