"""A small market behind the API, and tokens of both sides."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from accounts.services import tokens
from matchmaking.matching.models import Match
from matchmaking.matching.ranking import rescore_market
from matchmaking.matching.services import answers, messages
from matchmaking.matching.tasks import load_kernels
from tests.attacks.product import QuietHandler
from tests.factories import CompanyFactory, MembershipFactory, OfferFactory, OrderFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
SIDES = ("brand", "factory")


@contextmanager
def served() -> Iterator[tuple[str, dict[str, str]]]:
    """Plant the market and serve it; give its address and a secret of each side's token."""
    call_command("migrate", verbosity=0)
    load_kernels()
    secrets = _plant()
    server = ThreadedWSGIServer((HOST, 0), QuietHandler)
    server.set_app(get_wsgi_application())
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}", secrets
    finally:
        server.shutdown()
        server.server_close()


def officer_is_absent(url: str) -> int:
    """Return how many operations an officer's own sign-in opens; the API knows none but tokens."""
    client = http.client.HTTPConnection(url.removeprefix("http://"))
    opened = 0
    for path in ("/api/v1/orders/", "/api/v1/offers/", "/api/v1/matches/", "/api/v1/company/"):
        client.request("GET", path, headers={"Cookie": "sessionid=whatever"})
        answer = client.getresponse()
        answer.read()
        opened += answer.status not in {401, 404}
    return opened


def _plant() -> dict[str, str]:
    companies = {side: CompanyFactory(kind=side) for side in SIDES}
    people = {side: MembershipFactory(company=companies[side]).user for side in SIDES}
    for _number in range(4):
        OrderFactory(company=companies["brand"])
        OfferFactory(company=companies["factory"])
    OrderFactory.create_batch(3)
    OfferFactory.create_batch(3)
    at = timezone.now()
    rescore_market(at=at)
    pairs = Match.objects.filter(
        order__company=companies["brand"], offer__company=companies["factory"]
    ).order_by("pk")[:3]
    for number, match in enumerate(pairs):
        answers.answer_match(
            match=match, side="order", kind="interested", by=people["brand"], at=at
        )
        if not number:
            answers.answer_match(
                match=match, side="offer", kind="interested", by=people["factory"], at=at
            )
            match.refresh_from_db()
            messages.write_message(
                match=match, side="order", text="When?", by=people["brand"], at=at
            )
    return {
        side: tokens.issue_token(
            company=companies[side], name="fuzz", scopes=["read", "write"], by=people[side]
        )[1]
        for side in SIDES
    }
