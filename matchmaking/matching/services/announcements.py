"""Announcements of new matches to both companies, each once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import Membership
from matchmaking.matching import rules
from matchmaking.matching.models import Match
from matchmaking.notifications import outbox
from matchmaking.notifications.services import Notice, mark_topic_read, notify_many

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from accounts.models import User
    from matchmaking.listings.models import CapacityOffer, ProcessingOrder
    from matchmaking.matching.models import MatchQuerySet

MATCH_FOUND = "match_found"
FOUND = "matching.match_found"
ANNOUNCED_TOGETHER = 100


def publish_new_matches(matches: Sequence[int], at: dt.datetime) -> None:
    """Publish that matches stand anew: a fact for those whose ids follow one another."""
    # A scoring inserts by COPY, so new ids follow one another: thousands of matches, few facts.
    facts, start = [], 0
    for end in range(1, len(matches) + 1):
        follows = end < len(matches) and matches[end] == matches[end - 1] + 1
        if follows and end - start < ANNOUNCED_TOGETHER:
            continue
        first, last = matches[start], matches[end - 1]
        facts.append(
            outbox.Fact(
                kind=FOUND,
                dedupe_key=f"match_found:{first}-{last}:{at.isoformat()}",
                subject={"match": first} | ({"last": last} if last > first else {}),
                bundle_key="matches",
            )
        )
        start = end
    if facts:
        outbox.publish_many(facts)


def announced_ids(subject: Mapping[str, int | str]) -> range:
    first = int(subject["match"])
    return range(first, int(subject.get("last", first)) + 1)


@transaction.atomic
def announce_matches(*, matches: Collection[int]) -> int:
    """Notify the people of both companies of matches that stand; return how many were notified.

    A person is notified of a match once, so one that was withdrawn and came back makes no
    second mail. Mails of one post and person travel together (``topic``).
    """
    rows = (
        Match.objects.proposed()
        .filter(pk__in=list(matches))
        .select_related("order__company", "offer__company")
        # Assessments and weekly arrays make up most of the rows, and are not needed here.
        .only(
            "code",
            "order__company__code",
            "offer__company__code",
            "order__company_id",
            "offer__company_id",
        )
        .order_by("pk")
    )
    members = _members({post.company_id for row in rows for post in (row.order, row.offer)})
    return notify_many(
        kind=MATCH_FOUND,
        notices=[
            Notice(
                recipients=members[post.company_id],
                fact=f"{match.code}:{post.company.code}:v1",
                subject={"match": match.pk, "side": side},
                company_id=post.company_id,
                topic=post_topic(side, post.pk),
            )
            for match in rows
            for side, post in (("order", match.order), ("offer", match.offer))
        ],
    )


def _members(companies: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Membership.objects.filter(company__in=companies, user__is_active=True)
    for company, user in rows.values_list("company_id", "user_id"):
        found[company].append(user)
    return found


@transaction.atomic
def see_matches(*, side: str, post: ProcessingOrder | CapacityOffer, by: User) -> int:
    """Record that the person has looked at the matches of a post; return how many were new.

    Members leave their side's mark on each match too, officers do not.
    """
    if rules.can_change(by, post):
        mark_seen(Match.objects.proposed().filter(**{side: post.pk}), side=side)
    return mark_topic_read(kinds=[MATCH_FOUND], topic=post_topic(side, post.pk), by=by)


def mark_seen(matches: MatchQuerySet, *, side: str) -> int:
    """Record on matches that somebody of that side has looked; return how many were new.

    Rows that somebody else is writing are left out, so that looking never waits.
    """
    column = f"{side}_seen_at"
    new = matches.filter(**{column: None}).select_for_update(no_key=True, skip_locked=True)
    ids = list(new.order_by("pk").values_list("pk", flat=True))
    return Match.objects.filter(pk__in=ids).update(**{column: Now()}) if ids else 0


def post_topic(side: str, post_id: int) -> str:
    return f"{side}:{post_id}"
