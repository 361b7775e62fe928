"""The kinds of mail that areas send to people, each with its words and its door."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.functional import Promise

from matchmaking.notifications.mailer import MailContent
from matchmaking.notifications.models import MailMode, Notification

__all__ = ["MailContent", "MailKind", "all_kinds", "get", "may_receive", "register"]

Text = str | Promise
CompanyGate = Callable[[int, int], bool]


Build = Callable[[Any, Sequence[Notification]], MailContent | None]
Headline = Callable[[Notification], tuple[Text, str]]
Prepare = Callable[[Sequence[Notification]], None]


@dataclass(frozen=True, slots=True)
class MailKind:
    """A kind of mail and of inbox line.

    ``build(user, notifications)`` is called in the worker when the mail is due, in the
    recipient's language and time zone: it looks at the rows again and returns None when there
    is nothing left to say. ``headline(notification)`` gives title and URL for the inbox; it
    asks the database nothing, ``prepare(notifications)`` may load what it needs for all lines
    at once (``notification.about``). A ``mandatory`` kind cannot be switched off.
    Unless ``needs_active_company`` says otherwise, kinds that can be switched off go only to
    people whose company is active and still theirs. With ``one_line_per_topic`` the inbox shows
    the newest of a topic for all: ``headline`` finds how many there are in
    ``notification.alike`` and ``notification.alike_unread``.
    """

    name: str
    label: Text
    build: Build
    headline: Headline
    help_text: Text = ""
    mandatory: bool = False
    default: MailMode = MailMode.IMMEDIATE
    prepare: Prepare | None = None
    needs_active_company: bool | None = None
    one_line_per_topic: bool = False

    @property
    def is_gated(self) -> bool:
        if self.needs_active_company is None:
            return not self.mandatory
        return self.needs_active_company


_kinds: dict[str, MailKind] = {}
_gates: list[CompanyGate] = []


def register(kind: MailKind) -> MailKind:
    """Make ``kind`` known; called from each area's ``emails`` modules when the site starts."""
    if _kinds.get(kind.name, kind) is not kind:
        raise ValueError(f"mail kind {kind.name} is registered twice")
    _kinds[kind.name] = kind
    return kind


def get(name: str) -> MailKind | None:
    """Return the kind of that name, None when no area has it (any more)."""
    return _kinds.get(name)


def all_kinds() -> list[MailKind]:
    return list(_kinds.values())


def register_company_gate(gate: CompanyGate) -> CompanyGate:
    """Let ``gate(user_id, company_id)`` refuse mail that is meant for a company's people."""
    if gate not in _gates:
        _gates.append(gate)
    return gate


def may_receive(user: AbstractBaseUser, company_id: int | None) -> bool:
    return company_id is None or all(gate(user.pk, company_id) for gate in _gates)
