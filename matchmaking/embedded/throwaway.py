"""Run one command between throw-away servers: the way the tests run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from matchmaking.embedded.binaries import is_reachable, unprivileged_account
from matchmaking.embedded.processes import ServiceError, spawn
from matchmaking.embedded.services import EmbeddedServices

PREFIX = "hand-in-hand-throwaway-"
SIGNALLED = 128  # a shell's exit code for a command ended by signal n is 128 + n


def run(command: Sequence[str]) -> int:
    """Run ``command`` with DATABASE_URL and REDIS_URL of fresh servers; return its exit code.

    Signals reach the command; servers and data are gone afterwards, whatever happened.
    """
    home = _fresh_home()
    services = EmbeddedServices(home, durable=False)
    stopping = _Stopping()
    try:
        services.start()
        code = stopping.start(command, {**os.environ, **services.env}).wait()
        return SIGNALLED - code if code < 0 else code
    except _Stopped as stopped:
        return SIGNALLED + stopped.number
    finally:
        stopping.is_over = True
        services.stop()
        shutil.rmtree(home, ignore_errors=True)


class _Stopped(BaseException):
    """A signal came before there was a command to hand it to."""

    def __init__(self, number: int) -> None:
        self.number = number


class _Stopping:
    """Hands signals on to the command; until it runs they end the start of the servers."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.is_over = False
        self._is_starting = False
        self._early: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self)

    def start(self, command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start the command; a signal that comes meanwhile reaches it right after."""
        self._is_starting = True
        self.child = spawn(command, env=env, own_session=False)
        self._is_starting = False
        for number in self._early:
            self.child.send_signal(number)
        return self.child

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self.is_over:
            return
        if self._is_starting:
            self._early.append(number)
            return
        if self.child is None:
            self.is_over = True
            raise _Stopped(number)
        if number == signal.SIGINT and _is_in_foreground():
            return  # the terminal has told the command itself
        self.child.send_signal(number)


def _is_in_foreground() -> bool:
    with suppress(OSError):
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    return False


def _fresh_home() -> Path:
    """Return a new directory that the servers can reach, after clearing away what SIGKILL left."""
    account = unprivileged_account()
    bases = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 -- mkdtemp is safe there
    base = next((base for base in bases if is_reachable(base, account)), bases[0])
    for left in base.glob(f"{PREFIX}*"):
        _clear(left)
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    home.chmod(0o711)  # the servers pass through; nobody else can look in
    return home


def _clear(left: Path) -> None:
    """Remove a directory of ours whose run was killed; one in use or of another user stays."""
    if left.is_symlink() or left.stat().st_uid != os.geteuid() or not (left / "lock").exists():
        return
    try:
        EmbeddedServices.take_lock(left / "lock").close()
    except ServiceError:
        return
    shutil.rmtree(left, ignore_errors=True)
