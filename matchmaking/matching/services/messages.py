"""The conversation of a mutual match, and who has looked at what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import InvalidInput
from matchmaking.core.uploads import stored_together
from matchmaking.matching import rules
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Match, Message, MessageFile, ThreadMark
from matchmaking.matching.services import base
from matchmaking.matching.services.announcements import MATCH_FOUND, mark_seen
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.matching.states import MatchSide, MatchState
from matchmaking.notifications.services import mark_about_read, mark_topic_read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.core.uploads import CleanUpload

MOST_FILES = 5
LONGEST = 4000


@transaction.atomic
def write_message(
    *,
    match: Match,
    side: str,
    text: str,
    files: Sequence[CleanUpload] = (),
    by: User,
    at: dt.datetime,
    on_behalf: bool = False,
) -> Message:
    """Write to the other side of a mutual match, and tell its people.

    :raises InvalidInput: for a message without words and files, or with too many of either
    :raises NotAnswerable: while the two may not write, or when it is not the person's side
    """
    text, own = text.strip(), MatchSide(side)
    _check_words(text, files)
    match = base.lock_match(match)
    base.check_speaker(match, own, by, on_behalf=on_behalf)
    check_can_write(match, own)
    message = Message.objects.create(
        match=match, side=own, author=by, is_on_behalf=on_behalf, text=text, written_at=at
    )
    # Files of a message that fails below are removed again.
    with stored_together() as store:
        for file in files:
            kept = MessageFile(
                message=message, name=file.name, content_type=file.content_type, size=file.size
            )
            store(kept.file, file)
            kept.save()
        _mark(match, by, message, at)
        base.notify_sides(match, [own.other], base.MATCH_MESSAGE, str(message.code))
    return message


def check_can_write(match: Match, side: MatchSide) -> None:
    """Return when the two sides may write to each other now.

    :raises NotAnswerable: otherwise, with what happened
    """
    if match.state in rules.OPEN_STATES:
        raise NotAnswerable(
            _("The conversation opens when both sides are interested."), code="not_mutual"
        )
    if match.state != MatchState.MUTUAL:
        raise base.refusal(match, side)
    # A block ends the match only when the worker gets to it, and a company that is suspended
    # ends no conversation: it may come back.
    if base.is_blocked(match):
        raise NotAnswerable.because(EndCause.BLOCKED)
    if not rules.has_active_sides(match):
        raise NotAnswerable.because(EndCause.COMPANY_LEFT)


@transaction.atomic
def read_thread(*, match: Match, by: User, at: dt.datetime) -> int:
    """Record that the person has read the conversation; return how many messages were new.

    Clears the person's inbox lines about the match. Officers leave no mark.
    """
    side = own_side(match, by)
    if side is None:
        return 0
    _clear(match, by)
    last = match.messages.order_by("-pk").first()
    if last is None:
        return 0
    mark = ThreadMark.objects.filter(match=match, user=by).first()
    new = match.messages.filter(side=side.other, pk__gt=mark.last_read_id if mark else 0)
    count = new.count()
    # An open page asks every few seconds: without news nothing is written.
    if count:
        _mark(match, by, last, at)
    return count


@transaction.atomic
def see_match(*, match: Match, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - see below
    """Record that somebody of a side has looked at the match; the first time counts.

    Clears the person's inbox lines about it. Officers leave no trace. The
    database's clock dates it, as everything that is only looked at.
    """
    side = own_side(match, by)
    if side is None:
        return
    mark_seen(Match.objects.filter(pk=match.pk), side=side)
    _clear(match, by)


def own_side(match: Match, user: User) -> MatchSide | None:
    return next((side for side in base.SIDES if rules.can_answer(user, match, side)), None)


def _check_words(text: str, files: Sequence[CleanUpload]) -> None:
    if not text and not files:
        raise InvalidInput(_("Write something, or add a file."), field="text")
    if len(text) > LONGEST:
        raise InvalidInput(
            _("A message carries at most %(most)s characters.") % {"most": f"{LONGEST:,}"},
            field="text",
        )
    if len(files) > MOST_FILES:
        raise InvalidInput(
            _("A message carries at most %(most)s files.") % {"most": MOST_FILES}, field="files"
        )


def _mark(match: Match, by: User, message: Message, at: dt.datetime) -> None:
    ThreadMark.objects.update_or_create(
        match=match, user=by, defaults={"last_read": message, "read_at": at}
    )


def _clear(match: Match, by: User) -> None:
    mark_topic_read(kinds=base.CONVERSATION_KINDS, topic=base.conversation_topic(match), by=by)
    mark_about_read(kind=MATCH_FOUND, subject={"match": match.pk}, by=by)
