"""What a production start refuses, with the reason, and what it does not read."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

GIVEN = {"SECRET_KEY": "k" * 60, "SITE_URL": "https://example.com", "ALLOWED_HOSTS": "example.com"}


def start(tmp_path, **env):
    """Read the settings in a process of its own, in a copy of the checkout's outer layer."""
    for name in ("matchmaking", "accounts"):
        (tmp_path / name).symlink_to(settings.BASE_DIR / name)
    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var" / "dev.env").write_text("DEVELOPMENT='true'\nDEBUG='true'\n")
    script = (
        "import matchmaking, pathlib, sys; matchmaking.__path__ = [sys.argv[1] + '/matchmaking'];"
        "source = pathlib.Path('matchmaking/settings.py').read_text();"
        "space = {'__file__': sys.argv[1] + '/matchmaking/settings.py', '__name__': 'settings'};"
        "source = source.replace('Path(__file__).resolve().parent.parent', 'Path(__file__).parent.parent');"
        "exec(compile(source, 'settings.py', 'exec'), space);"
        "print(space['DEVELOPMENT'], space['DEBUG'])"
    )
    return subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]} | GIVEN | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_file_of_a_development_site_beside_it_does_not_turn_production_into_one(tmp_path):
    done = start(tmp_path)

    assert (done.stdout, done.stderr) == ("False False\n", "")


def test_control_development_reads_the_file(tmp_path):
    assert start(tmp_path, DEVELOPMENT="true").stdout == "True True\n"


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"ALLOWED_HOSTS": "*"}, "Name the site in ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "example.com,.example.net"}, "Name the site in ALLOWED_HOSTS"),
        ({"OFFICERS_NEED_TOTP": "false"}, "officers sign in with a second step"),
        ({"PROTECTIONS_OFF": "equal-time"}, "PROTECTIONS_OFF"),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
    ],
)
def test_production_refuses_to_start(tmp_path, env, reason):
    done = start(tmp_path, **env)

    assert done.returncode != 0
    assert reason in done.stderr
