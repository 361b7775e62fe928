"""Rounds of sealed quotes: asked for by the brand, sealed at the door, opened together, verified.

Nobody reads a figure before the moment that the order names: the document is encrypted in the
request that brings it, and :func:`open_round` is the only place that decrypts. It judges by the
clock of the database, under the lock of the round, in one transaction: a process that dies amid
it opens nothing, and the next one opens all.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.database_clock import database_now
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.deals import canonical_json, merkle, rules
from matchmaking.deals.models import (
    Quote,
    QuoteEventKind,
    QuoteVersion,
    SealedRound,
)
from matchmaking.deals.quote_terms import QuoteTerms
from matchmaking.deals.sealing import KEY_BYTES, Seal, Tampered
from matchmaking.deals.services import quote_base as base
from matchmaking.deals.states import ANSWERABLE_QUOTES, OPEN_QUOTES, QuoteState
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from accounts.models import User

log = structlog.get_logger(__name__)
SOONEST, LATEST = dt.timedelta(hours=1), dt.timedelta(days=90)
CORRECTION_TIME = dt.timedelta(days=2)
SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Verdict:
    """The check of a round: versions whose receipt no longer fits, and whether the root does."""

    broken: list[int]
    root_holds: bool

    @property
    def holds(self) -> bool:
        return self.root_holds and not self.broken


def lock_round(order_id: int) -> SealedRound | None:
    """Return the order's round, locked: who hands in now is before its opening, or after it.

    Without the lock a quote that began before the moment could be stored after the opening, and
    would never be opened.
    """
    return SealedRound.objects.select_for_update().filter(order=order_id).first()


def round_of(order_id: int) -> SealedRound | None:
    return SealedRound.objects.filter(order=order_id).first()


def open_round_of(order_id: int) -> SealedRound | None:
    """Return the round of the order while its quotes are sealed."""
    return SealedRound.objects.filter(order=order_id, opened_at=None).first()


@transaction.atomic
def ask_for_sealed(
    *, order: ProcessingOrder, opens_at: dt.datetime, by: User, at: dt.datetime
) -> SealedRound:
    """Let quotes on the order stay sealed until ``opens_at``; a later moment may replace it.

    A later moment is a change of the deadline: quotes have to be confirmed again.

    :raises Conflict: when a quote was handed in in the open, or the round is opened
    :raises InvalidInput: for a moment within the hour or beyond 90 days, or before the present one
    """
    if len(settings.QUOTE_SEALING_KEY) < KEY_BYTES:
        raise Conflict(_("This site cannot seal quotes: its key is not set."), code="no_key")
    # The order's row orders this against quotes that are handed in: they hold its key share.
    order = ProcessingOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not rules.can_ask_for_quotes(by, order):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    if not at + SOONEST <= opens_at <= at + LATEST:
        raise InvalidInput(
            _("Choose a moment between one hour and 90 days from now."), field="opens_at"
        )
    found = SealedRound.objects.select_for_update().filter(order=order).first()
    if found is None:
        handed_in = Quote.objects.filter(order=order).exclude(state=QuoteState.DRAFT)
        if handed_in.exists():
            raise Conflict(
                _("A quote is there in the open already: it cannot be sealed any more."),
                code="too_late",
            )
        # A draft of figures has no place in a database that must hold none.
        Quote.objects.filter(order=order, state=QuoteState.DRAFT).delete()
        return SealedRound.objects.create(
            order=order, opens_at=opens_at, created_by=by, created_at=at
        )
    if not found.is_sealed or found.opens_at <= at:
        raise Conflict(_("The round is opened: its moment stays."), code="opened")
    if opens_at < found.opens_at:
        raise InvalidInput(
            _("The opening may only be later than it was announced."), field="opens_at"
        )
    found.opens_at = opens_at
    found.save(update_fields=["opens_at"])
    return found


def seal(
    version: QuoteVersion, terms: QuoteTerms, sealed_round: SealedRound, *, at: dt.datetime
) -> None:
    """Encrypt the terms into an unsaved version, with the digest of its receipt.

    The salt in the document keeps whoever has the digest from trying prices until one fits.

    :raises Conflict: when the moment of the opening has come
    """
    if sealed_round.opens_at <= max(at, _clock()):
        raise Conflict(_("The time for sealed quotes is over."), code="too_late")
    document = canonical_json.encode(
        _document(version, sealed_round, terms.as_document(), secrets.token_hex(SALT_BYTES))
    )
    version.terms = None
    version.sealed = _seal().close(document, _context(version, sealed_round))
    version.digest = merkle.leaf_hash(document).hex()


def open_due(*, at: dt.datetime | None = None) -> int:
    """Open every round whose moment has come by the clock of the database; return how many.

    ``at`` dates what is opened and moves no round forward: the database's clock alone decides.
    """
    opened = 0
    due = SealedRound.objects.filter(opened_at=None, opens_at__lte=database_now())
    for row in due.order_by("opens_at", "pk"):
        opened += open_round(sealed_round=row, at=at)
    return opened


@transaction.atomic
def open_round(*, sealed_round: SealedRound, at: dt.datetime | None = None) -> bool:
    """Open all quotes of a round at once and publish its root; return whether it did.

    A version that was changed by a byte stays closed, with a line in its history: the others
    open. What was withdrawn is not opened, but its receipt counts in the root.
    """
    # skip_locked: while another process opens it, there is nothing to do here.
    found = (
        SealedRound.objects.select_for_update(skip_locked=True).filter(pk=sealed_round.pk).first()
    )
    now = database_now()
    if found is None or not found.is_sealed or found.opens_at > now:
        return False
    moment = max(at or now, found.opens_at)
    versions = _versions(found)
    for version in versions:
        _open(version, found, at=moment)
    found.leaves = [version.digest for version in versions]
    found.root = merkle.root([bytes.fromhex(leaf) for leaf in found.leaves]).hex()
    found.opened_at = moment
    found.save()
    for quote in _quotes(found).filter(state__in=OPEN_QUOTES):
        _follow(quote, found, at=moment)
    return True


def receipt_of(version: QuoteVersion, sealed_round: SealedRound) -> dict[str, Any]:
    """Return what the factory keeps; after the opening with the document whose hash it is.

    ``sha256(0x00 || document)`` in canonical form is the digest, so anybody can check it.
    """
    receipt: dict[str, Any] = {
        **_context(version, sealed_round),
        "digest": version.digest,
        "submitted_at": version.submitted_at.isoformat(),
    }
    if version.terms is not None:
        receipt["document"] = _document(version, sealed_round, version.terms, version.salt)
    return receipt


@dataclass(frozen=True, slots=True)
class Proof:
    """A receipt's place in the tree of an opened round, and the hashes that lead to the root."""

    index: int
    size: int
    path: list[str]
    holds: bool


def proof_of(sealed_round: SealedRound, digest: str) -> Proof | None:
    """Return the proof that a receipt counts in the published root; None where it does not."""
    if digest not in sealed_round.leaves:
        return None
    leaves = [bytes.fromhex(leaf) for leaf in sealed_round.leaves]
    index = sealed_round.leaves.index(digest)
    path = merkle.audit_path(index, leaves)
    head = bytes.fromhex(sealed_round.root)
    holds = merkle.is_included(leaves[index], index, len(leaves), path, head)
    return Proof(index, len(leaves), [one.hex() for one in path], holds)


def verify_round(sealed_round: SealedRound) -> Verdict:
    """Check every version against its receipt, and the receipts against the published root.

    Of a sealed version the encrypted bytes are checked, without handing on what they hold; of an
    opened one the terms that pages show too.
    """
    versions = _versions(sealed_round)
    broken = [version.pk for version in versions if not _is_whole(version, sealed_round)]
    leaves = [version.digest for version in versions]
    if sealed_round.is_sealed:
        return Verdict(broken, root_holds=True)
    head = merkle.root([bytes.fromhex(leaf) for leaf in leaves]).hex()
    return Verdict(broken, root_holds=head == sealed_round.root and leaves == sealed_round.leaves)


def verify_all(*, at: dt.datetime) -> int:
    """Check every round and keep what was found; return how many versions are not as handed in.

    Of a round whose root no longer fits at least one counts.
    """
    broken = 0
    for row in SealedRound.objects.order_by("pk"):
        verdict = verify_round(row)
        count = len(verdict.broken) or int(not verdict.root_holds)
        if count:
            log.error("sealed_quotes_differ", round=str(row.code), versions=verdict.broken)
        SealedRound.objects.filter(pk=row.pk).update(verified_at=at, broken=count)
        broken += count
    return broken


@transaction.atomic
def propose_correction(
    *, quote: Quote, terms: QuoteTerms, reason: str, by: User, at: dt.datetime
) -> Quote:
    """Propose to correct a clerical mistake within two days of the opening.

    The opened figures stand until the brand agrees.

    :raises Conflict: outside these days, or while another correction waits
    """
    quote = base.lock_quote(quote)
    base.check_speaker(quote, MatchSide.OFFER, by)
    if not may_correct(quote, at):
        raise Conflict(
            _("A mistake can be corrected in the two days after the opening."), code="too_late"
        )
    if quote.correction is not None:
        raise Conflict(_("A correction waits for the brand already."), code="waits")
    if not reason.strip():
        raise InvalidInput(_("Say what the mistake was."), field="reason")
    if base.terms_of(quote) == terms:
        raise Conflict(_("Nothing differs from what was opened."), code="unchanged")
    version = QuoteVersion.objects.create(
        quote=quote,
        number=quote.versions.count() + 1,
        terms=terms.as_document(),
        asked=quote.asked,
        is_correction=True,
        submitted_by=by,
        submitted_at=at,
    )
    quote.correction = version
    quote.save(update_fields=["correction"])
    base.record(
        quote,
        QuoteEventKind.CORRECTION,
        at=at,
        by=by,
        side=MatchSide.OFFER,
        version=version,
        note=reason.strip(),
    )
    base.notify_side(quote, MatchSide.ORDER, base.QUOTE_RECEIVED, f"correction:{version.number}")
    return quote


@transaction.atomic
def answer_correction(*, quote: Quote, agrees: bool, by: User, at: dt.datetime) -> Quote:
    """Let the corrected figures stand, or the opened ones; it takes both sides' yes.

    :raises Conflict: when no correction waits
    """
    quote = base.lock_quote(quote)
    base.check_speaker(quote, MatchSide.ORDER, by)
    version = quote.correction
    if version is None or version.terms is None:
        raise Conflict(_("No correction waits for an answer."), code="nothing_waits")
    quote.correction = None
    if agrees:
        quote.current = version
        quote.valid_until = QuoteTerms.from_document(version.terms).valid_until
        if quote.state in ANSWERABLE_QUOTES and quote.state != QuoteState.REVISED:
            base.move(quote, QuoteState.REVISED)
    quote.save()
    kind = QuoteEventKind.CORRECTED if agrees else QuoteEventKind.UNCORRECTED
    base.record(quote, kind, at=at, by=by, side=MatchSide.ORDER, version=version)
    base.notify_side(quote, MatchSide.OFFER, base.QUOTE_ANSWERED, f"corrected:{version.number}")
    return quote


def may_correct(quote: Quote, at: dt.datetime) -> bool:
    """Tell whether the quote was opened in the last two days and is still open."""
    if quote.order_id is None or quote.state not in OPEN_QUOTES or quote.is_sealed:
        return False
    found = round_of(quote.order_id)
    if found is None or found.opened_at is None or quote.current is None:
        return False
    # One that was revised after an edit of the order was never sealed: it is revised again.
    if not quote.current.digest and not quote.current.is_correction:
        return False
    return at <= found.opened_at + CORRECTION_TIME


def _open(version: QuoteVersion, sealed_round: SealedRound, *, at: dt.datetime) -> None:
    if version.quote.state == QuoteState.WITHDRAWN or version.terms is not None:
        return
    try:
        opened = _read(version, sealed_round)
    except Tampered:
        base.record(version.quote, QuoteEventKind.BROKEN, at=at, version=version)
        return
    version.terms, version.salt = opened["terms"], opened["salt"]
    version.save(update_fields=["terms", "salt"])


def _follow(quote: Quote, sealed_round: SealedRound, *, at: dt.datetime) -> None:
    """Bring a quote up with its opened version, and tell both sides."""
    version = quote.versions.filter(pk=quote.current_id or 0).first()
    if version is not None and version.terms is not None:
        quote.valid_until = QuoteTerms.from_document(version.terms).valid_until
        quote.save(update_fields=["valid_until"])
        base.record(quote, QuoteEventKind.OPENED, at=at, version=version)
    for side in MatchSide:
        base.notify_side(quote, side, base.QUOTES_OPENED, str(sealed_round.code))


def _read(version: QuoteVersion, sealed_round: SealedRound) -> dict[str, Any]:
    """Return the document of a version.

    :raises Tampered: when it is not what was handed in
    """
    document = _seal().open(bytes(version.sealed or b""), _context(version, sealed_round))
    if merkle.leaf_hash(document).hex() != version.digest:
        raise Tampered
    found: dict[str, Any] = json.loads(document)
    return found


def _is_whole(version: QuoteVersion, sealed_round: SealedRound) -> bool:
    try:
        document = _read(version, sealed_round)
    except Tampered:
        return False
    is_open = version.terms is not None
    return not is_open or (document["terms"], document["salt"]) == (version.terms, version.salt)


def _versions(sealed_round: SealedRound) -> list[QuoteVersion]:
    """Return all sealed versions of the round in the order of their receipts.

    An order that tells nothing of when they came.
    """
    rows = QuoteVersion.objects.filter(quote__order=sealed_round.order_id).exclude(digest="")
    return list(rows.select_related("quote").order_by("digest"))


def _quotes(sealed_round: SealedRound) -> Any:
    rows = Quote.objects.select_related("brand", "factory")
    return rows.filter(order=sealed_round.order_id, current__isnull=False).order_by("pk")


def _document(
    version: QuoteVersion, sealed_round: SealedRound, terms: dict[str, Any], salt: str
) -> dict[str, Any]:
    return {**_context(version, sealed_round), "terms": terms, "salt": salt}


def _context(version: QuoteVersion, sealed_round: SealedRound) -> dict[str, Any]:
    return {
        "round": str(sealed_round.code),
        "quote": str(version.quote.code),
        "number": version.number,
    }


def _clock() -> dt.datetime:
    """Return the moment by the database's clock: not when the transaction began, as ``now()``."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def _seal() -> Seal:
    return Seal(settings.QUOTE_SEALING_KEY)
