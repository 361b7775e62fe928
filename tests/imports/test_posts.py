"""Companies import their orders and their capacity; officers post for companies."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts.models import Membership
from matchmaking.core import weeks
from matchmaking.core.formatting import weeks_in_words
from matchmaking.core.states import JobState
from matchmaking.imports import queries, services, worker, writers
from matchmaking.imports.models import ImportKind, RowOutcome
from matchmaking.listings import reconciliation
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.notifications.models import OutboxMessage
from tests.factories import CompanyFactory, MembershipFactory, OrderFactory, this_monday
from tests.imports.support import import_file, problems, send, start, work_all


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def week(ahead):
    return weeks.label(this_monday() + dt.timedelta(weeks=ahead))


def orders(*rows, header="自有编号,标题,品类,双数,目标单价,交期"):
    return "\n".join([header, *rows]).encode("gb18030")


def order_row(reference="A-1", pairs="60000"):
    return f"{reference},2027 跑鞋,运动鞋,{pairs},46.5,{week(20)}"


def test_orders_are_imported_as_drafts(brand, brand_company):
    batch = import_file(brand, ImportKind.ORDERS, orders(order_row()), company=brand_company)

    order = ProcessingOrder.objects.get()
    assert queries.counts_of(batch)["created"] == 1
    assert (order.company, order.state, order.created_by) == (
        brand_company,
        PostState.DRAFT,
        brand,
    )
    assert (order.title, order.category.code, order.pairs) == ("2027 跑鞋", "athletic", 60_000)
    assert (str(order.target_unit_price_cny), order.due_week) == (
        "46.50",
        this_monday() + dt.timedelta(weeks=20),
    )
    assert batch.rows.get().made == order.code


def test_orders_are_submitted_where_that_was_chosen(brand, brand_company):
    import_file(brand, ImportKind.ORDERS, orders(order_row()), company=brand_company, submit=True)

    assert ProcessingOrder.objects.get().state == PostState.PENDING


def test_orders_sent_again_are_updated_by_their_reference(brand, brand_company):
    first = orders(order_row("A-1"), order_row("A-2"))
    import_file(brand, ImportKind.ORDERS, first, company=brand_company)

    second = orders(order_row("A-1"), order_row("A-2", "70000"), order_row("A-3"))
    batch = import_file(brand, ImportKind.ORDERS, second, company=brand_company)

    assert dict(batch.rows.values_list("number", "outcome")) == {
        2: RowOutcome.UNCHANGED,
        3: RowOutcome.UPDATED,
        4: RowOutcome.CREATED,
    }
    assert list(ProcessingOrder.objects.order_by("own_reference").values_list("pairs")) == [
        (60_000,),
        (70_000,),
        (60_000,),
    ]


def test_a_reference_of_another_company_is_another_order(brand, brand_company, stranger_company):
    OrderFactory(company=stranger_company, own_reference="A-1", pairs=5)

    import_file(brand, ImportKind.ORDERS, orders(order_row()), company=brand_company)

    assert ProcessingOrder.objects.get(company=stranger_company).pairs == 5
    assert ProcessingOrder.objects.get(company=brand_company).pairs == 60_000


def test_a_whole_order_is_read(brand, brand_company):
    header = (
        "Own reference,Title,Category,Construction,Upper material,Sole material,Pairs,Colourways,"
        'Size run,"Target price, yuan a pair",Earliest start (week),Due week,May be split,'
        '"Smallest part, pairs",Most factories,Required certificates,Moulds,Lasts,Samples,'
        "Destination markets,Notes"
    )
    row = (
        f'A-9,Boot,皮靴,Cemented,头层牛皮,橡胶底(RB),"60,000 双",4,36-44,¥46.50,{week(3)},{week(20)},'
        "是,2万,3,amfori_bsci; ISO 9001,品牌方提供,factory,确认样,US; de,说明"
    )
    batch = import_file(
        brand, ImportKind.ORDERS, f"{header}\n{row}".encode(), company=brand_company
    )

    assert problems(batch) == {}
    order = ProcessingOrder.objects.get()
    assert (order.construction.code, order.upper_material.code, order.sole_material.code) == (
        "cemented",
        "full_grain",
        "rubber",
    )
    assert (order.splittable, order.smallest_part, order.most_factories) == (True, 20_000, 3)
    assert {c.code for c in order.certifications.all()} == {"amfori_bsci", "iso9001"}
    assert (order.moulds_by, order.lasts_by, order.sample_need) == ("brand", "factory", "confirm")
    assert order.destination_markets == ["DE", "US"]


def test_impossible_orders_are_refused_by_row_and_column_and_the_rest_is_imported(
    brand, brand_company
):
    content = orders(
        order_row("A-1"),
        f"A-2,,未知,0,46,5,{week(-3)}".replace("46,5", "46.5"),
        f"A-3,跑鞋,athletic,100,46.5,{week(-3)}",
        f"A-4,跑鞋,athletic,100,46.5,{week(200)}",
        ",跑鞋,athletic,100,46.5,2027-W54",
    )

    batch = import_file(brand, ImportKind.ORDERS, content, company=brand_company)

    found = problems(batch)
    ends = (this_monday(), this_monday() + dt.timedelta(weeks=103))
    first, last = map(weeks_in_words, ends)
    assert found[3] == [
        ("title", "This is required and stands empty."),
        (
            "category",
            "“未知” is not known: the sheet “Allowed values” of the template lists what is.",
        ),
        ("pairs", "0 is outside what is possible: 1 to 50,000,000."),
    ]
    assert found[4] == [("due_week", f"The due week lies between {first} and {last}.")]
    assert found[5] == [("due_week", f"The due week lies between {first} and {last}.")]
    assert [column for column, _sentence in found[6]] == ["own_reference", "due_week"]
    counts = queries.counts_of(batch)
    assert (counts["created"], counts["failed"], counts["total"]) == (1, 4, 5)
    assert ProcessingOrder.objects.get().own_reference == "A-1"


def test_a_row_that_breaks_our_code_breaks_nothing_else(brand, brand_company, monkeypatch):
    write = writers.write

    def break_one(kind, plan, **by):
        if plan.data["data"]["own_reference"] == "A-2":
            raise ZeroDivisionError
        return write(kind, plan, **by)

    def break_all(*args, **by):
        raise ZeroDivisionError

    monkeypatch.setattr(writers, "create", break_all)
    monkeypatch.setattr(writers, "write", break_one)
    content = orders(order_row("A-1"), order_row("A-2"), order_row("A-3"))

    batch = import_file(brand, ImportKind.ORDERS, content, company=brand_company)

    counts = queries.counts_of(batch)
    assert (counts["created"], counts["failed"]) == (2, 1)
    assert problems(batch)[3][0][1].startswith("This row could not be saved")
    assert batch.job.state == JobState.DONE


def capacity(*rows, header):
    return "\n".join([header, *rows]).encode()


RATE = "编号,标题,品类,起订量,备料天数,最低价,最高价,周产能,起始周,截止周"


def test_capacity_is_imported_by_a_rate(factory, factory_company):
    content = capacity(
        f"L-1,二号线,athletic;casual_sport,3000,14,42,52,9000,{week(2)},{week(10)}", header=RATE
    )

    batch = import_file(factory, ImportKind.OFFERS, content, company=factory_company)

    assert problems(batch) == {}
    offer = CapacityOffer.objects.get()
    assert offer.published == [0, 0, *[9000] * 9, *[0] * 93]
    assert {c.code for c in offer.categories.all()} == {"athletic", "casual_sport"}
    assert reconciliation.reconcile(offer) == []


def test_capacity_is_imported_week_by_week_and_past_weeks_are_left_out(factory, factory_company):
    header = f"编号,标题,品类,{week(-1)},{week(1)},{this_monday() + dt.timedelta(weeks=3)}"
    content = capacity('L-1,二号线,athletic,5000,"9,000",8000', header=header)

    batch = import_file(factory, ImportKind.OFFERS, content, company=factory_company)

    assert problems(batch) == {}
    assert CapacityOffer.objects.get().published[:5] == [0, 9000, 0, 8000, 0]


def test_capacity_sent_again_is_unchanged_then_updated(factory, factory_company):
    header = f"编号,标题,品类,{week(1)}"
    first = capacity("L-1,二号线,athletic,5000", header=header)
    import_file(factory, ImportKind.OFFERS, first, company=factory_company)

    again = import_file(factory, ImportKind.OFFERS, first, company=factory_company)
    more = import_file(
        factory,
        ImportKind.OFFERS,
        capacity("L-1,二号线,athletic,6000", header=header),
        company=factory_company,
    )

    assert queries.counts_of(again)["unchanged"] == 1
    assert queries.counts_of(more)["updated"] == 1
    assert CapacityOffer.objects.get().published[1] == 6000


def test_capacity_says_what_is_wrong(factory, factory_company):
    content = capacity(
        f"L-1,一号线,athletic,,,,,9000,{week(9)},{week(2)}",
        f"L-2,二号线,athletic,,,52,42,,{week(2)},",
        f"L-3,三号线,athletic,,,52,42,9000,{week(2)},{week(4)}",
        f"L-4,四号线,athletic,,,,,9000,,{week(-1)}",
        header=RATE,
    )

    batch = send(factory, ImportKind.OFFERS, content, company=factory_company)

    assert {row: [column for column, _s in found] for row, found in problems(batch).items()} == {
        2: ["to_week"],
        3: ["pairs_per_week"],
        4: ["price_high_cny"],
        5: ["to_week"],
    }
    assert CapacityOffer.objects.count() == 0


def test_officers_post_for_a_company_by_its_code_or_name(officer, brand, brand_company):
    brand_company.uscc = "91350300MA2XXXXX0X"
    brand_company.save()
    header = "企业信用代码,企业名称,自有编号,标题,品类,双数,目标单价,交期"
    content = orders(
        f"91350300MA2XXXXX0X,,{order_row('A-1')}",
        f",{brand_company.name_zh},{order_row('A-2')}",
        f",不存在有限公司,{order_row('A-3')}",
        f",,{order_row('A-4')}",
        header=header,
    )

    batch = import_file(officer, ImportKind.ORDERS, content)

    assert set(ProcessingOrder.objects.values_list("company", "own_reference")) == {
        (brand_company.pk, "A-1"),
        (brand_company.pk, "A-2"),
    }
    assert list(problems(batch)) == [4, 5]


def test_officers_post_nothing_for_a_firm_that_nobody_acts_for(officer):
    listed = CompanyFactory(kind="both", uscc="91350300MA2XXXXX0X")
    content = orders(
        f"{listed.uscc},{order_row()}", header="企业信用代码,自有编号,标题,品类,双数,目标单价,交期"
    )

    batch = send(officer, ImportKind.ORDERS, content)

    assert problems(batch) == {
        2: [
            (
                "company_uscc",
                "Nobody acts for this company here yet, so nothing is posted in its name.",
            )
        ]
    }
    assert ProcessingOrder.objects.count() == 0


def test_an_import_of_a_person_who_left_stops(brand, brand_company):
    batch = start(send(brand, ImportKind.ORDERS, orders(order_row()), company=brand_company), brand)
    Membership.objects.all().delete()

    work_all()

    batch.refresh_from_db()
    assert (batch.job.state, batch.job.note) == (
        JobState.FAILED,
        "The sender may no longer import this.",
    )
    assert ProcessingOrder.objects.count() == 0


def test_a_long_import_goes_on_by_messages_of_its_own(brand, brand_company, monkeypatch):
    monkeypatch.setattr(worker, "SLICE_SECONDS", 0)
    monkeypatch.setattr(worker, "CHUNK", 2)
    content = orders(*[order_row(f"A-{n}") for n in range(11)])

    batch = import_file(brand, ImportKind.ORDERS, content, company=brand_company)

    assert ProcessingOrder.objects.count() == queries.counts_of(batch)["created"] == 11
    assert OutboxMessage.objects.filter(kind=services.MESSAGE).count() == 5
    assert (batch.job.state, batch.job.done, batch.job.total) == (JobState.DONE, 11, 11)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(brand, brand_company, monkeypatch):
    monkeypatch.setattr(worker, "CHUNK", 4)
    content = orders(*[order_row(f"A-{n}") for n in range(10)])
    batch = start(send(brand, ImportKind.ORDERS, content, company=brand_company), brand)
    create, killed = writers.create, []

    def die_once(kind, plans, **by):
        made = create(kind, plans, **by)
        if "A-6" in {plan.data["data"]["own_reference"] for plan in plans} and not killed:
            killed.append(True)
            raise KeyboardInterrupt  # what leaves a process without asking
        return made

    monkeypatch.setattr(writers, "create", die_once)
    with pytest.raises(KeyboardInterrupt):
        worker.work(batch_id=batch.pk, job_id=batch.job_id)
    assert ProcessingOrder.objects.count() == 4

    work_all()

    batch.refresh_from_db()
    assert ProcessingOrder.objects.count() == queries.counts_of(batch)["created"] == 10
    assert (batch.job.state, batch.job.done) == (JobState.DONE, 10)


def test_two_members_may_send_at_once(brand, brand_company):
    other = MembershipFactory(company=brand_company).user
    one = start(send(brand, ImportKind.ORDERS, orders(order_row()), company=brand_company), brand)
    work_all()
    two = start(send(other, ImportKind.ORDERS, orders(order_row()), company=brand_company), other)
    work_all()

    assert [queries.counts_of(batch)["created"] for batch in (one, two)] == [1, 0]
    assert timezone.now() >= ProcessingOrder.objects.get().created_at
