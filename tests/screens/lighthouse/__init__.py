"""``make lighthouse``: Lighthouse's scores of public and signed-in pages, for a phone and a desk.

Lighthouse is a program for Node that ``make lighthouse`` installs below var/; nothing else of the
project needs it. Its own presets are taken as they are. A page that misses a goal is measured
again, up to three times, and its best run counts: another program on the machine is not the
page's fault.
"""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.screens import report
from tests.screens.browser import CHROMIUM, FLAGS, Look, Problems
from tests.screens.options import ROOT
from tests.screens.scenario import ANONYMOUS
from tests.screens.sights import DEVELOPMENT

HERE = Path(__file__).parent
MODULES = ROOT / "var" / "lighthouse" / "node_modules"
TRIES = 3
PRESETS = {"mobile": 412, "desktop": 1350}  # their widths
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# Public pages reach all four; search engines never see the others.
PUBLIC_GOALS = dict.fromkeys(CATEGORIES, 95)
OWN_GOALS = {"performance": 90}


@dataclass(frozen=True)
class Run:
    """What Lighthouse said of one page under one preset."""

    scores: dict[str, int]
    metrics: dict[str, float]
    found: list[dict]
    machine: (
        float  # Lighthouse's own measure of how fast it ran: below 1,000 another program ran too
    )

    def misses(self, goals):
        return [
            f"{name} {self.scores[name]} instead of at least {goal}"
            for name, goal in goals.items()
            if self.scores[name] < goal
        ]

    def __str__(self):
        paint, blocked, shift = (
            self.metrics[f"{name}"]
            for name in (
                "largest-contentful-paint",
                "total-blocking-time",
                "cumulative-layout-shift",
            )
        )
        scores = " ".join(f"{self.scores[name]:3d}" for name in CATEGORIES)
        return (
            f"{scores}  largest paint {paint:5.0f} ms  blocked {blocked:4.0f} ms  shift {shift:.3f}"
        )


def run(scenario, sights, options):
    """Measure every page, one after the other; return the exit code."""
    began = time.monotonic()
    problems, measured, causes = Problems(), {}, Problems()
    report.say(f"{' '.join(name[:4] for name in CATEGORIES)} of 100")
    with lighthouse() as ask:
        for look, preset in _wishes(sights, options):
            try:
                one = _best(ask, _wish(scenario, look, preset), goals_of(look.sight))
            except LighthouseError as error:
                problems.add(f"{look} · {preset}", f"failed: {error}")
                continue
            measured[look, preset] = one
            report.say(f"{one}  {look.sight.title} · {preset}")
            for sentence in one.misses(goals_of(look.sight)):
                problems.add(
                    f"{look.sight.title} · {preset}", sentence.split()[0] + ": " + sentence
                )
            for cause in one.found:
                elements = " ".join(cause["elements"])[:160]
                causes.add(
                    f"{look.sight.title} · {preset}", f"{cause['id']}: {cause['title']} {elements}"
                )
    return _tell(measured, problems, causes, time.monotonic() - began)


def goals_of(sight):
    """Return what the page must reach."""
    return PUBLIC_GOALS if sight.role == ANONYMOUS else OWN_GOALS


def _wishes(sights, options):
    kinds = set()
    for sight in sights:
        if sight.is_mail or sight.act or sight.status != 200 or DEVELOPMENT.match(sight.name):
            continue
        if sight.is_workbench and not options.only:
            kind = sight.name.partition("+")[0].rpartition("_")[2]
            if kind in kinds:
                continue  # one list, one form, one step … stands for those of every model
            kinds.add(kind)
        for preset, width in PRESETS.items():
            yield Look(sight, width, options.languages[0]), preset


def _wish(scenario, look, preset):
    cookies = {settings.LANGUAGE_COOKIE_NAME: look.language}
    if look.sight.role != ANONYMOUS:
        cookies[settings.SESSION_COOKIE_NAME] = scenario.sessions[look.sight.role]
    return {
        "url": look.sight.url,
        "preset": preset,
        "categories": CATEGORIES,
        "headers": {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
    }


def _best(ask, wish, goals):
    """Return the page's best run; the first one that misses nothing is the last."""
    runs = []
    for _again in range(TRIES):
        runs.append(ask(wish))
        if not runs[-1].misses(goals):
            break
    return max(
        runs, key=lambda one: [min(one.scores[name] for name in goals), one.scores["performance"]]
    )


class LighthouseError(Exception):
    """Lighthouse could not measure a page; the sentence is its own."""


@contextmanager
def lighthouse():
    """Run Lighthouse with a Chromium of its own; hand out a function from wish to Run."""
    command = ["node", str(HERE / "run.mjs"), str(MODULES), CHROMIUM, "--headless=new", *FLAGS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as node:  # fmt: skip

        def ask(wish):
            node.stdin.write(json.dumps(wish) + "\n")
            answer = json.loads(node.stdout.readline() or '{"error": "Lighthouse has ended"}')
            if "error" in answer:
                raise LighthouseError(answer["error"])
            return Run(**answer)

        yield ask
        node.stdin.close()


def _tell(measured, problems, causes, seconds):
    """Print causes, misses and the lowest scores; return the exit code."""
    report.say("What lowers scores:")
    report.print_problems(causes)
    report.say("Goals missed:")
    report.print_problems(problems)
    for label, public in (("public", True), ("signed-in", False)):
        runs = [
            one for (look, _), one in measured.items() if (look.sight.role == ANONYMOUS) is public
        ]
        lowest = {name: min((one.scores[name] for one in runs), default=0) for name in CATEGORIES}
        words = " ".join(f"{name}={score}" for name, score in lowest.items())
        report.say(f"{label}: runs={len(runs)} {words}")
    speeds = sorted(one.machine for one in measured.values()) or [0]
    report.say(
        f"seconds={seconds:.0f} misses={len(problems)} benchmark={speeds[len(speeds) // 2]:.0f}"
    )
    lowest = {
        name: min((one.scores[name] for one in measured.values()), default=0) for name in CATEGORIES
    }
    report.say("lowest " + " ".join(f"{name}={score}" for name, score in lowest.items()))
    return 1 if len(problems) or not measured else 0
