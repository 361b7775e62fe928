"""Forms of pasted texts: the field itself, drafts that are filled from it, answers to its questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from matchmaking.listings.models.texts import MOST_CHARACTERS
from matchmaking.listings.texts.readings import (
    KINDS_OF_TERMS,
    MANY,
    PostReading,
    note_line,
    title_of,
)
from matchmaking.listings.texts.terms import Terms

if TYPE_CHECKING:
    from matchmaking.listings.forms.posts import PostForm

ANSWER = "answer-"


class PasteForm(forms.Form):
    """The message as it would be sent to the group. The service judges it."""

    text = forms.CharField(
        label=_("Say it as you would in the group"),
        strip=False,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 4, "maxlength": MOST_CHARACTERS, "data-paste": "", "autocomplete": "off"}
        ),
    )


def fill(form: PostForm, post: PostReading, terms: Terms) -> None:
    """Fill an unbound form with what a draft says; fields that the text leaves open stay empty."""
    for name, value in post.values.items():
        form.initial[name] = _initial(name, value, terms)
    for name in ("rate_from", "rate_to"):
        if any(one.field == name for one in post.asked):
            form.initial[name] = None
    if post.notes:
        form.initial["notes"] = "\n".join(post.notes)


def _initial(name: str, value: Any, terms: Terms) -> Any:
    kind = KINDS_OF_TERMS.get(name)
    if kind is None:
        return value
    if name in MANY:
        return [row.pk for row in terms.rows(kind, value)]
    return terms.row(kind, value)


def with_answers(data: QueryDict, post: PostReading, terms: Terms) -> QueryDict:
    """Return what was sent, each open field filled with the reading that was chosen for it.

    What the person typed into the field itself counts before the choice beside it.
    """
    answered = data.copy()
    lines, chosen = [], dict(post.values)
    for asked in post.asked:
        answer = data.get(f"{ANSWER}{asked.field}", "")
        known = {choice.value for choice in asked.choices}
        if not answer or answer not in known:
            continue
        if not asked.is_field:
            value = tuple(answer.split(",")) if asked.field == "certificates" else answer
            lines.append(note_line(asked.field, value, terms))
        elif not any(data.getlist(asked.field)):
            answered.setlist(asked.field, _sent(asked.field, answer, terms))
            chosen[asked.field] = tuple(answer.split(",")) if asked.field in MANY else answer
    if lines := [line for line in lines if line and line not in data.get("notes", "")]:
        answered["notes"] = "\n".join([*filter(None, [data.get("notes", "")]), *lines])
    if not data.get("title", "").strip():
        answered["title"] = title_of(post.kind, chosen, terms)
    return answered


def _sent(name: str, answer: str, terms: Terms) -> list[str]:
    kind = KINDS_OF_TERMS.get(name)
    if kind is None:
        return [answer]
    return [str(row.pk) for row in terms.rows(kind, answer.split(","))]
