"""`tools/install.py` on locks of made-up packages: a lock stays good when packages move on."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.platform.processes import ROOT

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]


def wheel(folder, name, version, *, needs=""):
    """Write a wheel without code; return the hash of its file."""
    stem = f"{name}-{version}"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: rubber\n"
    members = {
        f"{name}.py": "",
        f"{stem}.dist-info/METADATA": metadata + (f"Requires-Dist: {needs}\n" if needs else ""),
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        record = ""
        for member, text in members.items():
            archive.writestr(member, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            record += f"{member},sha256={digest.decode().rstrip('=')},{len(text)}\n"
        archive.writestr(f"{stem}.dist-info/RECORD", f"{record}{stem}.dist-info/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder with a space in its path, a lock, and an index whose newest release moved on since."""
    folder = tmp_path_factory.mktemp("a new machine")
    index = folder / "index"
    index.mkdir()
    hashes = {
        "lasting": wheel(index, "lasting", "1.0", needs="outsole[rubber]>=1.0"),
        "outsole": wheel(index, "outsole", "1.0"),
    }
    wheel(index, "outsole", "1.1")
    (folder / "requirements-run.txt").write_text(
        "".join(f"{name}==1.0 --hash=sha256:{one}\n" for name, one in hashes.items())
    )
    (folder / "requirements-uv.txt").write_text((ROOT / "requirements-uv.txt").read_text())
    (folder / "constraints.txt").write_text("outsole<1.0\nuv<0.1\n")
    return folder


def run(checkout, *command, **env):
    machine = {
        "PIP_FIND_LINKS": (checkout / "index").as_uri(),
        "PIP_CONSTRAINT": str(checkout / "constraints.txt"),
        "PIP_EXTRA_INDEX_URL": "file:///there/is/no/such/index",
    }
    return subprocess.run(
        [str(part) for part in command],
        cwd=checkout,
        env=os.environ | machine | env,
        capture_output=True,
        text=True,
        check=False,
    )


def versions(checkout):
    python = checkout / ".venv" / "bin" / "python"
    listed = run(
        checkout, python, "-m", "pip", "list", "--format=freeze", PIP_CONSTRAINT="/dev/null"
    )
    return dict(line.split("==") for line in listed.stdout.split())


@pytest.fixture(scope="module")
def installed(checkout):
    return run(checkout, sys.executable, ROOT / "tools" / "install.py", "requirements-run.txt")


def test_lock_is_installed_whatever_was_published_since(checkout, installed):
    assert installed.returncode == 0, installed.stderr
    found = versions(checkout)
    assert (found["lasting"], found["outsole"]) == ("1.0", "1.0")


def test_every_step_is_said(installed):
    assert [line.split(" | ")[1][:6] for line in installed.stdout.splitlines()][:1] == ["making"]
    assert "installing 3 packages" in installed.stdout


def test_second_call_has_nothing_to_do(checkout, installed):
    command = [sys.executable, ROOT / "tools" / "install.py", "requirements-run.txt"]
    run(checkout, *command)  # another test's refused lock may have come between
    again = run(checkout, *command)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_the_resolver_of_old_pips_refuses_the_same_lock(checkout, tmp_path):
    """The control: what broke the first command, so that the tests above prove something."""
    venv = tmp_path / "venv"
    run(checkout, sys.executable, "-m", "venv", venv)
    old = run(checkout, venv / "bin" / "pip", "install", "pip==23.0.1", PIP_CONSTRAINT="/dev/null")
    assert old.returncode == 0, old.stderr
    lock = ["--no-index", "--require-hashes", "-r", "requirements-run.txt"]
    refused = run(checkout, venv / "bin" / "pip", "install", *lock, PIP_CONSTRAINT="/dev/null")
    assert refused.returncode == 1
    assert "all requirements must have their versions pinned with ==" in refused.stderr


def test_a_file_that_is_not_the_locked_one_is_refused(checkout, installed):
    lock = checkout / "requirements-other.txt"
    lock.write_text(f"outsole==1.1 --hash=sha256:{'0' * 64}\n")
    refused = run(checkout, sys.executable, ROOT / "tools" / "install.py", lock.name)
    assert refused.returncode == 1
    assert "could not be installed" in refused.stderr


def test_an_archive_is_installed_from_its_own_wheels(checkout, installed, tmp_path):
    """Without any index, as behind a wall; what is no locked wheel does no harm beside them."""
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hand-in-hand"
    wheels = tmp_path / "wheels"
    shutil.copytree(checkout / "index", wheels)
    for uv in kept.glob("uv-*.whl"):
        shutil.copy(uv, wheels)
    for lock in ("requirements-run.txt", "requirements-uv.txt"):
        shutil.copy(checkout / lock, tmp_path)
    nowhere = {"PIP_FIND_LINKS": "", "PIP_NO_INDEX": "1", "UV_DEFAULT_INDEX": "file:///none"}
    install = (sys.executable, ROOT / "tools" / "install.py", "requirements-run.txt")
    done = run(tmp_path, *install, UV_CACHE_DIR=str(tmp_path / "cache"), **nowhere)
    assert done.returncode == 0, done.stderr
    assert versions(tmp_path)["outsole"] == "1.0"
