"""Calls stay out of private networks, however the address is written."""

import socket

import pytest
from django.core.exceptions import ValidationError

from matchmaking.connections import guarded_http
from matchmaking.connections.guarded_http import NotPublic, Unreachable, check_url, post
from tests.connections.addresses import PRIVATE


@pytest.fixture
def connected(monkeypatch):
    """Every address that a socket was to be connected to; nothing leaves the machine."""
    seen = []

    def connect(self, address):
        seen.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


@pytest.fixture
def production(settings):
    settings.CONNECTIONS_MAY_CALL_LOOPBACK = False


def call(url):
    return post(url, body=b"{}", headers={})


@pytest.mark.parametrize("url", PRIVATE)
def test_private_address_is_never_called(url, production, connected):
    with pytest.raises((NotPublic, Unreachable)):
        call(url)

    assert connected == []


def test_there_are_forty_of_them():
    assert len(set(PRIVATE)) >= 40


def test_public_address_is_called(production, connected):
    """The control: the guard lets through what it should."""
    with pytest.raises(Unreachable):
        call("https://93.184.215.14/")

    assert connected == ["93.184.215.14"]


def test_name_is_resolved_once_and_that_address_is_called(production, connected, monkeypatch):
    """A name that is public when it is checked and private a moment later gains nothing."""
    answers = ["93.184.215.14", "127.0.0.1", "127.0.0.1"]

    def resolve(host, port, *args, **kwargs):
        found = host if host[0].isdigit() else answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable):
        call("https://rebinding.example/")

    assert connected == ["93.184.215.14"]


@pytest.mark.parametrize("address", ["10.0.0.5", "127.0.0.1", "169.254.169.254"])
def test_name_that_resolves_to_a_private_address_is_not_called(
    address, production, connected, monkeypatch
):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)

    with pytest.raises(NotPublic):
        call("https://internal.example/")

    assert connected == []


def test_redirect_is_not_followed(receiver):
    receiver.answers = [(302, {"to": "http://127.0.0.1:1/inside"})]

    assert post(receiver.url, body=b"{}", headers={}).status == 302
    assert len(receiver.heard) == 1


def test_proxy_of_the_environment_is_not_asked(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert post(receiver.url, body=b"{}", headers={}).status == 200


def test_long_answer_is_cut(receiver):
    receiver.answers = [(200, b"x" * 1_000_000)]

    assert len(post(receiver.url, body=b"{}", headers={}).body) == guarded_http.MOST_OF_ANSWER


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://user:pass@example.com/",
        "https://example.com/#part",
        "https://exa mple.com/",
        "https:///path",
        "https://例子.中国/",
        "https://example.com:port/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "gopher://127.0.0.1/",
    ],
)
def test_form_refuses_what_cannot_be_called(url, production):
    with pytest.raises(ValidationError):
        check_url(url)


def test_form_takes_a_public_address(production):
    check_url("https://erp.example.com:8443/hooks?x=1")
