"""``make shots``: a picture of every page, role, width, language and scheme, and an index of them.

Ends non-zero where a page runs sideways, says an error to the console, breaks the security
policy, shows English on a Chinese page, or answers with another status than it should.
"""

from __future__ import annotations

import asyncio
import shutil
import time

from tests.screens import report
from tests.screens.a11y import AT_REST
from tests.screens.browser import Look, Problems, looks_of, walk

TALLEST = 9_000
HAS_CANVAS = "!!document.querySelector('canvas, .leaflet-container')"


def run(scenario, sights, options):
    """Take the pictures, write the index, print what was found; return the exit code."""
    began = time.monotonic()
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    problems, taken = Problems(), []

    async def visit(browser, look):
        first = Look(look.sight, look.width, look.language, options.schemes[0])
        async with browser.page(first, problems) as page:
            for number, scheme in enumerate(options.schemes):
                one = Look(look.sight, look.width, look.language, scheme)
                if number:
                    await page.emulate_media(color_scheme=scheme)
                    if await page.evaluate(HAS_CANVAS) and not look.sight.act:
                        await page.reload(wait_until="load")
                    await page.wait_for_timeout(50)
                await _picture(page, options.out / report.file_of(one))
                taken.append(one)
                if len(taken) % 100 == 0:
                    report.say(f"  {len(taken)} pictures, {time.monotonic() - began:.0f} s")

    looks = looks_of(sights, options)
    for look, reason in asyncio.run(walk(scenario, looks, visit, at_once=options.at_once)):
        problems.add(look, f"failed: {reason}")
    for name in scenario.unseen:
        problems.add(name, "a page of the route table that no role sees")
    report.write_index(taken, problems, options.out)
    report.print_problems(problems)
    report.say(
        f"pages={len(sights)} pictures={len(taken)} problems={len(problems)} "
        f"seconds={time.monotonic() - began:.0f} in {options.out / 'index.html'}"
    )
    return 1 if len(problems) or not taken else 0


async def _picture(page, path):
    """Take the page on a screen as tall as the page: bars stand at its end, all is laid out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    screen = page.viewport_size
    height = await page.evaluate("document.documentElement.scrollHeight")
    tall = {"width": screen["width"], "height": min(max(height, screen["height"]), TALLEST)}
    await page.set_viewport_size(tall)
    await page.evaluate("scrollTo(0, 0)")  # a field that asks for the focus scrolls
    await page.evaluate(AT_REST)
    await page.screenshot(path=path)
    await page.set_viewport_size(screen)
