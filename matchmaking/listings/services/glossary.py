"""Edits of the words that texts are read with."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.listings import glossary
from matchmaking.listings.models import TradeWord, WordKind


def check_word(*, word: TradeWord) -> None:
    """Fold the word, and return when it may stand in the table.

    :raises InvalidInput: for a code that no term has, or a word that names nothing
    :raises Conflict: when another row has the word
    """
    word.fold()
    if not word.word:
        raise InvalidInput(_("Write the word."), field="word")
    if unknown := glossary.unknown_codes(word.kind, word.codes):
        raise InvalidInput(
            _("No term of this kind has the code “%(code)s”.") % {"code": unknown[0]},
            field="codes",
        )
    if not word.codes and word.kind != WordKind.PLACE:
        raise InvalidInput(_("Write the code of the term that the word names."), field="codes")
    others = TradeWord.objects.filter(kind=word.kind, word=word.word).exclude(pk=word.pk)
    if others.exists():
        raise Conflict(_("This word is in the table already: change that row."), field="word")


@transaction.atomic
def save_word(*, word: TradeWord) -> TradeWord:
    """Store a new or an edited word; texts are read with it from the next one on.

    :raises DomainError: as :func:`check_word`
    """
    check_word(word=word)
    word.save()
    return word
