"""Two encodings of one question answered side by side; the first answer wins.

Processes, not threads: a solver in the middle of its search can only be killed.
"""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from matchmaking.engine.schedule.encoding import VARIANTS
from matchmaking.engine.schedule.instance import Instance

_ROOT = Path(__file__).parents[3]
_ANSWERING = "matchmaking.engine.schedule.answering"
_GRACE_SECONDS = 0.2


class NoAnswerInTime(Exception):
    """No variant answered the question within its seconds."""


class Race:
    """Processes that know an instance and answer how few breaks it can have.

    On leaving the ``with`` block, by an exception too, none of them is left.
    """

    def __init__(self, instance: Instance, variants: Sequence[int] = range(len(VARIANTS))) -> None:
        self._instance = instance.as_json()
        self._variants = tuple(variants)
        self._runners: dict[int, subprocess.Popen[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for variant in list(self._runners):
            self._stop(variant)

    def ask(self, budget: int | None, seconds: float) -> list[int] | None:
        """Give the slot of each meeting in a day with at most ``budget`` breaks, else ``None``.

        ``None`` is proved by a solver; no budget asks for any fair day.

        :raises NoAnswerInTime: after ``seconds``; the processes are stopped
        :raises RuntimeError: when every process ended without an answer
        """
        asked = time.monotonic()
        for variant in self._variants:
            runner = self._runners.get(variant) or self._start(variant)
            if runner.stdin is None:
                raise RuntimeError("a runner has a pipe to read from")
            with suppress(BrokenPipeError):  # it has ended: reading tells
                runner.stdin.write(json.dumps(budget) + "\n")
                runner.stdin.flush()
        return self._read(asked + seconds)

    def _read(self, deadline: float) -> list[int] | None:
        """Wait for the first answer; stop those that do not follow within the grace.

        A question that both answer at once costs no process; starting one takes 0.2 s.
        """
        first: list[list[int] | None] = []
        silent = set(self._variants)
        with selectors.DefaultSelector() as selector:
            for variant in self._variants:
                stream = self._runners[variant].stdout
                if stream is not None:
                    selector.register(stream, selectors.EVENT_READ, variant)
            while silent and (left := deadline - time.monotonic()) > 0:
                ready = selector.select(left)
                for key, _ in ready:
                    line = key.fileobj.readline()  # type: ignore[union-attr]
                    selector.unregister(key.fileobj)
                    silent.discard(key.data)
                    if not line:
                        self._stop(key.data)
                        continue
                    if not first:
                        deadline = time.monotonic() + _GRACE_SECONDS
                    first.append(json.loads(line))
        for variant in silent:
            self._stop(variant)
        if first:
            return first[0]
        if silent:
            raise NoAnswerInTime
        raise RuntimeError("the solvers ended without an answer")

    def _start(self, variant: int) -> subprocess.Popen[str]:
        runner = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", _ANSWERING, str(variant), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        )
        self._runners[variant] = runner
        if runner.stdin is not None:
            runner.stdin.write(self._instance + "\n")
        return runner

    def _stop(self, variant: int) -> None:
        runner = self._runners.pop(variant)
        runner.kill()
        runner.wait()
        for stream in (runner.stdin, runner.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
