"""``make bench-imports``: sheets of 5,000 rows, read, written, and sent again.

Companies by an officer, orders by a brand, capacity of eight weeks by a factory; each step by the worker's own
code, as messages of the outbox would call it. The goal is 15 s for reading and writing together on two cores;
``cpu`` is the processor time of worker and server together, which other work on the machine hardly moves.
"""

import csv
import datetime as dt
import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.utils import timezone  # noqa: E402
from stdnum.cn import uscc  # noqa: E402

from accounts.choices import CompanyKind  # noqa: E402
from accounts.models import Cluster, Company, User  # noqa: E402
from accounts.services import review  # noqa: E402
from accounts.services.companies import register_company  # noqa: E402
from accounts.services.people import create_verified_person  # noqa: E402
from benchmarks.database import server_seconds  # noqa: E402
from matchmaking.core import weeks  # noqa: E402
from matchmaking.core.states import JobState  # noqa: E402
from matchmaking.imports import services, worker  # noqa: E402
from matchmaking.imports.models import ImportBatch, ImportKind, RowOutcome  # noqa: E402

ROWS = int(os.environ.get("BENCH_ROWS", "5000"))
PLANNED_WEEKS = 8
SHOES = ("运动鞋", "跑鞋", "凉鞋", "男士皮鞋", "雨鞋")
PLACES = ("福建省泉州市晋江市", "福建省莆田市荔城区", "浙江省温州市瓯海区", "广东省东莞市厚街镇")
Row = Sequence[object]


def companies(first: int) -> Iterator[Row]:
    yield "企业名称", "统一社会信用代码", "地址", "产品", "联系电话"
    for n in range(ROWS):
        body = f"91350582MA{n:07d}"
        code = body + uscc.calc_check_digit(body)
        phone = f"138{first:02d}{n:06d}"
        yield f"示例{n:05d}鞋业有限公司", code, PLACES[n % len(PLACES)], SHOES[n % 5], phone


def orders(first: int) -> Iterator[Row]:
    yield "订单号", "标题", "品类", "数量(双)", "目标单价(元/双)", "交货期"
    due = timezone.localdate() + dt.timedelta(weeks=20)
    for n in range(ROWS):
        pairs = f"{6_000 + 10 * (n % 900) + first:,}"
        yield f"PO-{n:05d}", f"款{n:05d}", SHOES[n % 5], pairs, f"{40 + n % 30}.50", due


def offers(first: int) -> Iterator[Row]:
    monday = weeks.monday_of(timezone.localdate()) + dt.timedelta(weeks=2)
    labels = [weeks.label(monday + dt.timedelta(weeks=n)) for n in range(PLANNED_WEEKS)]
    yield "编号", "标题", "品类", "最低起订量", *labels
    for n in range(ROWS):
        plan = [3_000 + (n + first + week) % 500 for week in range(PLANNED_WEEKS)]
        yield f"L-{n:05d}", f"产线{n:05d}", SHOES[n % 5], 1_000, *plan


def sheet(rows: Iterator[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def measure(
    kind: ImportKind, by: User, company: Company | None, make: Callable[[int], Iterator[Row]]
) -> float:
    """Import a sheet of the kind and a changed one after it; return the first one's seconds."""
    first = _import(kind, by, company, sheet(make(0)), RowOutcome.CREATED, "new")
    _import(kind, by, company, sheet(make(1)), RowOutcome.UPDATED, "changed")
    return first


def _import(
    kind: ImportKind,
    by: User,
    company: Company | None,
    content: bytes,
    outcome: RowOutcome,
    name: str,
) -> float:
    batch = services.send_file(
        kind=kind,
        company=company,
        name=name,
        content=content,
        options={"source": "bench", "kind": "factory"},
        by=by,
    )
    cpu = time.process_time() + server_seconds()
    read = _work(batch)
    batch.refresh_from_db()
    ready = batch.rows.filter(outcome=RowOutcome.READY).count()
    if ready < ROWS:
        first = batch.rows.exclude(outcome=RowOutcome.READY).first()
        raise AssertionError(
            f"{kind}: {ready} ready; {first and first.problems}; {batch.questions}"
        )
    services.start_import(batch=batch, by=by)
    written = _work(batch)
    cpu = time.process_time() + server_seconds() - cpu
    done = batch.rows.filter(outcome=outcome).count()
    say(
        f"{kind:<10} {name:<8} {len(content) / 1000:4.0f} kB  read {read:5.1f} s  "
        f"written {written:5.1f} s  cpu {cpu:5.1f} s  {done} {outcome}"
    )
    return read + written


def _work(batch: ImportBatch) -> float:
    """Let the worker do the import's present job to its end; return its seconds."""
    started = time.perf_counter()
    while True:
        batch.refresh_from_db()
        job = batch.job
        if job is None or job.state not in {JobState.QUEUED, JobState.RUNNING}:
            return time.perf_counter() - started
        worker.work(batch_id=batch.pk, job_id=job.pk)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def firm(name: str, kind: CompanyKind, officer: User, at: dt.datetime) -> tuple[User, Company]:
    person = create_verified_person(
        email=f"{name}@bench.example", name=name, password=None, language="zh-hans"
    )
    company = register_company(
        by=person,
        at=at,
        name_zh=f"量{name}鞋业有限公司",
        kind=kind,
        cluster=Cluster.objects.get(code="350500"),
        division_code="350500",
    )
    review.approve_company(company=company, by=officer, at=at)
    return person, Company.objects.get(pk=company.pk)


def main() -> int:
    """Measure the kinds; exit with 1 where one takes longer than the goal."""
    call_command("migrate", verbosity=0)
    at = timezone.now()
    officer = User.objects.create_superuser(email="officer@bench.example", password=None)
    brand = firm("brand", CompanyKind.BRAND, officer, at)
    factory = firm("factory", CompanyKind.FACTORY, officer, at)
    goal = float(os.environ.get("BENCH_GOAL", "15"))
    say(f"{ROWS:,} rows a sheet; load {os.getloadavg()[0]:.1f}")
    took = [
        measure(ImportKind.COMPANIES, officer, None, companies),
        measure(ImportKind.ORDERS, *brand, orders),
        measure(ImportKind.OFFERS, *factory, offers),
    ]
    say(f"kinds=3 slowest={max(took):.1f}s goal={goal:.0f}s")
    return int(max(took) > goal)


if __name__ == "__main__":
    sys.exit(main())
