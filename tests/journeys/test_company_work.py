"""People of a company work together: invite, leave, and send their own sheets."""

import io

import python_calamine
from playwright.sync_api import expect

from matchmaking.core.sheets import XLSX_TYPE, Sheet, write_xlsx
from matchmaking.listings.models import ProcessingOrder
from tests.factories import MembershipFactory
from tests.journeys.people import come_back, confirmed, sign_up, week_label

NEW = "colleague@example.net"


def invite(page, email):
    page.goto("/company/members/")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_role("table", name="Open invitations")).to_contain_text(email)


def test_a_colleague_is_invited_joins_and_leaves(visit, mails, brand):
    owner, guest = visit(), visit()
    come_back(owner, brand, "/company/members/")
    invite(owner, NEW)

    guest.goto(mails.link(NEW, "/invitations/"))
    guest.get_by_role("main").get_by_role("link", name="Sign up").click()
    sign_up(guest, mails, NEW, name="Colleague", start=guest.url)
    guest.get_by_role("button", name="Accept the invitation").click()
    guest.goto("/company/")
    expect(guest.get_by_role("heading", level=1)).to_have_text("Brand Co.")
    assert mails.wait(brand.email, "Colleague has joined Brand Co.")

    guest.goto("/company/leave/")
    guest.get_by_role("button", name="Leave").click()
    owner.goto("/company/members/")
    expect(owner.get_by_role("table", name="Members")).not_to_contain_text(NEW)
    guest.goto("/orders/new/")
    expect(guest.get_by_role("button", name="Submit for approval")).to_have_count(0)


def test_a_member_who_is_removed_is_out_at_once(visit, brand, brand_company):
    member = confirmed(MembershipFactory(company=brand_company, role="member").user)
    owner, other = visit(), visit()
    come_back(other, member, "/orders/")
    expect(other.get_by_role("link", name="New order").first).to_be_visible()

    come_back(owner, brand, "/company/members/")
    row = owner.get_by_role("row").filter(has_text=member.email)
    row.get_by_role("link", name="Remove").click()
    owner.get_by_role("button", name="Remove").click()
    expect(owner.get_by_role("table", name="Members")).not_to_contain_text(member.email)
    other.goto("/orders/new/")
    expect(other.get_by_role("button", name="Submit for approval")).to_have_count(0)


def test_a_sheet_with_wrong_rows_is_corrected_and_doubles_nothing(visit, brand):
    page = visit()
    come_back(page, brand, "/imports/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Template, XLSX").first.click()
    template = download.value.path().read_bytes()
    rows = [
        {"Own reference": "A-1", "Title": "Trail shoe", "Pairs": 30_000},
        {"Own reference": "A-2", "Title": "Court shoe", "Pairs": "many"},
        {"Own reference": "A-3", "Title": "Beach sandal", "Pairs": 20_000, "Category": "hats"},
    ]
    send(page, sheet(template, rows))
    problems = page.get_by_role("table", name="Rows of the file")
    expect(problems).to_contain_text("many")
    expect(problems).to_contain_text("hats")
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.get_by_text("Some rows were wrong")).to_be_visible()
    assert list(ProcessingOrder.objects.values_list("own_reference", flat=True)) == ["A-1"]

    rows[1]["Pairs"] = 40_000
    del rows[2]["Category"]
    page.get_by_role("link", name="Send a corrected file").click()
    send(page, sheet(template, rows))
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("All rows are done")).to_be_visible()
    found = ProcessingOrder.objects.order_by("own_reference")
    assert list(found.values_list("own_reference", "pairs")) == [
        ("A-1", 30_000),
        ("A-2", 40_000),
        ("A-3", 20_000),
    ]


def sheet(template, rows):
    """Fill the rows into the template as a person does in a spreadsheet."""
    book = python_calamine.CalamineWorkbook.from_object(io.BytesIO(template))
    header, *examples = book.get_sheet_by_index(0).to_python()
    known = {"Category": "athletic", "Target price, yuan a pair": 46.5, "Due week": week_label(20)}
    filled = [[{**known, **row}.get(name) for name in header] for row in rows]
    return write_xlsx(Sheet("Orders", header, [*examples, *filled]))


def send(page, content):
    if "/imports/new/" not in page.url:
        page.goto("/imports/new/orders/")
    page.locator("[name=file]").set_input_files(
        {"name": "orders.xlsx", "mimeType": XLSX_TYPE, "buffer": content}
    )
    page.get_by_role("button", name="Send and check").click()
