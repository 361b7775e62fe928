"""Was everybody told of every match, once? Pure: expected facts against accepted mails."""

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
    letters: Mapping[str, SentEmail],
    accepted: Sequence[AcceptedMail],
) -> Account:
    """Hold what was accepted against what had to be told.

    ``due`` are the facts that must be in exactly one accepted mail: every match that
    stands, for every member of both sides. ``letters`` maps Message-IDs to what they carry
    and for whom; each must be accepted exactly once. A mail that names fewer matches than
    it carries standing facts has lost the difference.
    """
    times = Counter(mail.message_id for mail in accepted)
    lost = [f"mail {message_id}" for message_id in letters if not times[message_id]]
    doubled = [f"mail {message_id} × {count}" for message_id, count in times.items() if count > 1]
    strange = [
        f"mail {mail.message_id} to {mail.to}"
        for mail in accepted
        if mail.message_id not in letters or letters[mail.message_id].to != mail.to
    ]
    carried: dict[Announcement, int] = defaultdict(int)
    for message_id, letter in letters.items():
        for fact in letter.facts:
            carried[fact] += min(times[message_id], 1)
    lost += [f"match {fact.match} for {fact.person}" for fact in due if not carried[fact]]
    doubled += [
        f"match {fact.match} for {fact.person} in {count} mails"
        for fact, count in carried.items()
        if count > 1
    ]
    lost += _left_out(set(due), letters, accepted)
    return Account(len(accepted), lost, doubled, strange)


def _left_out(
    due: Collection[Announcement],
    letters: Mapping[str, SentEmail],
    accepted: Sequence[AcceptedMail],
) -> list[str]:
    """Name facts that a mail should tell and does not: it lists fewer than it carries."""
    missing = []
    for mail in accepted:
        letter = letters.get(mail.message_id)
        if letter is None:
            continue
        standing = sum(fact in due for fact in letter.facts)
        missing += [f"left out of mail {mail.message_id}"] * max(0, standing - mail.matches)
    return missing
