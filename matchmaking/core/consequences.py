"""Consequences of an action for areas above, shown before a person confirms it.

A page below (a post that is paused, a partner that is blocked) knows nothing of what hangs on
its rows. It asks here, and shows the sentences beside its button. Providers are registered in
``AppConfig.ready``; each looks at the act and the subject and answers for what is its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from matchmaking.core.registry import Registry


class Act(StrEnum):
    """What somebody is about to do. The subject is a post, or for BLOCK a :class:`Partner`."""

    CHANGE = "change"
    PAUSE = "pause"
    CLOSE = "close"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Partner:
    """Whom a company is about to block, as typed: a registration number or a company's code."""

    company: Any
    number: str


Text = str | Promise
Provider = Callable[[Act, Any], Iterable[Text]]

providers: Registry[Provider] = Registry("provider of consequences")


def consequences_of(act: Act, subject: Any) -> list[Text]:
    return [text for provider in providers.ordered() for text in provider(act, subject)]
