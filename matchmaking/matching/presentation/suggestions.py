"""The one change that would make a near miss a match, as a link or a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaking.core import weeks
from matchmaking.engine.types import Change

if TYPE_CHECKING:
    from uuid import UUID

    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class SuggestedChange:
    """The page on which the own side makes the change: a ``step`` is posted, else ``url`` opens."""

    url: str
    label: str | Promise
    step: str = ""


def suggested_change(change: Mapping[str, Any], post: UUID) -> SuggestedChange:
    """Return how the owner of the post with this code, whose change it is, makes it."""
    kind = Change(change["kind"])
    if kind == Change.CONFIRM_FIGURES:
        url = reverse("listings:offer-step", args=[post])
        return SuggestedChange(url, _("The figures are still right"), step="confirm")
    if kind == Change.ADD_CERTIFICATE:
        return SuggestedChange(reverse("accounts:certificates"), _("Add the certificate"))
    name = "listings:offer-edit" if kind == Change.MINIMUM_ORDER else "listings:order-edit"
    query = urlencode(_FIELDS[kind](change["after"]))
    return SuggestedChange(
        f"{reverse(name, args=[post])}?{query}", _("Open the form with this change")
    )


def _week(number: int) -> str:
    return weeks.label(weeks.monday(number))


_FIELDS: dict[Change, Callable[[int], dict[str, Any]]] = {
    Change.DUE_LATER: lambda after: {"due_week": _week(after)},
    Change.START_EARLIER: lambda after: {"earliest_start": _week(after)},
    Change.MINIMUM_ORDER: lambda after: {"min_order_pairs": after},
    Change.ALLOW_SPLIT: lambda after: {"splittable": "on", "smallest_part": after},
    Change.FEWER_PAIRS: lambda after: {"pairs": after},
    Change.ANY_CONSTRUCTION: lambda _after: {"construction": ""},
    Change.TARGET_PRICE: lambda after: {"target_unit_price_cny": after // 100},
}
