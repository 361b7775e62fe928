"""Labels of long jobs; areas name the kinds that they start."""

from collections.abc import Mapping

from django.utils.functional import Promise

from matchmaking.core.formatting import figure
from matchmaking.core.models import Job

_labels: dict[str, str | Promise] = {}
_figures: dict[str, str | Promise] = {}


def label_job(kind: str, name: str | Promise) -> None:
    _labels[kind] = name


def label_figures(names: Mapping[str, str | Promise]) -> None:
    _figures.update(names)


def result_of(job: Job) -> list[tuple[str, str]]:
    """Return what the work left, figure by figure: named ones in their order, then the rest."""
    plain = {key: one for key, one in job.result.items() if isinstance(one, int | str)}
    names = {key: str(name) for key, name in _figures.items() if key in plain}
    names |= {key: key for key in plain if key not in names}
    return [(name, figure(plain[key])) for key, name in names.items()]


def job_label(job: Job) -> str:
    return str(_labels.get(job.kind, job.kind))
