"""Deals and results, for officers: what stands, what they record for a company, the boards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import Company
from matchmaking.core.formatting import money, pairs, weeks_in_words
from matchmaking.core.parsed_fields import DayField, PairsField
from matchmaking.core.text import no_control_characters
from matchmaking.core.uploads import UploadField
from matchmaking.core.workbench import exports
from matchmaking.core.workbench.actions import Action, ActionForm
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.filters import QueueFilter
from matchmaking.core.workbench.history import HistoryEvent
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.queues import Queue, register_queue
from matchmaking.core.workbench.tables import NOTHING, Notice, Table, badge, link, register_tables
from matchmaking.deals import events, presentation, press_words, rules, track_records
from matchmaking.deals.models import Intention, PressTemplate, RecordObjection, ResultsBoard
from matchmaking.deals.services import fulfilment, intentions, objections
from matchmaking.deals.services.fulfilment import delivered_pairs
from matchmaking.deals.states import IntentionState, ObjectionState, WithdrawReason
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide


class SideForm(ActionForm):
    """The company that the officer speaks for."""

    side = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        choices=MatchSide.choices,
        widget=UnfoldAdminRadioSelectWidget(),
    )

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if isinstance(row, Intention):
            field: Any = self.fields["side"]
            field.choices = [
                (side.value, f"{side.label} · {row.company(side)}") for side in MatchSide
            ]


class ConfirmForm(SideForm):
    """A company's yes, given by telephone or in person, to the figures that the page shows."""

    number = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        if not isinstance(row, Intention) or row.terms is None:
            return {}
        said = set(row.terms.confirmations.values_list("side", flat=True))
        owing = [side.value for side in MatchSide if side not in said]
        return {"number": row.terms.number, "side": owing[0] if owing else None}


class ContractForm(SideForm):
    """A contract that a company showed."""

    number = forms.CharField(
        label=gettext_lazy("Contract number"),
        required=False,
        max_length=80,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
    )
    file = UploadField(label=gettext_lazy("Copy of the contract"), required=False)


class DeliveryForm(SideForm):
    """A delivery that a company told of."""

    pairs = PairsField(label=gettext_lazy("Pairs delivered"), widget=UnfoldAdminTextInputWidget())
    delivered_on = DayField(label=gettext_lazy("Delivered on"), widget=UnfoldAdminTextInputWidget())


class WithdrawForm(SideForm):
    """Why a company withdraws."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=WithdrawReason.choices,
        widget=UnfoldAdminSelectWidget(),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Both companies read it."),
        required=False,
        max_length=1000,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


def _on_behalf(**values: Any) -> Action[Intention, Any]:
    return Action(
        subject="intention",
        fixed={"on_behalf": True},
        allowed=rules.can_act_on_intentions,
        **values,
    )


ACTIONS: Sequence[Action[Intention, Any]] = (
    _on_behalf(
        name="confirm",
        label=gettext_lazy("Confirm for a company"),
        explain=gettext_lazy(
            "It counts as the company's own yes, and is marked as given to the association. "
            "The pairs are held in the factory's weeks."
        ),
        service=intentions.confirm,
        form=ConfirmForm,
        tone="primary",
        possible=lambda row: row.state == IntentionState.PROPOSED or row.has_revision,
    ),
    _on_behalf(
        name="contract",
        label=gettext_lazy("Record the contract"),
        explain=gettext_lazy("The held weeks are booked."),
        service=fulfilment.record_contract,
        form=ContractForm,
        possible=lambda row: row.state == IntentionState.CONFIRMED,
    ),
    _on_behalf(
        name="delivery",
        label=gettext_lazy("Record a delivery"),
        explain=gettext_lazy("The results count the pairs at the price that both confirmed."),
        service=fulfilment.record_delivery,
        form=DeliveryForm,
        possible=lambda row: row.state == IntentionState.CONTRACTED,
    ),
    _on_behalf(
        name="withdraw",
        label=gettext_lazy("Withdraw for a company"),
        explain=gettext_lazy(
            "The weeks are given back, and no figure of the deal counts any more."
        ),
        service=intentions.withdraw,
        form=WithdrawForm,
        tone="danger",
        possible=lambda row: row.is_live and row.state != IntentionState.DELIVERED,
    ),
)


@admin.register(Intention)
class IntentionAdmin(WorkbenchAdmin):
    """What two firms mean to do, and how far it has come."""

    group = Group.MARKET
    place = 35
    icon = "contract"
    row_actions = ACTIONS
    ordering = ("-proposed_at", "-pk")
    list_display = ("brand", "factory", "pairs", "price", "amount", "weeks", "state_shown", "waits")
    list_filter = ("state", "category__family", "brand__cluster", "factory__cluster")
    search_fields = (
        "brand__name_zh",
        "brand__name_en",
        "factory__name_zh",
        "factory__name_en",
        "contract_number",
    )
    fields = (
        ("brand_link", "factory_link"),
        ("order_link", "offer_link"),
        ("pairs", "price", "amount"),
        ("weeks", "note"),
        ("state_shown", "waits"),
        ("contract_number", "delivered"),
    )
    readonly_fields = fields[0] + fields[1] + fields[2] + fields[3] + fields[4] + ("delivered",)
    sheet = (
        exports.ExportColumn(gettext_lazy("brand"), lambda row: row.brand.name),
        exports.ExportColumn(gettext_lazy("factory"), lambda row: row.factory.name),
        exports.ExportColumn(gettext_lazy("state"), lambda row: row.get_state_display()),
        exports.ExportColumn(gettext_lazy("pairs"), lambda row: row.standing.pairs),
        exports.ExportColumn(gettext_lazy("yuan a pair"), lambda row: row.standing.unit_price),
        exports.ExportColumn(gettext_lazy("yuan"), lambda row: row.standing.amount),
        exports.ExportColumn(gettext_lazy("first week"), lambda row: row.standing.first_week),
        exports.ExportColumn(gettext_lazy("last week"), lambda row: row.standing.last_week),
        exports.ExportColumn(gettext_lazy("contract number"), lambda row: row.contract_number),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intention]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[Intention] = rows.in_full()
        return found

    def row_name(self, row: Intention) -> str:
        return f"{row.brand} – {row.factory}"

    def notices(self, request: HttpRequest, row: Intention) -> Iterable[Notice]:
        del request
        for label, before, after in presentation.changes_of(row):
            yield Notice(
                _("%(label)s: %(before)s is confirmed, %(after)s waits for an answer.")
                % {"label": label, "before": before, "after": after},
                "warn",
            )

    def tables(self, request: HttpRequest, row: Intention) -> Iterable[Table]:
        del request
        yield Table(
            _("Versions of the figures"),
            (_("version"), _("by"), _("pairs"), _("yuan a pair"), _("yuan"), _("confirmed by")),
            [
                (
                    terms.number,
                    row.company(terms.side),
                    pairs(terms.pairs),
                    money(terms.unit_price),
                    money(terms.amount),
                    ", ".join(yes.name for yes in terms.confirmations.all()),
                )
                for terms in row.versions.prefetch_related("confirmations").order_by("-number")
            ],
        )

    def happened(self, row: Intention) -> list[HistoryEvent]:
        return [
            HistoryEvent(
                event.at,
                "",
                is_first=False,
                changes=(),
                text=" · ".join(filter(None, (event.title, event.detail))),
            )
            for event in presentation.history(row)
        ]

    @admin.display(description=gettext_lazy("brand"))
    def brand_link(self, row: Intention) -> Any:
        return link(row.brand)

    @admin.display(description=gettext_lazy("factory"))
    def factory_link(self, row: Intention) -> Any:
        return link(row.factory)

    @admin.display(description=gettext_lazy("order"))
    def order_link(self, row: Intention) -> Any:
        return link(row.order) if row.order else NOTHING

    @admin.display(description=gettext_lazy("capacity"))
    def offer_link(self, row: Intention) -> Any:
        return link(row.offer) if row.offer else NOTHING

    @admin.display(description=gettext_lazy("pairs"))
    def pairs(self, row: Intention) -> str:
        return pairs(row.standing.pairs)

    @admin.display(description=gettext_lazy("yuan a pair"))
    def price(self, row: Intention) -> str:
        return money(row.standing.unit_price)

    @admin.display(description=gettext_lazy("amount"))
    def amount(self, row: Intention) -> str:
        return money(row.standing.amount)

    @admin.display(description=gettext_lazy("delivery"))
    def weeks(self, row: Intention) -> str:
        return weeks_in_words(row.standing.first_week, row.standing.last_week)

    @admin.display(description=gettext_lazy("note"))
    def note(self, row: Intention) -> str:
        return row.standing.note or NOTHING

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: Intention) -> Any:
        tone = presentation.TONES.get(IntentionState(row.state), "")
        return badge(row.get_state_display(), tone)

    @admin.display(description=gettext_lazy("waits for an answer"))
    def waits(self, row: Intention) -> str:
        return _("Other figures") if row.has_revision else NOTHING

    @admin.display(description=gettext_lazy("delivered"))
    def delivered(self, row: Intention) -> str:
        return pairs(delivered_pairs(row))


@admin.register(ResultsBoard)
class ResultsBoardAdmin(WorkbenchAdmin):
    """Results of a period, for everybody once they are published."""

    group = Group.MARKET
    place = 36
    icon = "leaderboard"
    is_editable = True
    list_display = ("title", "since", "until", "is_published")
    list_filter = ("is_published",)
    search_fields = ("title_zh", "title_en")
    fields = (("title_zh", "title_en"), ("since", "until"), "event", "is_published")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the docking events by title; nobody types a code."""
        if db_field.name == "event":
            choices = [("", "–"), *((str(code), title) for code, title in events.titles().items())]
            return forms.TypedChoiceField(
                label=db_field.verbose_name,
                help_text=db_field.help_text,
                required=False,
                choices=choices,
                coerce=UUID,
                empty_value=None,
                widget=UnfoldAdminSelectWidget(),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("title"))
    def title(self, row: ResultsBoard) -> str:
        return row.title

    def notices(self, request: HttpRequest, row: ResultsBoard) -> Iterable[Notice]:
        del request
        for sentence, name in (
            (_("Its page: %(url)s"), "board-detail"),
            (_("Report, dossier and press text: %(url)s"), "board-report"),
        ):
            yield Notice(sentence % {"url": reverse(f"deals:{name}", args=[row.code])})


@admin.register(PressTemplate)
class PressTemplateAdmin(WorkbenchAdmin):
    """The words around the figures of a press text."""

    group = Group.MARKET
    place = 37
    icon = "newspaper"
    is_editable = True
    list_display = ("language",)
    fields = ("language", "text")
    readonly_fields = ("language",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request  # one a language, which a migration wrote
        return False

    def notices(self, request: HttpRequest, row: PressTemplate) -> Iterable[Notice]:
        del request, row
        words = [f"{{{name}}} {label}" for name, label in press_words.PLACEHOLDERS.items()]
        yield Notice(_("Placeholders: %(words)s") % {"words": ", ".join(words)})


class DecisionForm(ActionForm):
    """Why an objection is upheld or dismissed."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("The company reads it."),
        required=False,
        max_length=1000,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


def _decision(name: str, label: Any, explain: Any, *, uphold: bool) -> Action[Any, Any]:
    return Action(
        subject="objection",
        name=name,
        label=label,
        explain=explain,
        fixed={"uphold": uphold},
        service=objections.decide_objection,
        form=DecisionForm,
        tone="primary" if uphold else "danger",
        allowed=rules.can_decide_objections,
        possible=lambda row: row.state == ObjectionState.OPEN,
    )


class OpenObjections(QueueFilter):
    """Objections that nobody has decided."""

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(state=ObjectionState.OPEN)


register_queue(
    Queue(
        key="objections",
        title=gettext_lazy("Objections to records"),
        icon="gavel",
        place=60,
        url_name="admin:deals_recordobjection_changelist",
        query="queue=waiting",
        rows=lambda: RecordObjection.objects.filter(state=ObjectionState.OPEN),
        since="raised_at",
        allowed=rules.can_decide_objections,
    )
)


@admin.register(RecordObjection)
class RecordObjectionAdmin(WorkbenchAdmin):
    """A company says that a case of its record is wrong."""

    group = Group.COMPANIES
    place = 65
    icon = "gavel"
    ordering = ("-pk",)
    queue_ordering = ("raised_at", "pk")
    list_display = ("company", "fact", "state_shown", "raised_at", "decided_by")
    list_filter = (OpenObjections, "fact", "state")
    search_fields = ("company__name_zh", "company__name_en")
    fields = (
        ("company_link", "fact"),
        "case_shown",
        "reason",
        ("state_shown", "raised_at"),
        ("decided_by", "decided_at"),
        "decision_note",
    )
    readonly_fields = ("company_link", "case_shown", "state_shown")
    list_select_related = ("company", "decided_by")
    row_actions = (
        _decision(
            "uphold",
            gettext_lazy("Uphold"),
            gettext_lazy("The case is left out of the company's record."),
            uphold=True,
        ),
        _decision(
            "dismiss",
            gettext_lazy("Dismiss"),
            gettext_lazy("The case goes on counting."),
            uphold=False,
        ),
    )

    def row_name(self, row: RecordObjection) -> str:
        return f"{row.company} · {row.get_fact_display()}"

    @admin.display(description=gettext_lazy("company"))
    def company_link(self, row: RecordObjection) -> Any:
        return link(row.company)

    @admin.display(description=gettext_lazy("case"))
    def case_shown(self, row: RecordObjection) -> Any:
        for model in (Intention, Match, ProcessingOrder):
            found = model._default_manager.filter(code=row.case).first()  # noqa: SLF001 - Django's documented name
            if found is not None:
                return link(found)
        return NOTHING

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: RecordObjection) -> Any:
        return badge(row.get_state_display(), "warn" if row.state == ObjectionState.OPEN else "")


def _record_of(request: HttpRequest, company: Company) -> Iterable[Table]:
    """Yield the facts of a company on its page in the workbench."""
    if not request.user.has_perm("deals.view_intention"):
        return
    shares = track_records.shares_of(company, at=timezone.now())
    yield Table(
        _("Record of facts, two years"),
        (_("fact"), _("cases"), _("done"), _("share")),
        [(one.fact.label, one.cases, one.met, f"{one.percent}%") for one in shares],
    )


register_tables(Company, _record_of)
