"""Pasted texts: kept, taken over from a group, turned into posts, forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, DomainError, InvalidInput
from matchmaking.core.text import FORBIDDEN
from matchmaking.core.trade_day import trade_day
from matchmaking.listings.models import CapacityOffer, PastedText, ProcessingOrder, TextDraft
from matchmaking.listings.models.texts import MOST_CHARACTERS
from matchmaking.listings.post_kinds import AnyPost

if TYPE_CHECKING:
    from accounts.models import Company, User

MOST_A_DAY = 200  # by one person or one company's programs; a merchandiser posts a dozen
_SURROGATES = range(0xD800, 0xE000)


def check_text(text: str) -> None:
    """Return when the text can be read and kept.

    :raises InvalidInput: without text, with too much of it, or with control characters
    """
    if not text.strip():
        raise InvalidInput(_("Paste or type the message first."), field="text")
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(
            _("A message has at most %(most)s characters: paste it in parts.")
            % {"most": f"{MOST_CHARACTERS:,}"},
            field="text",
        )
    if FORBIDDEN.search(text) or any(ord(character) in _SURROGATES for character in text):
        raise InvalidInput(
            _("Control characters are not allowed: type the text again."), field="text"
        )


@transaction.atomic
def keep_text(
    *,
    text: str,
    company: Company | None,
    by: User | None,
    at: dt.datetime,
    side: str = "",
) -> PastedText:
    """Keep a message so that its writer can have a form filled with it.

    ``by`` is None for a program (a company's own, or a group's robot when ``company`` is
    None too): then whoever opens its link takes it over. ``side`` is the kind of post that
    the page asks for.

    :raises InvalidInput: as :func:`check_text`
    :raises Conflict: after ``MOST_A_DAY`` in a day
    """
    check_text(text)
    same = PastedText.objects.filter(written_by=by, written_at__gt=at - dt.timedelta(days=1))
    if by is None:
        same = same.filter(company=company)
    if (by or company) and same.count() >= MOST_A_DAY:
        raise Conflict(_("That is very many messages for one day: go on tomorrow."))
    return PastedText.objects.create(
        company=company,
        written_by=by,
        side=side,
        text=text,
        read_on=trade_day(at),
        written_at=at,
    )


@transaction.atomic
def take_over_text(*, text: PastedText, company: Company, by: User) -> PastedText:
    """Make the person the writer of a text that came through a program.

    :raises Conflict: when it belongs to somebody already, or is another company's
    """
    text = PastedText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if text.written_by_id == by.pk:
        return text
    if text.written_by_id is not None:
        raise Conflict(_("Somebody else has taken this message over."))
    if text.company_id not in {None, company.pk}:
        raise Conflict(_("This message belongs to another company."))
    text.company, text.written_by = company, by
    text.save(update_fields=["company", "written_by"])
    return text


@transaction.atomic
def save_post_of_text(
    *, text: PastedText, number: int, save: Callable[..., AnyPost], **arguments: Any
) -> AnyPost:
    """Save the post by ``save``, and remember that draft ``number`` of the text became it.

    :raises DomainError: what ``save`` raises
    :raises Conflict: when that draft is a post already
    """
    PastedText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if text.made.filter(number=number).exists():
        raise Conflict(_("This draft has been saved already: see your posts."), code="saved")
    post = save(**arguments)
    _remember(text, number, post)
    return post


@dataclass(frozen=True, slots=True)
class DraftToSave:
    """What a draft of a text says, by the arguments of the service that saves its kind."""

    number: int
    save: Callable[..., AnyPost]
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SavedDrafts:
    """The posts that were saved, and the refusals, by the number of the draft."""

    saved: Mapping[int, AnyPost]
    refused: Mapping[int, DomainError]


@transaction.atomic
def save_drafts_of_text(
    *, text: PastedText, drafts: Iterable[DraftToSave], by: User, at: dt.datetime
) -> SavedDrafts:
    """Save several drafts of a text as drafts of posts; one that is refused stops no other."""
    PastedText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    known = set(text.made.values_list("number", flat=True))
    saved: dict[int, AnyPost] = {}
    refused: dict[int, DomainError] = {}
    for draft in drafts:
        if draft.number in known:
            continue
        try:
            with transaction.atomic():  # a savepoint: what a refused draft wrote goes with it
                post = draft.save(company=text.company, by=by, at=at, **draft.arguments)
                _remember(text, draft.number, post)
        except DomainError as error:
            refused[draft.number] = error
        else:
            saved[draft.number] = post
    return SavedDrafts(saved, refused)


def _remember(text: PastedText, number: int, post: AnyPost) -> None:
    TextDraft.objects.create(
        text=text,
        number=number,
        order=post if isinstance(post, ProcessingOrder) else None,
        offer=post if isinstance(post, CapacityOffer) else None,
    )


@transaction.atomic
def forget_texts(*, at: dt.datetime) -> int:
    """Delete texts older than ``TEXT_KEPT_DAYS``, with the contacts in them; return how many."""
    oldest = at - dt.timedelta(days=settings.TEXT_KEPT_DAYS)
    _count, by_model = PastedText.objects.filter(written_at__lt=oldest).delete()
    return by_model.get("listings.PastedText", 0)
