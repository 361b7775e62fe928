"""The site in a real browser, with a mail server, and the outbox worked beside it."""

import os
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections, connection

from matchmaking.notifications import delivery, leases
from tests.notifications.sink import Sink

CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason=f"no {CHROMIUM}"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": str(CHROMIUM),
        "args": [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-dev-shm-usage",
            "--disable-gpu",
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def django_beside_playwright():
    """Playwright runs an event loop in the tests' thread; Django is used beside it, not in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def mails():
    with Sink() as sink:
        yield sink


@pytest.fixture
def site(live_server, mails, settings):
    """Return the address of the running site; a thread works the outbox as relay and worker do."""
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mails.port
    cache.clear()
    stop = threading.Event()

    def work():
        while not stop.wait(0.1):
            close_old_connections()
            for due in leases.find_due(50):
                delivery.deliver(due.id)
        connection.close()

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    yield live_server.url
    stop.set()
    worker.join(10)


@pytest.fixture
def sign_in(site, client):
    """Let a browser context act as a person."""

    def enter(context, person):
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])

    return enter
