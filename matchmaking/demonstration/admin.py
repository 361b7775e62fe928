"""Words of the workbench for what the demonstration does."""

from django.utils.translation import gettext_lazy as _

from matchmaking.core.workbench.works import name_jobs
from matchmaking.demonstration.progress import KIND

name_jobs(KIND, _("Making demonstration data"))
