"""Statistics of matches for officers, counted by the database from the rows that they see.

A report looks at the matches that were proposed in a period, whatever became of them later.
Each figure is a count of rows; the parts of a table add up to its total.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Q

from accounts.models import Cluster, Company
from accounts.states import CompanyStatus
from matchmaking.listings.models import Category
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.states import AnswerKind, DeclineReason, MatchSide, MatchState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


PERIODS = (30, 90)  # days
SILENT_AFTER = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFigures:
    """The matches that reached each step; each counts among those of the step before.

    ``seen`` by either side; who answered has seen it. ``first_answer`` is the median wait
    from the proposal to the first answer, ``reply`` from there to the other side's.
    """

    proposed: int = 0
    seen: int = 0
    answered: int = 0
    mutual: int = 0
    first_answer: dt.timedelta | None = None
    reply: dt.timedelta | None = None

    @property
    def steps(self) -> tuple[int, int, int, int]:
        return self.proposed, self.seen, self.answered, self.mutual

    def share(self, count: int) -> float | None:
        """Return the share of all proposed, in [0, 1]; None where nothing was proposed."""
        return count / self.proposed if self.proposed else None


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """One line of a table: what it counts, None for posts that name none."""

    name: Any
    figures: MatchFigures
    parts: Sequence[FigureGroup] = ()


@dataclass(frozen=True, slots=True)
class Declines:
    """The number of declines for one reason, by side."""

    reason: DeclineReason
    by_brand: int
    by_factory: int

    @property
    def total(self) -> int:
        return self.by_brand + self.by_factory


@dataclass(frozen=True, slots=True)
class Silent:
    """A company that answered nothing: what it left, what of it still waits, since when."""

    company: Company
    left: int
    waiting: int
    since: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of one period; ``days`` is None for all time."""

    days: int | None
    at: dt.datetime
    total: MatchFigures
    families: Sequence[FigureGroup]
    clusters: Sequence[FigureGroup]
    states: Sequence[tuple[MatchState, int]]
    declines: Sequence[Declines]
    silent: Sequence[Silent]


# One pass for all tables of the report: grouping sets count families, categories, clusters and
# the total together. A side may answer twice, so the lateral join takes each side's first; a
# reply is there when both have answered.
# Names of our own tables; all values are parameters.
FIGURES = """
    with facts as (
        select category.family_id, post.category_id, maker.cluster_id, match.proposed_at,
            match.order_seen_at is not null or match.offer_seen_at is not null
                or said.first_at is not null as is_seen,
            said.first_at, said.reply_at, match.mutual_at is not null as is_mutual
        from matching_match as match
        join listings_processingorder as post on post.id = match.order_id
        left join listings_category as category on category.id = post.category_id
        join listings_capacityoffer as offer on offer.id = match.offer_id
        join accounts_company as maker on maker.id = offer.company_id
        left join lateral (
            select min(firsts.answered_at) as first_at,
                max(firsts.answered_at) filter (where firsts.sides = 2) as reply_at
            from (
                select min(answered_at) as answered_at, count(*) over () as sides
                from matching_answer where match_id = match.id group by side
            ) as firsts
        ) as said on true
        where match.proposed_at >= %s
    )
    select grouping(family_id), grouping(category_id), grouping(cluster_id),
        family_id, category_id, cluster_id,
        count(*), count(*) filter (where is_seen), count(first_at),
        count(*) filter (where is_mutual),
        percentile_cont(0.5) within group (order by first_at - proposed_at),
        percentile_cont(0.5) within group (order by reply_at - first_at)
    from facts
    group by grouping sets ((), (family_id), (family_id, category_id), (cluster_id))
"""
# Each match is owed by two companies, hence the union. What an officer answered for a company
# is no sign of life of its own.
SILENT = """
    with owed as (
        select post.company_id, match.id, match.state, match.proposed_at, 'order' as side
        from matching_match as match
        join listings_processingorder as post on post.id = match.order_id
        union all
        select post.company_id, match.id, match.state, match.proposed_at, 'offer'
        from matching_match as match
        join listings_capacityoffer as post on post.id = match.offer_id
    )
    select owed.company_id, count(*), count(*) filter (where owed.state <> 'expired'),
        min(owed.proposed_at)
    from owed
    join accounts_company as company on company.id = owed.company_id
    where owed.state in ('proposed', 'interested', 'expired') and company.status = %s
        and owed.proposed_at >= %s and owed.proposed_at < %s
        and not exists (
            select from matching_answer as answer
            where answer.match_id = owed.id and answer.side = owed.side
        )
        and not exists (
            select from matching_answer as answer
            where answer.company_id = owed.company_id and not answer.is_on_behalf
                and answer.answered_at >= %s
        )
    group by owed.company_id
    order by 3 desc, 2 desc, 4, 1
"""
EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
NONE = "none"  # counted together: what names no category or no cluster
Key = tuple[int | str | None, ...]  # family, category, cluster


def report(*, days: int | None, at: dt.datetime) -> Report:
    """Count everything that was proposed in the last ``days``, or ever, in seven queries."""
    since = at - dt.timedelta(days=days) if days else EVER
    found = _figures(since)
    return Report(
        days=days,
        at=at,
        total=found.get((None, None, None), MatchFigures()),
        families=list(_families(found)),
        clusters=list(_clusters(found)),
        states=_states(since),
        declines=_declines(since),
        silent=_silent(since, at),
    )


def _figures(since: dt.datetime) -> dict[Key, MatchFigures]:
    """Read the figures by (family, category, cluster); None there means all of them."""
    found: dict[Key, MatchFigures] = {}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [since])
        for row in cursor.fetchall():
            # grouping() tells the total of a column from posts that name nothing there: both are NULL.
            key = tuple(
                None if is_all else (NONE if value is None else value)
                for is_all, value in zip(row[:3], row[3:6], strict=True)
            )
            names = ("proposed", "seen", "answered", "mutual", "first_answer", "reply")
            found[key] = MatchFigures(**dict(zip(names, row[6:], strict=True)))
    return found


def _families(found: Mapping[Key, MatchFigures]) -> Iterator[FigureGroup]:
    """Yield families with their categories, in the order of the taxonomy, nothing last."""
    rows = Category.objects.select_related("family")
    categories = sorted(rows, key=lambda row: (row.family.position, row.position, row.pk))
    families = {row.family_id: row.family for row in categories}
    for family_id, family in families.items():
        own = found.get((family_id, None, None))
        if own is not None:
            yield FigureGroup(
                family,
                own,
                [
                    FigureGroup(row, found[family_id, row.pk, None])
                    for row in categories
                    if (family_id, row.pk, None) in found
                ],
            )
    if (NONE, None, None) in found:
        yield FigureGroup(None, found[NONE, None, None])


def _clusters(found: Mapping[Key, MatchFigures]) -> Iterator[FigureGroup]:
    """Yield the clusters of the factories, those with most matches first, nothing last."""
    named = {row.pk: row for row in Cluster.objects.all()}
    rows = [(key[2], figures) for key, figures in found.items() if key[2] is not None]
    known = [FigureGroup(named[key], figures) for key, figures in rows if isinstance(key, int)]
    yield from sorted(known, key=lambda part: (-part.figures.proposed, part.name.code))
    yield from (FigureGroup(None, figures) for key, figures in rows if key == NONE)


def _states(since: dt.datetime) -> list[tuple[MatchState, int]]:
    rows = Match.objects.filter(proposed_at__gte=since).values("state").annotate(count=Count("pk"))
    counts = {row["state"]: row["count"] for row in rows}
    return [(state, counts.get(state, 0)) for state in MatchState]


def _declines(since: dt.datetime) -> list[Declines]:
    """Count the reasons of declines: one answer each, so they add up to the declined."""
    rows = Answer.objects.filter(kind=AnswerKind.DECLINED, match__proposed_at__gte=since)
    counts = rows.values("reason").annotate(
        brand=Count("pk", filter=Q(side=MatchSide.ORDER)),
        factory=Count("pk", filter=Q(side=MatchSide.OFFER)),
    )
    by_reason = {row["reason"]: (row["brand"], row["factory"]) for row in counts}
    found = [Declines(reason, *by_reason.get(reason, (0, 0))) for reason in DeclineReason]
    return sorted(found, key=lambda row: -row.total)


def _silent(since: dt.datetime, at: dt.datetime) -> list[Silent]:
    """Find active companies that left proposals of a week and more, and answered nothing."""
    with connection.cursor() as cursor:
        until = at - SILENT_AFTER
        cursor.execute(SILENT, [CompanyStatus.ACTIVE.value, since, until, since])
        rows = cursor.fetchall()
    companies = Company.objects.in_bulk([row[0] for row in rows])
    return [Silent(companies[pk], left, waiting, first) for pk, left, waiting, first in rows]
