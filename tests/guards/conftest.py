"""One market for the whole walk: built once, undone at the end."""

import logging

import pytest
import structlog
from django.db import transaction
from django.template import Template
from django.test import override_settings
from django.utils import translation

from tests.guards.cast import Market
from tests.guards.walk import Walker


def render_plainly(template, context):
    """Render without the test client's copy of every context: the walk reads answers alone."""
    return template.nodelist.render(context)


@pytest.fixture(scope="module")
def market(django_db_setup, django_db_blocker, tmp_path_factory):
    quick = override_settings(
        # No limits on the number of requests, no answer out of a cache.
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
    )
    # Thousands of refusals, each of them meant.
    logging.disable(logging.CRITICAL)
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=False)
    with (
        django_db_blocker.unblock(),
        quick,
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
        translation.override("en"),
    ):
        patch.setattr(Template, "_render", render_plainly)
        yield Market().build()
        transaction.set_rollback(True)
    structlog.reset_defaults()
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def walker(market):
    return Walker(market)
