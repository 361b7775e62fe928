"""The way to a file, above each list of the workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaking.core.slots import Slot
from matchmaking.exports.models import FileFormat

if TYPE_CHECKING:
    from django.http import HttpRequest


def of_list(request: HttpRequest, *, changelist: Any) -> dict[str, Any] | None:
    if not changelist:
        return None
    return {
        "model": changelist.opts.label_lower,
        "query": request.GET.urlencode(),
        "formats": FileFormat.choices,
        "count": changelist.result_count,
    }


LIST = Slot(place="workbench.list", template="exports/of_list.html", context=of_list)
