"""One archive for a machine without any network: ``python3 tools/bundle.py`` writes ``var/bundle/``.

It holds the committed tree and, in ``wheels/``, every file that the locks name for this Python and
this kind of machine: servers out of wheels, static files and texts are among them. Unpacked there,
`make run` and `make test` find ``wheels/`` and ask no index (`tools/install.py`).
"""

import os
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

ROOT = Path.cwd()
PYTHON = ROOT / ".venv" / "bin" / "python"
LOCKS = ("requirements-uv.txt", "requirements-dev.txt")
PREFIX = "hand-in-hand"


def main() -> int:
    revision = git("rev-parse", "--short=12", "HEAD")
    if git("status", "--porcelain", "--untracked-files=no"):
        sys.stderr.write("Commit first: the archive holds what is committed.\n")
        return 1
    name = f"{PREFIX}-{revision}-{tag()}"
    target = ROOT / "var" / "bundle" / f"{name}.tar.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        wheels = folder / "wheels"
        # The hashes of the locks are checked here, and once more where the wheels are installed.
        locks = [part for lock in LOCKS for part in ("-r", lock)]
        download = [PYTHON, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes"]
        subprocess.run(
            [*download, "--only-binary=:all:", "--dest", wheels, *locks],
            check=True,
            env={**os.environ, "PIP_CONSTRAINT": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        )
        tree = folder / "tree.tar"
        git("archive", f"--prefix={PREFIX}/", f"--output={tree}", "HEAD")
        torn = folder / target.name
        with (
            tarfile.open(torn, "w:gz", compresslevel=1) as archive,
            tarfile.open(tree) as committed,
        ):
            for member in committed:
                archive.addfile(member, committed.extractfile(member) if member.isreg() else None)
            archive.add(wheels, f"{PREFIX}/wheels")
        torn.rename(target)  # whoever looks meanwhile finds a whole archive or none
        count = len(list(wheels.glob("*.whl")))
    size = target.stat().st_size / 1_000_000
    sys.stdout.write(f"{target.relative_to(ROOT)}: {count} wheels, {size:.0f} MB\n")
    return 0


def tag() -> str:
    """Name the Python and the machine for which the wheels are good."""
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{version}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
