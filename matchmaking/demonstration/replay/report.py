"""The replay's findings, in figures and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from matchmaking.core import dashboard_registry
from matchmaking.core.database_clock import database_now
from matchmaking.demonstration.replay import database_counts, factories, mailbox
from matchmaking.demonstration.replay.accounting import Account, account
from matchmaking.demonstration.replay.run import Replay, next_week, offered_by_each
from matchmaking.listings import bands
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.queries import market_totals
from matchmaking.matching import ranking
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import explain
from matchmaking.matching.ranking import RescoringResult

BEST = 5
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that was counted after the run."""

    replay: Replay
    rescored: RescoringResult
    mails: Account
    problems: Sequence[str]

    @property
    def last_line(self) -> str:
        """The result for machines, but for the seconds."""
        return (
            f"factories={len(self.replay.factories)} "
            f"orders={self.rescored.orders} offers={self.rescored.offers} "
            f"pairs_scored={self.rescored.pairs_scored} matches={Match.objects.proposed().count()} "
            f"mails={self.mails.accepted} lost={len(self.mails.lost)} "
            f"doubled={len(self.mails.doubled)}"
        )


def inspect(replay: Replay) -> Findings:
    """Count and reconcile everything; scores the whole market once more from nothing."""
    accepted = mailbox.read_mails(replay.servers.mails)
    mails = account(
        due=database_counts.facts_due(), sent=database_counts.sent_emails(), accepted=accepted
    )
    totals = {total.key: total.value for total in dashboard_registry.totals()}
    asked, free = market_totals()
    offered = offered_by_each(replay.factories, next_week())
    standing = Match.objects.proposed().count()
    rescored = ranking.rescore_market(at=database_now())
    checks = [
        ("rows of the sheet imported", len(replay.factories), replay.imported.get("created", 0)),
        ("orders on the market", len(replay.orders), totals.get("orders", 0)),
        (
            "pairs asked on the market",
            sum(order.pairs for order in replay.orders),
            asked.pairs,
        ),
        (
            "pairs asked on the front page",
            as_banded(order.pairs for order in replay.orders),
            totals.get("pairs_asked", 0),
        ),
        ("offers on the market", len(replay.factories), totals.get("offers", 0)),
        (
            "pairs free on the market",
            sum(offered),
            free.pairs,
        ),
        ("pairs free on the front page", as_banded(offered), totals.get("pairs_free", 0)),
        ("weeks in which the ledger differs", 0, database_counts.ledger_differences()),
        ("stored scores that a full scoring changes", 0, rescored.matches.written),
        ("orders scored", len(replay.orders), rescored.orders),
        ("offers scored", len(replay.factories), rescored.offers),
        ("messages left in the outbox", 0, database_counts.open_messages()),
        ("dead messages", 0, len(database_counts.dead_messages())),
        ("mail rows done without a mail", 0, len(database_counts.rows_without_mail())),
        ("mails lost", 0, len(mails.lost)),
        ("mails doubled", 0, len(mails.doubled)),
        ("mails that nobody meant to send", 0, len(mails.strange)),
    ]
    problems = [
        f"{what}: {found:,} instead of {right:,}" for what, right, found in checks if found != right
    ]
    named = [*mails.lost, *mails.doubled, *mails.strange, *database_counts.dead_messages()][
        :MOST_NAMED
    ]
    if not standing or not mails.accepted:
        problems.append("nothing was matched or mailed")
    return Findings(replay, rescored, mails, [*problems, *(f"  {name}" for name in named)])


def as_banded(pairs: Iterable[int]) -> int:
    """Return the sum of posts as everybody reads it: each at the fixed point of its band."""
    return round(sum(bands.fixed_point(bands.pairs_band(number)) for number in pairs))


def basis(replay: Replay) -> Iterator[str]:
    """Yield the lines that name the sources of the capacity."""
    origin = Counter(factory.workers_from for factory in replay.factories)
    makers = sum(factory.makes_shoes for factory in replay.factories)
    yield "Capacity, derived for this run alone and for no firm's account:"
    for source in factories.SOURCES:
        yield f"  {source}"
    yield (
        f"  workers: {origin['published']} published, {origin['range']} the middle of a published "
        f"range, {origin['median']} the median; {makers} make shoes, "
        f"{len(replay.factories) - makers} materials and components, which no order asks for"
    )


def table(findings: Findings) -> Iterator[str]:
    """Return the lines of the table."""
    asked = sum(order.pairs for order in findings.replay.orders)
    free = sum(offered_by_each(findings.replay.factories, next_week()))
    kept = findings.rescored
    waits = database_counts.mail_seconds()
    yield from (
        f"{'rows in':32}{findings.replay.imported.get('total', 0):>12,}",
        f"{'orders · pairs asked':32}{kept.orders:>12,} · {asked:,}",
        f"{'offers · pairs free':32}{kept.offers:>12,} · {free:,}",
        f"{'compatible pairs scored':32}{kept.pairs_scored:>12,}",
        f"{'matches':32}{Match.objects.proposed().count():>12,}",
        f"{'mails accepted':32}{findings.mails.accepted:>12,}",
        f"{'lost':32}{len(findings.mails.lost):>12,}",
        f"{'doubled':32}{len(findings.mails.doubled):>12,}",
    )
    if waits:
        yield (
            f"{'mail after commit, seconds':32}{waits[len(waits) // 2]:>12.1f} median, "
            f"{waits[len(waits) * 99 // 100]:.1f} for 99 %"
        )


def best_matches() -> Iterator[str]:
    """Return the best matches, each of another order, with their reasons."""
    seen: set[int] = set()
    rows = Match.objects.proposed().select_related("order__company", "offer__company")
    for match in rows.order_by("-score", "code").iterator():
        if match.order_id in seen:
            continue
        seen.add(match.order_id)
        order, offer = match.order, match.offer
        yield f"{match.score:>6}  {_order(order)}  →  {_offer(offer)}"
        yield f"        {explain.reasons(match.assessment)}"
        if len(seen) == BEST:
            return


def _order(order: ProcessingOrder) -> str:
    return f"{order.company.name}: {order.title}, {order.pairs:,}"


def _offer(offer: CapacityOffer) -> str:
    return f"{offer.company.name}"
