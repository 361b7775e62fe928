"""``make access``: every page as people use it who do not see well, or have no mouse.

On each page, role, width and language: the rules of axe (WCAG 2.2 AA and best practice, with
target size), in both colour schemes; one h1; the language; the skip link; a visible focus on the
first tab stops; nothing cut off at 320 px; buttons that stay visible in forced colours.
"""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

from axe_playwright_python.async_playwright import Axe

from tests.looks import report
from tests.looks.browser import OVERFLOW, Look, Problems, looks_of, walk

PROBE = (Path(__file__).parent / "probe.js").read_text()
ALL_RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# Another scheme changes colours alone.
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
TAB_STOPS = 15
NARROW = 320
FADING_MS = 400  # colours that fade are judged when they stand
NOT_THE_POINT = re.compile(r'(?<==")[^"]*[0-9a-f-]{8,}[^"]*(?=")|\d+')

# What others wrote and we cannot mend: (rule, part of the element, reason).
ALLOWED = ()


def run(stage, sights, options):
    """Look at every page, print what bars anybody's way; return the exit code."""
    began = time.monotonic()
    problems, allowed, seen = Problems(), Problems(), []
    axe = Axe()

    async def visit(browser, look):
        first = Look(look.sight, look.width, look.language, options.schemes[0])
        seen.append(look)
        async with browser.page(first, Problems()) as page:
            barriers = Barriers(first, problems, allowed)
            await barriers.note(axe, page, ALL_RULES)
            for scheme in options.schemes[1:]:
                barriers.look = Look(look.sight, look.width, look.language, scheme)
                await page.emulate_media(color_scheme=scheme)
                await page.wait_for_timeout(FADING_MS)
                await barriers.note(axe, page, COLOUR_RULES)
            barriers.look = first
            await page.emulate_media(color_scheme=first.scheme)
            await barriers.note_ours(page)

    looks = looks_of(sights, options)
    for look, reason in asyncio.run(walk(stage, looks, visit, at_once=options.at_once)):
        problems.add(look, f"failed: {reason}")
    report.print_problems(problems)
    report.say(f"allowed={len(allowed)} looks={len(seen)} seconds={time.monotonic() - began:.0f}")
    report.say(f"pages={len(sights)} violations={len(problems)}")
    return 1 if len(problems) or not seen else 0


class Barriers:
    """Notes what is found on one page."""

    def __init__(self, look, problems, allowed):
        self.look, self.problems, self.allowed = look, problems, allowed

    def add(self, rule, what, html):
        """Note a finding, or that it is one that we cannot mend."""
        shape = NOT_THE_POINT.sub("…", html)[:200]
        ours = not any(rule == name and part in html for name, part, _reason in ALLOWED)
        (self.problems if ours else self.allowed).add(self.look, f"{rule}: {what} | {shape}")

    async def note(self, axe, page, options):
        """Note what axe finds."""
        result = await axe.run(page, options=options)
        for one in result.response["violations"]:
            for node in one["nodes"]:
                self.add(one["id"], one["help"], node["html"])

    async def note_ours(self, page):
        """Note what axe has no rule for."""
        await page.evaluate(PROBE)
        language = "en" if self.look.language == "en" else "zh-Hans"
        for rule, what, html in await page.evaluate("l => looks.still(l)", language):
            self.add(rule, what, html)
        if self.look.sight.is_mail:
            return
        await self._keyboard(page)
        await self._forced(page)
        if self.look.width <= 360:
            await page.set_viewport_size({"width": NARROW, "height": 640})
            over = await page.evaluate(OVERFLOW)
            if over > 0:
                html = await page.evaluate("looks.widest()")
                self.add("reflow", f"{over} px wider than {NARROW} px", html)

    async def _keyboard(self, page):
        await page.evaluate("looks.remember()")
        for number in range(TAB_STOPS):
            await page.keyboard.press("Tab")
            found = await page.evaluate("first => looks.focused(first)", number == 0)
            for rule, what, html in found or ():
                self.add(rule, what, html)
            if found is None:
                break
        if not self.look.sight.is_workbench:
            await page.evaluate("looks.restart()")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await page.keyboard.press("Tab")
            for rule, what, html in await page.evaluate("looks.skipped()"):
                self.add(rule, what, html)

    async def _forced(self, page):
        await page.emulate_media(forced_colors="active")
        for rule, what, html in await page.evaluate("looks.forced()"):
            self.add(rule, what, html)
        await page.emulate_media(forced_colors="none")
