"""Pages of the help, read from Markdown.

Besides CommonMark a text may hold ``[[Submit for approval]]``, a label of the interface by its
English text; ``{ANSWER_DAYS}``, a number of the settings; and links to ``help:<slug>``,
``page:<name of a view>`` and ``term:<slug>``. A label, number or address that does not exist
raises ``LookupError`` or ``NoReverseMatch``, in ``make check-help`` and not before a reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from markdown_it import MarkdownIt
from markdown_it.token import Token

from matchmaking.core.folding import fold
from matchmaking.help.topics import BY_SLUG, TOPICS, Topic

CONTENT = Path(__file__).parent / "content"
LABEL = re.compile(r"\[\[(.+?)\]\]")
NUMBER = re.compile(r"\{([A-Z_]+)\}")
NUMBERS = frozenset(
    {
        "ANSWER_DAYS",
        "EXPIRY_REMINDER_DAYS",
        "INTENTION_DAYS",
        "POST_LIFETIME_DAYS",
        "PROPOSAL_DAYS",
        "STALE_AFTER_DAYS",
        "TEXT_KEPT_DAYS",
    }
)
markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Page:
    """A topic in one language; ``lead`` is its first paragraph, ``words`` what a search reads."""

    topic: Topic
    title: str
    lead: str
    html: SafeString
    words: str


def source(slug: str, language: str) -> str:
    """Return the Markdown of a topic.

    :raises FileNotFoundError: it is not written in this language
    """
    return (CONTENT / language / f"{slug}.md").read_text(encoding="utf-8")


@cache
def page(slug: str, language: str) -> Page:
    """Return the page of the topic in ``language``, a code of ``settings.LANGUAGES``.

    :raises KeyError: there is no such topic
    """
    topic = BY_SLUG[slug]
    with override(language):
        text = NUMBER.sub(_number, LABEL.sub(_label, source(slug, language)))
        title, lead, body = (part.strip() for part in text.split("\n\n", 2))
        tokens = markdown.parse(body)
        _resolve(tokens)
        html = markdown.renderer.render(tokens, markdown.options, {})
        lead = strip_tags(markdown.render(lead)).strip()
    title = title.removeprefix("# ")
    return Page(topic, title, lead, mark_safe(html), fold(f"{title} {lead} {strip_tags(html)}"))  # noqa: S308 -- our own files, raw HTML off


def pages(language: str) -> list[Page]:
    return [page(topic.slug, language) for topic in TOPICS]


def search(query: str, language: str) -> list[Page]:
    """Return the pages that hold every word of ``query``, those first whose titles do.

    Width, case, traditional characters and marks do not matter; words are parted by spaces.
    """
    words = [folded for word in query.split() if (folded := fold(word))]
    found = [one for one in pages(language) if words and all(word in one.words for word in words)]
    return sorted(found, key=lambda one: -sum(word in fold(one.title) for word in words))


def _label(found: re.Match[str]) -> str:
    """Say a label of the interface as the interface says it."""
    return f"**{gettext(found[1])}**"


def _number(found: re.Match[str]) -> str:
    if found[1] not in NUMBERS:
        raise LookupError(found[0])
    return str(getattr(settings, found[1]))


def _resolve(tokens: list[Token]) -> None:
    """Give the links of our own kinds their addresses."""
    for token in tokens:
        if token.type == "link_open":
            token.attrSet("href", address(str(token.attrGet("href"))))
        _resolve(token.children or [])


def address(target: str) -> str:
    """Return the address behind a link of the help; others are returned as they are."""
    kind, _, name = target.partition(":")
    if kind == "page":
        return reverse(name)
    if kind == "help":
        return reverse("help:page", args=[BY_SLUG[name].slug])
    if kind == "term":
        return f"{reverse('help:glossary')}#{name}"
    return target
