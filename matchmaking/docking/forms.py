"""Forms of a company's registration: what it brings, and who comes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import CompanyKind
from matchmaking.core.errors import InvalidInput
from matchmaking.core.parsed_fields import PairsField, PriceField, WeekField
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_week
from matchmaking.deals.services.intentions import Figures
from matchmaking.docking import queries
from matchmaking.docking.choices import ParticipantRole
from matchmaking.docking.models import Registration
from matchmaking.docking.models.registrations import MOST_MEETINGS
from matchmaking.docking.presentation import days
from matchmaking.docking.services.preferences import Hours
from matchmaking.docking.services.registrations import MOST_PEOPLE, Person, Terms
from matchmaking.listings.models import CapacityOffer, ProcessingOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Company
    from matchmaking.docking.models import DockingEvent, Preference
    from matchmaking.matching.models import Match

BLANK_ROWS = 2
ROLES_OF_KINDS = {
    CompanyKind.BRAND: ParticipantRole.BRAND,
    CompanyKind.FACTORY: ParticipantRole.FACTORY,
    CompanyKind.SUPPLIER: ParticipantRole.SUPPLIER,
    CompanyKind.INSTITUTE: ParticipantRole.INSTITUTE,
}


class PersonForm(forms.Form):
    """Somebody who comes; without a name the row is left out."""

    name = forms.CharField(
        label=_("Full name"), required=False, max_length=60, validators=[no_control_characters]
    )
    job_title = forms.CharField(
        label=_("Job title"), required=False, max_length=60, validators=[no_control_characters]
    )
    here_from = forms.ChoiceField(label=_("Comes"), required=False)
    here_until = forms.ChoiceField(label=_("Leaves"), required=False)
    shares = forms.BooleanField(
        label=_("Stands in for the person above: both share one agenda"), required=False
    )

    def __init__(self, *args: Any, hours: tuple[Any, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in zip(("here_from", "here_until"), hours, strict=True):
            field: Any = self.fields[name]
            field.choices = choices

    def person(self) -> Person | None:
        data = self.cleaned_data
        if not data.get("name"):
            return None
        return Person(
            name=data["name"],
            job_title=data.get("job_title", ""),
            shares=bool(data.get("shares")),
            here_from=_moment(data.get("here_from")),
            here_until=_moment(data.get("here_until")),
        )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


PeopleFormSet = forms.formset_factory(PersonForm, extra=0, max_num=MOST_PEOPLE)


class RegistrationForm(forms.Form):
    """What a company brings and wishes. ``terms`` after a valid form and people."""

    role = forms.ChoiceField(label=_("You come as"), choices=ParticipantRole.choices)
    orders = forms.ModelMultipleChoiceField(
        label=_("Orders that you bring"),
        queryset=ProcessingOrder.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    offers = forms.ModelMultipleChoiceField(
        label=_("Capacity that you bring"),
        queryset=CapacityOffer.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_seated = forms.BooleanField(
        label=_("We keep our table"),
        help_text=_("Partners come to you; you do not walk."),
        required=False,
    )
    stands_by = forms.BooleanField(
        label=_("Fill our free slots with who fits"),
        help_text=_(
            "A meeting that only the other side asked for may be set, and a table that falls free "
            "is offered to you on the day."
        ),
        required=False,
    )
    needs_interpreter = forms.BooleanField(label=_("We need an interpreter"), required=False)
    fewest_meetings = forms.IntegerField(
        label=_("Fewest meetings"), min_value=0, max_value=MOST_MEETINGS, initial=0
    )
    most_meetings = forms.IntegerField(
        label=_("Most meetings"), min_value=1, max_value=MOST_MEETINGS
    )
    note = forms.CharField(
        label=_("Note to the association"),
        required=False,
        max_length=1000,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    terms: Terms

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("orders", ProcessingOrder), ("offers", CapacityOffer)):
            field: Any = self.fields[name]
            field.queryset = model.objects.in_market().filter(company=company).order_by("pk")
            field.label_from_instance = _post_title
            if not field.queryset.exists():
                del self.fields[name]

    def read(self, people: Any) -> bool:
        """Return whether the form and the people are right together; a refusal names its field."""
        if not (self.is_valid() and people.is_valid()):
            return False
        named = [form.person() for form in people]
        try:
            self.terms = Terms(
                **self.cleaned_data, people=[person for person in named if person is not None]
            )
        except InvalidInput as refused:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(refused.message))
            return False
        return True


def _post_title(post: Any) -> str:
    return str(post.title or post)


def initial_of(company: Company, event: DockingEvent, own: Registration | None) -> dict[str, Any]:
    """Return what the form shows first: what was said before, else what the company is."""
    if own is None:
        kind = CompanyKind(company.kind)
        default = ParticipantRole.BRAND if company.can_order else ParticipantRole.FACTORY
        return {
            "role": ROLES_OF_KINDS.get(kind, default),
            "most_meetings": event.most_meetings,
        }
    return {
        "role": own.role,
        "orders": list(own.orders.values_list("pk", flat=True)),
        "offers": list(own.offers.values_list("pk", flat=True)),
        "is_seated": own.is_seated,
        "stands_by": own.stands_by,
        "needs_interpreter": own.needs_interpreter,
        "fewest_meetings": own.fewest_meetings,
        "most_meetings": own.most_meetings,
        "note": own.note,
    }


def people_of(own: Registration | None, name: str) -> list[dict[str, Any]]:
    """Return the rows of people: those who were named, or the person who fills the form."""
    rows: list[dict[str, Any]] = []
    agenda = None
    for person in queries.attendees_of(own) if own else ():
        rows.append(
            {
                "name": person.name,
                "job_title": person.job_title,
                "here_from": _iso(person.here_from),
                "here_until": _iso(person.here_until),
                "shares": person.agenda_id == agenda,
            }
        )
        agenda = person.agenda_id
    rows = rows or [{"name": name}]
    blank: dict[str, Any] = {}
    return [*rows, *([blank] * BLANK_ROWS)][:MOST_PEOPLE]


def _iso(moment: dt.datetime | None) -> str:
    return days.local(moment).isoformat() if moment else ""


def hours_of(event: DockingEvent) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the choices of when somebody comes and leaves, by the slots of the event."""
    slots = [slot for slot in queries.slots_of(event) if not slot.is_cut]
    several = len({slot.day for slot in slots}) > 1
    name = days.day_and_hour if several else days.hour
    comes: list[tuple[str, Any]] = [("", _("from the beginning"))]
    comes += [(_iso(slot.starts_at), name(slot.starts_at)) for slot in slots[1:]]
    leaves: list[tuple[str, Any]] = [("", _("until the end"))]
    leaves += [(_iso(slot.ends_at), name(slot.ends_at)) for slot in slots[:-1]]
    return comes, leaves


class GuestListForm(forms.Form):
    """A sheet of guests."""

    file = forms.FileField(label=_("Guest list"), help_text=_("XLSX or CSV, up to 2 MB."))


class HoursForm(forms.Form):
    """When a wish may be held."""

    earliest = forms.ChoiceField(label=_("Not before"), required=False)
    latest = forms.ChoiceField(label=_("Not after"), required=False)
    after = forms.ModelChoiceField(
        label=_("After the meeting with"), queryset=Registration.objects.none(), required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        row: Preference,
        event: DockingEvent,
        others: Sequence[Registration],
    ) -> None:
        initial = {
            "earliest": _iso(row.earliest),
            "latest": _iso(row.latest),
            "after": row.after_id,
        }
        super().__init__(data, initial=initial)
        for name, choices in zip(("earliest", "latest"), hours_of(event), strict=True):
            field: Any = self.fields[name]
            field.choices = [("", _("any time")), *choices[1:]]
        after: Any = self.fields["after"]
        after.queryset = Registration.objects.filter(pk__in=[one.pk for one in others]).in_full()

    def hours(self) -> Hours:
        data = self.cleaned_data
        return Hours(
            earliest=_moment(data["earliest"]), latest=_moment(data["latest"]), after=data["after"]
        )


class DealForm(forms.Form):
    """What two companies agreed on at the table. ``figures`` after a valid form."""

    pairs = PairsField(label=_("Pairs"))
    unit_price = PriceField(label=_("Yuan a pair"))
    first_week = WeekField(label=_("First delivery, in the week of"))
    last_week = WeekField(label=_("Last delivery, in the week of"))
    note = forms.CharField(
        label=_("What else you agreed on"),
        required=False,
        max_length=1000,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    figures: Figures

    def clean(self) -> dict[str, Any]:
        """Hold the figures together; one that no deal can have is named at its field."""
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.figures = Figures(**data)
            except InvalidInput as refused:
                self.add_error(refused.field, str(refused.message))
        return data


def deal_initial(match: Match) -> dict[str, Any]:
    """Return what the order says, for two who change a figure or none."""
    order = match.order
    return {
        "pairs": order.pairs,
        "unit_price": order.target_unit_price_cny,
        "first_week": max(filter(None, (order.earliest_start, trade_week()))),
        "last_week": order.due_week,
    }
