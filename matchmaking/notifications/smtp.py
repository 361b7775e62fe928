"""SMTP with one deadline for the whole talk, and an end that is told apart.

Python's own timeout counts each socket operation, so a server that dribbles could hold a mail
longer than its lease.
"""

import smtplib
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

DEADLINE_SECONDS = 30.0


class HandedOver(Exception):
    """The connection failed after the final dot: the server may have kept the mail."""


class _Talk(smtplib.SMTP):
    """Knows whether the mail was handed over without an answer, and can be cut off."""

    is_waiting_for_verdict = False
    is_cut = False

    def __init__(self, begun: Callable[["_Talk"], None], *args: Any, **kwargs: Any) -> None:
        """Show itself to ``begun`` before it connects."""
        begun(self)
        super().__init__(*args, **kwargs)

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Connect; short packets leave at once, the lone final dot among them."""
        answer = super().connect(*args, **kwargs)
        if self.sock:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return answer

    def cut(self) -> None:
        """End the connection under whoever waits on it."""
        self.is_cut = True
        if self.sock:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def data(self, msg: bytes | bytearray | str) -> tuple[int, bytes]:  # type: ignore[override]
        """Send the mail; from its final dot until the answer the outcome is unknown."""
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:  # noqa: PLR2004 -- "start mail input", RFC 5321 4.2.3
            raise smtplib.SMTPDataError(code, reply)
        raw = msg.encode("ascii") if isinstance(msg, str) else bytes(msg)
        lines = b"\r\n".join(b"." + line if line[:1] == b"." else line for line in _lines(raw))
        self.send(lines + b"\r\n")
        # The dot alone makes a mail of it: what fails before it was never accepted.
        self.is_waiting_for_verdict = True
        self.send(b".\r\n")
        answer = self.getreply()
        self.is_waiting_for_verdict = False
        return answer


def _lines(raw: bytes) -> list[bytes]:
    """Return the lines of a mail, whatever their ends, without an empty last one."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


class _TalkOverTLS(_Talk, smtplib.SMTP_SSL):
    """The same on a port that speaks TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend, cut off when ``DEADLINE_SECONDS`` are over.

    :raises HandedOver: when the connection broke between the final dot and the answer
    """

    deadline = DEADLINE_SECONDS
    _talk: _Talk | None = None

    @property
    def connection_class(self) -> Any:
        """The SMTP client, remembered so that it can be cut off and asked afterwards."""
        return partial(_TalkOverTLS if self.use_ssl else _Talk, partial(setattr, self, "_talk"))

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send within the deadline, else fail like a broken connection."""
        watch = threading.Timer(self.deadline, self._cut)
        watch.daemon = True
        watch.start()
        try:
            return super().send_messages(email_messages)
        except OSError as error:  # every error of smtplib is one
            if self._talk and self._talk.is_waiting_for_verdict:
                raise HandedOver(repr(error)) from error
            if self._talk and self._talk.is_cut:
                raise TimeoutError(f"no end after {self.deadline:g} s") from error
            raise
        finally:
            watch.cancel()

    def close(self) -> None:
        """End the talk; once the mail is accepted, a clumsy farewell changes nothing."""
        with suppress(OSError):
            super().close()

    def _cut(self) -> None:
        if self._talk:
            self._talk.cut()
