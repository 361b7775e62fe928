"""Accessibility barriers on a page in the browser: axe, and rules that axe lacks."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python

from tests.screens.browser import OVERFLOW, PHONE, Look, size_of

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
PROBE = (Path(__file__).parent / "probe.js").read_text()
RUN = """async ([rules, left]) => (await axe.run({ exclude: left }, rules)).violations.flatMap(
  one => one.nodes.map(node => [one.id, one.help, node.html]))"""
# At the first width axe reads the whole page. After that rows of one list that are built alike,
# element by element and class by class, are read three times each, not a hundred times.
ALIKE = [["[data-alike]"]]
# Two rules of WCAG 2.1 and 2.2, A and AA, that axe leaves out unless it is asked for them.
ALL_RULES = {
    "rules": {
        "label-content-name-mismatch": {"enabled": True},
        "target-size": {"enabled": True},
    },
    "resultTypes": ["violations"],
}
# Another scheme changes colours alone.
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# Colours are judged when they stand, so none fades.
AT_REST = """async () => {
  if (!window.atRest) {
    window.atRest = new CSSStyleSheet();
    atRest.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, atRest];
  }
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
TAB_STOPS = 15
NARROW = 320
NOT_THE_POINT = re.compile(r'(?<==")[^"]*[0-9a-f-]{8,}[^"]*(?=")|\d+')

# What cannot be ours to mend: (rule, start of the page's name, reason).
ALLOWED = tuple(
    (rule, "mail:", "a mail is no page: the landmarks are those of the program that shows it")
    for rule in ("landmark-one-main", "region")
)


class Accessibility:
    """Judges one page, look by look."""

    def __init__(self, page, problems, left, spent):
        self.page, self.problems, self.left, self.spent = page, problems, left, spent
        self.look, self.alike = None, []

    async def __aenter__(self):
        with self._timed("preparing"):
            self.session = await self.page.context.new_cdp_session(self.page)
            await self.page.evaluate(AXE)
            await self.page.evaluate(PROBE)
        return self

    async def __aexit__(self, *error):
        await self.session.detach()  # and with it the touch screen

    async def judge(self, look, schemes):
        """Note what is wrong at the look's width, in each scheme."""
        await self._turn_to(look.width)
        for number, scheme in enumerate(schemes):
            self.look = Look(look.sight, look.width, look.language, scheme)
            with self._timed("all rules" if number == 0 else "colours"):
                await self.page.emulate_media(color_scheme=scheme)
                await self.page.evaluate(AT_REST)
                rules = ALL_RULES if number == 0 else COLOUR_RULES
                for found in await self.page.evaluate(RUN, [rules, self.alike]):
                    self._add(*found)
                await self._mark_alike()
        await self._note_ours(look)

    async def _mark_alike(self):
        if not self.alike:
            await self.page.evaluate("looks.markAlike()")
            self.alike = ALIKE

    async def _turn_to(self, width):
        size = size_of(width)
        if self.page.viewport_size != size:
            touch = {"enabled": width < PHONE, "maxTouchPoints": 1}
            await self.session.send("Emulation.setTouchEmulationEnabled", touch)
            await self.page.set_viewport_size(size)
            await self.page.evaluate("scrollTo(0, 0)")
            await self.page.evaluate(AT_REST)

    async def _note_ours(self, look):
        language = "en" if look.language == "en" else "zh-Hans"
        await self._ask("looks.still", language)
        if look.sight.is_mail:
            return
        with self._timed("keyboard"):
            await self._keyboard()
        with self._timed("forced colours"):
            await self.page.emulate_media(forced_colors="active")
            await self._ask("looks.forced")
            await self.page.emulate_media(forced_colors="none")
        if look.width < PHONE:
            with self._timed("reflow"):
                await self.page.set_viewport_size(size_of(NARROW))
                await self.page.evaluate(AT_REST)
                over = await self.page.evaluate(OVERFLOW)
                if over > 0:
                    html = await self.page.evaluate("looks.widest()")
                    self._add("reflow", f"{over} px wider than {NARROW} px", html)

    async def _keyboard(self):
        await self.page.evaluate("looks.restart()")
        await self.page.evaluate("looks.remember()")
        for number in range(TAB_STOPS):
            await self.page.keyboard.press("Tab")
            if not await self._ask("looks.focused", number == 0):
                break
        if not self.look.sight.is_workbench:
            await self.page.evaluate("looks.restart()")
            for key in ("Tab", "Enter", "Tab"):
                await self.page.keyboard.press(key)
            await self._ask("looks.skipped")

    async def _ask(self, question, *given):
        """Note the probe's answer; tell whether there was one."""
        answer = await self.page.evaluate(f"given => {question}(...given)", list(given))
        for found in answer or ():
            self._add(*found)
        return answer is not None

    def _add(self, rule, what, html):
        sentence = f"{rule}: {what} | {NOT_THE_POINT.sub('…', html)[:200]}"
        for name, where, reason in ALLOWED:
            if rule == name and self.look.sight.name.startswith(where):
                self.left.add(self.look, f"{rule} on {where}… {reason}")
                return
        self.problems.add(self.look, sentence)

    @contextmanager
    def _timed(self, what):
        began = time.monotonic()
        yield
        self.spent[what] += time.monotonic() - began
