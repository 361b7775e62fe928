"""Matches of the demonstration, answered in every way, some with a conversation.

The market is scored first. Then the best pairs, those of the sign-ins before others, live
through what a plan says, each step by the service that a page calls, at its moment.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from matchmaking.core.formatting import grouped, money, part_of_month
from matchmaking.core.uploads import CleanUpload, clean_upload
from matchmaking.demonstration import conversation_scripts
from matchmaking.matching import ranking
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers, endings, messages
from matchmaking.matching.states import AnswerKind, DeclineReason, MatchSide

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Company, User
    from matchmaking.demonstration.office_hours import Office

BRAND, FACTORY = MatchSide.ORDER, MatchSide.OFFER
PROPOSED, SEEN = 12, 11  # days ago, for every match that has a story
MOST = 400  # of the best pairs, looked through for stories
CREDIBLE = 60  # the score from which two who never met would talk
LEFT = 12  # of the others, which nobody answers
WEEK_ARRAYS = tuple(f"offer__{name}" for name in ("published", "free", "held", "booked"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Who plays, and when it is now."""

    owners: Mapping[int, User]
    officer: User
    office: Office

    def say(
        self,
        match: Match,
        side: MatchSide,
        days: float,
        reason: str = "",
        note: str = "",
        *,
        is_shared: bool = False,
        on_behalf: bool = False,
    ) -> None:
        """Answer so many days ago: with a reason it is a decline."""
        answers.answer_match(
            match=match,
            side=side,
            kind=AnswerKind.DECLINED if reason else AnswerKind.INTERESTED,
            reason=reason,
            note=note,
            shares_note=is_shared,
            by=self.officer if on_behalf else self.owner(match, side),
            at=self.office.ago(days=days),
            on_behalf=on_behalf,
        )

    def talk(
        self,
        match: Match,
        days: float,
        lines: Sequence[conversation_scripts.ScriptedMessage],
        by_officer: MatchSide | None = None,
    ) -> None:
        """Answer with interest for both sides so many days ago, and write the lines."""
        self.say(match, BRAND, days + 1)
        self.say(match, FACTORY, days, on_behalf=by_officer == FACTORY)
        for line in lines:
            on_behalf = line.side == by_officer
            messages.write_message(
                match=match,
                side=line.side,
                text=line.text.format(**_figures(match)),
                files=[drawing()] if line.has_drawing else [],
                by=self.officer if on_behalf else self.owner(match, line.side),
                at=self.office.ago(days=days, hours=-line.hours),
                on_behalf=on_behalf,
            )

    def owner(self, match: Match, side: MatchSide) -> User:
        return self.owners[match.post(side).company_id]


Story = Callable[[Scenario, Match], None]


def _declined(by: MatchSide, reason: DeclineReason, *, is_shared: bool = False) -> Story:
    def story(scenario: Scenario, match: Match) -> None:
        scenario.say(match, by.other, 5)
        scenario.say(match, by, 3, reason, conversation_scripts.NOTES[reason], is_shared=is_shared)

    return story


def _interested(by: MatchSide, days: float) -> Story:
    return lambda scenario, match: scenario.say(
        match, by, days, note=conversation_scripts.INTERESTED
    )


def _expired(by: MatchSide) -> Story:
    return _interested(by, 9.5)  # the clock ends it after all stories


def _full_talk(scenario: Scenario, match: Match) -> None:
    scenario.talk(match, 4, conversation_scripts.FULL)


def _short_talk(scenario: Scenario, match: Match) -> None:
    scenario.talk(match, 2, conversation_scripts.SHORT)


def _talk_by_association(scenario: Scenario, match: Match) -> None:
    scenario.talk(match, 3, conversation_scripts.BY_ASSOCIATION, by_officer=FACTORY)


def _ended(by: MatchSide) -> Story:
    def story(scenario: Scenario, match: Match) -> None:
        scenario.talk(match, 6, conversation_scripts.SHORT)
        endings.end_match(
            match=match,
            side=by,
            note=conversation_scripts.ENDED,
            by=scenario.owner(match, by),
            at=scenario.office.ago(days=2),
        )

    return story


def _withdrawn(scenario: Scenario, match: Match) -> None:
    scenario.talk(match, 4, conversation_scripts.SHORT)
    endings.withdraw_match(
        match=match,
        by=scenario.officer,
        at=scenario.office.ago(days=1),
        reason=conversation_scripts.WITHDRAWN,
    )


def _taken_back(scenario: Scenario, match: Match) -> None:
    scenario.say(match, BRAND, 5)
    scenario.say(
        match, BRAND, 2, DeclineReason.OTHER, conversation_scripts.TAKEN_BACK, is_shared=True
    )


def _asked_by_association(scenario: Scenario, match: Match) -> None:
    scenario.say(match, FACTORY, 1, note=conversation_scripts.ON_BEHALF, on_behalf=True)


def stories_of(side: MatchSide) -> tuple[Story, ...]:
    """Return what happens to the matches of a sign-in of that side, the best match first."""
    return (
        _full_talk,
        _interested(side.other, 2),  # to answer, five days left
        _interested(side, 3),  # waits for the other side
        _interested(side.other, 5.5),  # to answer, the reminder is out
        _short_talk,
        _declined(side.other, DeclineReason.TIMING, is_shared=True),
        _declined(side, DeclineReason.PRICE),
        _expired(side),
        _ended(side.other),
        _withdrawn,
    )


OTHERS: tuple[Story, ...] = (
    *(_declined(FACTORY, reason) for reason in DeclineReason),
    *(_declined(BRAND, reason, is_shared=True) for reason in DeclineReason),
    _talk_by_association,
    _taken_back,
    _asked_by_association,
    _expired(BRAND),
    _expired(FACTORY),
    _ended(BRAND),
    _interested(BRAND, 4),
    _interested(FACTORY, 5),
    _full_talk,
    _short_talk,
)


def make_talks(
    *, owners: Mapping[int, User], brand: Company, factory: Company, officer: User, office: Office
) -> int:
    """Score the market and let its best matches be answered; return how many were.

    The sign-ins' companies see every group of matches; some proposals are seen and left.
    """
    ranking.rescore_market(at=office.now)
    scenario = Scenario(owners=owners, officer=officer, office=office)
    used: set[int] = set()
    played = 0
    for match, story in _casting(_best(office), brand, factory, used):
        _backdate([match], office.ago(days=PROPOSED))
        for side in MatchSide:
            messages.see_match(match=match, by=scenario.owner(match, side), at=office.ago())
        story(scenario, match)
        played += 1
    _leave(scenario, used)
    for seen in ("order_seen_at", "offer_seen_at"):  # which the database's clock wrote
        Match.objects.exclude(**{seen: None}).update(**{seen: office.ago(days=SEEN)})
    endings.expire_due_matches(at=office.ago(days=1))
    endings.remind_due_matches(at=office.now)
    return played


def _best(office: Office) -> QuerySet[Match]:
    """Return the best pairs of posts that are on the market for as long as a story lasts."""
    since = office.ago(days=PROPOSED)
    rows = Match.objects.proposed().filter(
        order__published_at__lt=since, offer__published_at__lt=since
    )
    # An interest in who blocks one reaches nobody: no conversation comes of it.
    rows = rows.exclude(pk__in=rows.with_block())
    return (
        rows.select_related("order__company", "offer__company")
        .defer("assessment", *WEEK_ARRAYS)
        .order_by("-score", "order_id", "offer_id")
    )


def _casting(
    best: Iterable[Match], brand: Company, factory: Company, used: set[int]
) -> Iterator[tuple[Match, Story]]:
    """Yield who plays what: the sign-ins with each other, with others, others in pairs."""
    best = list(best)
    ours = [match for match in best if match.order.company_id == brand.pk]
    theirs = [match for match in best if match.offer.company_id == factory.pk]
    both = [
        match for match in ours if match.offer.company_id == factory.pk and match.score >= CREDIBLE
    ]
    others = [match for match in best[:MOST] if match not in ours and match not in theirs]
    for rows, stories in (
        (both, (_full_talk, _interested(BRAND, 1))),
        (ours, stories_of(BRAND)),
        (theirs, stories_of(FACTORY)),
        (_spread(others), OTHERS),
    ):
        free = [match for match in rows if match.pk not in used]
        for match, story in zip(free, stories, strict=False):
            used.add(match.pk)
            yield match, story


def _spread(rows: Sequence[Match]) -> list[Match]:
    """Return the rows with the first match of each order before the second ones."""
    seen: dict[int, int] = {}
    turns = []
    for match in rows:
        seen[match.order_id] = seen.get(match.order_id, 0) + 1
        turns.append(seen[match.order_id])
    return [match for _, match in sorted(zip(turns, rows, strict=True), key=lambda row: row[0])]


def _leave(scenario: Scenario, used: set[int]) -> None:
    """Backdate some proposals that nobody answers, every second one seen by the factory."""
    free = _best(scenario.office).exclude(pk__in=used)
    for number, match in enumerate(free[:LEFT]):
        _backdate([match], scenario.office.ago(days=PROPOSED))
        if number % 2:
            messages.see_match(
                match=match, by=scenario.owner(match, FACTORY), at=scenario.office.ago()
            )


def _backdate(matches: Sequence[Match], at: dt.datetime) -> None:
    Match.objects.filter(pk__in=[match.pk for match in matches]).update(proposed_at=at)


def _figures(match: Match) -> dict[str, str]:
    order, offer = match.order, match.offer
    week = offer.anchor_week
    return {
        "pairs": grouped(order.pairs),
        "price": money(order.target_unit_price_cny),
        "week": part_of_month(week) if week else "",
    }


def drawing() -> CleanUpload:
    """Return a drawing of a shoe in parts, as a picture that somebody sends."""
    page = Image.new("RGB", (640, 400), "white")
    pen = ImageDraw.Draw(page)
    outline = [(70, 300), (80, 150), (150, 120), (210, 170), (330, 200), (540, 240), (570, 300)]
    pen.line([*outline, outline[0]], fill="black", width=4, joint="curve")
    pen.rectangle((60, 300, 580, 335), outline="black", width=4)
    for x, y in ((205, 170), (255, 185), (305, 196)):
        pen.line([(x, y), (x + 40, y + 45)], fill="gray", width=3)
    pen.line([(420, 220), (400, 300)], fill="gray", width=3)
    pen.line([(150, 120), (165, 300)], fill="gray", width=3)
    for number, at in enumerate(((105, 210), (290, 265), (470, 270), (320, 350)), start=1):
        pen.text(at, f"{number}", fill="black", font_size=24)
    out = io.BytesIO()
    page.save(out, "PNG")
    return clean_upload(SimpleUploadedFile("示意图-鞋面分片.png", out.getvalue(), "image/png"))
