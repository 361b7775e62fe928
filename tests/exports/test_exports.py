"""Lists saved as files: what the filters show, nothing else, and no formula."""

import csv
import datetime as dt
import io
import json
import tracemalloc

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from matchmaking.core import jobs
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.models import Job
from matchmaking.exports import services, writers
from matchmaking.exports.models import ListExport
from matchmaking.notifications import delivery
from matchmaking.notifications.models import OutboxMessage
from tests.admin.conftest import signed_in
from tests.factories import CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/exports/"


@pytest.fixture(autouse=True)
def english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def desk(officer):
    officer.language = "en"
    officer.save()
    return signed_in(officer)


def ask(desk, *, model="accounts.company", query="", file_format="csv"):
    desk.post(LIST, {"model": model, "query": query, "file_format": file_format})
    return ListExport.objects.latest("pk")


def work():
    for row in OutboxMessage.objects.filter(kind="exports.write", state="pending"):
        delivery.deliver(row.pk)


def content(desk, export):
    answer = desk.get(reverse("exports:export-file", args=[export.code]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_file_holds_what_the_filters_show(desk):
    CompanyFactory(name_zh="在册鞋厂", kind="factory")
    CompanyFactory(name_zh="品牌公司", kind="brand")

    export = ask(desk, query="kind__exact=factory")
    work()

    told = content(desk, export)
    assert told.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(told.decode("utf-8-sig"))))
    assert [row for row in rows if "在册鞋厂" in row]
    assert not [row for row in rows if "品牌公司" in row]
    job = Job.objects.get(pk=export.job_id)
    assert (job.state, job.result) == ("done", {"rows": len(rows) - 1})


def test_json_and_xlsx_hold_the_same_rows(desk):
    for number in range(3):
        CompanyFactory(name_zh=f"鞋厂{number}")
    as_json, as_xlsx = ask(desk, file_format="json"), ask(desk, file_format="xlsx")
    work()

    found = json.loads(content(desk, as_json))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content(desk, as_xlsx))).get_sheet_by_index(0)
    header, *rows = sheet.to_python()
    assert list(found[0]) == header
    assert len(found) == len(rows) >= 3


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_no_cell_becomes_a_formula(start):
    out = io.BytesIO()
    writers.write_csv(out, "x", ["a"], [[start]])
    (cell,) = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))[1]
    assert cell == f"'{start}"

    out = io.BytesIO()
    writers.write_xlsx(out, "x", ["a"], [[start]])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0)
    assert sheet.to_python()[1] == [start]


@pytest.mark.parametrize("file_format", ["csv", "json", "xlsx"])
def test_memory_does_not_grow_with_the_rows(file_format, tmp_path):
    def peak(count):
        rows = ([f"莆田市第{number}鞋厂有限公司", number, "备注" * 10] for number in range(count))
        with (tmp_path / f"{count}").open("wb") as file:
            tracemalloc.start()
            writers.WRITERS[file_format](file, "x", ["a", "b", "c"], rows)
            used = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return used

    peak(10)
    assert peak(6_000) < peak(2_000) + 100_000


def test_list_without_columns_of_its_own_is_saved_as_it_is_shown(desk, officer):
    export = ask(desk, model="accounts.user")
    work()

    assert officer.email in content(desk, export).decode()


def test_person_who_may_not_see_the_list_asks_for_nothing(settings):
    settings.OFFICERS_NEED_TOTP = False
    clerk = signed_in(UserFactory(is_staff=True))

    answer = clerk.post(LIST, {"model": "accounts.company", "file_format": "csv"})

    assert answer.status_code == 403
    assert not ListExport.objects.exists()


def test_right_is_asked_again_when_it_is_written_and_when_it_is_taken(desk, officer):
    done, waiting = ask(desk), None
    work()
    waiting = ask(desk)
    officer.groups.clear()
    work()

    assert Job.objects.get(pk=waiting.job_id).state == "failed"
    assert desk.get(reverse("exports:export-file", args=[done.code])).status_code == 404


def test_files_are_not_shared(desk, settings):
    settings.OFFICERS_NEED_TOTP = False
    export = ask(desk)
    work()
    other = signed_in(UserFactory(is_staff=True, is_superuser=True))

    assert other.get(reverse("exports:export-file", args=[export.code])).status_code == 404
    assert other.post(reverse("exports:export-cancel", args=[export.code])).status_code == 404
    assert export.name not in other.get(LIST).content.decode()


def test_job_that_was_stopped_writes_nothing(desk):
    export = ask(desk)
    desk.post(reverse("exports:export-cancel", args=[export.code]))
    work()

    export.refresh_from_db()
    assert (Job.objects.get(pk=export.job_id).state, export.file.name) == ("cancelled", "")


def test_running_job_stops_at_its_next_step(desk, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 1)
    monkeypatch.setattr(services.jobs, "is_cancelled", lambda job: True)
    CompanyFactory()
    export = ask(desk)
    work()

    export.refresh_from_db()
    assert (Job.objects.get(pk=export.job_id).state, export.file.name) == ("cancelled", "")


def test_list_that_takes_too_long_ends_with_a_reason(desk, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 1)
    monkeypatch.setattr(services, "MOST_SECONDS", -1.0)
    CompanyFactory()
    export = ask(desk)
    work()

    job = Job.objects.get(pk=export.job_id)
    assert (job.state, job.note) == (
        "failed",
        "The list is too long for one file: narrow its filters.",
    )


def test_unknown_filter_fails_with_a_reason(desk):
    export = ask(desk, query="nonsense__exact=1")
    work()

    assert Job.objects.get(pk=export.job_id).state == "failed"


def test_unknown_list_and_format_are_refused(officer):
    for values in ({"model": "no.where"}, {"file_format": "exe"}):
        given = {"model": "accounts.company", "query": "", "file_format": "csv"} | values
        with pytest.raises(InvalidInput):
            services.ask_export(by=officer, **given)


def test_three_at_once_are_enough(desk, officer):
    for _number in range(3):
        ask(desk)
    with pytest.raises(Conflict):
        services.ask_export(model="accounts.company", query="", file_format="csv", by=officer)


def test_file_is_kept_seven_days(desk):
    export = ask(desk)
    work()
    export.refresh_from_db()
    path = export.file.path

    assert services.forget_old(at=timezone.now() + dt.timedelta(days=6)) == 0
    assert services.forget_old(at=timezone.now() + dt.timedelta(days=8)) == 1
    with pytest.raises(FileNotFoundError):
        open(path, "rb")  # noqa: PTH123, SIM115 - it is not there


def test_page_shows_the_files_and_lists_offer_the_button(desk):
    export = ask(desk)
    assert "Stop" in desk.get(LIST).content.decode()
    work()

    page = desk.get(LIST).content.decode()
    assert reverse("exports:export-file", args=[export.code]) in page
    assert "Save all rows" in desk.get("/admin/accounts/company/").content.decode()


def test_second_delivery_writes_nothing_again(desk):
    export = ask(desk)
    work()
    export.refresh_from_db()
    before = export.file.name

    services.write_export(ListExport.objects.get(pk=export.pk))

    export.refresh_from_db()
    assert export.file.name == before
    with transaction.atomic():
        assert jobs.request_cancel(job=export.job).state == "done"
