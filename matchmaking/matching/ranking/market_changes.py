"""Changes of the market since a snapshot, as the database alone knows them.

Triggers record each change of what the engine reads in the transaction that makes it
(``matching_marketchange``), and a scoring records the lists that it made. The snapshot is
PostgreSQL's: a change counts as new when its transaction was not visible in it,
so nothing is missed that commits late, and no reader waits for a writer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from django.db import connection

from matchmaking.engine.market import Ints
from matchmaking.matching.ranking.pgcopy import pg_array

Kind = Literal["order", "offer", "company", "order_list", "offer_list", "all"]
EVERY: Kind = "all"
NO_IDS: Ints = np.empty(0, dtype=np.int64)
KEPT_DAYS = 1  # a reader that last looked longer ago reads everything again

# A snapshot does not tell of its own transaction, which may write more after it.
OWN = "coalesce(pg_current_xact_id_if_assigned()::text, '0')"
SNAPSHOT = f"select pg_current_snapshot()::text, {OWN}"
# The empty select joins one row in any case: it carries the new snapshot when nothing changed.
SINCE = f"""
    select pg_current_snapshot()::text, {OWN}, kind, array_agg(distinct ref)
    from (select) as one
    left join matching_marketchange on xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)
        and (xid = %(own)s::xid8 or not pg_visible_in_snapshot(xid, %(snapshot)s::pg_snapshot))
    group by kind
"""  # noqa: S608 - our own text
SCORED_SINCE = """
    select kind, array_agg(distinct ref) from matching_marketchange
    where xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)
        and case xid when %(own)s::xid8 then id > %(last)s
            else not pg_visible_in_snapshot(xid, %(snapshot)s::pg_snapshot) end
    group by kind
"""
SCORED = """
    select pg_current_snapshot()::text, pg_current_xact_id()::text, coalesce(max(id), 0)
    from matching_marketchange where xid = pg_current_xact_id()
"""
RECORD = """
    insert into matching_marketchange (kind, ref)
    select 'order_list', unnest(%(orders)s::bigint[])
    union all select 'offer_list', unnest(%(offers)s::bigint[])
"""
PRUNE = "delete from matching_marketchange where at < now() - make_interval(days => %s)"


class Snapshot(NamedTuple):
    """What was visible to a transaction, and the transaction that looked."""

    snapshot: str
    own: str


class ScoredSnapshot(NamedTuple):
    """What a full scoring was made from: all that was visible, and its own changes up to the last."""

    snapshot: str
    own: str
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Ids of what changed, by kind, and the snapshot up to which that is known."""

    snapshot: Snapshot
    refs: Mapping[str, frozenset[int]]

    def of(self, kind: Kind) -> frozenset[int]:
        return self.refs.get(kind, frozenset())


def current_snapshot() -> Snapshot:
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        return Snapshot(*cursor.fetchone())


def changes_since(known: Snapshot) -> Changes:
    """Give what changed since a snapshot, and the new one."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, known._asdict())
        rows = cursor.fetchall()
    refs = {kind: frozenset(ids) for _, _, kind, ids in rows if kind is not None}
    return Changes(snapshot=Snapshot(*rows[0][:2]), refs=refs)


def scored_snapshot() -> ScoredSnapshot:
    with connection.cursor() as cursor:
        cursor.execute(SCORED)
        return ScoredSnapshot(*cursor.fetchone())


def scored_until_now(scored: ScoredSnapshot) -> ScoredSnapshot:
    return scored._replace(last=scored_snapshot().last)


def changes_since_scoring(scored: ScoredSnapshot) -> Mapping[str, frozenset[int]]:
    """Give ids of what changed since, by kind, without the scoring's own changes."""
    with connection.cursor() as cursor:
        cursor.execute(SCORED_SINCE, scored._asdict())
        return {kind: frozenset(ids) for kind, ids in cursor.fetchall()}


def record_all_changed() -> None:
    """Note that everything may have changed, in the transaction that did it."""
    with connection.cursor() as cursor:
        cursor.execute("insert into matching_marketchange (kind, ref) values (%s, 0)", [EVERY])


def record_lists_changed(*, orders: Ints = NO_IDS, offers: Ints = NO_IDS) -> None:
    if len(orders) or len(offers):
        with connection.cursor() as cursor:
            cursor.execute(RECORD, {"orders": pg_array(orders), "offers": pg_array(offers)})


def prune() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PRUNE, [KEPT_DAYS])
