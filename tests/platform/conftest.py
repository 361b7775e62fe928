"""A place for servers."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def shelf():
    """A folder that an unprivileged server can reach, which pytest's own are not for root."""
    folder = Path(tempfile.mkdtemp(prefix="hand in hand "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(shelf, request):
    """A place for the servers of one test; nothing stands there yet."""
    return shelf / request.node.name[:40]
