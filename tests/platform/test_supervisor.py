"""The supervisor with small programs: one that ends, one that lingers, one that fails."""

import io
import signal
import sys
import time

import pytest

from matchmaking.embedded import ServiceError
from matchmaking.embedded.supervisor import Hurry, PrefixedLog, Program, Stopped, Supervisor
from tests.platform.processes import ROOT, processes_of, wait_until_gone

pytestmark = pytest.mark.faults
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(99)"


@pytest.fixture
def hurry():
    before = {number: signal.getsignal(number) for number in (2, 15, 1)}
    yield Hurry()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def supervisor(hurry, tmp_path):
    supervisor = Supervisor({"MARK": str(tmp_path)}, cwd=ROOT)
    supervisor.log = PrefixedLog(io.StringIO())
    yield supervisor
    supervisor.stop(hurry)
    assert processes_of(tmp_path) == {}


def test_supervisor_names_the_program_that_ended(supervisor):
    supervisor.add(Program("stays", ["sleep", "60"]))
    supervisor.add(Program("goes", ["sh", "-c", "exit 3"]))
    assert supervisor.watch(lambda: None) == "goes ended by itself with exit code 3"


def test_supervisor_names_the_server_that_ended(supervisor):
    supervisor.add(Program("stays", ["sleep", "60"]))
    assert supervisor.watch(lambda: "Postgres") == "Postgres ended by itself"


def test_failed_preparation_is_an_error_in_one_line(supervisor):
    with pytest.raises(ServiceError, match=r"^migrate failed with exit code 4; its reason"):
        supervisor.run_once("migrate", ["sh", "-c", "echo why; exit 4"])
    assert supervisor.log.stream.getvalue() == "migrate | why\n"


def test_deaf_program_is_killed_after_its_grace_with_its_children(supervisor, hurry, tmp_path):
    supervisor.add(Program("deaf", [sys.executable, "-c", DEAF], grace=0.3))
    supervisor.add(Program("parent", ["sh", "-c", "sleep 77 & wait"], grace=0.3))
    while "deaf" not in supervisor.log.stream.getvalue():
        time.sleep(0.05)
    supervisor.stop(hurry)
    assert wait_until_gone(tmp_path, seconds=2) == {}


def test_second_signal_means_hurry(hurry):
    with pytest.raises(Stopped):
        signal.raise_signal(signal.SIGTERM)
    assert not hurry.is_hurried
    signal.raise_signal(signal.SIGINT)
    assert hurry.is_hurried


def test_log_survives_a_reader_who_left():
    stream = io.StringIO()
    log = PrefixedLog(stream)
    stream.close()
    log.say("nobody reads this", name="web")


def test_log_puts_the_program_before_each_line():
    log = PrefixedLog(io.StringIO())
    log.say("one\ntwo", name="web")
    assert log.stream.getvalue() == "   web | one\n   web | two\n"
