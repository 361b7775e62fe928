"""``python -m tests.attacks`` (``make attacks``): the attacks that tell names and figures, run for real.

Each runs twice, on a fresh copy of the planted market: with its protections switched off, which must find
facts (else the attacker is too weak and proves nothing), and as the product is, which must find
none. ``SHORT=1`` asks for less of everything; ``ONLY=4,5`` runs some. The last line is for machines, and the
exit code tells whether all held.
"""

import os
import sys
import time

import django


def main() -> int:
    """Plant the market, run the attacks, tell what each learnt."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.attacks.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - models need Django set up

    settings.DEVELOPMENT = False  # pages are those of production
    from tests.attacks import run  # noqa: PLC0415

    started = time.perf_counter()
    only = {int(number) for number in os.environ.get("ONLY", "").split(",") if number}
    results = run.run_all(short=bool(os.environ.get("SHORT")), only=only)
    lines = list(run.table(results))
    facts = sum(result.protected.facts for result in results)
    proved = sum(result.control.facts > 0 for result in results)
    seconds = time.perf_counter() - started
    lines.append(
        f"attacks={len(results)} facts={facts} controls={proved}/{len(results)} "
        f"seconds={seconds:.0f}"
    )
    sys.stdout.write("\n".join([*lines, ""]))
    return int(facts > 0 or proved < len(results))


if __name__ == "__main__":
    sys.exit(main())
