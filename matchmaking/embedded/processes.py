"""Child processes that cannot outlive the one who started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)  # loaded here: between fork and exec as little as possible may happen
Output = int | IO[bytes]


class ServiceError(Exception):
    """Something outside the program is in the way; the text is one line for a person."""


@dataclass(frozen=True)
class Account:
    """The unprivileged user that servers run as when we are root."""

    uid: int
    gid: int


def end_with_parent(sig: signal.Signals) -> None:
    """Have the kernel send ``sig`` to us when the thread that started us ends, even by SIGKILL.

    Does nothing where the kernel cannot do that.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, sig)


def _child_ends_with_us(sig: signal.Signals) -> Callable[[], None]:
    """Return what a child must call before ``exec`` so that it ends with us.

    It runs after a change of user, which would clear the wish. We must be the main thread, whose
    end is the end of the process.
    """
    parent = os.getpid()

    def ask() -> None:
        end_with_parent(sig)
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return ask


def spawn(
    argv: Sequence[str | Path],
    *,
    on_parent_death: signal.Signals = signal.SIGTERM,
    output: Output | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start ``argv`` as a child that ends with us.

    A session of its own keeps a Ctrl-C in the terminal away from it: the starter alone decides
    in which order things stop.
    """
    return subprocess.Popen(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=own_session,
        pass_fds=pass_fds,
        preexec_fn=_child_ends_with_us(on_parent_death),  # noqa: PLW1509 -- one system call, no lock is taken
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(process: subprocess.Popen[bytes], sig: signal.Signals, *, grace: float) -> None:
    """Send ``sig``, wait ``grace`` seconds, then kill the process with its whole session."""
    if process.poll() is None:
        process.send_signal(sig)
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    kill_session(process)
    process.wait()


def kill_session(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def command_line(pid: int) -> str:
    """Return the command line of a living process, or '' when there is none."""
    proc = Path(f"/proc/{pid}/cmdline")
    with suppress(OSError):
        if proc.parent.parent.is_dir() and (proc.parent.parent / "self").exists():
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        shown = subprocess.run(
            ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return shown.stdout.strip()
    return ""


def end_orphan(pid_file: Path, *, mark: str, sig: signal.Signals, grace: float = 30) -> None:
    """Clear the way for a server whose last run was cut off.

    A process named by ``pid_file`` whose command line holds ``mark`` is ours: it is asked to stop
    and awaited. Any other process merely inherited the number, so the file is removed.
    """
    try:
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        pid = 0
    deadline = time.monotonic() + grace
    while pid > 1 and mark in command_line(pid):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + grace
        with suppress(ProcessLookupError):
            os.kill(pid, sig)
        time.sleep(0.1)
    pid_file.unlink(missing_ok=True)
