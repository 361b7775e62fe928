"""Scoring profiles: copied, edited as drafts, activated; one is active."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from matchmaking.core.formatting import grouped, percent
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.core.text import no_control_characters
from matchmaking.core.workbench.actions import Action, ActionForm
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.job_labels import figure_labels, job_labels
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import Table, ago, badge, change_url
from matchmaking.matching import rules
from matchmaking.matching.models import ScoringProfile
from matchmaking.matching.presentation import explain
from matchmaking.matching.services import profiles
from matchmaking.matching.services.profiles import (
    PREVIEWING,
    RESCORING,
    SETTINGS,
    WEIGHTS,
    core_share,
)
from matchmaking.matching.states import ProfileState

job_labels.update(
    {
        RESCORING: gettext_lazy("Scoring the whole market"),
        PREVIEWING: gettext_lazy("Trying a scoring profile out"),
    }
)
figure_labels.update(
    {
        "orders": gettext_lazy("orders"),
        "offers": gettext_lazy("offers"),
        "pairs_scored": gettext_lazy("pairs of posts scored"),
        "parts": gettext_lazy("parts"),
        "parts_left": gettext_lazy("parts left"),
        "changed": gettext_lazy("matches changed"),
        "withdrawn": gettext_lazy("matches withdrawn"),
    }
)

TONES = {ProfileState.DRAFT: "info", ProfileState.ACTIVE: "ok", ProfileState.RETIRED: ""}


class NumberInput(UnfoldAdminTextInputWidget):
    """A number, with the browser's own steps."""

    input_type = "number"


def _number(name: str, most: float, step: str) -> forms.FloatField:
    label = ScoringProfile._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented name
    return forms.FloatField(
        label=label,
        min_value=0,
        max_value=most,
        widget=NumberInput(attrs={"step": step}),
    )


class ProfileForm(ActionForm):
    """Name, weights and thresholds."""

    name = forms.CharField(
        label=gettext_lazy("name"),
        max_length=80,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
    )
    wished_buffer_days = forms.IntegerField(
        label=gettext_lazy("days of slack that give nearly full marks"),
        min_value=1,
        max_value=365,
        widget=NumberInput(),
    )
    price_tolerance = _number("price_tolerance", 1, "0.01")
    min_score = _number("min_score", 100, "1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _number(name, 1, "0.01") for name in WEIGHTS})
        self.order_fields(["name", *WEIGHTS])

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("name", *SETTINGS)} if row else {}


class CopyForm(ProfileForm):
    """As the profile that is copied, under a name of its own."""

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        return {**ProfileForm.initial_of(row), "name": ""}


def may_write(user: Any) -> bool:
    return bool(user.is_active and user.is_staff and user.has_perm("matching.add_scoringprofile"))


ACTIONS: Sequence[Action[ScoringProfile, Any]] = (
    Action(
        name="preview",
        label=gettext_lazy("Preview on the live market"),
        explain=gettext_lazy(
            "Counts the matches that would appear, vanish and move, and shows examples here. "
            "Nothing is written and nobody is told."
        ),
        service=profiles.request_preview,
        subject="profile",
        allowed=may_write,
        possible=lambda profile: profile.state != ProfileState.ACTIVE,
        next_url=lambda job: change_url(profiles.previewed_profile(job)),
    ),
    Action(
        name="edit",
        label=gettext_lazy("Edit the draft"),
        explain=gettext_lazy("A draft scores nothing until somebody activates it."),
        service=profiles.change_profile,
        subject="profile",
        allowed=may_write,
        possible=lambda profile: profile.state == ProfileState.DRAFT,
        form=ProfileForm,
    ),
    Action(
        name="activate",
        label=gettext_lazy("Activate"),
        explain=gettext_lazy(
            "The whole market is scored anew with it. The profile that is active now is retired "
            "and may be activated again."
        ),
        service=profiles.activate_profile,
        subject="profile",
        allowed=rules.can_activate_profile,
        possible=lambda profile: profile.state != ProfileState.ACTIVE,
        tone="primary",
        next_url=change_url,
    ),
    Action(
        name="return",
        label=gettext_lazy("Go back to the earlier profile"),
        explain=gettext_lazy("The profile that was active before scores the whole market again."),
        service=profiles.return_to_earlier_profile,
        subject="",
        allowed=rules.can_activate_profile,
        possible=lambda profile: (
            profile.state == ProfileState.ACTIVE and profiles.earlier_profile() is not None
        ),
        next_url=change_url,
    ),
    Action(
        name="copy",
        label=gettext_lazy("Copy into a draft"),
        explain=gettext_lazy(
            "The copy scores nothing until somebody activates it; this profile stays as it is."
        ),
        service=profiles.create_profile,
        subject="copy",
        allowed=may_write,
        form=CopyForm,
        next_url=change_url,
    ),
    Action(
        name="rescore",
        label=gettext_lazy("Score the market again"),
        explain=gettext_lazy("Scores that are right already stay as they are; nobody is told."),
        service=profiles.request_rescoring,
        subject="",
        allowed=rules.can_activate_profile,
        possible=lambda profile: profile.state == ProfileState.ACTIVE,
        next_url=change_url,
    ),
)


KINDS = {
    "appear": gettext_lazy("would appear"),
    "vanish": gettext_lazy("would vanish"),
    "move": gettext_lazy("would move"),
}
COUNTS = {
    "matches": gettext_lazy("matches now"),
    "would_match": gettext_lazy("matches then"),
    **KINDS,
    "rescored": gettext_lazy("same places, other score"),
}
figure_labels.update(COUNTS)


def previewed(profile: ScoringProfile) -> Iterable[Table]:
    """Return the last preview of the figures that the profile has now."""
    note = profiles.preview_note(profile)
    job = Job.objects.filter(kind=PREVIEWING, note=note).order_by("-pk").first()
    if job is None:
        return
    if job.state != JobState.DONE:
        waits = job.state in {JobState.QUEUED, JobState.RUNNING}
        state = JobState(job.state).label
        note = _("The samples stand here when it is done: load the page again in some seconds.")
        yield Table(_("Preview"), (_("state"), ""), [(state, note if waits else "")])
        return
    found = job.result
    counts = [(name, grouped(found[key])) for key, name in COUNTS.items()]
    yield Table(_("Preview"), ("", _("matches")), counts, numbers=(1,))
    yield Table(
        _("Examples of the preview"),
        (_("what"), _("order"), _("offer"), _("now"), _("then")),
        [
            (KINDS[kind], pair["order"], pair["offer"], _place(pair["now"]), _place(pair["then"]))
            for kind, pairs in found["examples"].items()
            for pair in pairs
        ],
    )


def _place(place: dict[str, Any] | None) -> str:
    """Return score and ranks: among the order's offers, among the offer's orders."""
    if place is None:
        return "–"
    ranks = (place["order_rank"], place["offer_rank"])
    return f"{place['score']:.2f} (" + " / ".join(str(rank or "–") for rank in ranks) + ")"


@admin.register(ScoringProfile)
class ScoringProfileAdmin(WorkbenchAdmin):
    """Weights and thresholds, by version."""

    group = Group.SCORING
    place = 10
    icon = "tune"
    row_actions = ACTIONS
    ordering = ("-version",)
    list_display = (
        "version",
        "title",
        "state_shown",
        "core",
        "min_score",
        "activated",
        "activated_by",
    )
    list_display_links = ("version", "title")
    list_select_related = ("activated_by",)
    fields = (
        ("title", "version"),
        ("state_shown", "core"),
        ("wished_buffer_days", "price_tolerance", "min_score"),
        ("activated_at", "activated_by"),
    )
    readonly_fields = ("title", "state_shown", "core")

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def title(self, profile: ScoringProfile) -> str:
        return profile.title

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, profile: ScoringProfile) -> Any:
        state = ProfileState(profile.state)
        return badge(state.label, TONES[state])

    @admin.display(description=gettext_lazy("volume, category, lead time"))
    def core(self, profile: ScoringProfile) -> str:
        return percent(core_share({name: getattr(profile, name) for name in WEIGHTS}))

    @admin.display(description=gettext_lazy("activated"), ordering="activated_at")
    def activated(self, profile: ScoringProfile) -> Any:
        return ago(profile.activated_at)

    def tables(self, request: HttpRequest, row: ScoringProfile) -> Iterable[Table]:
        """Show the weights with their shares, and what the last preview found."""
        del request
        yield from previewed(row)
        total = sum(getattr(row, name) for name in WEIGHTS)
        yield Table(
            _("Weights"),
            (_("factor"), _("weight"), _("share")),
            [
                (words.label, getattr(row, code.value), percent(getattr(row, code.value) / total))
                for code, words in explain.FACTORS.items()
            ],
            numbers=(1, 2),
        )
