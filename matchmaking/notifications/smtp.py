"""An SMTP backend with one deadline per mail, a known point of no return, and kept connections.

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

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends import smtp

from matchmaking.notifications.smtp_pool import ConnectionPool, disconnect, is_alive

DEADLINE_SECONDS = 30.0
MAILS_PER_CONNECTION = 50  # servers end sessions that go on for ever: Postfix after 100 NOOPs


class OutgoingEmail(EmailMultiAlternatives):
    """A mail; ``before_data`` is called right before DATA, and an exception in it stops the mail."""

    before_data: Callable[[], None] | None = None


class HandedOver(Exception):
    """The connection failed after the final dot: the server may have kept the mail."""


class _Session(smtplib.SMTP):
    """An SMTP connection that knows whether an answer to the final dot is due, and can be cut off."""

    is_waiting_for_verdict = False
    is_cut = False
    before_data: Callable[[], None] | None = None
    mails = 0

    def __init__(self, begun: Callable[["_Session"], None], *args: Any, **kwargs: Any) -> None:
        # Before super(), which connects: a server that never greets has to be cut off too.
        begun(self)
        super().__init__(*args, **kwargs)

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Connect without Nagle's algorithm, which would hold the lone final dot back."""
        answer = super().connect(*args, **kwargs)
        if self.sock:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return answer

    def cut(self) -> None:
        """Shut the socket down, which fails the thread that waits on it."""
        self.is_cut = True
        if self.sock:
            with suppress(OSError):
                # Not close(): the thread that waits in recv() would go on waiting.
                self.sock.shutdown(socket.SHUT_RDWR)

    def data(self, msg: bytes | bytearray | str) -> tuple[int, bytes]:  # type: ignore[override]
        """Send the mail; from its final dot until the answer the outcome is unknown."""
        if self.before_data:
            self.before_data()
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
        self.mails += 1
        return answer


def _lines(raw: bytes) -> list[bytes]:
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


pool: ConnectionPool[_Session] = ConnectionPool()


class _SessionOverTLS(_Session, smtplib.SMTP_SSL):
    """The same over implicit TLS (port 465)."""


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend, cut off when ``DEADLINE_SECONDS`` are over.

    A connection on which all went well is kept for a few seconds, for the next mail.

    :raises HandedOver: when the connection broke between the final dot and the answer
    """

    deadline = DEADLINE_SECONDS
    _session: _Session | None = None
    _is_sound = False

    @property
    def connection_class(self) -> Any:
        return partial(
            _SessionOverTLS if self.use_ssl else _Session, partial(setattr, self, "_session")
        )

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send within the deadline, else fail like a broken connection.

        :raises HandedOver: when it broke between the final dot and the answer
        :raises TimeoutError: when the deadline was over before that
        """
        # A timer, since a socket's timeout starts anew with each byte of a slow server.
        watch = threading.Timer(self.deadline, self._cut)
        watch.daemon = True
        watch.start()
        try:
            return super().send_messages(email_messages)
        except Exception as error:
            if self._session and self._session.is_waiting_for_verdict:
                raise HandedOver(repr(error)) from error
            if self._session and self._session.is_cut:
                raise TimeoutError(f"no end after {self.deadline:g} s") from error
            raise
        finally:
            watch.cancel()

    def open(self) -> bool | None:
        """Reuse a kept connection that still answers, else make a new one."""
        # A NOOP costs a round trip; a mail sent into a dead connection, the wait for a retry.
        while self.connection is None and (session := pool.take(self._address)):
            self._session = session
            if is_alive(session):
                self.connection = session
                return True
            disconnect(session)
        return super().open()

    def close(self) -> None:
        """Keep the connection when all went well, else end it; a failing QUIT is ignored."""
        session = self._session
        if (
            session
            and self._is_sound
            and session.mails < MAILS_PER_CONNECTION
            and not session.is_cut
        ):
            self.connection = self._session = None
            self._is_sound = False
            session.before_data = None
            pool.put(self._address, session)
            return
        with suppress(OSError):
            super().close()

    @property
    def _address(self) -> tuple[Any, ...]:
        return (
            *(self.host, self.port, self.use_tls, self.use_ssl),
            *(self.username, self.password, self.ssl_certfile),
        )

    def _send(self, email_message: EmailMessage) -> bool:
        self._is_sound = False
        if self._session:
            self._session.before_data = getattr(email_message, "before_data", None)
        self._is_sound = super()._send(email_message)  # type: ignore[misc]
        return self._is_sound

    def _cut(self) -> None:
        if self._session:
            self._session.cut()
