"""Words of the workbench for what the demonstration does."""

from django.utils.translation import gettext_lazy as _

from matchmaking.core.workbench.job_labels import label_job
from matchmaking.demonstration.progress import KIND

label_job(KIND, _("Making demonstration data"))
