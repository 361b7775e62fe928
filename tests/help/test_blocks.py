"""Every block of code of the help runs against the running site, in each language."""

import os
import re
import subprocess

import pytest
from django.conf import settings

from accounts.choices import TokenScope
from accounts.services.tokens import issue_token
from matchmaking.help import library
from matchmaking.help.topics import TOPICS

BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)
BLOCKS = [
    pytest.param(block, id=f"{language}-{topic.slug}-{place}")
    for language, _ in settings.LANGUAGES
    for topic in TOPICS
    for place, block in enumerate(BLOCK.findall(library.source(topic.slug, language)))
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_and_succeeds(block, live_server, brand, brand_company, figures):
    figures["blocks_run"] = figures.get("blocks_run", 0) + 1
    figures["failed"] = figures.get("failed", 0) + 1
    _token, secret = issue_token(
        company=brand_company, by=brand, name="ERP", scopes=[TokenScope.READ, TokenScope.WRITE]
    )
    # With --fail an answer of 400 and above ends in an error.
    told = f'curl() {{ command curl --silent --show-error --fail-with-body "$@"; }}\n{block}'
    done = subprocess.run(
        ["bash", "-ec", told],
        env={**os.environ, "SITE": live_server.url, "TOKEN": secret},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("{")
    figures["failed"] -= 1
