"""The figures of ``make help-check``, printed as the last line of a run of this folder alone."""

from pathlib import Path

import pytest

FIGURES = pytest.StashKey[dict]()


def pytest_configure(config):
    config.stash[FIGURES] = {}


@pytest.fixture
def figures(request):
    return request.config.stash.setdefault(FIGURES, {})


def pytest_unconfigure(config):
    alone = {Path(one).name for one in config.args} == {Path(__file__).parent.name}
    found = config.stash.get(FIGURES, {})
    if alone and found:
        print(*(f"{name}={value}" for name, value in found.items()))  # noqa: T201
