"""``python -m tests.api_fuzz`` (``make api-fuzz``): schemathesis, all phases, with the token of either side.

A market of some posts, matches and a conversation is planted on throw-away servers and served over HTTP; limits are
lifted, nothing else. ``EXAMPLES=20`` asks for other than 10 examples an operation, ``SEED=1`` for other ones. The
last line is for machines, the exit code tells whether nothing failed. Reports stay in ``var/api-fuzz``.
"""

import base64
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "var" / "api-fuzz"
UNPROCESSABLE = 422
OF_THE_MARKET = {"does_not_exist", "invalid_choice"}
SCHEMA = ROOT / "docs" / "openapi.yaml"


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.api_fuzz.settings"
    django.setup()
    from tests.api_fuzz import market  # noqa: PLC0415 - models need Django set up

    REPORTS.mkdir(parents=True, exist_ok=True)
    operations, cases, failures = set(), 0, 0
    with market.served() as (url, secrets):
        for side, secret in secrets.items():
            report = REPORTS / f"{side}.ndjson"
            report.unlink(missing_ok=True)
            failures += _run(url, secret, report) not in {0, 1}
            found, ran, failed = _read(report)
            operations |= found
            cases, failures = cases + ran, failures + failed
            sys.stdout.write(f"{side}: operations={len(found)} cases={ran} failures={failed}\n")
        failures += market.officer_is_absent(url)
    sys.stdout.write(f"operations={len(operations)} cases={cases} failures={failures}\n")
    return int(failures > 0 or cases == 0)


def _run(url: str, secret: str, report: Path) -> int:
    schemathesis = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            *(schemathesis, "run", str(SCHEMA), "--url", url),
            *("--header", f"Authorization: Token {secret}"),
            *("--phases", "examples,coverage,fuzzing,stateful"),
            *("--max-examples", os.environ.get("EXAMPLES", "10")),
            *("--seed", os.environ.get("SEED", "24"), "--no-color", "--continue-on-failure"),
            *("--suppress-health-check", "all", "--generation-database", "none"),
            *("--warnings", "off", "--report-ndjson-path", str(report)),
        ],
        cwd=REPORTS,
        stdout=report.with_suffix(".txt").open("w"),
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode


def _read(report: Path) -> tuple[set[str], int, int]:
    """Return operations, cases and failed checks of a report of events; each failure goes to stdout once."""
    operations: set[str] = set()
    cases, failures = 0, Counter[str]()
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder")
        if recorder is None:
            continue
        if " /" in recorder["label"]:
            operations.add(recorder["label"])
        interactions = recorder.get("interactions") or {}
        cases += len(interactions)
        for case, checks in (recorder.get("checks") or {}).items():
            for failure in _failures(checks):
                if not _is_refusal(failure, interactions[case]["response"]):
                    failures[
                        f"{recorder['label']}: {failure['title']}: {failure['message'][:200]!r}"
                    ] += 1
    for words, times in failures.most_common(40):
        sys.stdout.write(f"  {times} x {words}\n")
    return operations, cases, failures.total()


def _failures(checks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for check in checks:
        if check["status"] == "failure":
            found = check.get("failure") or check.get("failure_info") or check
            yield found.get("failure", found)


def _is_refusal(failure: dict[str, Any], response: dict[str, Any]) -> bool:
    """Return whether a valid body was refused for what no schema can say: the state of the market.

    That is 422 with a named cause, a term that is not in the taxonomy, and a week that the calendar lacks.
    """
    if "rejected" not in failure["title"]:
        return False
    if response["status_code"] == UNPROCESSABLE:
        return True
    text = base64.b64decode(response["content"]["$base64"])
    return {error["code"] for error in json.loads(text)["errors"]} <= OF_THE_MARKET


if __name__ == "__main__":
    sys.exit(main())
