"""Kinds of mail: the registry, and what an area declares for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.functional import Promise

from matchmaking.core.registry import Registry
from matchmaking.notifications.email.content import Email
from matchmaking.notifications.models import MailMode, Notification

Text = str | Promise
CompanyGate = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact that people of a company were told; ``reader_id`` is one of them."""

    kind: str
    fact: str
    topic: str
    subject: Mapping[str, Any]
    company_id: int | None
    reader_id: int


ToldListener = Callable[[Sequence[ToldFact]], None]


class Headline(NamedTuple):
    """A line of the inbox; ``url`` is empty when it leads nowhere any more."""

    title: Text
    url: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A notification that needs a headline.

    Where it stands for all of its topic, ``count`` is how many those are, and ``unread`` how many
    of them the person has not read.
    """

    notification: Notification
    count: int = 1
    unread: int = 1


Write = Callable[[Any, Sequence[Notification]], Email | None]
Headlines = Callable[[Sequence[InboxRow]], Sequence[Headline]]


@dataclass(frozen=True, slots=True)
class MailKind:
    """A kind of mail and of inbox line.

    ``write(user, notifications)`` is called in the worker when the mail is due, in the
    recipient's language and time zone: it looks at the rows again and returns None when there
    is nothing left to say. ``headlines(rows)`` returns a headline for each row, in their order,
    by a number of queries that does not depend on how many there are. A ``mandatory`` kind
    cannot be switched off. Unless ``needs_active_company`` says otherwise, kinds that can be
    switched off go only to people whose company is active and still theirs. With
    ``one_line_per_topic`` the inbox shows the newest of a topic for all. A kind that is
    ``whole_in_digest`` stands in the day's mail with all its blocks, every other by its headlines.
    A kind that ``has_deadline`` outlives the day's mail: who ends that hears of it at once. Kinds
    that name the same ``bundle`` come in one mail about a topic; one that ``leads`` waits a little
    for the others, and gives the mail its subject.
    """

    name: str
    label: Text
    write: Write
    headlines: Headlines
    help_text: Text = ""
    mandatory: bool = False
    default: MailMode = MailMode.IMMEDIATE
    needs_active_company: bool | None = None
    one_line_per_topic: bool = False
    whole_in_digest: bool = False
    has_deadline: bool = False
    bundle: str = ""
    leads: bool = False

    @property
    def is_gated(self) -> bool:
        if self.needs_active_company is None:
            return not self.mandatory
        return self.needs_active_company


mail_kinds: Registry[MailKind] = Registry("kind of mail", key=attrgetter("name"))
register = mail_kinds.register
# A gate that is false for ``(user_id, company_id)`` keeps a company's mail from that person.
company_gates: Registry[CompanyGate] = Registry("gate of a company's mail")
# Called with new facts, in the transaction that tells them.
told_listeners: Registry[ToldListener] = Registry("listener to what is told")


def get(name: str) -> MailKind | None:
    return mail_kinds.get(name)


def all_kinds() -> list[MailKind]:
    return mail_kinds.ordered()


def may_receive(user: AbstractBaseUser, company_id: int | None) -> bool:
    return company_id is None or all(gate(user.pk, company_id) for gate in company_gates.ordered())
