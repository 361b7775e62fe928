from django.test import RequestFactory

from matchmaking.core.logs import RequestLogMiddleware


def test_a_logged_request_keeps_codes_and_loses_tokens():
    code = "01a20159-1ade-7064-b031-c8efa115332b"
    ask = RequestFactory().get
    line = RequestLogMiddleware.format_request

    assert line(ask(f"/matches/{code}/?page=2")) == f"GET /matches/{code}/"
    assert line(ask(f"/unsubscribe/{'x' * 60}/")) == "GET /unsubscribe/…/"
    assert line(ask("/account/password/reset/key/3-d1abc0-0123456789abcdef0123456789abcdef/")) == (
        "GET /account/password/reset/key/…/"
    )
