"""Guest lists: companies that officers invite by a sheet, each with who comes.

The sheet is read as imports read theirs, in a child process; a company has to be known to the
site, since a list makes nobody take part.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import CompanyKind
from accounts.models import Company
from matchmaking.core.errors import DomainError, InvalidInput
from matchmaking.docking.choices import ParticipantRole
from matchmaking.docking.services import base
from matchmaking.docking.services.registrations import MOST_PEOPLE, Person, Terms, register_for
from matchmaking.imports.parsing import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from matchmaking.docking.models import DockingEvent

MOST_ROWS = 1000
HEADER_WITHIN = 10  # rows: a title and a date may stand above
COLUMNS = {
    "company": ("企业", "企业名称", "公司", "公司名称", "单位", "单位名称", "company", "firm"),
    "uscc": ("统一社会信用代码", "信用代码", "税号", "uscc"),
    "name": ("姓名", "参会人", "参会人员", "联系人", "name", "person", "attendee"),
    "job_title": ("职务", "职位", "job title", "title", "position"),
}
ROLES = {
    CompanyKind.BRAND: ParticipantRole.BRAND,
    CompanyKind.FACTORY: ParticipantRole.FACTORY,
    CompanyKind.BOTH: ParticipantRole.FACTORY,
    CompanyKind.SUPPLIER: ParticipantRole.SUPPLIER,
    CompanyKind.INSTITUTE: ParticipantRole.INSTITUTE,
}


@dataclass(frozen=True, slots=True)
class GuestLine:
    """What became of one company of the list; ``problem`` is empty for one that is invited."""

    row: int
    company: str
    people: int
    problem: str = ""


def import_guests(
    *, event: DockingEvent, content: bytes, by: User, at: dt.datetime
) -> list[GuestLine]:
    """Invite every company of the list, each in a transaction of its own.

    :raises UnreadableFile: for a file that is no sheet
    :raises InvalidInput: for a sheet without a column of companies and one of names
    """
    base.check_officer(by)
    sheets = [sheet for sheet in read_workbook(content).sheets if not sheet.is_hidden]
    lines = [line for sheet in sheets[:1] for line in sheet.lines]
    places, below = _header(lines)
    grouped: dict[tuple[str, str], list[tuple[int, Person]]] = defaultdict(list)
    for number, cells in below[:MOST_ROWS]:
        row = {key: _cell(cells, place) for key, place in places.items()}
        if row.get("company") or row.get("uscc"):
            key = (row.get("company", ""), row.get("uscc", "").upper())
            person = Person(name=row["name"][:60], job_title=row.get("job_title", "")[:60])
            grouped[key].append((number, person))
    return [_invite(event, key, rows, by=by, at=at) for key, rows in grouped.items()]


def _header(
    lines: Sequence[tuple[int, Sequence[str]]],
) -> tuple[Mapping[str, int], Sequence[tuple[int, Sequence[str]]]]:
    """Return the places of the known columns, and the rows below them."""
    for index, (_number, cells) in enumerate(lines[:HEADER_WITHIN]):
        folded = [cell.strip().casefold() for cell in cells]
        places = {
            key: folded.index(word)
            for key, words in COLUMNS.items()
            for word in words
            if word in folded
        }
        if "name" in places and ("company" in places or "uscc" in places):
            return places, lines[index + 1 :]
    raise InvalidInput(
        _("The sheet needs a column “Company” and a column “Name” in its first ten rows."),
        field="file",
    )


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _invite(
    event: DockingEvent,
    key: tuple[str, str],
    rows: Sequence[tuple[int, Person]],
    *,
    by: User,
    at: dt.datetime,
) -> GuestLine:
    name, uscc = key
    first = rows[0][0]
    people = [person for _row, person in rows if person.name][:MOST_PEOPLE]
    company = _company(name, uscc)
    if company is None:
        problem = _("Not known to the site: import it as a company first.")
        return GuestLine(first, name or uscc, len(people), problem)
    try:
        with transaction.atomic():
            terms = Terms(
                role=ROLES[CompanyKind(company.kind)],
                people=people,
                most_meetings=event.most_meetings,
            )
            register_for(event=event, company=company, terms=terms, by=by, at=at)
    except DomainError as refused:
        return GuestLine(first, company.name, len(people), str(refused))
    return GuestLine(first, company.name, len(people))


def _company(name: str, uscc: str) -> Company | None:
    """Return the company of that code; without a code the only one of exactly that name."""
    if uscc:
        return Company.objects.filter(uscc=uscc).first()
    found = list(
        Company.objects.filter(name_zh=name)[:2] or Company.objects.filter(name_en=name)[:2]
    )
    return found[0] if len(found) == 1 else None
