"""Labels of long jobs; areas name the kinds that they start."""

from django.utils.functional import Promise

from matchmaking.core.formatting import figure
from matchmaking.core.models import Job
from matchmaking.core.registry import Registry

# Names of kinds of jobs, and of the figures in their results, which are shown in this order.
job_labels: Registry[str | Promise] = Registry("kind of job")
figure_labels: Registry[str | Promise] = Registry("figure of a job")


def result_of(job: Job) -> list[tuple[str, str]]:
    """Return what the work left, figure by figure: named ones in their order, then the rest."""
    plain = {key: one for key, one in job.result.items() if isinstance(one, int | str)}
    names = {key: str(name) for key, name in figure_labels.items() if key in plain}
    names |= {key: key for key in plain if key not in names}
    return [(name, figure(plain[key])) for key, name in names.items()]


def job_label(job: Job) -> str:
    return str(job_labels.get(job.kind) or job.kind)
