"""Officers import companies: twice the same file, other files, files at the same moment."""

import contextlib
import csv
import io
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import translation

from accounts.choices import CompanyKind, SizeBand, VerificationTier
from accounts.models import Company, ListEntry
from accounts.states import CompanyStatus
from matchmaking.core.errors import NotAllowed
from matchmaking.core.states import JobState
from matchmaking.imports import previews, queries, services, worker
from matchmaking.imports.models import ImportBatch, ImportKind
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.notifications.models import OutboxMessage
from tests.factories import CompanyFactory, MembershipFactory
from tests.imports.support import (
    answer,
    asked,
    import_file,
    outcomes,
    problems,
    run,
    send,
    start,
    work_all,
)

SHEETS = Path(__file__).parent / "sheets"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def sheet(*rows, header="name,uscc,city,total_workers,id"):
    return "\n".join([header, *rows]).encode()


ROWS = ("甲示例鞋业有限公司,91350300MA2XXXXX0X,莆田,850,M-1", "乙示例鞋业有限公司,,晋江,60,M-2")


def test_import_lists_companies(officer):
    batch = import_file(officer, ImportKind.COMPANIES, sheet(*ROWS), source="名单")

    assert queries.counts_of(batch)["created"] == 2
    first, second = Company.objects.order_by("pk")
    assert (first.name_zh, first.uscc, first.division_code, first.cluster.code) == (
        "甲示例鞋业有限公司",
        "91350300MA2XXXXX0X",
        "350300",
        "350300",
    )
    assert (first.size_band, first.kind) == (SizeBand.FROM_500, CompanyKind.FACTORY)
    assert (first.status, first.tier) == (CompanyStatus.ACTIVE, VerificationTier.NONE)
    assert not first.verifications.exists()
    assert (first.source, first.own_reference) == ("名单", "M-1")
    assert list(first.memberships.all()) == []
    assert second.cluster.code == "350582"


def test_import_makes_no_post_in_the_name_of_a_real_firm(officer):
    import_file(officer, ImportKind.COMPANIES, sheet(*ROWS))

    assert (ProcessingOrder.objects.count(), CapacityOffer.objects.count()) == (0, 0)


def test_import_of_the_same_file_changes_nothing(officer):
    import_file(officer, ImportKind.COMPANIES, sheet(*ROWS))
    before = list(Company.objects.order_by("pk").values())

    batch = import_file(officer, ImportKind.COMPANIES, sheet(*ROWS))

    assert queries.counts_of(batch)["unchanged"] == 2
    assert list(Company.objects.order_by("pk").values()) == before


def test_import_of_a_corrected_file_updates(officer):
    import_file(officer, ImportKind.COMPANIES, sheet(*ROWS))

    batch = import_file(
        officer, ImportKind.COMPANIES, sheet(ROWS[0], "乙示例鞋业有限公司,,晋江,600,M-2")
    )

    counts = queries.counts_of(batch)
    assert (counts["updated"], counts["unchanged"], counts["total"]) == (1, 1, 2)
    assert Company.objects.get(own_reference="M-2").size_band == SizeBand.FROM_500


def test_import_finds_a_company_by_uscc_before_its_reference(officer):
    import_file(officer, ImportKind.COMPANIES, sheet(ROWS[0]), source="one")

    batch = import_file(
        officer,
        ImportKind.COMPANIES,
        sheet("改名鞋业有限公司,91350300MA2XXXXX0X,莆田,850,77"),
        source="other",
    )

    assert queries.counts_of(batch)["updated"] == 1
    company = Company.objects.get()
    assert (company.name_zh, company.source, company.own_reference) == (
        "改名鞋业有限公司",
        "one",
        "M-1",
    )


@pytest.mark.parametrize(
    ("city", "outcome"),
    [
        ("莆田", "keep"),
        ("荔城区", "update"),
        ("", "keep"),
        ("晋江", "asked"),
        ("福建", "keep"),
        ("广东", "asked"),
    ],
)
def test_import_finds_a_company_by_name_where_the_place_fits(officer, city, outcome):
    CompanyFactory(
        name_zh="甲示例鞋业有限公司", division_code="350300", tier="listed", kind="factory"
    )

    batch = send(
        officer, ImportKind.COMPANIES, sheet(f"甲示例鞋业有限公司,,{city},,M-5"), source="one"
    )

    assert outcomes(batch) == {2: outcome}
    if outcome != "asked":
        run(batch, officer)
    assert Company.objects.filter(division_code="350304").count() == (city == "荔城区")


def test_import_keeps_a_finer_place_against_a_coarser_one(officer):
    company = CompanyFactory(name_zh="甲示例鞋业有限公司", division_code="350304", kind="factory")

    import_file(officer, ImportKind.COMPANIES, sheet("甲示例鞋业有限公司,,莆田,,"))

    company.refresh_from_db()
    assert company.division_code == "350304"


def test_import_asks_which_company_is_meant(officer):
    for division in ("350302", "350304"):
        CompanyFactory(name_zh="甲示例鞋业有限公司", division_code=division)

    batch = send(officer, ImportKind.COMPANIES, sheet("甲示例鞋业有限公司,,莆田,,"))

    assert problems(batch) == {2: [("", "Several companies are called so: which one is it?")]}
    choices = queries.questions_of(batch)[0].choices
    assert [one.value for one in choices] == [
        *(str(company.code) for company in Company.objects.order_by("pk")),
        "new",
    ]


def test_import_leaves_the_record_of_a_company_with_people_alone(officer, factory_company):
    factory_company.uscc = "91350300MA2XXXXX0X"
    factory_company.save()
    MembershipFactory(company=factory_company)
    before = Company.objects.values().get()

    batch = send(officer, ImportKind.COMPANIES, sheet(ROWS[0]))

    assert queries.counts_of(batch)["skipped"] == 1
    assert Company.objects.values().get() == before


def test_a_list_still_names_a_company_with_people(officer, factory_company):
    factory_company.uscc = "91350300MA2XXXXX0X"
    factory_company.save()
    MembershipFactory(company=factory_company)

    batch = import_file(officer, ImportKind.COMPANIES, sheet(*ROWS))

    assert outcomes(batch) == {2: "skipped", 3: "created"}
    assert ListEntry.objects.get(company=factory_company).name_zh == "甲示例鞋业有限公司"


def test_import_warns_of_a_uscc_that_fails_and_takes_it(officer):
    import_file(officer, ImportKind.COMPANIES, sheet("甲示例,913503001234567890,莆田,,1"))

    assert Company.objects.get().uscc_warning != ""


def test_import_names_what_is_wrong_by_row_and_column(officer):
    batch = send(
        officer,
        ImportKind.COMPANIES,
        sheet(
            ",91350300MA2XXXXX0X,莆田,850,1",
            "甲示例,1.23e+17,莆田,many,2",
            "乙示例,,,,3",
            "丙示例,,,,3",
        ),
    )

    assert problems(batch) == {
        2: [("name", "This is required and stands empty.")],
        3: [
            (
                "uscc",
                (
                    "“1.23e+17” is no Unified Social Credit Code: it has 18 digits and letters. "
                    "Format the column as text, so that the spreadsheet keeps all digits."
                ),
            ),
            ("workers", "“many” is not a number: write digits only."),
        ],
        5: [("own_reference", "“3” stands in row 4 already: keep one of the two.")],
    }
    assert queries.counts_of(batch)["ready"] == 1


def test_import_leaves_out_foreign_firms_and_other_trades_with_a_reason(officer):
    header = "name,country,product_type,is_footwear"
    batch = import_file(
        officer,
        ImportKind.COMPANIES,
        sheet(
            "A Co.,Vietnam,Footwear,",
            "B Co.,China,Apparel,",
            "C Co.,China,Footwear,",
            "D Co.,中国,Materials,1",
            "E Co.,China,Footwear,0",
            header=header,
        ),
    )

    assert problems(batch) == {
        2: [("", "Not in mainland China: Vietnam.")],
        3: [("", "No footwear: Apparel.")],
        6: [("", "No footwear: Footwear.")],
    }
    assert set(Company.objects.values_list("name_en", flat=True)) == {"C Co.", "D Co."}


def test_import_maps_a_public_list_by_itself(officer):
    content = (SHEETS / "supplier_list.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode())))

    batch = send(officer, ImportKind.COMPANIES, content)
    assert asked(batch) == ["reference:row_id"]
    batch = run(answer(batch, officer, reference="lasting"), officer)

    counts = queries.counts_of(batch)
    assert (counts["created"], counts["total"]) == (len(rows), len(rows))
    company = Company.objects.get(source="list-b", own_reference="12")
    assert (company.division_code, company.cluster.code, company.size_band) == (
        "350582",
        "350582",
        SizeBand.FROM_100,
    )


def test_members_do_not_import_companies(brand, brand_company):
    with pytest.raises(NotAllowed):
        services.send_file(
            kind=ImportKind.COMPANIES,
            company=brand_company,
            name="a.csv",
            content=sheet(*ROWS),
            options={},
            by=brand,
        )

    assert (ImportBatch.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_a_message_that_comes_again_makes_nothing_twice(officer):
    batch = import_file(officer, ImportKind.COMPANIES, sheet(*ROWS))
    before = list(Company.objects.order_by("pk").values())

    for message in OutboxMessage.objects.filter(kind=services.MESSAGE):
        worker.work(batch_id=message.subject["batch"], job_id=message.subject["job"])

    assert list(Company.objects.order_by("pk").values()) == before
    assert queries.counts_of(batch)["created"] == 2


def import_at_once(officer, rows):
    """Let two workers import the same rows at the same moment; return both outcomes."""
    sent = [send(officer, ImportKind.COMPANIES, sheet(*rows)) for _ in range(2)]
    batches = [start(batch, officer) for batch in sent]
    threads = [threading.Thread(target=run_alone, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [ImportBatch.objects.get(pk=b.pk).job.state for b in batches] == [JobState.DONE] * 2
    return [queries.counts_of(batch) for batch in batches]


def run_alone(batch):
    try:
        worker.work(batch_id=batch.pk, job_id=batch.job_id)
    finally:
        connection.close()


@pytest.fixture
def meeting(monkeypatch):
    """Make two workers meet between plan and writing, where no lock keeps them apart."""
    barrier = threading.Barrier(2)

    def plan_together(*args, **options):
        planned = plan(*args, **options)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=1)
        return planned

    plan = previews.planned_rows
    monkeypatch.setattr(previews, "planned_rows", plan_together)


SAME = [f"示例{n}号鞋业有限公司,,莆田,{n}," for n in range(30)]


@pytest.mark.django_db(transaction=True)
def test_two_officers_with_the_same_list_make_each_company_once(officer, meeting):
    counts = import_at_once(officer, SAME)

    assert Company.objects.count() == 30
    assert sorted(count["created"] + 100 * count["unchanged"] for count in counts) == [30, 3000]


@pytest.mark.django_db(transaction=True)
def test_control_without_taking_turns_companies_are_doubled(officer, meeting, monkeypatch):
    monkeypatch.setattr(worker, "COMPANY_LOCK", None)  # a null key locks nothing

    counts = import_at_once(officer, SAME)

    assert Company.objects.count() > 30
    assert sum(count["created"] for count in counts) > 30


def test_send_file_publishes_in_the_same_transaction(officer):
    with transaction.atomic():
        batch = send(officer, ImportKind.COMPANIES, sheet(*ROWS), read=False)
        transaction.set_rollback(True)

    assert not ImportBatch.objects.filter(pk=batch.pk).exists()
    assert OutboxMessage.objects.count() == 0
    assert work_all() == 0
