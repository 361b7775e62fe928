"""Accounts of a replay: every match reaches every member in exactly one accepted mail. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matchmaking.demonstration.replay.mailbox import AcceptedMail


class Announcement(NamedTuple):
    """That a person (by address) learns of a match on one side of it."""

    match: str
    person: str


@dataclass(frozen=True, slots=True)
class SentEmail:
    """A mail that the outbox means to have sent: to whom, with which matches ("" none)."""

    to: str
    facts: frozenset[Announcement]


@dataclass(frozen=True, slots=True)
class Account:
    """The end of the count. ``strange``: accepted mails that no outbox row explains."""

    accepted: int
    lost: Sequence[str]
    doubled: Sequence[str]
    strange: Sequence[str]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.strange)


def account(
    *,
    due: Collection[Announcement],
    sent: Mapping[str, SentEmail],
    accepted: Sequence[AcceptedMail],
) -> Account:
    """Compare accepted mails with the announcements that are due.

    ``due`` are the facts that must be in exactly one accepted mail: every match that
    is proposed, for every member of both sides. ``sent`` maps Message-IDs to what they carry
    and for whom; each must be accepted exactly once. A mail that names fewer matches than
    it carries facts that are due has lost the difference.
    """
    times = Counter(mail.message_id for mail in accepted)
    lost = [f"mail {message_id}" for message_id in sent if not times[message_id]]
    doubled = [f"mail {message_id} × {count}" for message_id, count in times.items() if count > 1]
    strange = [
        f"mail {mail.message_id} to {mail.to}"
        for mail in accepted
        if mail.message_id not in sent or sent[mail.message_id].to != mail.to
    ]
    carried: dict[Announcement, int] = defaultdict(int)
    for message_id, email in sent.items():
        for fact in email.facts:
            carried[fact] += min(times[message_id], 1)
    lost += [f"match {fact.match} for {fact.person}" for fact in due if not carried[fact]]
    doubled += [
        f"match {fact.match} for {fact.person} in {count} mails"
        for fact, count in carried.items()
        if count > 1
    ]
    lost += _left_out(set(due), sent, accepted)
    return Account(len(accepted), lost, doubled, strange)


def _left_out(
    due: Collection[Announcement],
    sent: Mapping[str, SentEmail],
    accepted: Sequence[AcceptedMail],
) -> list[str]:
    """Return a line for each fact that a mail carries and does not list."""
    missing = []
    for mail in accepted:
        email = sent.get(mail.message_id)
        if email is None:
            continue
        standing = sum(fact in due for fact in email.facts)
        missing += [f"left out of mail {mail.message_id}"] * max(0, standing - mail.matches)
    return missing
