"""``manage.py mailsink``: accept every mail and put it into a folder, for development."""

import asyncio
import signal
import socket
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

BIGGEST_MAIL = 30 * 1024 * 1024


class Folder:
    """Keeps each accepted mail as one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(  # noqa: N802 -- the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Write the mail, with its real recipients on top, and accept it."""
        recipients = ", ".join(envelope.rcpt_tos)
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        head = f"X-Envelope-To: {recipients}\r\n".encode()
        draft = self.folder / f".{uuid.uuid4()}"
        draft.write_bytes(head + raw)
        draft.rename(self.folder / f"{draft.name[1:]}.eml")  # readers never see half a mail
        return "250 2.0.0 Kept"


class Command(BaseCommand):
    """Serve SMTP on this machine alone."""

    help = "Accept every mail and put it into the folder DEV_MAIL_DIR as .eml files."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--port", type=int, default=1025)
        place.add_argument("--fd", type=int, help="number of an open listening socket")

    def handle(self, *_args: Any, port: int, fd: int | None, **_options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        folder = Path(settings.DEV_MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            listening = (
                socket.socket(fileno=fd)
                if fd is not None
                else socket.create_server(("127.0.0.1", port))
            )
        except OSError as error:
            message = f"cannot listen on port {port}: {error.strerror}"
            raise CommandError(message) from error
        asyncio.run(self.serve(listening, Folder(folder)))

    async def serve(self, listening: socket.socket, folder: Folder) -> None:
        """Answer on ``listening`` until a signal comes."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        server = await loop.create_server(
            lambda: SMTP(folder, data_size_limit=BIGGEST_MAIL, hostname="localhost", loop=loop),
            sock=listening,
        )
        self.stdout.write(f"mail is kept in {folder.folder}")
        async with server:
            await ended.wait()
