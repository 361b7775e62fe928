"""Words of the workbench for what the demonstration does."""

from django.utils.translation import gettext_lazy as _

from matchmaking.core.workbench.job_labels import job_labels
from matchmaking.demonstration.progress import KIND

job_labels.register(_("Making demonstration data"), key=KIND)
