"""The pages of an import: who sees them, what they show, what their buttons do."""

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from accounts.models import Company
from matchmaking.core import jobs
from matchmaking.imports import queries, rules, services, worker
from matchmaking.imports.columns import SHEETS
from matchmaking.imports.models import ImportBatch, ImportKind
from matchmaking.imports.parsing import read_workbook
from matchmaking.imports.queries import Stage
from matchmaking.listings.models import ProcessingOrder
from matchmaking.notifications.models import OutboxMessage
from tests.factories import UserFactory
from tests.imports.support import import_file, send, start, work_all

GOOD = "name,city,total_workers\n示例鞋业有限公司,莆田,850\n"
LIST_QUERIES = 6


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def page(batch, name="import-detail"):
    return reverse(f"imports:{name}", args=[batch.code])


def upload(text, name="list.csv"):
    return SimpleUploadedFile(name, text.encode(), content_type="application/octet-stream")


def test_the_whole_way_of_a_file(officer, signed_in):
    client = signed_in(officer)
    new = reverse("imports:import-new", args=["companies"])
    assert client.get(new).status_code == 200

    sent = client.post(new, {"file": upload(GOOD), "source": "list 2027", "kind": "factory"})
    batch = ImportBatch.objects.get()
    assert (sent.status_code, sent.url) == (302, page(batch))
    reading = client.get(page(batch)).content.decode()
    assert "every 2s" in reading
    assert 'http-equiv="refresh"' in reading
    assert Company.objects.count() == 0

    work_all()
    ready = client.get(page(batch)).content.decode()
    assert "every 2s" not in ready
    assert "Import 1 row" in ready
    assert Company.objects.count() == 0

    assert client.post(page(batch, "import-start")).status_code == 302
    assert "Rows imported" in client.get(page(batch)).content.decode()
    work_all()
    assert "All rows are done." in client.get(page(batch)).content.decode()
    assert Company.objects.get().source == "list 2027"


def test_a_file_that_cannot_be_read_says_why(officer, signed_in):
    batch = send(officer, ImportKind.COMPANIES, b"\x89PNG\r\n\x1a\n\x00")

    shown = signed_in(officer).get(page(batch)).content.decode()

    assert "This is neither an XLSX nor a CSV file" in shown
    assert ImportBatch.objects.get().content is None


def test_a_mapping_is_corrected_and_remembered(officer, signed_in):
    client = signed_in(officer)
    content = "Firma,Ort\n示例鞋业有限公司,莆田\n".encode()
    batch = send(officer, ImportKind.COMPANIES, content)
    assert queries.counts_of(batch)["failed"] == 1

    assert client.post(page(batch, "import-mapping"), {"name": "0", "city": "1"}).status_code == 302
    work_all()
    assert queries.counts_of(batch)["ready"] == 1

    again = send(officer, ImportKind.COMPANIES, content)
    assert again.mapping == {"name": 0, "city": 1}
    assert queries.counts_of(again)["ready"] == 1


def test_a_mapping_that_reads_a_column_twice_is_refused(officer, signed_in):
    batch = send(officer, ImportKind.COMPANIES, GOOD.encode())
    before = batch.mapping

    answer = signed_in(officer).post(page(batch, "import-mapping"), {"name": "0", "city": "0"})

    assert answer.status_code == 422
    assert "reads this column already" in answer.content.decode()
    assert ImportBatch.objects.get().mapping == before


def test_wrong_rows_come_back_as_a_sheet_that_can_be_corrected_and_sent(officer, signed_in):
    text = "name,city,total_workers\n=甲示例,莆田,1\n乙示例,晋江,many\n".replace("=", "@")
    batch = import_file(officer, ImportKind.COMPANIES, text.encode())

    answer = signed_in(officer).get(page(batch, "import-errors"))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["name", "city", "total_workers", "Problems"],
        ["乙示例", "晋江", "many", "Workers: “many” is not a number: write digits only."],
    ]
    corrected = answer.content.replace(b",many,", b",500,")
    second = import_file(officer, ImportKind.COMPANIES, corrected)
    assert queries.counts_of(second)["created"] == 1
    assert Company.objects.count() == 2


def test_cancel_stops_and_go_on_finishes(officer, signed_in, monkeypatch):
    client = signed_in(officer)
    monkeypatch.setattr(worker, "CHUNK", 20)
    rows = "".join(f"示例{n}号鞋业有限公司,莆田,{n}\n" for n in range(45))
    batch = start(send(officer, ImportKind.COMPANIES, f"name,city,id\n{rows}".encode()), officer)
    advance = jobs.advance

    def cancel_after_the_first_rows(job, done, **figures):
        advance(job, done, **figures)
        if done == 20:
            services.cancel_import(batch=batch)

    monkeypatch.setattr(jobs, "advance", cancel_after_the_first_rows)
    work_all()
    monkeypatch.setattr(jobs, "advance", advance)

    batch.refresh_from_db()
    assert queries.stage_of(batch) == Stage.CANCELLED
    assert Company.objects.count() == 20
    assert "Continue" in client.get(page(batch)).content.decode()

    client.post(page(batch, "import-start"))
    work_all()
    batch.refresh_from_db()
    assert queries.stage_of(batch) == Stage.DONE
    assert queries.counts_of(batch)["created"] == Company.objects.count() == 45


def test_cancel_before_the_worker_begins_imports_nothing(officer, signed_in):
    batch = start(send(officer, ImportKind.COMPANIES, GOOD.encode()), officer)

    assert signed_in(officer).post(page(batch, "import-cancel")).status_code == 302
    work_all()

    assert Company.objects.count() == 0
    batch.refresh_from_db()
    assert queries.stage_of(batch) == Stage.CANCELLED


def test_a_second_start_is_refused(officer, signed_in):
    client = signed_in(officer)
    batch = start(send(officer, ImportKind.COMPANIES, GOOD.encode()), officer)

    answer = client.post(page(batch, "import-start"), follow=True)

    assert "The import has moved on meanwhile" in answer.content.decode()
    assert OutboxMessage.objects.filter(kind=services.MESSAGE).count() == 2


@pytest.mark.parametrize("name", ["import-detail", "import-errors"])
def test_an_import_is_hidden_from_strangers(officer, brand, signed_in, name):
    batch = send(officer, ImportKind.COMPANIES, GOOD.encode())

    assert signed_in(brand).get(page(batch, name)).status_code == 404


@pytest.mark.parametrize(
    "name", ["import-answer", "import-mapping", "import-start", "import-cancel", "import-undo"]
)
def test_an_import_is_not_touched_by_strangers(officer, brand, signed_in, name):
    batch = send(officer, ImportKind.COMPANIES, GOOD.encode())

    assert signed_in(brand).post(page(batch, name)).status_code == 404
    assert OutboxMessage.objects.filter(kind=services.MESSAGE).count() == 1


def test_an_officer_sees_a_members_import_and_does_not_start_it(
    officer, brand, brand_company, signed_in
):
    batch = send(brand, ImportKind.ORDERS, b"a,b\n1,2\n", company=brand_company)
    client = signed_in(officer)

    assert client.get(page(batch)).status_code == 200
    assert client.post(page(batch, "import-start")).status_code == 403


@pytest.mark.parametrize(("kind", "status"), [("companies", 403), ("orders", 200), ("offers", 403)])
def test_members_import_what_their_company_posts(brand, signed_in, kind, status):
    client = signed_in(brand)

    assert client.get(reverse("imports:import-new", args=[kind])).status_code == status
    assert client.get(reverse("imports:import-template", args=[kind, "xlsx"])).status_code == status


@pytest.mark.parametrize("number", [1, 3])
def test_import_list_query_count(
    brand, brand_company, signed_in, number, django_assert_num_queries
):
    for _ in range(number):
        send(brand, ImportKind.ORDERS, b"a,b\n1,2\n", company=brand_company)
    client = signed_in(brand)

    with django_assert_num_queries(LIST_QUERIES):
        shown = client.get(reverse("imports:import-list"))

    assert shown.content.decode().count("list.csv") == number


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", ImportKind.values)
def test_a_template_is_read_as_it_was_given_and_makes_nothing(officer, signed_in, kind, language):
    officer.language = language
    officer.save()
    client = signed_in(officer)
    headers = {"accept-language": language}
    for suffix in ("xlsx", "csv"):
        answer = client.get(
            reverse("imports:import-template", args=[kind, suffix]), headers=headers
        )
        rows = read_workbook(answer.content).sheets[0].lines
        batch = send(officer, kind, answer.content)

        assert answer.headers["Content-Disposition"].startswith("attachment")
        wanted = {c.name for c in SHEETS[kind].columns if c.in_template}
        assert set(batch.mapping) == wanted
        counts = queries.counts_of(batch)
        assert counts["skipped"] == counts["total"] == len(rows) - 1


def test_a_template_lists_what_is_allowed(officer, signed_in):
    answer = signed_in(officer).get(reverse("imports:import-template", args=["orders", "xlsx"]))

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.sheet_names) == 3
    cells = {cell for row in book.get_sheet_by_index(1).to_python() for cell in row}
    assert {"运动鞋", "athletic", "cemented", "网布", "amfori_bsci", "品牌企业提供"} <= cells
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_members_find_no_company_column_in_their_template(brand, signed_in):
    answer = signed_in(brand).get(reverse("imports:import-template", args=["orders", "csv"]))

    header = next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "Company name" not in header
    assert ProcessingOrder.objects.count() == 0


def test_a_question_is_answered_by_one_click(officer, signed_in):
    client = signed_in(officer)
    batch = send(
        officer, ImportKind.COMPANIES, "会员编号,企业名称\n1,示例甲鞋厂\n2,示例乙鞋厂\n".encode()
    )
    shown = client.get(page(batch)).content.decode()
    assert "Questions about the file" in shown
    assert "Import 2 rows" not in shown

    answered = {"key": "reference:会员编号", "value": "lasting"}
    assert client.post(page(batch, "import-answer"), answered).status_code == 302
    work_all()

    assert "Import 2 rows" in client.get(page(batch)).content.decode()
    refused = client.post(page(batch, "import-answer"), {"key": "x", "value": "y"}, follow=True)
    assert "This answer was not among those offered" in refused.content.decode()


def test_an_import_is_undone_by_its_button(officer, signed_in):
    client = signed_in(officer)
    batch = import_file(officer, ImportKind.COMPANIES, GOOD.encode())
    assert "Undo this import" in client.get(page(batch)).content.decode()

    assert client.post(page(batch, "import-undo")).status_code == 302
    work_all()

    assert Company.objects.count() == 0
    assert "The import is undone" in client.get(page(batch)).content.decode()


def test_contacts_in_a_sheet_are_shown_to_whom_they_may_be(officer, signed_in):
    text = "企业名称,联系电话\n示例甲鞋厂,13800000000\n"
    batch = send(officer, ImportKind.COMPANIES, text.encode())
    assert "13800000000" in signed_in(officer).get(page(batch)).content.decode()

    other = UserFactory(is_staff=True)
    assert not rules.can_see_contacts(other, batch)
    lines = queries.row_lines(batch, batch.rows.all(), with_contacts=False)
    assert [cell.cell for cell in lines[0].cells] == ["示例甲鞋厂", "•••"]
