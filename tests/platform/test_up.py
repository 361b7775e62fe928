"""`make run` for real: it answers, refuses a twin, and leaves nothing behind."""

import signal
from types import SimpleNamespace

import pytest

from tests.platform.processes import processes_of, running_site, status_of, wait_until_gone

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def first_run(shelf):
    """One whole run, from an empty folder to SIGTERM, and what was seen on the way."""
    var = shelf / "var"
    with running_site(var) as site:
        seen = SimpleNamespace(var=var, port=site.port)
        seen.status = status_of(site.port)
        seen.dev_env = (var / "dev.env").read_text()
        seen.twin = site.another()
        seen.neighbour = site.another(var=var.with_name("neighbour"))
        seen.programs = processes_of(var)
        seen.exit_code = site.end(signal.SIGTERM)
        seen.left = wait_until_gone(var, seconds=5)
        seen.output = site.output
    return seen


def test_site_answers_with_its_front_page(first_run):
    assert first_run.status == 200


@pytest.mark.parametrize("part", ["gunicorn", "worker", "beat", "relay", "mailsink", "postgres -D"])
def test_site_runs_each_part(first_run, part):
    assert [program for program in first_run.programs.values() if part in program]


def test_site_says_where_it_is_and_where_mail_is(first_run):
    assert f"http://127.0.0.1:{first_run.port}/\n" in first_run.output
    assert f"http://127.0.0.1:{first_run.port}/dev/mail/\n" in first_run.output


def test_second_terminal_finds_the_servers(first_run):
    names = {line.split("=")[0] for line in first_run.dev_env.splitlines()[1:]}
    assert {"DATABASE_URL", "REDIS_URL", "EMAIL_PORT", "SITE_URL", "DEVELOPMENT"} <= names


def test_second_copy_is_refused_in_one_line(first_run):
    code, said = first_run.twin
    assert code == 1
    assert said.count("\n") == 1
    assert f"another copy is already running: http://127.0.0.1:{first_run.port}" in said


def test_taken_port_is_refused_in_one_line(first_run):
    code, said = first_run.neighbour
    assert code == 1
    assert said.count("\n") == 1
    assert f"port {first_run.port} is not free" in said


def test_sigterm_ends_everything_in_good_order(first_run):
    assert first_run.exit_code == 0
    assert first_run.left == {}
    assert first_run.output.endswith("Stopped.\n")


def test_killed_supervisor_leaves_no_process(first_run):
    with running_site(first_run.var) as site:
        site.end(signal.SIGKILL)
        assert wait_until_gone(first_run.var, seconds=15) == {}
