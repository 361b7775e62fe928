"""Labels of kinds of outbox messages, and of the fields of their subject."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html

from matchmaking.core.registry import Registry
from matchmaking.core.state_styles import label_of, state_styles

Text = str | Promise
SUBSCRIBER_MARK = ">"  # between a kind of facts and the name of one subscriber


@dataclass(frozen=True, slots=True)
class SubjectField:
    """One field of ``OutboxMessage.subject``.

    ``page`` names the admin's page of the row whose number the field holds ("core_job");
    ``values`` are the names of the values of a closed list.
    """

    name: str
    label: Text
    page: str = ""
    values: Mapping[str, Text] = field(default_factory=dict)


message_labels: Registry[Text] = Registry("kind of message")
subject_fields: Registry[SubjectField] = Registry("field of a subject", key=attrgetter("name"))


def kind_label(kind: str) -> str:
    """Return what officers call a kind of rows, with the subscriber where the rows are its own."""
    fact, _separator, subscriber = kind.partition(SUBSCRIBER_MARK)
    known = message_labels.get(kind) or message_labels.get(fact)
    if known is None:
        return kind
    return f"{known} · {subscriber}" if subscriber and kind not in message_labels else str(known)


def subject_label(name: str) -> str:
    known = subject_fields.get(name)
    return str(known.label) if known else name


def subject_lines(subject: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield label and value of each field; a row's number as a link to its page.

    A subject that names a model and an id is read as that model's number.
    """
    model = str(subject.get("model", ""))
    for name, value in subject.items():
        if name == "id" and model:
            yield subject_label(model), _shown(model, value)
        elif name != "model":
            yield subject_label(name), _shown(name, value)


def _shown(name: str, value: Any) -> Any:
    if name == "state" and value in state_styles:
        return label_of(value)
    known = subject_fields.get(name)
    if known is None:
        return value
    if known.page and isinstance(value, int):
        url = reverse(f"admin:{known.page}_change", args=[value])
        return format_html('<a class="wb-link" href="{}">#{}</a>', url, value)
    return known.values.get(value, value)
