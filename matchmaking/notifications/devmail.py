"""Reader of the mails that the development mail sink has kept."""

import datetime as dt
import uuid
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

LIMIT = 200
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "Auto-Submitted")


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail as it was sent: its headers and both bodies."""

    name: str
    to: str
    subject: str
    at: dt.datetime | None
    headers: list[tuple[str, str]]
    text: str
    html: str


def newest() -> list[KeptMail]:
    paths = sorted(_folder().glob("*.eml"), key=_arrival, reverse=True)
    mails = map(_read, paths[:LIMIT])
    return [mail for mail in mails if mail]


def find(name: uuid.UUID) -> KeptMail | None:
    return _read(_folder() / f"{name}.eml")


def _arrival(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _folder() -> Path:
    return Path(settings.DEV_MAIL_DIR)


def _read(path: Path) -> KeptMail | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    mail = message_from_bytes(raw, policy=policy.default)
    headers = [(name, str(mail[name])) for name in HEADERS if mail[name]]
    return KeptMail(
        name=path.stem,
        to=str(mail["X-Envelope-To"] or mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        at=_moment(mail),
        headers=headers,
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
    )


def _moment(mail: EmailMessage) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(str(mail["Date"]))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)  # "-0000" names no zone


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""
