"""Bring ``.venv`` to exactly what lock files name: ``python3 tools/install.py requirements-run.txt``.

Plain Python 3.11 with its venv module, since nothing is installed yet. A lock names every package
with the hashes of its files, so nothing is left for a resolver to decide, and none is asked: older
ones take the newest release for a requirement with extras, which fails on the day that a package
publishes one. pip fetches uv alone (itself locked), and uv fetches and unpacks the rest.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

ROOT = Path.cwd()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
UV_LOCK = ROOT / "requirements-uv.txt"
WHEELS = ROOT / "wheels"  # of an archive for machines without a network (tools/bundle.py)
STAMP = VENV / "installed.txt"  # the pins that were installed and checked, a line each
SECONDS_BETWEEN_LINES = 5

PIN = re.compile(r"^([A-Za-z0-9._-]+==[^\s;\\]+)", re.MULTILINE)
PIP_SETTING = re.compile(r"^[^.]*\.([a-z-]+)='(.*)'$")


def main(locks: Sequence[str]) -> int:
    """Install the locks; return the exit code. What stands in the way is told in a few lines."""
    paths = [UV_LOCK, *(ROOT / lock for lock in locks)]
    wanted = {pin for path in paths for pin in PIN.findall(path.read_text(encoding="utf-8"))}
    if wanted <= installed():
        return 0
    try:
        install(paths, count=len(wanted))
    except subprocess.CalledProcessError as error:
        said = error.stderr or error.stdout or ""
        sys.stderr.write(f"{said.strip()}\nThe requirements could not be installed.\n")
        return 1
    STAMP.write_text("".join(f"{pin}\n" for pin in sorted(wanted)), encoding="utf-8")
    return 0


def installed() -> set[str]:
    if not STAMP.is_file() or not works(PYTHON, "-c", ""):
        return set()
    return set(STAMP.read_text(encoding="utf-8").split())


def install(paths: Sequence[Path], *, count: int) -> None:
    """Make ``.venv`` hold what the locks name and nothing else.

    :raises subprocess.CalledProcessError: with what the failing step said
    """
    STAMP.unlink(missing_ok=True)  # half a step is no state to go on from
    if not works(PYTHON, "-m", "pip", "--version"):
        with step("making .venv"):
            run(sys.executable, "-m", "venv", "--clear", VENV)
    settings = pip_settings()
    if not is_uv_locked():
        with step("fetching the installer"):
            fetch_uv()
    with step(f"installing {count} packages into .venv (once)"):
        sync(paths, settings)
    run(UV, "pip", "check", "--python", PYTHON)


def fetch_uv() -> None:
    """Install the locked uv, from the folder where it was kept when there is no network."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = WHEELS if WHEELS.is_dir() else caches / "hand-in-hand"
    locked = ["--no-deps", "--require-hashes", "--only-binary=:all:", "-r", UV_LOCK]
    from_kept = [PYTHON, "-m", "pip", "install", "-q", "--no-index", "--find-links", kept, *locked]
    try:
        run(*from_kept, env=PIP_ALONE)
    except subprocess.CalledProcessError:
        run(PYTHON, "-m", "pip", "download", "-q", "--dest", kept, *locked, env=PIP_ALONE)
        run(*from_kept, env=PIP_ALONE)


# A lock allows one choice. A constraint of this machine could only forbid it, and warnings about
# pip's own age would be the first words that a newcomer reads.
PIP_ALONE = {
    "PIP_CONSTRAINT": os.devnull,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_USER": "0",
    "PIP_ROOT_USER_ACTION": "ignore",
}
UV_ALONE = {"UV_CONSTRAINT": "", "UV_OVERRIDE": "", "UV_EXCLUDE": "", "UV_EXCLUDE_NEWER": ""}


def is_uv_locked() -> bool:
    """Whether ``.venv`` has the uv that the lock names."""
    pin = PIN.findall(UV_LOCK.read_text(encoding="utf-8"))[0]
    return works(UV, "--version") and run(UV, "--version").stdout.split()[1] == pin.split("==")[1]


def sync(paths: Sequence[Path], settings: Mapping[str, str]) -> None:
    """Install the locks: from the index, else from what uv has kept, else with pip alone.

    The last way is for machines where only pip knows how to reach an index. An archive brings its
    own wheels: then no index is asked at all.
    """
    files = [part for path in paths for part in ("-r", path)]
    uv = [UV, "pip", "sync", "-q", "--require-hashes", "--python", PYTHON, "--no-build"]
    index = index_options(settings)
    # To build what is published as source alone would ask the index for tools that no lock names.
    pip = [PYTHON, "-m", "pip", "install", "-q"]
    ways: list[tuple[Sequence[str | Path], Mapping[str, str]]] = [
        ([*uv, *index, *paths], UV_ALONE | uv_certificates(settings)),
        ([*uv, "--offline", *index, *paths], UV_ALONE),
        (
            [*pip, "--no-deps", "--require-hashes", "--only-binary=:all:", *files],
            PIP_ALONE,
        ),
    ]
    if WHEELS.is_dir():
        ways = [([*uv, "--offline", "--no-index", "--find-links", WHEELS, *paths], UV_ALONE)]
    failures = []
    for command, env in ways:
        try:
            run(*command, env=env)
        except subprocess.CalledProcessError as error:
            failures.append(error)
        else:
            return
    raise failures[0]  # why the index did not do; the others only make up for it


def pip_settings() -> dict[str, str]:
    said = run(PYTHON, "-m", "pip", "config", "list", env=PIP_ALONE).stdout
    return dict(found.groups() for line in said.splitlines() if (found := PIP_SETTING.match(line)))


def index_options(settings: Mapping[str, str]) -> list[str]:
    """Return where uv shall look: where pip is told to, unless uv has been told itself.

    An extra index may hold older files of the same names; what counts is the hash, so the first
    index that knows a name must not end the search.
    """
    options = ["--index-strategy", "unsafe-best-match"]
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX")):
        return options
    if url := settings.get("index-url"):
        options += ["--default-index", url]
    for link in settings.get("find-links", "").split():
        if "://" not in link or link.startswith("file:"):
            folder = Path(unquote(link.removeprefix("file://")))
            options += ["--find-links", str(folder)] if folder.is_dir() else []
    for host in settings.get("trusted-host", "").split():
        options += ["--allow-insecure-host", host]
    return options


def uv_certificates(settings: Mapping[str, str]) -> dict[str, str]:
    path = settings.get("cert") or os.environ.get("SSL_CERT_FILE", "")
    return {"SSL_CERT_FILE": path} if path else {"UV_SYSTEM_CERTS": "1"}


def works(*command: str | Path) -> bool:
    """Whether a program is there and ends well."""
    try:
        run(*command)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def run(
    *command: str | Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end.

    :raises subprocess.CalledProcessError: when it fails
    """
    merged = {name: value for name, value in (os.environ | dict(env or {})).items() if value}
    return subprocess.run(
        list(map(str, command)), env=merged, capture_output=True, text=True, check=True, cwd=ROOT
    )


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is going on, and every few seconds that it still is."""
    ended, started = threading.Event(), time.monotonic()

    def say_again() -> None:
        while not ended.wait(SECONDS_BETWEEN_LINES):
            tell(f"{text}, {time.monotonic() - started:.0f} s")

    tell(text)
    thread = threading.Thread(target=say_again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def tell(text: str) -> None:
    sys.stdout.write(f" setup | {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
