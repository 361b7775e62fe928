"""A mail server whose answers a test chooses."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP

ACCEPT = "250 2.0.0 Kept"
BUSY = "451 4.3.0 Try again later"
NEVER = "550 5.1.1 No such person"
CUT = "cut"  # keep the mail, then break the connection instead of answering
DROP = "drop"  # break the connection without keeping the mail


class Sink:
    """Keeps accepted mails; ``answer(mail)`` says what becomes of each."""

    def __init__(self, answer: Callable[[EmailMessage], str] | None = None):
        self.answer = answer or (lambda mail: ACCEPT)
        self.kept: list[EmailMessage] = []
        self.seen: list[EmailMessage] = []
        self.port = 0
        self.talks = []  # one per connection that brought mail
        self._loop = asyncio.new_event_loop()
        self._is_ready = threading.Event()
        self._judge = ThreadPoolExecutor(1, "judge")  # one answer at a time
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._is_ready.wait(5)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)
        self._judge.shutdown(wait=False)

    def _run(self):
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self):
        self._stop = asyncio.Event()
        server = await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", loop=self._loop), "127.0.0.1", 0
        )
        self.port = server.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._stop.wait()
        server.close()

    def hang_up(self):
        """End every connection, as a server does that is restarted."""
        for talk in self.talks:
            self._loop.call_soon_threadsafe(talk.abort)

    @property
    def times(self) -> Counter:
        """How often each subject was kept."""
        return Counter(mail["Subject"] for mail in self.kept)

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 -- aiosmtpd's name
        if server.transport not in self.talks:
            self.talks.append(server.transport)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.seen.append(mail)
        answer = await self._loop.run_in_executor(self._judge, self.answer, mail)
        if answer in (CUT, DROP):
            server.transport.abort()
        if answer in (CUT, ACCEPT):
            self.kept.append(mail)
        return answer if answer[0].isdigit() else BUSY
