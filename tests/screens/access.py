"""``make access``: every page as people use it who do not see well, or have no mouse.

On each page, role, width and language: the rules of axe (WCAG 2.2 AA and best practice, with
target size), in both colour schemes; one h1; the language; the skip link; a visible focus on the
first tab stops; nothing cut off at 320 px; buttons that stay visible in forced colours.

A page is loaded once for each language. Width, touch and scheme change on the page as it stands,
as when a person turns a tablet: stylesheets alone ask for them, and charts draw themselves anew.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

from tests.screens import report
from tests.screens.a11y import Accessibility
from tests.screens.browser import Look, Problems, looks_of, walk

TOLD_EVERY = 100


def run(scenario, sights, options):
    """Look at every page, print what bars anybody's way; return the exit code."""
    began = time.monotonic()
    problems, left, seen, spent = Problems(), Problems(), [], defaultdict(float)

    async def visit(browser, looks):
        before, as_loaded = time.monotonic(), Problems()
        async with browser.page(looks[0], as_loaded) as page:
            spent["loading"] += time.monotonic() - before
            async with Accessibility(page, problems, left, spent) as barriers:
                for look in looks:
                    await barriers.judge(look, options.schemes)
                    seen.extend(
                        Look(look.sight, look.width, look.language, one) for one in options.schemes
                    )
            for sentence in as_loaded.found:
                if sentence.startswith("status"):
                    problems.add(looks[0], sentence)  # what was judged is another page
            if len(seen) % TOLD_EVERY < len(looks) * len(options.schemes):
                report.say(f"  {len(seen)} looks, {time.monotonic() - began:.0f} s")

    groups = list(_by_page(looks_of(sights, options)))
    for looks, reason in asyncio.run(walk(scenario, groups, visit, at_once=options.at_once)):
        problems.add(looks[0], f"failed: {reason}")
    report.print_problems(problems)
    for sentence, looks in sorted(left.found.items()):
        report.say(f"left: {sentence} ({len(looks)} looks)")
    each = " ".join(f"{name}={1000 * took / max(1, len(seen)):.0f}" for name, took in spent.items())
    report.say(f"milliseconds a look: {each}")
    took = time.monotonic() - began
    report.say(f"seconds={took:.0f}")
    report.say(f"looks={len(seen)} left={len(left)}: {_parts(sights, options)}")
    report.say(f"pages={len(sights)} violations={len(problems)}")
    return 1 if len(problems) or not seen else 0


def _by_page(looks):
    """Yield the looks at one page in one language together, the widest first."""
    groups = defaultdict(list)
    for look in looks:
        groups[look.sight, look.language].append(look)
    for group in groups.values():
        yield sorted(group, key=lambda look: -look.width)


def _parts(sights, options):
    """Return of what these looks are a part, in words."""
    roles = {sight.role for sight in sights}
    return (
        f"{len(roles)} roles, widths {'/'.join(map(str, options.widths))}, "
        f"{'/'.join(options.languages)}, {'/'.join(options.schemes)}"
    )
