"""The embedded servers: odd places, cut runs, and the throw-away runs of `make test`."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from matchmaking.embedded import EmbeddedServices, ServiceError
from tests.platform.processes import EXEC, ROOT, bare_env, wait_until_gone

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

START_AND_WAIT = """
import sys, time
from pathlib import Path
from matchmaking.embedded import EmbeddedServices
services = EmbeddedServices(Path(sys.argv[1])).start()
print(services.pids, flush=True)
time.sleep(600)
"""


def count_starts(services):
    """Write one row and return how many there are."""
    with psycopg.connect(services.env["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO starts DEFAULT VALUES")
        return connection.execute("SELECT count(*) FROM starts").fetchone()[0]


def execute(*command, **options):
    return subprocess.run(
        [*EXEC, *command],
        cwd=ROOT,
        env=bare_env(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def throwaway_folders():
    return {str(path) for path in Path(tempfile.gettempdir()).glob("hand-in-hand-throwaway-*")}


def test_servers_start_in_a_long_path_with_a_space_and_chinese(shelf):
    home = shelf / f"手拉手 {'x' * 90}"
    with EmbeddedServices(home, durable=False) as services:
        with psycopg.connect(services.env["DATABASE_URL"]) as connection:
            locale = connection.execute(
                "SELECT datlocprovider, datctype, '手' < '拉' FROM pg_database WHERE datname = %s",
                ["matchmaking"],
            ).fetchone()
        with redis.Redis.from_url(services.env["REDIS_URL"]) as client:
            assert client.ping()
            assert client.config_get("port")["port"] == "0"
    assert locale == ("b", "C.UTF-8", True)
    assert wait_until_gone(home, seconds=5) == {}


def test_sockets_stand_where_only_their_user_may_enter(home):
    with EmbeddedServices(home, durable=False) as services:
        socket = Path(
            redis.ConnectionPool.from_url(services.env["REDIS_URL"]).connection_kwargs["path"]
        )
        assert oct(socket.parent.stat().st_mode & 0o777) == "0o700"
        assert oct(socket.stat().st_mode & 0o777) == "0o700"
        assert Path(f"/proc/{services.pids[0]}").stat().st_uid != 0


def test_killed_run_leaves_nothing_and_keeps_the_data(home):
    with EmbeddedServices(home) as services:
        assert count_starts(services) == 1
    holder = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, home], cwd=ROOT, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline()
        with pytest.raises(ServiceError, match="in use by another running copy"):
            EmbeddedServices(home).start()
        holder.kill()
    with EmbeddedServices(home) as services:  # at once: it waits for what is still ending
        assert count_starts(services) == 2
    assert wait_until_gone(home, seconds=5) == {}


def test_pid_file_of_another_program_is_no_obstacle(home):
    with EmbeddedServices(home, durable=False):
        pass
    stale = home / "postgres" / "cluster" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n0\n5432\n")
    with EmbeddedServices(home, durable=False) as services:
        assert count_starts(services) == 1


def test_socket_directory_laid_by_a_stranger_is_refused(home):
    home.mkdir()
    (home / "run").symlink_to(home.parent)
    with pytest.raises(ServiceError, match="belongs to someone else"):
        EmbeddedServices(home).start()
    assert not (home / "valkey.log").exists()


def test_place_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match=r"cannot use .*file.*: Not a directory"):
        EmbeddedServices(tmp_path / "file" / "home").start()


def test_full_disk_is_told_in_one_line():
    def fill_the_disk():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = execute("true", preexec_fn=fill_the_disk)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no database could be created" in done.stderr


def test_exec_hands_addresses_over_and_keeps_the_exit_code():
    done = execute("sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exit 7')
    assert done.returncode == 7
    home = done.stdout.split("unix://")[1].rsplit("/run/", 1)[0]
    assert wait_until_gone(home, seconds=5) == {}
    assert not Path(home).exists()


def test_exec_hands_a_signal_to_the_command_and_cleans_up():
    script = "trap 'echo told; exit 5' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen(
        [*EXEC, "sh", "-c", script], cwd=ROOT, env=bare_env(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        assert process.stdout.readline() == "told\n"
        assert process.wait(timeout=30) == 5


def test_killed_exec_leaves_no_process_and_the_next_clears_its_folder():
    with subprocess.Popen(
        [*EXEC, "sh", "-c", "echo $REDIS_URL; exec sleep 600"],
        cwd=ROOT,
        env=bare_env(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        home = process.stdout.readline().removeprefix("unix://").split("/run/")[0]
        process.kill()
    assert wait_until_gone(home, seconds=10) == {}
    assert home in throwaway_folders()
    execute("true")
    assert home not in throwaway_folders()
