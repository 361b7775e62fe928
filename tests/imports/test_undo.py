"""An import is taken back, row by row, as long as nobody has built on it."""

import pytest

from accounts.models import Company, Contact
from matchmaking.core.errors import Conflict
from matchmaking.core.workbench.history import events_of
from matchmaking.imports import queries
from matchmaking.imports.models import ImportKind
from matchmaking.imports.queries import Stage
from matchmaking.listings import history, reconciliation
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import transitions
from tests.factories import MembershipFactory
from tests.imports.support import case, fresh, import_file, outcomes, problems, undo

pytestmark = pytest.mark.usefixtures("read_in_process")
COMPANIES = ImportKind.COMPANIES


def companies(*rows, header="会员编号,企业名称,城市,员工人数,联系电话"):
    return "\n".join([header, *rows]).encode()


FIRST = ("M-1,示例甲鞋业有限公司,莆田,80,", "M-2,示例乙鞋业有限公司,晋江,600,")


def state():
    fields = (
        "name_zh",
        "division_code",
        "size_band",
        "size_said",
        "address",
        "kind",
        "uscc",
        "cluster",
    )
    return list(Company.objects.order_by("own_reference").values_list(*fields))


def test_what_a_list_entered_and_changed_is_as_it_was(officer):
    import_file(officer, COMPANIES, companies(*FIRST))
    before = state()
    batch = import_file(
        officer,
        COMPANIES,
        companies(
            "M-1,示例甲鞋业有限公司,莆田市荔城区,1001-5000,13800000000",
            "M-2,示例乙鞋业有限公司,晋江,600,",
            "M-3,示例丙鞋业有限公司,温岭,20,13900000000",
        ),
    )
    assert outcomes(batch) == {2: "updated", 3: "unchanged", 4: "created"}
    assert state() != before

    batch = undo(batch, officer)

    assert queries.stage_of(batch) == Stage.UNDONE
    assert outcomes(batch) == {2: "undone", 3: "unchanged", 4: "undone"}
    assert (state(), Contact.objects.count()) == (before, 0)


def test_what_was_built_on_stays_and_says_why(officer):
    batch = import_file(officer, COMPANIES, companies(*FIRST))
    MembershipFactory(company=Company.objects.get(own_reference="M-1"))

    batch = undo(batch, officer)

    assert outcomes(batch) == {2: "created", 3: "undone"}
    assert problems(batch)[2] == [("", "Somebody acts for this company now.")]
    assert queries.stage_of(batch) == Stage.DONE
    assert Company.objects.count() == 1


def test_a_later_import_is_undone_first(officer):
    first = import_file(officer, COMPANIES, companies(FIRST[0]))
    later = import_file(officer, COMPANIES, companies("M-1,示例甲鞋业有限公司,莆田,700,"))

    first = undo(first, officer)
    assert problems(first)[2] == [("", "Changed since: its new data stay.")]
    later = undo(later, officer)

    assert Company.objects.get().size_band == "under_100"
    assert queries.stage_of(later) == Stage.UNDONE
    undo(first, officer)
    assert Company.objects.count() == 0


def test_an_import_is_undone_once(officer):
    batch = undo(import_file(officer, COMPANIES, companies(*FIRST)), officer)

    with pytest.raises(Conflict):
        undo(batch, officer)


def orders(*rows):
    return "\n".join(["订单号,品名,品类,数量,单价,交期,验厂要求", *rows]).encode()


def test_orders_are_taken_back(brand, brand_company):
    import_file(
        brand,
        ImportKind.ORDERS,
        orders("A,跑鞋,跑鞋,5000,46.5,2027-W23,BSCI"),
        company=brand_company,
    )
    before = ProcessingOrder.objects.values("pairs", "title", "due_week", "category").get()
    batch = import_file(
        brand,
        ImportKind.ORDERS,
        orders("A,跑鞋改,凉鞋,7000,50,2027-W25,ISO 9001", "B,凉鞋,凉鞋,800,30,2027-W23,"),
        company=brand_company,
        submit=True,
    )

    undo(batch, brand)

    order = ProcessingOrder.objects.get()
    assert ProcessingOrder.objects.values("pairs", "title", "due_week", "category").get() == before
    assert [one.code for one in order.certifications.all()] == ["amfori_bsci"]
    assert order.state == "draft"


def test_an_approved_order_stays(brand, brand_company, officer):
    batch = import_file(
        brand,
        ImportKind.ORDERS,
        orders("A,跑鞋,跑鞋,5000,46.5,2027-W23,"),
        company=brand_company,
        submit=True,
    )
    order = ProcessingOrder.objects.get()
    transitions.approve_post(post=order, by=officer, at=order.submitted_at)

    batch = undo(batch, brand)

    assert problems(batch)[2] == [("", "This post is or was on the market: close it instead.")]
    assert ProcessingOrder.objects.count() == 1


def test_weeks_are_as_they_were(factory, factory_company):
    import_file(factory, ImportKind.OFFERS, case("16a"), company=factory_company)
    before = CapacityOffer.objects.get().published
    batch = import_file(factory, ImportKind.OFFERS, case("16b"), company=factory_company)
    assert CapacityOffer.objects.get().published != before

    undo(batch, factory)

    offer = CapacityOffer.objects.get()
    assert offer.published == before
    assert reconciliation.reconcile(offer) == []


def test_history_names_the_officer_and_the_import(officer, brand, brand_company):
    import_file(officer, COMPANIES, companies(*FIRST), name="members.csv")
    import_file(
        brand,
        ImportKind.ORDERS,
        orders("A,跑鞋,跑鞋,5000,46.5,2027-W23,"),
        company=brand_company,
        name="po.csv",
    )

    company = events_of(Company.objects.get(own_reference="M-1"))[0]
    order = history.events_of(ProcessingOrder.objects.get())[0]

    assert (company.who, company.text) == (str(officer), "Import: members.csv")
    assert (order.title, order.detail) == (f"Created by {brand}", "Import: po.csv")


def test_a_file_is_gone_once_the_import_has_started(officer):
    batch = import_file(officer, COMPANIES, companies(*FIRST))

    assert fresh(batch).content is None
