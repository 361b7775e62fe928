"""What long work is called: areas name the kinds of jobs that they start."""

from collections.abc import Mapping

from django.utils.functional import Promise

from matchmaking.core.models import Job

_names: dict[str, str | Promise] = {}
_figures: dict[str, str | Promise] = {}


def name_jobs(kind: str, name: str | Promise) -> None:
    """Call jobs of that kind so in the workbench."""
    _names[kind] = name


def name_figures(names: Mapping[str, str | Promise]) -> None:
    """Call the figures that jobs leave so in the workbench."""
    _figures.update(names)


def result_of(job: Job) -> str:
    """Return what the work left, figure by figure in words; those that nobody named as they are."""
    plain = ((key, one) for key, one in job.result.items() if isinstance(one, int | str))
    return " · ".join(f"{_figures.get(key, key)} {one}" for key, one in plain)


def job_name(job: Job) -> str:
    """Return what the job does, in words; its kind where nobody named it."""
    return str(_names.get(job.kind, job.kind))
