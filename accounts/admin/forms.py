"""Forms of the officers' actions on companies, claims and disputes."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts import queries
from accounts.choices import POSTING_KINDS, SizeBand, VerificationTier
from accounts.forms import COUNTRIES_FIRST
from accounts.models import Cluster, CompanyGroup
from accounts.services.companies import LISTING_DAYS
from matchmaking.core import countries
from matchmaking.core.parsed_fields import DayField
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_day
from matchmaking.core.uploads import UploadsField
from matchmaking.core.workbench.actions import ActionForm

TIERS = (VerificationTier.LISTED, VerificationTier.DOCUMENTS, VerificationTier.SITE)

MOST_PICTURES = 10


def _line(label: Any, most: int, *, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
        **kwargs,
    )


class RecordForm(ActionForm):
    """Everything that a company says of itself, as an officer may correct it."""

    name_zh = _line(_("legal name"), 120, required=True)
    name_en = _line(_("name in English"), 160)
    country = forms.ChoiceField(
        label=_("country"),
        choices=lambda: countries.choices(*COUNTRIES_FIRST),
        widget=UnfoldAdminSelectWidget(),
    )
    uscc = _line(_("Unified Social Credit Code"), 40)
    registration_number = _line(_("registration number abroad"), 40)
    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(kind.value, kind.label) for kind in POSTING_KINDS],
        widget=UnfoldAdminSelectWidget(),
    )
    cluster = forms.ModelChoiceField(
        label=_("cluster"),
        queryset=Cluster.objects.order_by("position", "pk"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    division_code = forms.RegexField(
        r"^\d{6}$",
        label=_("division code"),
        required=False,
        error_messages={"invalid": _("A division code has six digits.")},
        widget=UnfoldAdminTextInputWidget(),
    )
    address = _line(_("address"), 200)
    size_band = forms.ChoiceField(
        label=_("size"),
        choices=[("", "–"), *SizeBand.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    recheck_edits = forms.BooleanField(
        label=_("check edits of published posts"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
    )

    most_blocks = forms.IntegerField(
        label=_("firms that it may keep out within a year"),
        min_value=0,
        max_value=200,
        widget=UnfoldAdminTextInputWidget(),
    )

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """Return the record as it is now."""
        if row is None:
            return {}
        names = [name for name in RecordForm.base_fields if name != "uscc"]
        return {
            **{name: getattr(row, name) for name in names},
            "uscc": queries.stated_uscc(row),
        }


class GroupForm(ActionForm):
    """The group of companies to which a company belongs."""

    group = forms.ModelChoiceField(
        label=_("group of companies"),
        queryset=CompanyGroup.objects.order_by("name"),
        required=False,
        empty_label=_("No group"),
        widget=UnfoldAdminSelectWidget(),
    )

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        return {"group": row.group_id} if row is not None else {}


class VerificationForm(ActionForm):
    """What the officer has seen, when, and how long it holds."""

    tier = forms.ChoiceField(
        label=_("tier"),
        choices=[(tier.value, tier.label) for tier in TIERS],
        widget=UnfoldAdminSelectWidget(),
    )
    is_compared = forms.BooleanField(
        label=_("I have compared the licence with name and number"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
    )
    lines_seen = forms.IntegerField(
        label=_("lines seen"),
        required=False,
        min_value=0,
        max_value=500,
        widget=UnfoldAdminTextInputWidget(),
    )
    workers_seen = forms.IntegerField(
        label=_("workers seen"),
        required=False,
        min_value=0,
        max_value=100_000,
        widget=UnfoldAdminTextInputWidget(),
    )
    pictures = UploadsField(most=MOST_PICTURES, label=_("pictures of the visit"), required=False)
    on = DayField(label=_("seen on"), widget=UnfoldAdminTextInputWidget())
    expires_on = DayField(label=_("expires on"), widget=UnfoldAdminTextInputWidget())
    note = forms.CharField(
        label=_("note"),
        help_text=_("What was seen, and by whom. Officers read it, companies do not."),
        required=False,
        max_length=2000,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """Return the usual: documents seen today, good for a year."""
        del row
        today = trade_day()
        return {
            "tier": VerificationTier.DOCUMENTS,
            "on": today,
            "expires_on": today + dt.timedelta(days=LISTING_DAYS),
        }


class NoteForm(ActionForm):
    """A word that goes with a decision; a refusal needs one."""

    note = forms.CharField(
        label=_("Reason"),
        help_text=_("The people concerned read it."),
        required=False,
        max_length=1000,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
