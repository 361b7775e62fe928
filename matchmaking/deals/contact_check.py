"""The check of words that are read before consent: no contact, and neither firm's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import InvalidInput
from matchmaking.core.folding import fold
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.listings.free_text.contacts import find_contacts
from matchmaking.listings.glossary import current_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Company

SHORTEST_NAME = 2
# The reader takes these for a firm's name.
NO_NAMES = frozenset({"你们公司", "我们公司", "贵公司", "我公司", "你公司", "他们公司", "该公司"})


def check_names_nobody(text: str, field: str, companies: Iterable[Company]) -> None:
    """Return when nobody can be found by the words.

    The reader is that of pasted messages: phones, chat names, mail, links, people and firms,
    however they are disguised.

    :raises InvalidInput: naming what has to go
    """
    contacts, _masked = find_contacts(NormalizedText(text), current_vocabulary())
    named = [contact for contact in contacts if contact.text not in NO_NAMES]
    if named:
        raise InvalidInput(
            _("Leave out contacts and names, here “%(words)s”: they open when both agree.")
            % {"words": named[0].text},
            field=field,
            code="contact",
        )
    folded = fold(text)
    for company in companies:
        for name in (company.name_zh, company.name_en):
            known = fold(name)
            if len(known) >= SHORTEST_NAME and known in folded:
                raise InvalidInput(
                    _("Leave out the names of companies: they open when both agree."),
                    field=field,
                    code="contact",
                )
