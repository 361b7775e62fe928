"""Endpoints on this machine: a server that answers as a test wants, and keeps what it heard."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from django.utils import translation

from matchmaking.connections.services import endpoints
from matchmaking.notifications import delivery, leases
from matchmaking.notifications.models import OutboxMessage


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.CONNECTIONS_MAY_CALL_LOOPBACK = True
    settings.CONNECTIONS_OTHER_ROBOT_HOSTS = ["127.0.0.1"]
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class Heard:
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """A server of somebody else's; ``answers`` are used up one by one, the last for ever."""

    def __init__(self):
        self.heard = []
        self.answers = [(200, {})]
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.heard.append(Heard(self.path, dict(self.headers), body))
                answers = receiver.answers
                status, said = answers.pop(0) if len(answers) > 1 else answers[0]
                content = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                if status in (301, 302, 307):
                    self.send_header("location", said["to"])
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=k1"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver():
    with Receiver() as server:
        yield server


@pytest.fixture
def connect(brand_company, brand, receiver):
    """Add an endpoint of the brand that calls the receiver."""

    def add(kind="webhook", **values):
        given = {"company": brand_company, "name": "ERP", "language": "en", "by": brand}
        return endpoints.add_endpoint(kind=kind, url=receiver.url, **(given | values))

    return add


def work(*, even_later=True):
    """Deliver what is due; ``even_later`` what is due some day."""
    kinds = ["connections.webhook", "connections.robot"]
    rows = OutboxMessage.objects.filter(kind__in=kinds)
    if even_later:
        with transaction.atomic():
            rows.filter(state="pending").update(next_at="2020-01-01T00:00:00Z")
    for due in leases.find_due(1000):
        if OutboxMessage.objects.filter(pk=due.id, kind__in=kinds).exists():
            delivery.deliver(due.id)
