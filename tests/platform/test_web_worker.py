"""Slow, idle and many clients of the web server; gunicorn's own threads are the control."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from matchmaking import web_worker
from tests.platform.processes import ROOT, free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(60)]

OURS = "matchmaking.web_worker.WaitressWorker"
SLOW = 40
PATIENCE = 1.5
FORM = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n"
BEGINNINGS = {"idle": b"", "head": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", "body": FORM}


@contextmanager
def serving(worker=OURS, application="answering", **options):
    port = free_port()
    named = {"threads": 4, "workers": 1, "bind": f"127.0.0.1:{port}"} | options
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", f"tests.platform.answering:{application}"),
            *("--worker-class", worker, "--no-control-socket"),
            *(f"--{name.replace('_', '-')}={value}" for name, value in named.items()),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _try in range(100):
            if probe(port) is not None:
                break
            time.sleep(0.1)
        yield port, process
    finally:
        process.kill()
        process.wait()


def probe(port, *, method="GET", body=None, timeout=PATIENCE):
    """Return the seconds until an answer, None where none came in time."""
    begun = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as client:
        try:
            client.request(method, "/", body)
            assert client.getresponse().status == 200
        except OSError:
            return None
    return time.monotonic() - begun


@contextmanager
def slow_clients(port, kind):
    """Keep connections open on which a byte comes each half second, or none at all."""
    opened = [socket.create_connection(("127.0.0.1", port)) for _number in range(SLOW)]
    for client in opened:
        client.sendall(BEGINNINGS[kind])
    stopped = threading.Event()

    def drip():
        while kind != "idle" and not stopped.wait(0.5):
            for client in opened:
                client.sendall(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        for client in opened:
            client.close()


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_slow_clients_keep_nobody_else_waiting(kind):
    with serving() as (port, _process), slow_clients(port, kind):
        waited = [probe(port) for _number in range(10)]
    assert None not in waited
    assert max(waited) < 1


@pytest.mark.parametrize("kind", ["head", "body"])
def test_control_slow_clients_hold_the_threads_of_gunicorn(kind):
    with serving("gthread") as (port, _process), slow_clients(port, kind):
        assert probe(port) is None


def test_request_that_does_not_come_to_an_end_is_closed():
    with (
        serving(application="in_two_seconds") as (port, _process),
        closing(socket.create_connection(("127.0.0.1", port))) as client,
    ):
        client.sendall(FORM)
        client.settimeout(0.3)
        begun = time.monotonic()
        ended = None
        while ended is None and time.monotonic() - begun < 8:
            try:
                client.sendall(b"a")
                ended = time.monotonic() if client.recv(100) == b"" else None
            except TimeoutError:
                continue
            except OSError:
                ended = time.monotonic()
    assert ended is not None
    assert 2 <= ended - begun < 5


def post_after(port, seconds):
    """Return the status of a POST on a connection that was idle, None where it was closed."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
        client.request("GET", "/")
        client.getresponse().read()
        time.sleep(seconds)
        sender = client.sock
        try:
            sender.sendall(FORM + b"x" * 500)
            return sender.recv(100)[9:12] or None
        except OSError:
            return None


def test_form_on_an_idle_connection_is_not_lost():
    with serving() as (port, _process):
        assert post_after(port, 4) == b"200"


def test_control_gunicorn_closes_a_connection_that_the_proxy_keeps():
    with serving("gthread") as (port, _process):
        assert post_after(port, 4) is None


def test_stopping_worker_answers_on_connections_that_were_idle():
    with serving(keep_alive=3) as (port, process):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
            client.request("GET", "/")
            client.getresponse().read()
            process.send_signal(signal.SIGTERM)
            time.sleep(1)
            client.request("POST", "/", b"x" * 500)
            answer = client.getresponse()
            assert (answer.status, answer.read()) == (200, b"500")
            assert answer.headers["Connection"] == "close"
        assert process.wait(timeout=10) == 0


def test_more_than_can_be_done_is_told_to_come_again():
    answers = []

    def ask(port):
        begun = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as client:
            client.request("GET", "/")
            answer = client.getresponse()
            seconds = time.monotonic() - begun
            answers.append((answer.status, seconds, answer.headers["Retry-After"]))

    with serving(application="working", threads=2) as (port, _process):
        askers = [threading.Thread(target=ask, args=(port,)) for _number in range(60)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        time.sleep(0.5)
        after = probe(port)
    assert {status for status, _seconds, _again in answers} == {200, 503}
    assert {again for status, _seconds, again in answers if status == 503} == {"2"}
    assert max(seconds for _status, seconds, _again in answers) < 2.5
    assert after < 1


def test_larger_request_than_the_proxy_lets_through_is_refused():
    with (
        serving() as (port, _process),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client,
    ):
        client.putrequest("POST", "/")
        client.putheader("Content-Length", str(web_worker.LARGEST_REQUEST + 1))
        client.endheaders()
        assert client.getresponse().status == 413


def test_proxy_lets_go_of_a_connection_before_the_site_does():
    caddyfile = (Path(ROOT) / "deploy" / "Caddyfile").read_text()
    compose = (Path(ROOT) / "docker-compose.yml").read_text()
    kept = int(re.search(r"keepalive (\d+)s", caddyfile)[1])
    assert kept < int(re.search(r"--keep-alive=(\d+)", compose)[1])
    assert kept < web_worker.IDLE_SECONDS
    assert int(re.search(r"read_body (\d+)s", caddyfile)[1]) == web_worker.REQUEST_SECONDS
