"""``python -m tests.help.check``: every page has its help, every topic its text, every link an end.

Needs no database: part of ``make check``. ``make help-check`` also runs the blocks of code.
"""

import os
import re
import sys
from fnmatch import fnmatchcase

import django
from babel.messages.pofile import read_po
from django.conf import settings
from django.urls import NoReverseMatch

from matchmaking.help.topics import TOPICS, topic_of

# These answer with no page of their own: files, data, redirects, signs of life, and the help itself.
NO_PAGE = (
    "*-csv",
    "*-xlsx",
    "api:[!ds]*",
    "api:schema",
    "deals:board-csv",
    "demonstration:*",
    "health",
    "help:*",
    "home:gallery",
    "home:theme",
    "docking:event-qr",
    "no_view_on_site",
    "set_language",
)
HOW = (
    "add it in matchmaking/help/topics.py, and a text in matchmaking/help/content/ for a new topic"
)
LONGEST = {"en": 300, "zh-hans": 600}  # words, and characters
# What docs/english.md says that no English text holds.
NEVER = re.compile(
    r"\b(e-mails?|log ?(in|out)|illegal|MOQ|pcs|click here)\b|\w(n't|'re|'ll)\b|!", re.IGNORECASE
)
LINK = re.compile(r"\]\(([^)]+)\)")


def faults() -> tuple[int, list[str], list[str]]:
    """Return the count of pages, those without help, and what is wrong in the texts."""
    from tests.guards.resolver import addresses  # noqa: PLC0415 - Django has to be set up

    names = {address.name for address in addresses()}
    pages = sorted(n for n in names if not any(fnmatchcase(n, one) for one in NO_PAGE))
    without = [name for name in pages if topic_of(name) is None]
    wrong = [fault for topic in TOPICS for fault in _of_topic(topic.slug)]
    wrong += [
        f"{topic.slug}: no page has the name {pattern}"
        for topic in TOPICS
        for pattern in topic.pages
        if not any(fnmatchcase(name, pattern) for name in names)
    ]
    wrong += [
        f"English text {text!r}: see docs/english.md" for text in _english() if NEVER.search(text)
    ]
    slugs = [topic.slug for topic in TOPICS]
    wrong += [f"{slug}: named twice" for slug in set(slugs) if slugs.count(slug) > 1]
    return len(pages), without, wrong


def _of_topic(slug):
    from matchmaking.help import library  # noqa: PLC0415 - Django has to be set up

    texts = {language: library.source(slug, language) for language, _ in settings.LANGUAGES}
    for language, text in texts.items():
        where = f"{language}/{slug}.md"
        try:
            library.page(slug, language)
        except (LookupError, NoReverseMatch, ValueError) as error:
            yield f"{where}: {type(error).__name__} {error}"
        yield from (f"{where}: {fault}" for fault in _of_text(text, library.LABEL))
        if not re.match(r"# .+\n\n(?![-*|#]|\d+\.)", text):
            yield f"{where}: no title, or no sentence below it that says what the page is for"
        if _length(text, language) > LONGEST[language]:
            yield f"{where}: longer than {LONGEST[language]}"
    zh, en = (texts[language] for language in ("zh-hans", "en"))
    for thing, pattern in (("links", LINK), ("labels", library.LABEL)):
        if sorted(pattern.findall(zh)) != sorted(pattern.findall(en)):
            yield f"{slug}: the two languages differ in their {thing}"


def _of_text(text, label_pattern):
    from matchmaking.help.glossary import terms  # noqa: PLC0415 - Django has to be set up

    for label in label_pattern.findall(text):
        if not _catalogue().get(label):
            yield f"the site has no label [[{label}]]"
    for target in LINK.findall(text):
        if target.startswith("term:") and target.removeprefix("term:") not in terms():
            yield f"no term {target}"
        if not target.startswith(("help:", "page:", "term:")):
            yield f"a link to {target}, which nobody checks"


def _english():
    """Return the site's own texts: those of every template and module, and the pages of the help."""
    from matchmaking.help import library  # noqa: PLC0415 - Django has to be set up

    for message in _catalogue():
        yield message.id if isinstance(message.id, str) else message.id[0]
    for topic in TOPICS:
        yield re.sub(
            r"```.*?```|\]\([^)]+\)", "", library.source(topic.slug, "en"), flags=re.DOTALL
        )


def _length(text, language):
    words = re.sub(r"```.*?```|\]\([^)]+\)", "", text, flags=re.DOTALL)
    return len(words.split()) if language == "en" else len(re.findall(r"[\u4e00-\u9fff]", words))


def _catalogue(kept=[]):  # noqa: B006 -- read once
    if not kept:
        path = settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES" / "django.po"
        with path.open("rb") as file:
            kept.append(read_po(file))
    return kept[0]


def main():
    _count, without, wrong = faults()
    found = [*(f"{name}: no topic names this page: {HOW}" for name in without), *wrong]
    return "\n".join(found) if found else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
    django.setup()
    sys.exit(main())
