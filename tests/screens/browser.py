"""The installed Chromium, and what is wrong with a page that stands in it."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from django.conf import settings
from playwright.async_api import async_playwright

from tests.browsers import CHROMIUM
from tests.screens.middleware import KEEP
from tests.screens.scenario import ANONYMOUS
from tests.screens.untranslated import ENGLISH_TEXTS, untranslated

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--disable-sync", "--font-render-hinting=none",
    "--hide-scrollbars",
)  # fmt: skip
HEIGHTS = {320: 640, 360: 740}
PHONE = 500
PATIENCE_MS = 20_000
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SETTLED = """async () => {
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
# The browser notes every answer above 399; where it is the page that was asked for, it is meant.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


@dataclass(frozen=True)
class Look:
    """One sight at one width, in one language; ``scheme`` is light or dark."""

    sight: object
    width: int
    language: str
    scheme: str = "light"

    def __str__(self):
        return f"{self.sight.title} · {self.width} · {self.language} · {self.scheme}"


@dataclass
class Problems:
    """What was found, each with the looks where it stands."""

    found: dict[str, list[Look]] = field(default_factory=dict)

    def add(self, look, sentence):
        self.found.setdefault(sentence, []).append(look)

    def __len__(self):
        return sum(len(looks) for looks in self.found.values())


def size_of(width):
    """Return the size of a screen of that width."""
    return {"width": width, "height": HEIGHTS.get(width, 800)}


class Browser:
    """Opens sights in contexts that are signed in once each."""

    def __init__(self, chromium, scenario):
        self.chromium, self.scenario = chromium, scenario
        self.contexts, self.idle = {}, {}

    async def context(self, sight, width, language, *, alone=False):
        """Return the context in which the role sees pages of that width and language."""
        key = (sight.role, width, language, sight.is_mail)
        if alone or key not in self.contexts:
            made = await self.chromium.new_context(
                viewport=size_of(width),
                locale="en-GB" if language == "en" else "zh-CN",
                timezone_id=settings.TIME_ZONE,
                has_touch=width < PHONE,
                reduced_motion="reduce",
                extra_http_headers={KEEP: "1"} if sight.keeps else {},
            )
            made.set_default_timeout(PATIENCE_MS)
            if not alone:
                self.contexts[key] = made
        else:
            made = self.contexts[key]
        await made.add_cookies(self._cookies(sight.role, language))  # some pages sign out
        return made

    def _cookies(self, role, language):
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if role != ANONYMOUS and role in self.scenario.sessions:
            cookies[settings.SESSION_COOKIE_NAME] = self.scenario.sessions[role]
        url = settings.SITE_URL
        return [{"name": name, "value": value, "url": url} for name, value in cookies.items()]

    @asynccontextmanager
    async def page(self, look, problems):
        """Open the sight as ``look`` says; note what is wrong with it as it stands there."""
        sight = look.sight
        context = await self.context(sight, look.width, look.language, alone=sight.alone)
        idle = self.idle.setdefault(context, [])
        page = idle.pop() if idle else await context.new_page()
        said = []

        def hear(one):
            if one.type == "error":
                said.append(one.text)

        def hear_error(one):
            said.append(f"{one.name}: {one.message}")

        page.on("console", hear)
        page.on("pageerror", hear_error)
        is_sound = False
        try:
            await page.set_viewport_size(size_of(look.width))
            await page.emulate_media(color_scheme=look.scheme, forced_colors="none")
            await self._go(page, look, problems)
            await self._judge(page, look, said, problems)
            yield page
            is_sound = not sight.alone
        finally:
            page.remove_listener("console", hear)
            page.remove_listener("pageerror", hear_error)
            if is_sound:
                idle.append(page)  # a window costs more than a page in it
            else:
                await page.close()
            if sight.alone:
                del self.idle[context]
                await context.close()

    async def _go(self, page, look, problems):
        sight = look.sight
        answer = await page.goto(sight.url, wait_until="load")
        if sight.act:
            await sight.act(page)
        status = answer.status if answer else 0
        if sight.status and not sight.act and status != sight.status:
            problems.add(look, f"status {status} instead of {sight.status}")
        await page.evaluate(SETTLED)

    async def _judge(self, page, look, said, problems):
        over = await page.evaluate(OVERFLOW)
        if over > 0:
            problems.add(look, f"{over} px wider than the screen")
        for text in dict.fromkeys(said):
            refused = REFUSED.match(text)
            if refused and int(refused[1]) in {look.sight.status, 422}:
                continue
            kind = "policy" if "Content Security Policy" in text else "console"
            if kind == "policy" and look.sight.is_foreign:
                continue
            problems.add(look, f"{kind}: {text[:300]}")
        if look.language != "en" and not look.sight.is_foreign:
            for text in untranslated(await page.evaluate(ENGLISH_TEXTS), self.scenario.words):
                problems.add(look, f"not in Chinese: {text[:120]}")


def looks_of(sights, options):
    """Return each sight once for each width and language that it is looked at in."""
    return [
        Look(sight, width, language)
        for sight in sights
        for language in options.languages
        if language in (sight.languages or options.languages)
        for width in (sight.widths or options.widths)
    ]


async def walk(scenario, looks, visit, *, at_once):
    """Call ``visit(browser, look)`` for every look, some at once; a failure is the look's own."""
    queue = list(reversed(looks))
    failed = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        browser = Browser(chromium, scenario)

        async def work():
            while queue:
                look = queue.pop()
                try:
                    await visit(browser, look)
                except Exception as error:  # noqa: BLE001 - one broken page must not hide the others
                    failed.append((look, f"{type(error).__name__}: {error}".splitlines()[0]))

        await asyncio.gather(*(work() for _ in range(at_once)))
        await chromium.close()
    return failed
