"""Mails that the sink accepted, as files in its folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

MATCH_LINE = re.compile(r"^[- ]*Score ", re.MULTILINE)
MORE_LINE = re.compile(r"^and ([\d,]+) more", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AcceptedMail:
    """A mail on the wire: its id, its real recipient, and how many matches it tells of."""

    message_id: str
    to: str
    matches: int


def read_mails(folder: Path) -> Sequence[AcceptedMail]:
    return [_read(path) for path in sorted(folder.glob("*.eml"))]


def _read(path: Path) -> AcceptedMail:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    more = sum(int(number.replace(",", "")) for number in MORE_LINE.findall(text))
    return AcceptedMail(
        message_id=str(mail["Message-ID"]).strip(),
        to=str(mail["X-Envelope-To"]),
        matches=len(MATCH_LINE.findall(text)) + more,
    )
