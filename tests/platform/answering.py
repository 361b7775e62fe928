"""Small applications behind the web server, for tests of the server alone."""

import time

from matchmaking import web_worker


def answering(environ, start_response):
    """Answer with how many bytes came."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    answer = str(len(body)).encode()
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


def working(environ, start_response):
    """Answer after a fifth of a second."""
    time.sleep(0.2)
    return answering(environ, start_response)


def __getattr__(name):
    # gunicorn looks the application up in the worker's own process.
    if name == "in_two_seconds":
        web_worker.REQUEST_SECONDS = 2
        return answering
    raise AttributeError(name)
