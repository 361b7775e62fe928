"""People at the running site: real browsers, processes, broker and mail server."""

import os
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import expect

from tests.browsers import CHROMIUM, KNOWN
from tests.factories import UserFactory
from tests.faults.conftest import Broker
from tests.journeys.mail import Mails
from tests.journeys.people import confirmed, make_officer
from tests.journeys.stack import Stack
from tests.notifications.sink import Sink

PATIENCE_MS = 15_000


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason=f"none of {KNOWN}"))


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
def django_beside_playwright(playwright):
    """Playwright runs an event loop in the tests' thread; Django is used beside it, not in it.

    While the loop runs Django keeps other connections than without it: they end before it does.
    """
    expect.set_options(timeout=PATIENCE_MS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield
        connections.close_all()


@pytest.fixture(scope="package")
def stack(django_db_setup, django_db_blocker, tmp_path_factory):
    """Web, relay and worker, started once for all journeys that follow each other."""
    home = tmp_path_factory.mktemp("broker")
    for path in (home, *home.parents):
        if path.stat().st_uid == os.geteuid() and path.name.startswith(
            ("pytest-", "popen-", "broker")
        ):
            path.chmod(0o711)  # the server runs as somebody else where the tests run as root
    broker = Broker(home)
    broker.start()
    with Sink() as sink, django_db_blocker.unblock():
        stack = Stack(broker, sink, home)
        try:
            stack.begin()
            yield stack
        finally:
            stack.end()
            broker.stop()


@pytest.fixture
def site(transactional_db, stack):
    """Return the address of the running site, at rest before and after the test."""
    stack.forget()
    yield stack.url
    stack.rest()


@pytest.fixture
def mails(site, stack):
    return Mails(stack.sink)


@pytest.fixture
def visit(site, browser):
    """Open a browser of its own; the journey fails when a page breaks in one of them."""
    broken, contexts = [], []

    def listen(page):
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: "Security" in line.text and broken.append(line.text))
        page.on("response", lambda got: got.status >= 500 and broken.append(got.url))

    def open_browser(**options):
        context = browser.new_context(base_url=site, **{"locale": "en-GB", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", listen)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()
    assert broken == []


@pytest.fixture
def brand(brand):
    return confirmed(brand)


@pytest.fixture
def factory(factory):
    return confirmed(factory)


@pytest.fixture
def officer(transactional_db):
    return make_officer(UserFactory(is_staff=True, name="Officer"))
