"""What long work is called: areas name the kinds of jobs that they start."""

from django.utils.functional import Promise

from matchmaking.core.models import Job

_names: dict[str, str | Promise] = {}


def name_jobs(kind: str, name: str | Promise) -> None:
    """Call jobs of that kind so in the workbench."""
    _names[kind] = name


def job_name(job: Job) -> str:
    """Return what the job does, in words; its kind where nobody named it."""
    return str(_names.get(job.kind, job.kind))
