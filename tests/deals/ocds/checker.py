"""``make ocds``: the Open Contracting Data Standard's own checker reads a published package."""

import io
import zipfile
from pathlib import Path

from django.urls import reverse
from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig

from matchmaking.deals import ocds
from matchmaking.deals.services import fulfilment
from tests.deals.conftest import Talk

STANDARD = Path(__file__).parent
COMPLAINTS = (
    "validation_errors",
    "additional_fields",
    "additional_closed_codelist_values",
    "additional_open_codelist_values",
    "additional_checks",
    "deprecated_fields",
)


def check(package):
    """Return what the checker says, from its schema on the disk."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("standard-1__1__5/", "")
        for path in sorted((STANDARD / "schema").rglob("*.*")):
            archive.write(path, f"standard-1__1__5/{path.relative_to(STANDARD)}")
    config = LibCoveOCDSConfig({"context": "api", "standard_zip": out.getvalue()})
    return ocds_json_output(json_data=package, lib_cove_ocds_config=config, record_pkg=False)


def test_checker_finds_no_error(client, board, at):
    talk = Talk(at)
    fulfilment.record_contract(
        intention=talk.agree(), side="offer", number="HT-77", by=talk.maker, at=at
    )
    answer = client.get(reverse("deals:board-ocds", args=[board.code]))

    found = check(answer.json())

    assert {name: found[name] for name in COMPLAINTS if found[name]} == {}
    assert (found["version_used"], found["unique_ocids_count"]) == ("1.1", 5)


def test_checker_finds_the_error_that_is_put_in(board, at):
    package = ocds.release_package(board, at=at)
    del package["releases"][0]["ocid"]

    assert check(package)["validation_errors"]
