"""Rows of orders and capacity against the posts that are here, checked by the services' own rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Company
from accounts.states import CompanyStatus
from matchmaking.core import weeks
from matchmaking.core.errors import DomainError, InvalidInput
from matchmaking.core.formatting import in_a_row
from matchmaking.imports import cells, plans
from matchmaking.imports.columns import SHEETS, problem
from matchmaking.imports.firms import FirmIndex, name_key
from matchmaking.imports.models import ImportKind, RowAction
from matchmaking.imports.questions import Choice
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.services.edits import LET_IN
from matchmaking.listings.services.posts import Weeks, check_offer, check_order
from matchmaking.listings.week_plans import festival_weeks

if TYPE_CHECKING:
    from matchmaking.imports.cells import CellContext
    from matchmaking.imports.checking import Reading
    from matchmaking.imports.columns import Values
    from matchmaking.imports.plans import Change, RowPlan
    from matchmaking.listings.post_kinds import AnyPost

SHEET_ONLY = {"company_uscc", "company_name", "weeks", "pairs_per_week", "from_week", "to_week"}
MOST_WEEKS_TOLD = 4
CLOSED, THROUGH = "closed", "through"


class PostPlanner:
    """Decides about the rows of one sheet of orders or of capacity."""

    def __init__(
        self,
        kind: str,
        context: CellContext,
        options: Mapping[str, Any],
        company: Company | None,
        at: dt.datetime,
        references: Iterable[str],
    ) -> None:
        self.kind = ORDER if kind == ImportKind.ORDERS else OFFER
        self.sheet = SHEETS[kind]
        self.context = context
        self.options = options
        self.company = company
        self.at = at
        self.this_week = ledger.current_week(at)
        self._index = FirmIndex.load() if company is None else None
        self._companies: dict[tuple[str, str], Company | InvalidInput] = {}
        self._posts = self._known(set(references))

    def _known(self, references: set[str]) -> dict[tuple[int, str], AnyPost]:
        posts = self.kind.model.objects.filter(own_reference__in=references)
        if self.company is not None:
            posts = posts.filter(company=self.company)
        related = [name for name in self.kind.fields if name in self._foreign()]
        found = posts.select_related("company", *related).prefetch_related(*self.kind.links)
        return {(post.company_id, post.own_reference): post for post in found}

    def _foreign(self) -> set[str]:
        return {field.name for field in self.kind.model._meta.fields if field.is_relation}  # noqa: SLF001 - Django's documented name

    def plan(self, reading: Reading, _line: object) -> RowPlan:
        """Return what the row will do, with the sentence of the service where it would refuse."""
        if decided := plans.undecided(reading):
            if reading.is_wrong:
                # In the order of the columns, as a person looks along the row.
                found = [*decided.problems, *self._missing(reading, None)]
                decided.problems = sorted(found, key=lambda one: self._place(one["column"]))
            return decided
        try:
            company = self._company_of(reading.values)
            post = self._posts.get((company.pk, reading.values.get("own_reference", "")))
            if missing := self._missing(reading, post):
                return plans.refused(missing)
            return self._planned(company, post, reading.values)
        except cells.AskedCell as asked:
            return plans.waiting([problem("pairs_per_week", str(asked))])
        except DomainError as refusal:
            return plans.refused([problem(self._column(refusal.field), str(refusal))])
        except ValidationError as refusal:
            return plans.refused([problem("", " ".join(refusal.messages))])

    def _place(self, name: str) -> int:
        names = [column.name for column in self.sheet.columns]
        return names.index(name) if name in names else len(names)

    def _missing(self, reading: Reading, post: AnyPost | None) -> list[dict[str, Any]]:
        """Return the required columns without a value; a post that is here has them already."""
        needed = (
            reading.missing
            if post is None
            else [name for name in reading.missing if name == "own_reference"]
        )
        return [problem(name, _("This is required and stands empty.")) for name in needed]

    def _column(self, field: str | None) -> str:
        if field and self.sheet.column(field):
            return field
        return "pairs_per_week" if field in {"pairs", "weeks_mode"} and self.kind is OFFER else ""

    def _company_of(self, values: Values) -> Company:
        """Return whose post the row is. Officers post for companies that people act for only.

        :raises InvalidInput: when no or several companies are meant, or nobody acts for it
        """
        if self.company is not None:
            return self.company
        key = (values.get("company_uscc", ""), name_key(values.get("company_name", "")))
        if key not in self._companies:
            self._companies[key] = self._look_up(*key)
        found = self._companies[key]
        if isinstance(found, InvalidInput):
            raise found
        return found

    def _look_up(self, uscc: str, name: str) -> Company | InvalidInput:
        index = self._index
        if index is None:
            raise LookupError("a member's import has its company")
        field = "company_uscc" if uscc else "company_name"
        if uscc:
            firms = [index.by_uscc[uscc]] if uscc in index.by_uscc else []
        else:
            named = {firm.pk: firm for firm in index.by_name.get(name, ())}
            firms = [firm for firm in named.values() if firm.status == CompanyStatus.ACTIVE]
        if len(firms) != 1:
            return InvalidInput(
                _("Several companies are called so: give the Unified Social Credit Code.")
                if firms
                else _("No company here has this code or this full name."),
                field=field,
            )
        if not firms[0].has_people:
            return InvalidInput(
                _("Nobody acts for this company here yet, so nothing is posted in its name."),
                field=field,
            )
        return Company.objects.get(pk=firms[0].pk)

    def _planned(self, company: Company, post: AnyPost | None, values: Values) -> RowPlan:
        data = {name: value for name, value in values.items() if name not in SHEET_ONLY}
        submit = bool(self.options.get("submit"))
        if isinstance(post, CapacityOffer) or self.kind is OFFER:
            offer = post if isinstance(post, CapacityOffer) else None
            return self._planned_offer(company, offer, data, values, submit=submit)
        order = post if isinstance(post, ProcessingOrder) else None
        if data.get("splittable") is False:
            data |= {"smallest_part": None, "most_factories": None}
        before = self._now(order, data)
        changed = check_order(company=company, data=data, at=self.at, order=order, submit=submit)
        return _ready(
            order,
            changed,
            changes=self._changes(before, data, changed),
            data={"company": company, "data": data, "submit": submit},
            pairs=data.get("pairs") or (order.pairs if order else 0) or 0,
        )

    def _planned_offer(
        self,
        company: Company,
        offer: CapacityOffer | None,
        data: dict[str, Any],
        values: Values,
        *,
        submit: bool,
    ) -> RowPlan:
        now = self._published(offer)
        notes: list[str] = []
        row = self._row_of(values, now, notes)
        before = self._now(offer, data)
        weeks_plan = None if row is None else Weeks(self.this_week, row)
        changed = check_offer(
            company=company, data=data, at=self.at, offer=offer, weeks=weeks_plan, submit=submit
        )
        changes = self._changes(before, data, changed)
        if row is not None and offer is not None:
            changes += self._week_changes(now, row)
        leaving = sum(max(0, a - b) for a, b in zip(now, row, strict=True)) if row else 0
        return _ready(
            offer,
            changed,
            changes=changes,
            notes=notes,
            data={"company": company, "data": data, "weeks": weeks_plan, "submit": submit},
            pairs=sum(now if row is None else row),
            leaving=leaving,
        )

    def _published(self, offer: CapacityOffer | None) -> list[int]:
        """Return the offer's published pairs of the 104 weeks from this one on."""
        if offer is None or offer.anchor_week is None:
            return [0] * weeks.HORIZON_WEEKS
        passed = max(0, (self.this_week - offer.anchor_week).days // 7)
        return ledger.rolled(offer.published, passed)

    def _row_of(self, values: Values, now: Sequence[int], notes: list[str]) -> list[int] | None:
        """Return the plan of all weeks: those that the row names and fills, the others as they are.

        :raises InvalidInput: when every week of the row has passed, or one lies beyond the horizon
        """
        named = values.get("weeks") or self._by_rate(values, notes)
        if not named:
            return None
        ahead = {monday: pairs for monday, pairs in named.items() if monday >= self.this_week}
        if not ahead:
            raise InvalidInput(_("All weeks of this row have passed."), field="to_week")
        if passed := sorted(set(named) - set(ahead)):
            lost = sum(named[monday] for monday in passed)
            notes.append(
                _("Weeks that have passed are left out: %(weeks)s (%(pairs)s pairs).")
                % {"weeks": in_a_row(map(weeks.label, passed[:6])), "pairs": f"{lost:,}"}
            )
        row = list(now)
        for monday, pairs in ahead.items():
            index = (monday - self.this_week).days // 7
            if index >= len(row):
                if not pairs:
                    continue
                raise ledger.OutsideHorizon(
                    _("%(week)s cannot be planned: capacity runs from %(first)s to %(last)s.")
                    % {
                        "week": weeks.label(monday),
                        "first": weeks.label(self.this_week),
                        "last": weeks.label(self.this_week + dt.timedelta(weeks=len(row) - 1)),
                    },
                    field="to_week",
                )
            row[index] = pairs
        return row

    def _by_rate(self, values: Values, notes: list[str]) -> dict[dt.date, int]:
        """Return the weeks of a rate; one without both its ends is asked about.

        :raises InvalidInput: when all its weeks have passed
        :raises AskedCell: while nobody has said what the Spring Festival does to it
        """
        rate = values.get("pairs_per_week")
        if rate is None:
            return {}
        last_week = self.this_week + dt.timedelta(weeks=weeks.HORIZON_WEEKS - 1)
        first = max(values.get("from_week") or self.this_week, self.this_week)
        last = values.get("to_week") or last_week
        if last < first:
            raise InvalidInput(_("All weeks of this row have passed."), field="to_week")
        stopped = festival_weeks(first, last)
        has_ends = values.get("from_week") and values.get("to_week")
        if has_ends:
            if stopped and rate:
                notes.append(
                    _("It runs through the Spring Festival: %(weeks)s.")
                    % {"weeks": in_a_row(map(weeks.label, stopped))}
                )
            answer = THROUGH
        else:
            answer = self._ask_festival(first, last, stopped)
        found = {}
        week = first
        while week <= last:
            if answer == THROUGH or week not in stopped:
                found[week] = rate
            week += dt.timedelta(weeks=1)
        return found

    def _ask_festival(self, first: dt.date, last: dt.date, stopped: Sequence[dt.date]) -> str:
        answer = self.context.asker.ask(
            "rate_without_weeks",
            _(
                "A rate without first and last week runs from %(first)s to %(last)s. What of the "
                "Spring Festival, %(weeks)s?"
            )
            % {
                "first": weeks.label(first),
                "last": weeks.label(last),
                "weeks": in_a_row(map(weeks.label, stopped)),
            },
            [
                Choice(CLOSED, _("The lines stop in these weeks"), is_likely=True),
                Choice(THROUGH, _("They run in these weeks too")),
            ],
        )
        if not answer:
            raise cells.AskedCell(_("Say first in which weeks the rate holds."))
        return answer

    def _now(self, post: AnyPost | None, data: Mapping[str, Any]) -> dict[str, Any]:
        if post is None:
            return {}
        return {
            name: list(getattr(post, name).all())
            if name in self.kind.links
            else getattr(post, name)
            for name in data
        }

    def _changes(
        self, before: Mapping[str, Any], data: Mapping[str, Any], changed: Sequence[str]
    ) -> list[Change]:
        if not before:
            return []
        found = []
        for name in changed:
            column = self.sheet.column(name)
            if name in data and column:
                found.append(
                    (
                        column.label,
                        _shown(column.show, before.get(name)),
                        _shown(column.show, data[name]),
                    )
                )
            elif name == "state":
                found.append((_("Submitted for approval"), "", _("yes")))
        return found

    def _week_changes(self, now: Sequence[int], row: Sequence[int]) -> list[Change]:
        differing = [at for at, (a, b) in enumerate(zip(now, row, strict=True)) if a != b]
        found = [
            (weeks.label(self.this_week + dt.timedelta(weeks=at)), f"{now[at]:,}", f"{row[at]:,}")
            for at in differing[:MOST_WEEKS_TOLD]
        ]
        if len(differing) > MOST_WEEKS_TOLD:
            found.append(
                (_("%(count)s more weeks") % {"count": len(differing) - MOST_WEEKS_TOLD}, "", "")
            )
        if differing:
            found.append((_("Published pairs"), f"{sum(now):,}", f"{sum(row):,}"))
        return found


def _ready(post: AnyPost | None, changed: Sequence[str], **facts: Any) -> RowPlan:
    if post is None:
        return plans.ready(RowAction.CREATE, **facts)
    action = RowAction.UPDATE if changed else RowAction.KEEP
    planned = plans.ready(action, target=post, **facts)
    if changed and post.state in LET_IN:
        planned.notes.append(
            _("It is on the market: a change that reaches further waits for the association.")
        )
    return planned


def _shown(show: Callable[[Any], str], value: Any) -> str:
    return show(value) if value not in (None, "", []) else ""
