"""The admin of jobs; models of libraries are unregistered from the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from matchmaking.core import jobs
from matchmaking.core.formatting import grouped
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.core.workbench.actions import Action
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.job_labels import job_label, result_of
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import ago, badge, lines

# Sign-in secrets, sites and schedules are set up elsewhere: nobody edits them by hand here.
FOREIGN = (
    "auth",
    "sites",
    "account",
    "socialaccount",
    "mfa",
    "usersessions",
    "knox",
    "django_celery_beat",
)

for model in list(admin.site._registry):  # noqa: SLF001 - Django has no other way
    if model._meta.app_label in FOREIGN:  # noqa: SLF001 - Django's documented name
        admin.site.unregister(model)

admin.site.index_title = _("Overview")

TONES = {
    JobState.QUEUED: "info",
    JobState.RUNNING: "info",
    JobState.DONE: "ok",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "warn",
}


def may_stop(user: Any) -> bool:
    return bool(user.has_perm("core.change_job"))


@admin.register(Job)
class JobAdmin(WorkbenchAdmin):
    """Jobs: who started each, its progress, its result."""

    group = Group.SYSTEM
    place = 40
    icon = "hourglass_top"
    list_display = ("kind_shown", "state_shown", "progress", "created_by", "started", "ended")
    list_filter = ("state", "kind")
    list_select_related = ("created_by",)
    ordering = ("-pk",)
    fields = (
        "kind_shown",
        "state_shown",
        "progress",
        "note",
        "result_shown",
        "created_by",
        "created_at",
        "started_at",
        "ended_at",
    )
    readonly_fields = fields
    change_form_outer_before_template = "admin/workbench/job.html"
    row_actions: ClassVar = (
        Action(
            name="stop",
            label=_("Stop"),
            explain=_("It stops at its next step; what was done until then stays."),
            service=jobs.request_cancel,
            subject="job",
            allowed=may_stop,
            possible=lambda job: job.state in jobs.OPEN and not job.cancel_requested,
            tone="danger",
        ),
    )

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, job: Job) -> Any:
        state = JobState(job.state)
        return badge(state.label, TONES[state])

    def row_name(self, row: Job) -> str:
        return job_label(row)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, job: Job) -> str:
        return job_label(job)

    @admin.display(description=_("result"))
    def result_shown(self, job: Job) -> Any:
        return lines(result_of(job))

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        return f"{grouped(job.done)} / {grouped(job.total)}" if job.total else "–"

    @admin.display(description=_("started"), ordering="created_at")
    def started(self, job: Job) -> Any:
        return ago(job.created_at)

    @admin.display(description=_("ended"), ordering="ended_at")
    def ended(self, job: Job) -> Any:
        return ago(job.ended_at)

    def render_change_form(self, *args: Any, **kwargs: Any) -> Any:
        """Add the job to the context, so that the page polls while it is open."""
        job = kwargs.get("obj")
        args[1]["job"] = job
        args[1]["job_is_open"] = bool(job and job.state in jobs.OPEN)
        return super().render_change_form(*args, **kwargs)
