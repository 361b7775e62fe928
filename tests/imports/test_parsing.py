"""Files of strangers: every bad one ends in one sentence, and nothing else happens."""

import datetime as dt
import io
import struct
import zipfile

import pytest
from django.utils import translation

from matchmaking.core.sheets import Sheet, write_csv, write_xlsx
from matchmaking.imports import parsing
from matchmaking.imports.parsing import UnreadableFile, parse_sheet

HEADER = ["name", "省份", "pairs"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def xlsx(*rows, header=HEADER):
    return write_xlsx(Sheet("data", header, rows))


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_parse_sheet_reads_csv_in_the_encodings_of_the_trade(encoding):
    table = parse_sheet("name;省份;pairs\r\n莆田示例;福建;1\r\n".encode(encoding))

    assert table.header == HEADER
    assert table.lines == [(2, ["莆田示例", "福建", "1"])]


def test_parse_sheet_reads_xlsx_as_a_person_would_type_it():
    content = xlsx(["a", dt.date(2027, 2, 1), 60_000], [None, None, None], ["b", True, 46.5])

    assert parse_sheet(content).lines == [
        (2, ["a", "2027-02-01", "60000"]),
        (4, ["b", "TRUE", "46.5"]),
    ]


def test_parse_sheet_takes_back_what_our_exports_guard():
    content = write_csv(["a", "b"], [["+86 594", "-"], ["@x", "'y"]])

    assert parse_sheet(content).lines == [(2, ["+86 594", "-"]), (3, ["@x", "'y"])]


def test_parse_sheet_skips_empty_lines_and_keeps_their_numbers():
    table = parse_sheet(b"\n\na,b\n\n1,2\n,\n3\n")

    assert table.header == ["a", "b"]
    assert table.lines == [(5, ["1", "2"]), (7, ["3", ""])]


def test_parse_sheet_judges_by_content_and_not_by_name():
    with pytest.raises(UnreadableFile, match="neither an XLSX nor a CSV"):
        parse_sheet(b"%PDF-1.7\n1 0 obj\n")


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
    "only a header": (b"a,b\n", "no rows"),
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
    "a formula": (repacked(xlsx(["a", "b", 1]), **FORMULA), "Cell C9 holds a formula"),
    "a formula in text": (b"a,b\n1,=1+1\n", "Cell B2 holds a formula"),
    "a formula for Excel alone": (b"a,b\n1,'=1+1\n", None),
    "cells outside": (b"a,b\n1,2\n1,2,3\n", "Cell C3 is in a column without a header"),
    "too many rows": (b"a\n" + b"1\n" * 5_001, "more than 5000 rows"),
    "too many columns": (b"a," * 201 + b"b\n1\n", "more than 200 columns"),
    "too large": (b"a\n" + b"1" * parsing.MAX_UPLOAD, "larger than 2 MB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_parse_sheet_refuses_in_one_sentence(case):
    content, words = REFUSED[case]
    if words is None:
        assert parse_sheet(content).lines[0][1][1] == "'=1+1"
        return

    with pytest.raises(UnreadableFile, match=words):
        parse_sheet(content)


def test_parse_sheet_takes_the_most_that_it_promises():
    rows = [[f"name {n}", "福建", n] for n in range(5_000)]

    assert len(parse_sheet(xlsx(*rows)).lines) == 5_000


def test_parse_sheet_survives_a_child_that_never_ends(monkeypatch):
    monkeypatch.setattr(parsing, "WALL_SECONDS", 0.001)

    with pytest.raises(UnreadableFile, match="too much time or memory"):
        parse_sheet(b"a\n1\n")


def with_cell(cell):
    row = f'<row r="1048576"><c r="{cell}1048576"><v>7</v></c></row></sheetData>'.encode()
    change = {"xl/worksheets/sheet1.xml": lambda data: data.replace(b"</sheetData>", row)}
    return repacked(xlsx(["a", "b", 1]), **change)


def test_parse_sheet_takes_a_cell_far_below():
    assert parse_sheet(with_cell("A")).lines == [
        (2, ["a", "b", "1"]),
        (1_048_576, ["7", "", ""]),
    ]


def test_parse_sheet_refuses_a_sheet_that_claims_the_whole_grid():
    with pytest.raises(UnreadableFile, match=r"too much time or memory|more than 200 columns"):
        parse_sheet(with_cell("XFD"))
