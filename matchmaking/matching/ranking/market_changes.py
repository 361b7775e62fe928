"""What changed in the market since a moment, told by the database and by nothing else.

Triggers note each change of what the engine reads in the transaction that makes it
(``matching_marketchange``), and a scoring notes the lists that it made. A moment is a
snapshot of PostgreSQL: a change counts as new when its transaction was not visible in it,
so nothing is missed that commits late, and no reader waits for a writer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.db import connection

Kind = Literal["order", "offer", "company", "order_list", "offer_list", "all"]
EVERY: Kind = "all"
KEPT_DAYS = 1  # a reader that last looked longer ago reads everything again

# A snapshot does not tell of its own transaction, which may write more after it.
OWN = "coalesce(pg_current_xact_id_if_assigned()::text, '0')"
MOMENT = f"select pg_current_snapshot()::text, {OWN}"
SINCE = f"""
    select pg_current_snapshot()::text, {OWN}, kind, array_agg(distinct ref)
    from (select) as one
    left join matching_marketchange on xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)
        and (xid = %(own)s::xid8 or not pg_visible_in_snapshot(xid, %(snapshot)s::pg_snapshot))
    group by kind
"""  # noqa: S608 - our own text
NOTE = """
    insert into matching_marketchange (kind, ref) select * from unnest(%s::text[], %s::bigint[])
"""
FORGET = "delete from matching_marketchange where at < now() - make_interval(days => %s)"


class Moment(NamedTuple):
    """What was visible at a moment, and the transaction that looked."""

    snapshot: str
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Ids of what changed, by kind, and the moment up to which that is known."""

    moment: Moment
    refs: Mapping[str, frozenset[int]]

    def of(self, kind: Kind) -> frozenset[int]:
        """Give the ids of one kind."""
        return self.refs.get(kind, frozenset())


def moment() -> Moment:
    """Give the present moment: what commits later is not known yet."""
    with connection.cursor() as cursor:
        cursor.execute(MOMENT)
        return Moment(*cursor.fetchone())


def since(known: Moment) -> Changes:
    """Give what changed since a moment, and the new one."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, known._asdict())
        rows = cursor.fetchall()
    refs = {kind: frozenset(ids) for _, _, kind, ids in rows if kind is not None}
    return Changes(moment=Moment(*rows[0][:2]), refs=refs)


def note_all() -> None:
    """Note that everything may have changed, in the transaction that did it."""
    _note([(EVERY, 0)])


def note_lists(*, orders: Iterable[int] = (), offers: Iterable[int] = ()) -> None:
    """Note whose lists were made anew, in the transaction that made them."""
    lists: list[tuple[Kind, int]] = [("order_list", pk) for pk in sorted(set(orders))]
    _note([*lists, *(("offer_list", pk) for pk in sorted(set(offers)))])


def _note(changes: Sequence[tuple[Kind, int]]) -> None:
    if changes:
        kinds, refs = zip(*changes, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [list(kinds), list(refs)])


def forget() -> None:
    """Delete what every reader has read or is too late for."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [KEPT_DAYS])
