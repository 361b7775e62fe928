"""Lists of companies as people really send them: each stands for a kind of fault."""

import pytest

from accounts.models import Company, Contact
from matchmaking.imports.models import ImportKind
from tests.factories import CompanyFactory
from tests.imports.support import (
    answer,
    asked,
    case,
    facts,
    import_file,
    outcomes,
    problems,
    run,
    send,
    shown,
)

COMPANIES = ImportKind.COMPANIES
pytestmark = pytest.mark.usefixtures("read_in_process")


def names():
    return set(Company.objects.values_list("name_zh", flat=True))


def text(*lines):
    return "\n".join(lines).encode()


def test_a_running_number_is_never_an_identity(officer):
    import_file(officer, COMPANIES, case("04a"), source="members")
    before = dict(Company.objects.values_list("name_zh", "pk"))

    batch = import_file(officer, COMPANIES, case("04b"), source="members")

    assert outcomes(batch) == {2: "created", 3: "unchanged", 4: "unchanged", 5: "unchanged"}
    assert before.items() <= dict(Company.objects.values_list("name_zh", "pk")).items()
    assert Company.objects.count() == 4
    assert Company.objects.exclude(own_reference="").count() == 0


@pytest.mark.parametrize("label", ["No.", "no", "序号", "行号", "S/N"])
def test_numbers_of_rows_are_told_and_left(officer, label):
    batch = send(officer, COMPANIES, text(f"{label},企业名称", "7,示例甲鞋厂", "9,示例乙鞋厂"))

    assert "own_reference" not in batch.mapping
    assert f"Columns that are not read: {label}." in facts(batch)


@pytest.mark.parametrize(("given", "references"), [("lasting", {"1", "2"}), ("counts", {""})])
def test_a_number_that_runs_on_is_asked_about(officer, given, references):
    batch = send(officer, COMPANIES, text("会员编号,企业名称", "1,示例甲鞋厂", "2,示例乙鞋厂"))
    assert asked(batch) == ["reference:会员编号"]

    run(answer(batch, officer, reference=given), officer)

    assert set(Company.objects.values_list("own_reference", flat=True)) == references


def test_name_and_code_that_differ_from_the_row_found_are_a_conflict(officer):
    known = CompanyFactory(
        name_zh="莆田市示例甲鞋业有限公司",
        source="s",
        own_reference="M-7",
        uscc="91350300MA2XXXXX0X",
    )

    batch = send(
        officer,
        COMPANIES,
        text(
            "会员编号,企业名称,统一社会信用代码", "M-7,泉州市示例丁鞋业有限公司,91350500MA3XXXXX1Y"
        ),
        source="s",
    )

    assert outcomes(batch) == {2: "asked"}
    assert "another credit code" in problems(batch)[2][0][1]
    known.refresh_from_db()
    assert known.name_zh == "莆田市示例甲鞋业有限公司"


def test_another_name_under_a_reference_is_renamed_only_when_somebody_says_so(officer):
    known = CompanyFactory(name_zh="示例甲鞋业有限公司", source="s", own_reference="M-7")
    sheet = text("会员编号,企业名称", "M-7,示例丁体育有限公司")
    batch = send(officer, COMPANIES, sheet, source="s")
    assert outcomes(batch) == {2: "asked"}

    batch = answer(batch, officer, row=str(known.code))

    row = batch.rows.get()
    assert (row.action, row.changes) == (
        "update",
        [["legal name", "示例甲鞋业有限公司", "示例丁体育有限公司"]],
    )
    run(batch, officer)
    assert names() == {"示例丁体育有限公司"}


def test_totals_remarks_and_signatures_are_left_out_with_the_reason(officer):
    batch = import_file(officer, COMPANIES, case("08"))

    assert names() == {"晋江市示例戊鞋业有限公司", "晋江市示例己鞋业有限公司"}
    assert [sentence for found in problems(batch).values() for _column, sentence in found] == [
        "A row of totals.",
        "A remark or signature, no row of the table.",
        "A remark or signature, no row of the table.",
    ]


@pytest.mark.parametrize(
    "row",
    ["总计：,,,3", "小计,,,9", ",合计,,12", "共计 2 家,,,", "审核人：张三　日期：2027-01-05,,,", "第 1 页 共 3 页,,,",
     "以上数据截至 2026 年 12 月,,,", "一、城厢区,,,", "企业名称,城市,地址,员工人数", "Total,,,5", "Prepared by: Li,,,"],
)  # fmt: skip
def test_rows_around_the_table_make_no_company(officer, row):
    batch = send(
        officer,
        COMPANIES,
        text(
            "企业名称,城市,地址,员工人数",
            "示例甲鞋业有限公司,莆田,示例路1号,3",
            row,
            "示例乙鞋业有限公司,莆田,示例路2号,9",
        ),
    )

    assert outcomes(batch) == {2: "create", 3: "skipped", 4: "create"}


def test_a_lone_cell_that_is_no_firm_is_asked_about(officer):
    batch = send(
        officer,
        COMPANIES,
        text(
            "企业名称,城市,人数",
            "示例甲鞋业有限公司,莆田,3",
            "请各会员核对,,",
            "示例乙鞋业有限公司,莆田,9",
        ),
    )

    assert outcomes(batch) == {2: "create", 3: "asked", 4: "create"}
    run(answer(batch, officer, row="no"), officer)
    assert names() == {"示例甲鞋业有限公司", "示例乙鞋业有限公司"}


def test_the_template_of_open_supply_hub_is_read_without_a_hand(officer):
    batch = import_file(officer, COMPANIES, case("05"))

    assert outcomes(batch) == {
        2: "created",
        3: "created",
        4: "created",
        5: "created",
        6: "skipped",
        7: "skipped",
    }
    assert problems(batch) == {
        6: [("", "No footwear: Apparel|Shirts.")],
        7: [("", "Not in mainland China: Viet Nam.")],
    }
    found = Company.objects.order_by("pk").values_list("division_code", "size_band", "size_said")
    assert list(found) == [
        ("350302", "2000_plus", "1,001–5,000"),
        ("350582", "500_1999", ""),
        ("441900", "500_1999", "501–1,000"),
        ("510100", "2000_plus", "10,000+"),
    ]


def test_countries_and_products_as_lists_write_them(officer):
    batch = import_file(officer, COMPANIES, case("countries-products"))

    left = {row: sentence[0][1] for row, sentence in problems(batch).items()}
    assert left == {21: "No footwear: 童装."}
    kinds = dict(Company.objects.values_list("name_zh", "kind"))
    assert {name for name, kind in kinds.items() if kind == "supplier"} == {
        "Producttest G",
        "Producttest L",
    }


@pytest.mark.parametrize(
    "country", ["中国台湾", "Hong Kong SAR, China", "Taiwan, China", "越南", "VN", "Macau"]
)
def test_what_lies_outside_the_mainland_is_left_out(officer, country):
    batch = send(officer, COMPANIES, text("name,country", f'A Shoes,"{country}"'))

    assert outcomes(batch) == {2: "skipped"}


def test_an_unknown_country_and_product_are_asked_once_for_all_rows(officer):
    rows = [f"A{n} Shoes,Cathay,Widgets" for n in range(3)]
    batch = send(officer, COMPANIES, text("name,country,product type", *rows))
    assert asked(batch) == ["country:cathay"]

    batch = answer(batch, officer, country="yes")
    assert asked(batch) == ["product:widgets"]
    batch = answer(batch, officer, product="supplier")

    assert outcomes(batch) == {2: "create", 3: "create", 4: "create"}
    again = send(officer, COMPANIES, text("name,country,product type", "B Shoes,Cathay,Widgets"))
    assert asked(again) == ["country:cathay"]
    run(batch, officer)
    remembered = send(
        officer, COMPANIES, text("name,country,product type", "B Shoes,Cathay,Widgets")
    )
    assert (asked(remembered), outcomes(remembered)) == ([], {2: "create"})


def test_places_that_share_a_name_are_told_by_their_province(officer):
    batch = import_file(officer, COMPANIES, case("places"))

    codes = dict(Company.objects.values_list("name_zh", "division_code"))
    assert codes == {
        "Place A": "321200", "Place B": "331000", "Place C": "361000", "Place D": "341300", "Place E": "510104",
        "Place F": "370112", "Place G": "441323", "Place H": "440605", "Place I": "610100", "Place J": "445100",
        "Place K": "331126", "Place L": "370200", "Place N": "110105", "Place O": "350304", "Place P": "350304",
        "Place Q": "350102", "Place R": "220200", "Place T": "441300", "Place U": "331081", "Place V": "210200",
    }  # fmt: skip
    assert {row for row, outcome in outcomes(batch).items() if outcome == "asked"} == {14, 20}
    assert asked(batch) == ["place:hongkong|guangdong", "place:莆田市|浙江省"]


def test_a_place_that_we_do_not_list_is_kept_as_text(officer):
    batch = import_file(
        officer, COMPANIES, text("name,city,province,address", "A Shoes,Xyzburg,Fujian,Road 1")
    )

    company = Company.objects.get()
    assert (company.division_code, company.address) == ("350000", "Xyzburg Road 1")
    assert "kept with the address" in batch.rows.get().notes[0]


def test_one_firm_under_seven_spellings_is_one_company(officer):
    batch = import_file(officer, COMPANIES, case("14"))

    assert Company.objects.count() == 1
    assert set(outcomes(batch).values()) == {"created", "skipped"}


def test_another_spelling_finds_the_firm_and_leaves_its_name(officer):
    import_file(officer, COMPANIES, case("variants-1"), source="one")
    before = names()

    batch = send(officer, COMPANIES, case("variants-2"), source="two")

    assert {row: o for row, o in outcomes(batch).items() if o != "skipped"} == {
        2: "keep", 3: "keep", 4: "keep", 8: "asked", 9: "failed", 10: "failed",
    }  # fmt: skip
    run(batch, officer)
    assert names() == before


@pytest.mark.parametrize(
    "name",
    ["示例华昌鞋业有限公司", "莆田市示例华昌鞋服股份有限公司", "福建省莆田市示例华昌鞋材有限公司"],
)
def test_a_likely_double_is_put_before_the_officer(officer, name):
    CompanyFactory(name_zh="莆田市示例华昌鞋业有限公司", division_code="350300")

    batch = send(officer, COMPANIES, text("企业名称,城市", f"{name},莆田"))

    assert set(outcomes(batch).values()) <= {"asked", "keep"}
    assert Company.objects.count() == 1


def test_big5_is_told_apart(officer):
    batch = import_file(officer, COMPANIES, case("12"))

    assert "Its characters are read as BIG5." in facts(batch)
    assert "東莞市示例鞋業有限公司" in names()


def test_an_encoding_that_does_not_tell_is_asked_with_samples(officer):
    content = "企业名称\n囧龘齉靐\n".encode("gb18030")
    batch = send(officer, COMPANIES, content)

    assert asked(batch) == ["encoding"]
    batch = answer(batch, officer, encoding="gb18030")
    assert batch.header == ["企业名称"]


def test_a_quotation_mark_that_never_ends_is_refused_with_its_row(officer):
    batch = send(officer, COMPANIES, case("stray-quote"))

    assert batch.job.note.startswith("Row 4: a quotation mark opens")
    assert Company.objects.count() == 0


def test_lines_and_separators_within_a_cell_are_asked_about(officer):
    batch = send(
        officer,
        COMPANIES,
        b'name,address,workers\nA Shoes,"Road 1,300\nB Shoes,Road 2",400\nC Shoes,x,3\n',
    )

    assert asked(batch) == ["folded"]
    assert outcomes(batch) == {2: "create", 3: "create"}


def test_suppliers_and_institutes_are_listed(officer):
    batch = import_file(officer, COMPANIES, case("24_"))

    assert set(outcomes(batch).values()) == {"created"}
    assert list(Company.objects.order_by("pk").values_list("kind", flat=True)) == [
        "factory", "supplier", "institute",
    ]  # fmt: skip


def test_a_list_sets_no_trust_and_is_counted_apart(officer, brand, brand_company):
    import_file(officer, COMPANIES, case("24_"))

    listed = Company.objects.listed_only()
    assert set(listed.values_list("tier", flat=True)) == {"none"}
    assert listed.filter(verifications__isnull=False).count() == 0
    assert (listed.count(), list(Company.objects.taking_part())) == (3, [brand_company])


def test_contacts_of_a_list_stand_behind_the_door(officer):
    batch = import_file(
        officer,
        COMPANIES,
        text(
            "企业名称,联系人,联系电话,邮箱",
            "示例甲鞋厂,陈示例,１３８００００００００ / 0594-2345678,a@example.com",
        ),
    )

    assert outcomes(batch) == {2: "created"}
    assert set(Contact.objects.values_list("kind", "person")) == {
        ("phone", "陈示例"),
        ("email", "陈示例"),
    }
    assert Contact.objects.count() == 3
    again = import_file(
        officer, COMPANIES, text("企业名称,联系人,联系电话", "示例甲鞋厂,陈示例,13800000000")
    )
    assert (outcomes(again), Contact.objects.count()) == ({2: "unchanged"}, 3)


def test_an_apostrophe_of_an_erp_is_no_part_of_a_number(officer):
    import_file(
        officer, COMPANIES, text("企业名称,统一社会信用代码", "示例甲鞋厂,'91350300MA2XXXXX0X")
    )

    assert Company.objects.get().uscc == "91350300MA2XXXXX0X"


def test_a_cell_of_several_lines_counts_as_one_row(officer):
    batch = send(officer, COMPANIES, '企业名称,备注说明\n示例甲鞋厂,"一\n二\n三"\n,空\n'.encode())

    assert outcomes(batch) == {2: "create", 3: "failed"}


def test_a_members_list_with_title_merged_header_and_remarks(officer):
    batch = send(officer, COMPANIES, case("members_merged_header"), source="association")

    assert asked(batch) == []
    assert {row: o for row, o in outcomes(batch).items() if o != "create"} == {
        8: "skipped",
        9: "skipped",
    }
    assert shown(batch, 4)["city"] == "Jinjiang, Quanzhou, Fujian"


def test_what_is_read_stands_beside_the_cell(officer):
    batch = send(officer, COMPANIES, text("name,city,total workers", "A Shoes,Putian,501-1000"))

    assert shown(batch, 2) == {
        "city": "Putian, Fujian",
        "workers": "501–1,000 (500 to 1,999 workers)",
    }
