"""Fixtures that tests of imports share."""

import pytest
from django.utils import timezone, translation


@pytest.fixture(autouse=True)
def _english(settings):
    """Sentences are compared as they are written in the code."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def at(db):
    return timezone.now()


@pytest.fixture
def as_brand(client, brand):
    client.force_login(brand)
    return client
