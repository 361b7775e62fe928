"""Sheets of past deals, read by the ways of imports: columns, plans of rows, writing, undoing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Company
from matchmaking.core import weeks
from matchmaking.core.errors import Conflict, DomainError
from matchmaking.core.formatting import in_a_row
from matchmaking.deals import rules
from matchmaking.deals.models import Intention
from matchmaking.deals.models.intentions import MOST_PAIRS, MOST_YUAN
from matchmaking.deals.services import past_deals
from matchmaking.deals.services.intentions import Figures
from matchmaking.deals.services.past_deals import PastDeal
from matchmaking.imports import cells, plans, term_cells
from matchmaking.imports.added_kinds import AddedKind
from matchmaking.imports.columns import Column, Problem, SheetKind, Values, problem
from matchmaking.imports.columns.base import EXAMPLE_REFERENCE
from matchmaking.imports.firms import Firm, FirmIndex, Wanted
from matchmaking.imports.models import ImportKind, RowAction, RowOutcome
from matchmaking.imports.places import name_of
from matchmaking.imports.questions import OF_ROW, Choice
from matchmaking.imports.writers import Written
from matchmaking.listings.free_text.vocabulary import Kind

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.imports.cells import CellContext
    from matchmaking.imports.checking import Reading
    from matchmaking.imports.models import ImportRow
    from matchmaking.imports.plans import RowPlan
    from matchmaking.imports.tables import TableLine

CENT = Decimal("0.01")
_pairs = cells.whole_number(1, MOST_PAIRS)
_price = cells.price(CENT, Decimal(MOST_YUAN))
_amount = cells.price(CENT, Decimal(MOST_PAIRS) * MOST_YUAN)


def _judge(values: Values, _options: Mapping[str, Any], _context: CellContext) -> list[Problem]:
    """Complete the price from the amount; return where the two contradict or both are missing."""
    pairs, price, amount = values.get("pairs"), values.get("unit_price"), values.get("amount")
    if pairs is None:
        return []
    if price is None and amount is None:
        return [problem("unit_price", _("Give the price of a pair, or the amount."))]
    if price is None and amount is not None:
        price = (amount / pairs).quantize(CENT)
        values["unit_price"] = price
    if amount is not None and amount != pairs * price:
        return [
            problem(
                "amount",
                _("%(pairs)s pairs at %(price)s are %(product)s yuan, not %(amount)s.")
                % {
                    "pairs": f"{pairs:,}",
                    "price": price,
                    "product": f"{pairs * price:,.2f}",
                    "amount": f"{amount:,.2f}",
                },
            )
        ]
    return []


def _skip(values: Values, _options: Mapping[str, Any], _context: CellContext) -> str:
    if values.get("own_reference") == EXAMPLE_REFERENCE:
        return _("The example of the template.")
    return ""


def _column(name: str, zh: str, en: str, read: Any, *synonyms: str, **more: Any) -> Column:
    return Column(name, zh, en, read, synonyms, **more)


SHEET = SheetKind(
    columns=(
        _column(
            "brand", "品牌企业", "Brand", cells.text(120), "品牌", "品牌方", "需方", "甲方", "brand firm", "buyer",
            required=True, example="示例体育用品有限公司", width=32,
        ),
        _column(
            "brand_uscc", "品牌信用代码", "Brand credit code", cells.uscc, "品牌统一社会信用代码", "甲方信用代码",
            in_template=False, width=22,
        ),
        _column(
            "factory", "工厂", "Factory", cells.text(120), "加工厂", "代工厂", "供方", "乙方", "承接企业", "maker",
            required=True, example="示例鞋业有限公司", width=32,
        ),
        _column(
            "factory_uscc", "工厂信用代码", "Factory credit code", cells.uscc, "工厂统一社会信用代码", "乙方信用代码",
            in_template=False, width=22,
        ),
        _column(
            "agreed_on", "签约日期", "Agreed on", cells.past_day, "日期", "意向日期", "签订日期", "对接日期", "date",
            required=True, example="2026-06-10", show=str,
        ),
        _column("category", "品类", "Category", term_cells.term(Kind.CATEGORY), "鞋类", "产品", "kind of shoe", example="跑鞋", show=str),
        _column(
            "pairs", "双数", "Pairs", _pairs, "数量", "意向数量", "订单数量", "quantity",
            required=True, example="300000", unit="pairs", show=cells.as_number, is_summed=True,
        ),
        _column("unit_price", "单价（元/双）", "Yuan a pair", _price, "单价", "价格", "unit price", "price", example="45.00", unit="money"),
        _column("amount", "金额（元）", "Yuan", _amount, "金额", "意向金额", "总金额", "amount", in_template=False, unit="money", is_summed=True),
        _column(
            "due_week", "末批交货", "Last delivery", cells.due_week, "交期", "交货期", "交货日期", "delivery", "due",
            example="2026-W40", show=weeks.label,
        ),
        _column("brand_name", "品牌确认人", "Confirmed for the brand by", cells.text(150), "甲方代表", "品牌代表", example="李女士"),
        _column("factory_name", "工厂确认人", "Confirmed for the factory by", cells.text(150), "乙方代表", "工厂代表", example="陈先生"),
        _column("contract_number", "合同编号", "Contract number", cells.text(80), "合同号", "contract no", example=""),
        _column("contracted_on", "合同日期", "Contract signed on", cells.past_day, "合同签订日期", "contract date", example="", show=str),
        _column("delivered_pairs", "已交货双数", "Pairs delivered", _pairs, "交货双数", "交货数量", example="", unit="pairs", show=cells.as_number, is_summed=True),
        _column("delivered_on", "交货日", "Delivered on", cells.past_day, "实际交货日期", example="", show=str),
        _column("own_reference", "编号", "Reference", cells.reference(80), "序号编号", "reference", example=EXAMPLE_REFERENCE),
    ),
    judge=_judge,
    skip=_skip,
    keys=(("own_reference",),),
    name="brand",
    allowed={"category": "categories"},
)  # fmt: skip


class PastDealPlanner:
    """Decides about rows of past deals: which two firms, and whether the deal stands already."""

    def __init__(self, context: CellContext, options: Mapping[str, Any], at: dt.datetime) -> None:
        self.context = context
        self.options = options
        self.index = FirmIndex.load()
        self._at = at
        self._said: dict[tuple[Any, ...], int] = {}

    def plan(self, reading: Reading, line: TableLine) -> RowPlan:
        """Return what the row will do: enter a deal, nothing since it stands, or why neither."""
        missing = [
            problem(name, _("This is required and stands empty.")) for name in reading.missing
        ]
        if missing and not reading.skip:
            return plans.refused([*reading.problems, *missing])
        if decided := plans.undecided(reading):
            return decided
        try:
            brand = self._firm(reading, line, "brand")
            factory = self._firm(reading, line, "factory")
            deal = self._deal(reading.values, brand, factory)
        except cells.AskedCell as asked:
            return plans.waiting([problem("", str(asked))])
        except cells.WrongCell as wrong:
            return plans.refused([problem("", str(wrong))])
        except DomainError as refusal:
            return plans.refused([problem(refusal.field or "", str(refusal.message))])
        return self._decided(deal, line)

    def _decided(self, deal: PastDeal, line: TableLine) -> RowPlan:
        figures = deal.figures
        key = (deal.brand.pk, deal.factory.pk, deal.agreed_on, figures.pairs, figures.unit_price)
        first = self._said.setdefault(key, line.number)
        if first != line.number:
            return plans.left_out(_("The same deal as in row %(row)s.") % {"row": first})
        if known := past_deals.same_deal(deal):
            return plans.ready(RowAction.KEEP, target=known.code)
        return plans.ready(RowAction.CREATE, data={"deal": deal}, pairs=figures.pairs)

    def _firm(self, reading: Reading, line: TableLine, name: str) -> Company:
        """Return the firm that a column names; whoever is only alike is asked about.

        :raises WrongCell: for a firm that is not here
        :raises AskedCell: while the question is open
        """
        values = reading.values
        written = values[name]
        wanted = Wanted(written, "", values.get(f"{name}_uscc", ""), "", "", "")
        found = self.index.find(wanted)
        firm = found.firm
        if firm is None and found.rivals:
            firm = self._asked(found.rivals, line, name, written)
        if firm is None:
            raise cells.WrongCell(
                _("“%(name)s” is not here: import the company first.")
                % {"name": cells.short(written)}
            )
        return Company.objects.get(pk=firm.pk)

    def _asked(
        self, rivals: tuple[Firm, ...], line: TableLine, name: str, written: str
    ) -> Firm | None:
        sentence = _("Row %(row)s: which company is “%(name)s”?") % {
            "row": line.number,
            "name": cells.short(written),
        }
        choices = [
            Choice(str(firm.code), _described(firm), is_likely=place == 0)
            for place, firm in enumerate(rivals)
        ]
        choices.append(Choice("none", _("None of these")))
        answer = self.context.asker.ask(
            f"{OF_ROW}{line.sheet}:{line.number}:{name}", sentence, choices, is_blocking=False
        )
        if not answer:
            raise cells.AskedCell(
                _("Answer the question about “%(what)s” above.") % {"what": written}
            )
        return self.index.by_code.get(answer)

    def _deal(self, values: Values, brand: Company, factory: Company) -> PastDeal:
        agreed = weeks.monday_of(values["agreed_on"])
        due = max(values.get("due_week") or agreed, agreed)
        source = str(self.options.get("source", "")).strip()
        return PastDeal(
            brand=brand,
            factory=factory,
            category=values.get("category"),
            figures=Figures(
                pairs=values["pairs"],
                unit_price=values["unit_price"],
                first_week=agreed,
                last_week=due,
                note=_("From the list: %(source)s") % {"source": source} if source else "",
            ),
            agreed_on=values["agreed_on"],
            brand_name=values.get("brand_name", ""),
            factory_name=values.get("factory_name", ""),
            contract_number=values.get("contract_number", ""),
            contracted_on=values.get("contracted_on"),
            delivered_pairs=values.get("delivered_pairs"),
            delivered_on=values.get("delivered_on"),
        )


def _described(firm: Firm) -> str:
    facts = [firm.name_zh, name_of(firm.division) if firm.division else "", firm.uscc]
    return in_a_row([fact for fact in facts if fact])


def write(plan: RowPlan, by: User, at: dt.datetime) -> Written:
    made = past_deals.enter_past_deal(deal=plan.data["deal"], by=by, at=at)
    return Written(RowOutcome.CREATED, made.code)


def undo(row: ImportRow, by: User, at: dt.datetime) -> None:
    """Withdraw the deal that the row entered.

    :raises Conflict: when somebody has gone on with it, or the row made none
    """
    found = Intention.objects.filter(code=row.made).first() if row.made else None
    if found is None:
        raise Conflict(_("This row made nothing."))
    past_deals.take_back(intention=found, by=by, at=at)


PAST_DEALS = AddedKind(
    kind=ImportKind.INTENTIONS,
    sheet=SHEET,
    planner=PastDealPlanner,
    write=write,
    undo=undo,
    allowed=rules.can_act_on_intentions,
    counted=lambda ready: (
        ngettext("%(number)s deal", "%(number)s deals", ready) % {"number": f"{ready:,}"}
    ),
)
