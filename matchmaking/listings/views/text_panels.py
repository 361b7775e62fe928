"""The panel above a form that was filled from a text: the text, its questions, its contacts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.forms import BoundField
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts import contacts as contact_door
from accounts import rules as accounts
from matchmaking.listings.forms.texts import PasteForm
from matchmaking.listings.models import PastedText
from matchmaking.listings.post_kinds import PostKind
from matchmaking.listings.texts import marks
from matchmaking.listings.texts.contacts import ContactOfText, contact_of
from matchmaking.listings.texts.marks import Mark
from matchmaking.listings.texts.questions import AskedField
from matchmaking.listings.texts.readings import PostReading, TextReading, read_text
from matchmaking.listings.views import frame

if TYPE_CHECKING:
    from matchmaking.listings.forms import OfferForm, OrderForm

OF_A_SPLIT = ("smallest_part", "most_factories")
NEEDED: dict[str, tuple[str, ...]] = {"order": (), "offer": ("rate",)}


@dataclass(frozen=True, slots=True)
class TextSource:
    """The draft of an own text that a form is filled from."""

    reading: TextReading
    post: PostReading

    @property
    def text(self) -> PastedText:
        return self.reading.text


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact that was kept out; ``url`` adds it to the company's, "" where that cannot be."""

    contact: ContactOfText
    url: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class TextPanel:
    """Everything that the panel shows. ``missing`` are required fields that the text does not name."""

    text: PastedText
    marks: list[Mark]
    fields: list[BoundField]
    asked: list[AskedField]
    contacts: list[ShownContact]
    has_left: bool
    missing: list[BoundField]
    several_url: str
    is_other_kind: bool
    again: PasteForm

    @property
    def is_whole(self) -> bool:
        return not self.asked and not self.missing


def own_text(request: HttpRequest, code: object) -> PastedText:
    """Return the text that the person wrote for the present company; else 404."""
    try:
        known = uuid.UUID(str(code))
    except ValueError as error:
        raise Http404 from error
    rows = PastedText.objects.written_by(request.user).filter(company=frame.company_of(request))
    return get_object_or_404(rows.select_related("company__cluster"), code=known)


def source_of(request: HttpRequest, kind: PostKind) -> TextSource | None:
    """Return the draft that the address names; None without one, 404 for what is not there."""
    if "text" not in request.GET:
        return None
    number = request.GET.get("draft", "0")
    reading = read_text(own_text(request, request.GET["text"]), kind)
    if not number.isdecimal() or int(number[:3]) >= len(reading.posts):
        raise Http404
    return TextSource(reading, reading.posts[int(number[:3])])


def fill_url(text: PastedText, post: PostReading, kind: PostKind | None = None) -> str:
    kind = kind or post.kind
    return f"{reverse(f'listings:{kind.name}-new')}?text={text.code}&draft={post.number}"


def panel_of(
    request: HttpRequest, source: TextSource, form: OrderForm | OfferForm, kind: PostKind
) -> TextPanel:
    reading, post = source.reading, source.post
    asked = {one.field for one in post.asked}
    needed = (*form.REQUIRED, *NEEDED[kind.name])
    if post.values.get("splittable"):
        needed = (*needed, *OF_A_SPLIT)
    return TextPanel(
        text=source.text,
        marks=marks.marks_of(reading, post),
        fields=[form[name] for name in post.spans if name in form.fields],
        asked=list(post.asked),
        contacts=_contacts(request, reading),
        has_left=bool(reading.left),
        missing=[
            form[name]
            for name in needed
            if name != "title" and name not in post.values and name not in asked
        ],
        several_url=reverse("listings:text-detail", args=[source.text.code])
        if len(reading.posts) > 1
        else "",
        is_other_kind=post.said_kind not in {None, kind},
        again=PasteForm(initial={"text": source.text.text}),
    )


def _contacts(request: HttpRequest, reading: TextReading) -> list[ShownContact]:
    company = reading.text.company
    if company is None:
        return []
    person = frame.person(request)
    known = set(contact_door.contacts_visible_to(person, company).values_list("kind", "value"))
    may_add = accounts.can_edit(person, company)
    return [
        ShownContact(
            one, _add_url(reading.text, one) if may_add else "", (one.kind, one.value) in known
        )
        for one in (contact_of(number, each) for number, each in enumerate(reading.contacts))
    ]


def _add_url(text: PastedText, contact: ContactOfText) -> str:
    if not contact.value:
        return ""
    return reverse("listings:text-contact", args=[text.code, contact.number])
