"""A cache whose server is silent or gone costs a page a second at most; limits hold without it."""

import socket
import threading
import time

import pytest
from django.core.cache import cache

from matchmaking.core import cache as tolerant
from matchmaking.core.cache import CircuitBreaker, TolerantRedisCache
from matchmaking.core.models import LimitCounter

OPTIONS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}


@pytest.fixture
def breaker(monkeypatch):
    made = CircuitBreaker(rest_seconds=30)
    monkeypatch.setattr(tolerant, "breaker", made)
    return made


@pytest.fixture
def silent(settings):
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []
        threading.Thread(target=lambda: accept_all(server, kept), daemon=True).start()
        port = server.getsockname()[1]
        options = settings.CACHES["default"]["OPTIONS"] | OPTIONS
        yield TolerantRedisCache(f"redis://127.0.0.1:{port}", {"OPTIONS": options})
        for connection in kept:
            connection.close()


def accept_all(server, kept):
    while True:
        try:
            kept.append(server.accept()[0])
        except OSError:
            return


def test_silent_server_costs_one_attempt_of_all(silent, breaker):
    begun = time.monotonic()

    found = [silent.get("key", "nothing") for _number in range(20)]

    assert found == ["nothing"] * 20
    assert time.monotonic() - begun < 1


def test_control_each_attempt_costs_its_time_without_the_breaker(silent, monkeypatch):
    monkeypatch.setattr(tolerant, "breaker", CircuitBreaker(rest_seconds=0))
    begun = time.monotonic()

    for _number in range(4):
        silent.get("key")

    assert time.monotonic() - begun > 1.8


def test_breaker_lets_one_call_try_again_after_its_rest(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(tolerant.time, "monotonic", lambda: clock[0])
    breaker = CircuitBreaker(rest_seconds=5)
    assert breaker.lets_through()
    breaker.failed()
    assert not breaker.lets_through()

    clock[0] += 5

    assert [breaker.lets_through() for _number in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.lets_through()


@pytest.mark.django_db
def test_limits_hold_while_the_server_is_silent_and_after_it_was_emptied(silent, breaker):
    key = "allauth:rl:login:x"

    assert silent.add(key, [1.0], 60)
    assert not silent.add(key, [2.0], 60)
    assert silent.get(key) == [1.0]
    cache.clear()
    assert cache.get(key) == [1.0]
    cache.set(key, [3.0], 60)
    assert silent.get(key) == [3.0]
    assert silent.delete(key)
    assert silent.get(key, "gone") == "gone"


@pytest.mark.django_db
def test_control_limits_of_before_are_forgotten_with_the_server(silent, breaker, settings):
    settings.PROTECTIONS_OFF = ["limits-in-database"]
    key = "allauth:rl:login:x"

    assert [silent.add(key, [1.0], 60), silent.add(key, [2.0], 60)] == [True, True]
    assert LimitCounter.objects.count() == 0


@pytest.mark.django_db
def test_a_counter_that_is_over_is_as_none():
    assert cache.add("allauth:rl:x", 1, -1)
    assert cache.get("allauth:rl:x") is None
    assert cache.add("allauth:rl:x", 2, 60)
    assert cache.get("allauth:rl:x") == 2
