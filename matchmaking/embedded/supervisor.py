"""Several programs as one: prefixed logs, one end for all, nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from matchmaking.embedded.processes import ServiceError, kill_session, spawn, stop

RESET = "\033[0m"
SECONDS_BETWEEN_LINES = 5
COLOURS = {"web": 32, "worker": 33, "relay": 34, "beat": 35, "mail": 36, "up": 1}


class Stopped(BaseException):
    """Someone asked for the end: Ctrl-C, or a polite signal."""


class Hurry:
    """Turns the first signal into ``Stopped`` and the second into impatience."""

    def __init__(self) -> None:
        self.is_stopping = False
        self.is_hurried = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self)

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_stopping:
            self.is_hurried = True
            return
        self.is_stopping = True
        raise Stopped


@dataclass(frozen=True)
class Program:
    """One child: what to run, how to end it, and how long its last work may take.

    With ``on_success`` it is one that ends by itself: that is called when it ended well, and its
    failure ends nobody else.
    """

    name: str
    argv: Sequence[str | Path]
    on_parent_death: signal.Signals = signal.SIGTERM
    grace: float = 15
    pass_fds: Sequence[int] = ()
    on_success: Callable[[], None] | None = None


class Supervisor:
    """Starts programs in order, watches them, and stops them in the order of their start."""

    def __init__(self, env: Mapping[str, str], *, cwd: Path) -> None:
        self.env, self.cwd = {**os.environ, **env, "PYTHONUNBUFFERED": "1"}, cwd
        self.log = PrefixedLog(sys.stdout)
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def run_once(self, name: str, argv: Sequence[str | Path]) -> None:
        """Run a program to its end. Raises ServiceError when it fails."""
        process = self._spawn(Program(name, argv))
        pump = self.log.follow(name, process)
        try:
            code = self._wait(name, process)
        except BaseException:
            kill_session(process)
            process.wait()
            raise
        pump.join(timeout=2)
        if code != 0:
            message = f"{name} failed with exit code {code}; its reason stands above"
            raise ServiceError(message)

    def _wait(self, name: str, process: subprocess.Popen[bytes]) -> int:
        """Wait for the end and say every few seconds that it is not there yet."""
        started = time.monotonic()
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=SECONDS_BETWEEN_LINES)
            self.log.say(f"still at it after {time.monotonic() - started:.0f} s", name=name)

    def add(self, program: Program) -> None:
        process = self._spawn(program)
        self._running.append((program, process))
        self.log.follow(program.name, process)

    def watch(self, ended_elsewhere: Callable[[], str | None]) -> str:
        """Wait until a program, or what ``ended_elsewhere`` names, ends; say which."""
        while True:
            if sentence := self.ended():
                return sentence
            if name := ended_elsewhere():
                return f"{name} ended by itself"
            time.sleep(0.25)

    def ended(self) -> str | None:
        """Say which program ended by itself, None while all run."""
        for program, process in tuple(self._running):
            if (code := process.poll()) is None:
                continue
            if program.on_success is None:
                return f"{program.name} ended by itself with exit code {code}"
            self._running.remove((program, process))
            if code == 0:
                program.on_success()
            else:
                self.log.say(f"failed with exit code {code}", name=program.name)
        return None

    def stop(self, hurry: Hurry) -> None:
        """Stop the programs one after the other; kill what remains when told to hurry."""
        for program, process in self._running:
            deadline = time.monotonic() + program.grace
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            while process.poll() is None and time.monotonic() < deadline and not hurry.is_hurried:
                time.sleep(0.05)
            stop(process, signal.SIGTERM, grace=0)
        self._running.clear()

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        return spawn(
            program.argv,
            on_parent_death=program.on_parent_death,
            output=subprocess.PIPE,
            env=self.env,
            cwd=self.cwd,
            pass_fds=program.pass_fds,
        )


class PrefixedLog:
    """Writes lines of many programs to one stream, each behind its program's name."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self._is_coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()

    def say(self, text: str, *, name: str = "up") -> None:
        """Write ``text`` with the prefix of ``name``."""
        prefix = f"{name:>6} | "
        if self._is_coloured:
            prefix = f"\033[{COLOURS.get(name, 37)}m{prefix}{RESET}"
        lines = "".join(f"{prefix}{line}\n" for line in text.splitlines() or [""])
        # Nobody may be reading any more (`make run | head`); the programs must not notice.
        with self._lock, suppress(OSError, ValueError):
            self.stream.write(lines)
            self.stream.flush()

    def follow(self, name: str, process: subprocess.Popen[bytes]) -> threading.Thread:
        thread = threading.Thread(target=self._follow, args=(name, process.stdout), daemon=True)
        thread.start()
        return thread

    def _follow(self, name: str, output: IO[bytes]) -> None:
        with output:
            for line in output:
                self.say(line.decode(errors="replace").rstrip(), name=name)
