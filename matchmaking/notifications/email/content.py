"""The content of an email as a value: a subject, and blocks rendered one after another.

An area writes blocks and no markup. Each block has a template for HTML and a property for plain
text, in which a blank line separates blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext

Text = str | Promise
FACTS_SEPARATOR = " · "
TALLEST = 48
STROKES = "·▁▂▃▄▅▆▇█"
FIRST_LINE, NEXT_LINES = "- ", "  "


class Block(Protocol):
    """A part of an email; its template gets it as ``block``."""

    template: ClassVar[str]

    @property
    def plain(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Heading:
    text: Text

    template: ClassVar = "mail/blocks/heading.html"

    @property
    def plain(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text

    template: ClassVar = "mail/blocks/paragraph.html"

    @property
    def plain(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class SmallPrint:
    """A paragraph that most readers skip."""

    text: Text

    template: ClassVar = "mail/blocks/small_print.html"

    @property
    def plain(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Quote:
    """Text that somebody else typed, with its line breaks."""

    text: Text

    template: ClassVar = "mail/blocks/quote.html"

    @property
    def plain(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation: its author, its text, the names of its files."""

    author: str
    text: str
    files: Sequence[str] = ()

    template: ClassVar = "mail/blocks/message.html"

    @property
    def plain(self) -> str:
        files = [gettext("File: %(name)s") % {"name": name} for name in self.files]
        return "\n".join(filter(None, [self.author, self.text, *files]))


@dataclass(frozen=True, slots=True)
class Action:
    """A button, with its address below for programs that show none. ``url`` is absolute."""

    label: Text
    url: str

    template: ClassVar = "mail/blocks/action.html"

    @property
    def plain(self) -> str:
        return f"{self.label}{gettext(': ')}{self.url}"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is less wanted than an action."""

    label: Text
    url: str

    template: ClassVar = "mail/blocks/link.html"

    @property
    def plain(self) -> str:
        return f"{self.label}{gettext(': ')}{self.url}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing that an email is about: a post, a match, a line of the inbox.

    ``score`` and ``facts`` stand in one line, separated by dots. ``title`` leads to ``url``, where
    there is one; ``action`` is the card's own button.
    """

    title: Text = ""
    url: str = ""
    score: str = ""
    facts: Sequence[str] = ()
    text: Text = ""
    quote: Quote | None = None
    action: Action | None = None

    template: ClassVar = "mail/blocks/card.html"

    @property
    def plain(self) -> str:
        facts = FACTS_SEPARATOR.join(filter(None, [self.score, *self.facts]))
        quote = f"\n{self.quote.plain}\n" if self.quote else ""
        action = self.action.plain if self.action else ""
        lines = [str(self.title), facts, str(self.text), self.url, quote, action]
        return "\n".join(filter(None, lines)).rstrip("\n")


@dataclass(frozen=True, slots=True)
class CardList:
    """Cards one below another; ``more`` says how many are left out."""

    cards: Sequence[Card]
    more: str = ""

    template: ClassVar = "mail/blocks/card_list.html"

    @property
    def plain(self) -> str:
        items = [FIRST_LINE + card.plain.replace("\n", "\n" + NEXT_LINES) for card in self.cards]
        return "\n".join(filter(None, [*items, self.more]))


@dataclass(frozen=True, slots=True)
class WeekBars:
    """Bars of weeks, each 0 to 48 pixels high, between the words for the first and the last."""

    heights: Sequence[int]
    first: str
    last: str

    template: ClassVar = "mail/blocks/week_bars.html"

    @classmethod
    def of(cls, values: Sequence[int], *, first: str, last: str) -> "WeekBars":
        """Return bars as high as their share of the greatest value; what is above 0 is seen."""
        most = max(values, default=0)
        heights = [max(2, round(TALLEST * value / most)) if value else 0 for value in values]
        return cls(heights, first, last)

    @property
    def plain(self) -> str:
        bars = (STROKES[-(-height * (len(STROKES) - 1) // TALLEST)] for height in self.heights)
        return f"{self.first} {''.join(bars)} {self.last}"


@dataclass(frozen=True, slots=True)
class Email:
    """Subject and blocks of an email; mail programs show ``preheader`` beside the subject."""

    subject: Text
    blocks: Sequence[Block]
    preheader: Text = ""
