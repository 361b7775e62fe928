"""The list of an association's 150 members: imported, corrected, sent again, and taken back without a trace."""

from collections import Counter

from stdnum.cn import uscc

from accounts.models import Company, Contact, ListEntry
from matchmaking.imports import queries
from matchmaking.imports.models import ImportKind
from matchmaking.imports.queries import Stage
from tests.imports.support import asked, outcomes, run, send, undo

MEMBERS = 150
PLACES = ("晋江市陈埭镇", "莆田市荔城区", "温州市瓯海区", "东莞市厚街镇", "成都市武侯区")
HEADER = "序号,会员编号,企业名称,统一社会信用代码,地址,员工人数,联系人,联系电话,备注"


def member(number, **changes):
    body = f"91350582MA{number:07d}"
    facts = {
        "name": f"示例{number:03d}鞋业有限公司",
        "code": body + uscc.calc_check_digit(body),
        "place": PLACES[number % len(PLACES)],
        "size": (80, 260, 620, 2400)[number % 4],
        "phone": f"1380000{number:04d}",
        **changes,
    }
    return (
        f"{number},M-{number:03d},{facts['name']},{facts['code']},{facts['place']},{facts['size']},"
        f"陈{number},{facts['phone']},"
    )


def sheet(*rows):
    title = "某某鞋业协会会员名录（2027年1月）,,,,,,,,"
    end = (f"合计,,{len(rows)}家,,,,,,", "制表人：林  审核：陈,,,,,,,,")
    return "\n".join([title, HEADER, *rows, *end]).encode()


def counted(batch):
    return Counter(outcomes(batch).values())


def left_over():
    return Company.objects.count(), Contact.objects.count(), ListEntry.objects.count()


def test_150_members_are_imported_corrected_sent_again_and_undone(officer):
    here = left_over()
    first = send(officer, ImportKind.COMPANIES, sheet(*map(member, range(1, MEMBERS + 1))))
    assert asked(first) == []
    assert counted(first) == {"create": MEMBERS, "skipped": 2}

    first = run(first, officer)
    assert counted(first) == {"created": MEMBERS, "skipped": 2}
    assert Company.objects.filter(tier="none").count() == Company.objects.count()

    rows = [member(number, size=1_200) for number in range(1, 11)]
    rows += [member(number, phone=f"1390000{number:04d}") for number in range(11, 16)]
    rows += [member(number) for number in range(16, MEMBERS + 4)]
    second = run(send(officer, ImportKind.COMPANIES, sheet(*rows)), officer)
    # Three of the ten have another figure of the same class of size, which is what is kept.
    assert counted(second) == {
        "updated": 12,
        "unchanged": MEMBERS - 12,
        "created": 3,
        "skipped": 2,
    }

    again = send(officer, ImportKind.COMPANIES, sheet(*rows))
    assert counted(again) == {"keep": MEMBERS + 3, "skipped": 2}

    second = undo(second, officer)
    assert counted(second) == {"undone": 15, "unchanged": MEMBERS - 12, "skipped": 2}
    first = undo(first, officer)

    assert queries.stage_of(first) == Stage.UNDONE
    assert counted(first) == {"undone": MEMBERS, "skipped": 2}
    assert left_over() == here
