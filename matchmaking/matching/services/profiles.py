"""Scoring profiles: copied, never edited once they have scored; one is active.

Officers' actions all take ``by`` and ``at``, also where the row keeps neither: the history does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from matchmaking.core import jobs
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.transitions import check_transition
from matchmaking.engine.types import FactorCode
from matchmaking.matching.models import ScoringProfile
from matchmaking.matching.states import PROFILE_TRANSITIONS, ProfileState
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from accounts.models import User
    from matchmaking.core.models import Job

RESCORE = "matching.rescore_market"
RESCORING = "rescoring"
PREVIEW = "matching.preview_profile"
PREVIEWING = "profile_preview"
WEIGHTS = tuple(code.value for code in FactorCode)
SETTINGS = (*WEIGHTS, "wished_buffer_days", "price_tolerance", "min_score")
CORE_SHARE = 0.70


@transaction.atomic
def create_profile(
    *, copy: ScoringProfile, name: str, by: User, at: dt.datetime, **changes: float
) -> ScoringProfile:
    """Copy a profile into a draft with the next version, and change it.

    :raises InvalidInput: for weights or thresholds that cannot score
    """
    unknown = set(changes) - set(SETTINGS)
    if unknown:
        raise InvalidInput(_("A profile has no such setting."), field=min(unknown))
    values: dict[str, Any] = {field: getattr(copy, field) for field in SETTINGS}
    values.update(changes)
    _check(values)
    latest = ScoringProfile.objects.aggregate(latest=Max("version"))["latest"] or 0
    return ScoringProfile.objects.create(
        version=latest + 1, name=name, created_by=by, created_at=at, **values
    )


@transaction.atomic
def change_profile(
    *,
    profile: ScoringProfile,
    by: User,  # noqa: ARG001 - see above
    at: dt.datetime,  # noqa: ARG001 - see above
    **changes: Any,
) -> ScoringProfile:
    """Change a draft.

    :raises Conflict: when it has scored matches: copy it
    :raises InvalidInput: for weights or thresholds that cannot score
    """
    profile = ScoringProfile.objects.select_for_update().get(pk=profile.pk)
    if profile.state != ProfileState.DRAFT:
        raise Conflict(_used(), code="profile_used")
    for field, value in changes.items():
        setattr(profile, field, value)
    _check({field: getattr(profile, field) for field in SETTINGS})
    profile.save()
    return profile


@transaction.atomic
def activate_profile(*, profile: ScoringProfile, by: User, at: dt.datetime) -> Job:
    """Let a draft or an earlier profile score the market; return the job that rescores it.

    The profile that was active is retired and may be activated again.

    :raises IllegalTransition: when it is active already
    """
    # All profiles, in one order: two activations follow one another, and one row stays active.
    rows = ScoringProfile.objects.select_for_update().order_by("pk")
    known = {row.pk: row for row in rows}
    profile = known[profile.pk]
    check_transition(PROFILE_TRANSITIONS, ProfileState(profile.state), ProfileState.ACTIVE)
    # Retired before the other is activated: the database allows one active profile at any moment.
    for row in known.values():
        if row.state == ProfileState.ACTIVE:
            row.state = ProfileState.RETIRED
            row.save(update_fields=["state"])
    profile.state = ProfileState.ACTIVE
    profile.activated_at, profile.activated_by = at, by
    profile.save(update_fields=["state", "activated_at", "activated_by"])
    return request_rescoring(by=by, at=at)


@transaction.atomic
def return_to_earlier_profile(*, by: User, at: dt.datetime) -> Job:
    """Activate the profile that was active before; return the job that rescores.

    :raises Conflict: when there was none
    """
    earlier = earlier_profile()
    if earlier is None:
        raise Conflict(_("No other profile has scored this market."), code="no_earlier_profile")
    return activate_profile(profile=earlier, by=by, at=at)


def earlier_profile() -> ScoringProfile | None:
    retired = ScoringProfile.objects.filter(state=ProfileState.RETIRED)
    return retired.order_by("-activated_at").first()


@transaction.atomic
def request_preview(*, profile: ScoringProfile, by: User, at: dt.datetime) -> Job:  # noqa: ARG001 - see above
    """Ask the worker what a profile would change; return the job that will hold the answer."""
    job = jobs.start_job(kind=PREVIEWING, by=by, total=1, note=preview_note(profile))
    subject = {"job": job.pk, "profile": profile.pk}
    outbox.publish(kind=PREVIEW, dedupe_key=f"preview_profile:{job.code}", subject=subject)
    return job


def previewed_profile(job: Job) -> ScoringProfile:
    """Return the profile whose figures a preview tries out."""
    version = job.note.partition(":")[0].removeprefix("v")
    return ScoringProfile.objects.get(version=int(version))


def preview_note(profile: ScoringProfile) -> str:
    """Name the figures that a preview is of: a draft that was edited since has another name."""
    figures = ", ".join(f"{name} {getattr(profile, name):g}" for name in SETTINGS)
    # The note is the key by which a page finds the preview of these very figures.
    return f"v{profile.version}: {figures}"[:200]


@transaction.atomic
def request_rescoring(*, by: User | None, at: dt.datetime) -> Job:
    job = jobs.start_job(kind=RESCORING, by=by, total=1, note=f"{at:%Y-%m-%d}")
    outbox.publish(kind=RESCORE, dedupe_key=f"rescore_market:{job.code}", subject={"job": job.pk})
    return job


def core_share(values: Mapping[str, float]) -> float:
    total = sum(values[name] for name in WEIGHTS)
    return sum(values[name] for name in WEIGHTS[:3]) / total if total else 0


def _used() -> str:
    return _("This profile has scored matches and is kept as it is: copy it to change it.")


def _check(values: Mapping[str, float]) -> None:
    for name in WEIGHTS:
        if not 0 <= values[name] <= 1:
            raise InvalidInput(_("A weight lies between 0 and 1."), field=name)
    if sum(values[name] for name in WEIGHTS) <= 0:
        raise InvalidInput(_("At least one weight is above 0."), field=WEIGHTS[0])
    share = core_share(values)
    if round(share, 6) < CORE_SHARE:
        raise InvalidInput(
            _(
                "Volume, category and lead time carry at least 70%% of the weight, as the "
                "association has announced; here it would be %(share)s%%."
            )
            % {"share": round(share * 100)},
            field=WEIGHTS[0],
        )
    if values["wished_buffer_days"] < 1:
        raise InvalidInput(_("Allow at least one day of slack."), field="wished_buffer_days")
    if not 0.01 <= values["price_tolerance"] <= 1:  # noqa: PLR2004 - the model's own bounds
        raise InvalidInput(
            _("The tolerated gap of prices lies between 0.01 and 1."), field="price_tolerance"
        )
    if not 0 <= values["min_score"] <= 100:  # noqa: PLR2004 - scores end at 100
        raise InvalidInput(_("Scores lie between 0 and 100."), field="min_score")
