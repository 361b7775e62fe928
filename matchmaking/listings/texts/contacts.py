"""Contacts of a text as the company's address book takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from accounts.choices import ContactKind
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.listings.free_text.values import Contact

_MOBILE = re.compile(r"(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})")
_LANDLINE = re.compile(r"0\d{2,3}[\s-]?\d{7,8}|\+\d[\d\s().-]{6,18}\d|[48]00[\s-]?\d{3}[\s-]?\d{4}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CHAT_NAME = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z][A-Za-z0-9_-]{4,25}$")
_OTHER_APPS = re.compile(
    r"whats|telegram|tg|line|skype|viber|kakao|zalo|qq|钉钉|抖音|快手|小红书|旺旺", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ContactOfText:
    """A contact of a text; ``kind`` and ``value`` where it could stand in the address book."""

    number: int
    text: str
    kind: str = ""
    value: str = ""


def contact_of(number: int, contact: Contact) -> ContactOfText:
    """Return what the address book would take; what is disguised or no way to reach is shown alone."""
    plain = NormalizedText(contact.text).cased
    if contact.kind == "mail" and (mail := _MAIL.search(plain)):
        return ContactOfText(number, contact.text, ContactKind.EMAIL, mail[0])
    if mobile := _MOBILE.search(plain):
        return ContactOfText(number, contact.text, ContactKind.PHONE, "".join(mobile.groups()))
    if contact.kind == "phone" and (phone := _LANDLINE.search(plain)):
        return ContactOfText(number, contact.text, ContactKind.PHONE, phone[0])
    name = _CHAT_NAME.search(plain)
    if contact.kind == "chat" and name and not _OTHER_APPS.search(plain[: name.start()]):
        return ContactOfText(number, contact.text, ContactKind.WECHAT, name[0])
    return ContactOfText(number, contact.text)
