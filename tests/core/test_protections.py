import os
import subprocess
import sys

import pytest

from matchmaking.core.protections import Protection, check_names, check_production, is_on

SWITCH = Protection.CHANGE_BUDGET


def test_a_protection_is_on_unless_it_is_named(settings):
    assert is_on(SWITCH)

    settings.PROTECTIONS_OFF = [SWITCH.value]

    assert not is_on(SWITCH)
    assert is_on(Protection.EQUAL_TIME)


def test_production_refuses_every_switch(settings):
    started = subprocess.run(
        [sys.executable, "-c", "import matchmaking.settings"],
        env=os.environ
        | {"DEVELOPMENT": "false", "SECRET_KEY": "a key", "PROTECTIONS_OFF": SWITCH.value},
        capture_output=True,
        text=True,
        check=False,
    )
    settings.PROTECTIONS_OFF = [SWITCH.value]

    assert "Remove PROTECTIONS_OFF" in started.stderr
    assert [found.id for found in check_production()] == ["core.E002"]


@pytest.mark.parametrize("off", [[], [protection.value for protection in Protection]])
def test_known_names_pass_the_check(settings, off):
    settings.PROTECTIONS_OFF = off

    assert check_names() == []


def test_a_misspelt_switch_is_an_error(settings):
    settings.PROTECTIONS_OFF = ["change-bugdet"]

    assert [found.id for found in check_names()] == ["core.E001"]
