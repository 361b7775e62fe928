"""Labels of outbox kinds, and of the rows that a message's subject names by number."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from matchmaking.core.templatetags.ui import STATES

_kind_labels: dict[str, Promise] = {}
# The pages of the rows, which other areas have.
PAGES = {
    "batch": "imports_importbatch",
    "claim": "accounts_companyclaim",
    "company": "accounts_company",
    "dispute": "accounts_usccdispute",
    "job": "core_job",
    "last": "matching_match",
    "match": "matching_match",
    "offer": "listings_capacityoffer",
    "order": "listings_processingorder",
    "user": "accounts_user",
}
WORDS = {
    "batch": _("import"),
    "category": _("category"),
    "categoryfamily": _("family"),
    "categorylikeness": _("likeness"),
    "claim": _("claim"),
    "company": _("company"),
    "construction": _("construction"),
    "dispute": _("dispute"),
    "email_address": _("email address"),
    "id": _("number"),
    "invitation": _("invitation"),
    "job": _("job"),
    "last": _("last match"),
    "market": _("market"),
    "match": _("match"),
    "matches": _("matches"),
    "material": _("material"),
    "model": _("kind"),
    "name": _("task"),
    "notification": _("notification"),
    "offer": _("offer"),
    "order": _("order"),
    "part": _("segment"),
    "run": _("scoring"),
    "search": _("saved search"),
    "side": _("side"),
    "slot": _("slot"),
    "state": _("state"),
    "template": _("template"),
    "terms": _("terms"),
    "user": _("person"),
    "version": _("version"),
}
SIDES = {"order": _("Brand"), "offer": _("Factory")}


def register_kind_labels(names: Mapping[str, Promise]) -> None:
    _kind_labels.update(names)


def kind_label(kind: str) -> str:
    return str(_kind_labels.get(kind, kind))


def subject_label(name: str) -> str:
    return str(WORDS.get(name, name))


def subject_lines(subject: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a subject: what each is called, and its value or the way to its page."""
    model = str(subject.get("model", ""))
    for name, value in subject.items():
        if name == "id" and model:
            yield subject_label(model), _shown(model, value)
        elif name != "model":
            yield subject_label(name), _shown(name, value)


def _shown(name: str, value: Any) -> Any:
    if name == "side":
        return SIDES.get(value, value)
    if name == "state" and value in STATES:
        return STATES[value][0]
    if name in PAGES and isinstance(value, int):
        url = reverse(f"admin:{PAGES[name]}_change", args=[value])
        return format_html('<a class="wb-link" href="{}">#{}</a>', url, value)
    return value
