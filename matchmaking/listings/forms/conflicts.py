"""Two versions of one post side by side: what stands now, and what somebody typed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from matchmaking.core.formatting import in_a_row

if TYPE_CHECKING:
    from matchmaking.listings.forms.posts import PostForm

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose present value is not the one that was typed."""

    label: str
    present: str
    typed: str


def differences(typed: PostForm, present: PostForm) -> Iterator[Difference]:
    """Yield the fields in which a valid form differs from the form of the post as it is now."""
    # The weeks have rows of their own; the version is what the two differ by in any case.
    for name, field in typed.fields.items():
        if name not in present.initial or name not in typed.base_fields or field.widget.is_hidden:
            continue
        now, wanted = present.initial[name], typed.cleaned_data.get(name)
        if _plain(now) != _plain(wanted):
            yield Difference(str(field.label), _words(field, now), _words(field, wanted))


def _plain(value: Any) -> Any:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sorted(map(_plain, value), key=str)
    if isinstance(value, Model):
        return value.pk
    return value or None


def _words(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return in_a_row(map(str, value)) or NOTHING
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices if isinstance(key, str)}
        return labels.get(str(value), str(value))
    return str(field.prepare_value(value))
