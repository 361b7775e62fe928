"""Fixtures that tests of imports share."""

import json

import pytest
from django.utils import timezone, translation

from matchmaking.imports import parsing, reader


@pytest.fixture(autouse=True)
def _english(settings):
    """Sentences are compared as they are written in the code."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def read_in_process(monkeypatch):
    """Read files by the child's own code, without a process for each; test_parsing starts real ones."""

    def answer(content, encoding):
        return json.loads(json.dumps(reader.answer(content, encoding)))

    monkeypatch.setattr(parsing, "ask_child", answer)


@pytest.fixture
def at(db):
    return timezone.now()


@pytest.fixture
def as_brand(client, brand):
    client.force_login(brand)
    return client
