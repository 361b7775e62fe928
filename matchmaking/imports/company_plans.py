"""Rows of companies against the companies that are here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.choices import CompanyKind, ContactKind
from accounts.models import Company, Contact
from accounts.services.contact_book import check_reachable
from accounts.states import CompanyStatus
from matchmaking.core.errors import DomainError
from matchmaking.core.formatting import in_a_row
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.imports import cells, firms, plans
from matchmaking.imports.columns import problem
from matchmaking.imports.columns.companies import as_kind, as_size, size_of
from matchmaking.imports.firms import Firm, FirmIndex, Found, Wanted, name_key
from matchmaking.imports.labels import plain
from matchmaking.imports.models import RowAction
from matchmaking.imports.places import is_within, name_of
from matchmaking.imports.questions import OF_ROW, Choice
from matchmaking.imports.vocabulary import cluster_of

if TYPE_CHECKING:
    from matchmaking.imports.cells import CellContext
    from matchmaking.imports.checking import Reading
    from matchmaking.imports.columns import Values
    from matchmaking.imports.plans import Change, RowPlan
    from matchmaking.imports.tables import TableLine

OPEN = (CompanyStatus.PENDING, CompanyStatus.ACTIVE)
NEW = "new"
_HAN = re.compile("[\u3400-\u9fff]")
_SEVERAL = re.compile(r"[/;；、,，\n|]|\s{2,}|\s(?=1[3-9][0-9]{9})")
MOST_ADDRESS = 200
MOST_PERSON = 80
COLUMNS = {column.name: column for column in Company._meta.concrete_fields}  # noqa: SLF001 - Django's documented name


class CompanyPlanner:
    """Decides about the rows of one sheet of companies, in their order."""

    def __init__(self, context: CellContext, options: Mapping[str, Any]) -> None:
        self.context = context
        self.options = options
        self.index = FirmIndex.load()
        self._rows = self._listed()
        self._contacts = set(
            Contact.objects.filter(company__memberships=None).values_list(
                "company_id", "kind", "value"
            )
        )
        # What an earlier row of this file says of a firm, by its key here or the negative number of that row.
        self._said: dict[int, tuple[int, dict[str, Any]]] = {}

    def _listed(self) -> dict[int, dict[str, Any]]:
        fields = ("name_zh", "name_en", "kind", "division_code", "cluster_id", "address", "size_band", "size_said", "uscc", "version")  # fmt: skip
        rows = Company.objects.filter(memberships=None).values("pk", *fields)
        return {row["pk"]: row for row in rows}

    def plan(self, reading: Reading, line: TableLine) -> RowPlan:
        """Return what the row will do: enter a company, change one, or why neither."""
        missing = [
            problem(name, _("This is required and stands empty.")) for name in reading.missing
        ]
        if missing and not reading.skip:
            return plans.refused([*reading.problems, *missing])
        if decided := plans.undecided(reading):
            return decided
        try:
            facts, notes = self._facts(reading)
            wanted = self._wanted(reading.values, facts)
            found = self._chosen(self.index.find(wanted), wanted, line)
            contacts = _contacts_of(reading.values)
        except cells.AskedCell as asked:
            return plans.waiting([problem("", str(asked))])
        except Outside as outside:
            return plans.left_out(str(outside))
        except DomainError as refusal:
            return plans.refused([problem("phone", str(refusal))])
        if found is None:
            return self._create(wanted, facts, contacts, line, notes)
        return self._change(found, wanted, facts, contacts, line, notes)

    def _facts(self, reading: Reading) -> tuple[dict[str, Any], list[str]]:
        """Return what the row says of the company, "" and None where it says nothing."""
        values = reading.values
        name = values["name"]
        division, notes, address = self._place(values)
        if division:
            reading.place = name_of(division) or division
        if values.get("kind_note"):
            notes = [*notes, values["kind_note"]]
        size_band, size_said = size_of(values)
        facts = {
            "name_zh": name,
            "name_en": values.get("name_en") or ("" if _HAN.search(name) else name),
            "kind": values.get("kind", ""),
            "division_code": division,
            "address": address,
            "size_band": size_band,
            "size_said": size_said,
        }
        return facts, notes

    def _place(self, values: Values) -> tuple[str, list[str], str]:
        address = values.get("address", "")
        coded = values.get("division") or values.get("city_division")
        if coded:
            return coded, [], address
        city = ", ".join(
            dict.fromkeys(
                values[name] for name in ("city_zh", "city", "district") if values.get(name)
            )
        )
        province = values.get("province", "")
        found = self.context.gazetteer.read(city, province, address)
        code = found.code or values.get("province_division", "")
        notes = []
        unknown = found.unknown
        if (
            found.choices and code
        ):  # the list has placed the firm itself: by the code of its province
            unknown = city
        elif found.choices:
            code = self._ask_place(city, province, found.choices)
        if code[:2] in {"71", "81", "82"}:
            raise Outside(_("Not in mainland China: %(country)s.") % {"country": name_of(code)})
        if unknown:
            # A place that our table does not have is kept where its people will find it.
            if unknown not in address:
                address = f"{unknown} {address}".strip()[:MOST_ADDRESS]
            notes.append(
                _("“%(place)s” is no place that we list: it is kept with the address.")
                % {"place": cells.short(unknown)}
            )
        return code, notes, address

    def _ask_place(self, city: str, province: str, choices: tuple[str, ...]) -> str:
        written = ", ".join(part for part in (city, province) if part)
        codes = {code: code for code in choices} | {"none": ""}
        answer: str = cells.answered(
            f"place:{plain(city)}|{plain(province)}",
            _("Which place is “%(place)s”?") % {"place": written},
            [
                *(Choice(code, name_of(code)) for code in choices),
                Choice("none", _("Leave the place empty")),
            ],
            codes,
            self.context,
        )
        return answer

    def _wanted(self, values: Values, facts: Mapping[str, Any]) -> Wanted:
        return Wanted(
            facts["name_zh"],
            facts["name_en"],
            values.get("uscc", ""),
            facts["division_code"],
            values.get("source") or self.options.get("source", ""),
            values.get("own_reference", ""),
        )

    def _chosen(self, found: Found, wanted: Wanted, line: TableLine) -> Firm | None:
        """Return the firm that is meant, None for a new one.

        :raises AskedCell: while a person has not chosen among several, or said that one is renamed
        """
        if not found.rivals:
            return found.firm
        choices = [
            Choice(str(firm.code), _("It is %(firm)s") % {"firm": self._described(firm)})
            for firm in found.rivals
        ]
        if found.reason != firms.CODE_AND_REFERENCE:
            choices.append(Choice(NEW, _("Another company: enter it")))
        answer = self.context.asker.ask(
            f"{OF_ROW}{line.sheet}:{line.number}:is",
            _("Row %(row)s, “%(name)s”: %(reason)s")
            % {"row": line.number, "name": cells.short(wanted.name), "reason": _reason(found)},
            choices,
            is_blocking=False,
            row=line.number,
        )
        if answer == NEW:
            return None
        if not answer:
            raise cells.AskedCell(_reason(found))
        return self.index.by_code[answer]

    def _described(self, firm: Firm) -> str:
        if firm.pk < 0:
            return _("the same as row %(row)s, %(name)s") % {"row": -firm.pk, "name": firm.name_zh}
        facts = [firm.name_zh, name_of(firm.division) if firm.division else "", firm.uscc]
        return in_a_row([fact for fact in facts if fact])

    def _create(
        self,
        wanted: Wanted,
        facts: dict[str, Any],
        contacts: list[tuple[str, str, str]],
        line: TableLine,
        notes: list[str],
    ) -> RowPlan:
        kind = facts["kind"] or self.options.get("kind") or CompanyKind.FACTORY.value
        # A reference that another firm of the source carries by a choice made above is not taken twice.
        taken = (wanted.source, wanted.reference) in self.index.by_reference
        if wanted.reference and taken:
            return plans.refused(
                [
                    problem(
                        "own_reference", _("Another company carries this reference in this source.")
                    )
                ]
            )
        firm = Firm(
            -line.number, f"row-{line.sheet}-{line.number}", wanted.name, wanted.name_en, wanted.uscc,  # type: ignore[arg-type]
            wanted.division, wanted.source, wanted.reference, CompanyStatus.ACTIVE, False,
        )  # fmt: skip
        self.index.add(firm)
        self._said[firm.pk] = (line.number, {**facts, "kind": kind, "uscc": wanted.uscc})
        data = {
            **facts,
            "kind": kind,
            "uscc": wanted.uscc,
            "source": wanted.source,
            "own_reference": wanted.reference,
            "cluster": cluster_of(self.context.vocabulary, facts["division_code"]),
            "contacts": contacts,
        }
        return plans.ready(RowAction.CREATE, data=data, notes=notes)

    def _change(
        self,
        firm: Firm,
        wanted: Wanted,
        facts: dict[str, Any],
        contacts: list[tuple[str, str, str]],
        line: TableLine,
        notes: list[str],
    ) -> RowPlan:
        said = self._said.get(firm.pk)
        if said:
            return _same_as(said, {**facts, "uscc": wanted.uscc})
        self._said[firm.pk] = (line.number, {**facts, "uscc": wanted.uscc})
        if firm.has_people:
            return plans.left_out(
                _("Its own people keep this company's record."),
                action=RowAction.KEEP.value,
                data={"listed": {**facts, "uscc": wanted.uscc}, "company": firm.pk},
            )
        if firm.status not in OPEN:
            return plans.left_out(_("This company was suspended or closed here."))
        present = self._rows[firm.pk]
        data = self._changes(present, facts, wanted)
        more = [one for one in contacts if (firm.pk, one[1], one[2]) not in self._contacts]
        changes = [_shown(name, present[name], value) for name, value in data.items()]
        if more:
            changes.append((_("Contacts"), "", f"+{len(more)}"))
        if "division_code" in data:
            data["cluster"] = cluster_of(self.context.vocabulary, data["division_code"])
        return plans.ready(
            RowAction.UPDATE if changes else RowAction.KEEP,
            target=firm.code,
            data={**data, "contacts": more},
            changes=changes,
            notes=notes,
        )

    def _changes(
        self, present: Mapping[str, Any], facts: Mapping[str, Any], wanted: Wanted
    ) -> dict[str, Any]:
        """Return what the row may change: nothing by silence, no finer place by a coarser one,
        no name by another way to write it.
        """
        changes = {
            name: value
            for name, value in facts.items()
            if value and value != present[name] and name not in {"name_zh", "name_en"}
        }
        for name in ("name_zh", "name_en"):
            if facts[name] and name_key(facts[name]) != name_key(present[name]):
                changes[name] = facts[name]
        if _HAN.search(present["name_zh"]) and not _HAN.search(facts["name_zh"]):
            changes.pop("name_zh", None)
        if present["division_code"] and is_within(present["division_code"], facts["division_code"]):
            changes.pop("division_code", None)
        if wanted.uscc and wanted.uscc != (present["uscc"] or ""):
            changes["uscc"] = wanted.uscc
        if facts["size_band"] and facts["size_said"] != present["size_said"]:
            changes["size_said"] = facts["size_said"]
        return changes


class Outside(Exception):
    """The row is of a place outside the mainland."""


def _reason(found: Found) -> str:
    return {
        firms.SEVERAL: _("Several companies are called so: which one is it?"),
        firms.CODE_AND_REFERENCE: _("The credit code and the reference belong to two companies."),
        firms.ANOTHER_NAME: _(
            "The reference belongs to a company of another name: was it renamed?"
        ),
        firms.ANOTHER_CODE: _("The reference belongs to a company with another credit code."),
        firms.ANOTHER_PLACE: _("A company of this name is in another place: has it moved?"),
        firms.ALIKE: _("A company with a similar name is here: is it the same?"),
    }[found.reason]


def _same_as(said: tuple[int, dict[str, Any]], facts: Mapping[str, Any]) -> RowPlan:
    """Leave out a second row of one firm; refuse it where the two rows contradict."""
    row, before = said
    names = {"name_zh", "name_en"}
    other = [
        name
        for name, value in facts.items()
        if name not in names and value and before.get(name) and before[name] != value
    ]
    other = [name for name in other if name != "division_code" or not _nest(before, facts)]
    if not other:
        return plans.left_out(_("The same company as in row %(row)s.") % {"row": row})
    labels = in_a_row([_label(name) for name in other])
    return plans.refused(
        [
            problem(
                "name",
                _(
                    "The same company as in row %(row)s, with another value under: %(columns)s. Keep one of the two."
                )
                % {"row": row, "columns": labels},
            )
        ]
    )


def _nest(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return is_within(one["division_code"], other["division_code"]) or is_within(
        other["division_code"], one["division_code"]
    )


def _label(name: str) -> str:
    return str(COLUMNS[name].verbose_name)


def _shown(name: str, before: Any, after: Any) -> Change:
    show = {
        "kind": as_kind,
        "division_code": lambda code: name_of(code) or code,
        "size_band": as_size,
    }.get(name, str)
    return (_label(name), show(before) if before else "", show(after) if after else "")


def _contacts_of(values: Values) -> list[tuple[str, str, str]]:
    """Return person, kind and value of each contact that the row names.

    :raises InvalidInput: for a number or an address by which nobody can be reached
    """
    person = values.get("contact_person", "")[:MOST_PERSON] or _("Contact")
    found = []
    columns = (
        ("phone", ContactKind.PHONE),
        ("second_phone", ContactKind.PHONE),
        ("email", ContactKind.EMAIL),
        ("wechat", ContactKind.WECHAT),
    )
    for name, kind in columns:
        for part in _SEVERAL.split(values.get(name, "")):
            value = _contact_value(part.strip(), kind)
            if not value or cells.is_filler(value):
                continue
            check_reachable(kind=kind, value=value)
            found.append((person, kind.value, value))
    return list(dict.fromkeys(found))


def _contact_value(text: str, kind: ContactKind) -> str:
    plain = NormalizedText(text).cased.strip()
    return re.sub(r"\.0$", "", plain) if kind == ContactKind.PHONE else plain
