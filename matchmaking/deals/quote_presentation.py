"""A quote as one of its sides reads it: where it stands, what it may do, what changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.core.formatting import grouped, in_a_row, money, pairs, weeks_in_words
from matchmaking.deals import comparison, order_facts
from matchmaking.deals.models import QuoteEventKind
from matchmaking.deals.presentation import Event
from matchmaking.deals.quote_terms import QuoteTerms
from matchmaking.deals.services.rounds import may_correct
from matchmaking.deals.states import ANSWERABLE_QUOTES, OPEN_QUOTES, QuoteState
from matchmaking.listings.models.orders import ToolingOwner
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from accounts.models import Company
    from matchmaking.deals.models import Quote, QuoteEvent, QuoteVersion

TONES = {
    QuoteState.SUBMITTED: "info",
    QuoteState.REVISED: "info",
    QuoteState.CONFIRM_AGAIN: "warn",
    QuoteState.ACCEPTED: "ok",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteCard:
    """A quote as ``side`` reads it; None is the association."""

    quote: Quote
    side: MatchSide | None
    terms: QuoteTerms | None
    at: dt.datetime

    @property
    def partner(self) -> Company | None:
        return self.quote.company(self.side.other) if self.side else None

    @property
    def url(self) -> str:
        return reverse("deals:quote-detail", args=[self.quote.code])

    @property
    def title(self) -> str:
        if self.side == MatchSide.OFFER:
            return _("Your quote to %(company)s") % {"company": self.quote.brand.name}
        return _("Quote of %(company)s") % {"company": self.quote.factory.name}

    @property
    def tone(self) -> str:
        return TONES.get(QuoteState(self.quote.state), "neutral")

    @property
    def sentence(self) -> str:
        if self.terms is None:
            return _("Sealed")
        return _("%(pairs)s at %(price)s") % {
            "pairs": pairs(self.terms.pairs),
            "price": money(self.terms.price_for(self.terms.pairs)),
        }

    @property
    def is_my_turn(self) -> bool:
        if self.side == MatchSide.OFFER:
            return self.quote.state in {QuoteState.CONFIRM_AGAIN, QuoteState.DRAFT} or bool(
                self.quote.wish
            )
        return self.side == MatchSide.ORDER and (self.may_answer or self.may_agree)

    @property
    def may_answer(self) -> bool:
        """Tell whether the brand may accept it now."""
        waits = self.quote.state in ANSWERABLE_QUOTES and self.quote.correction_id is None
        return self.side == MatchSide.ORDER and waits and self.terms is not None

    @property
    def may_decline(self) -> bool:
        is_open = self.quote.state in OPEN_QUOTES and self.quote.state != QuoteState.DRAFT
        return self.side == MatchSide.ORDER and is_open and self.terms is not None

    @property
    def may_wish(self) -> bool:
        return self.may_answer and not (self.quote.current and self.quote.current.digest)

    @property
    def may_agree(self) -> bool:
        return self.side == MatchSide.ORDER and self.quote.correction_id is not None

    @property
    def may_confirm(self) -> bool:
        return self.side == MatchSide.OFFER and self.quote.state == QuoteState.CONFIRM_AGAIN

    @property
    def may_revise(self) -> bool:
        if self.side != MatchSide.OFFER or self.quote.state not in OPEN_QUOTES:
            return False
        was_opened = bool(self.quote.current and self.quote.current.digest) and not self.is_sealed
        is_corrected = bool(self.quote.current and self.quote.current.is_correction)
        return self.may_confirm or not (was_opened or is_corrected)

    @property
    def may_correct(self) -> bool:
        waits = self.quote.correction_id is not None
        return self.side == MatchSide.OFFER and not waits and may_correct(self.quote, self.at)

    @property
    def may_withdraw(self) -> bool:
        return self.side == MatchSide.OFFER and self.quote.state in OPEN_QUOTES

    @property
    def is_sealed(self) -> bool:
        return self.quote.is_sealed

    @property
    def opens_at(self) -> dt.datetime | None:
        sealed = getattr(self.quote.order, "sealed_round", None) if self.quote.order else None
        return sealed.opens_at if sealed and sealed.is_sealed else None

    @property
    def headline(self) -> str:
        """Say in a sentence where it stands and whose turn it is."""
        quote, is_factory = self.quote, self.side == MatchSide.OFFER
        if self.is_sealed and quote.is_open and self.opens_at:
            return _("Sealed: nobody reads it before %(moment)s.") % {
                "moment": date_format(timezone.localtime(self.opens_at), "DATETIME_FORMAT")
            }
        if self.is_sealed and quote.is_open:
            return _("It could not be opened: it is not what was handed in.")
        if quote.correction_id is not None:
            return _("A correction waits for the brand's yes.")
        if quote.wish and quote.is_open:
            if is_factory:
                return _("The brand asks you to revise it.")
            return _("You asked for a revision; until then it stands as it is.")
        if quote.state == QuoteState.CONFIRM_AGAIN and is_factory:
            return _("The order was changed. Confirm your quote, revise it, or withdraw it.")
        return {
            QuoteState.DRAFT: _("A draft: the brand does not see it."),
            QuoteState.SUBMITTED: _("It waits for the brand."),
            QuoteState.REVISED: _("It waits for the brand."),
            QuoteState.CONFIRM_AGAIN: _(
                "The order was changed: the factory has to confirm it again."
            ),
            QuoteState.ACCEPTED: _("Accepted: it is a deal, and the weeks are held."),
            QuoteState.DECLINED: _("Declined."),
            QuoteState.WITHDRAWN: _("Withdrawn."),
            QuoteState.EXPIRED: _("Its validity is over."),
        }[QuoteState(quote.state)]


def card_of(quote: Quote, side: MatchSide | None, at: dt.datetime | None = None) -> QuoteCard:
    document = quote.current.terms if quote.current else None
    return QuoteCard(
        quote=quote,
        side=side,
        terms=QuoteTerms.from_document(document) if document else None,
        at=at or timezone.now(),
    )


def facts(terms: QuoteTerms) -> list[tuple[str, str]]:
    """Return label and words of everything that a quote says, in the order of the form."""
    payment = terms.payment
    found = [
        (_("Pairs"), pairs(terms.pairs)),
        (_("Smallest part"), pairs(terms.least_pairs)),
        (_("Price a pair"), money(terms.unit_price)),
        *((_("Price break"), comparison.break_in_words(one)) for one in terms.breaks),
        (_("Amount"), money(terms.price_for(terms.pairs) * terms.pairs)),
        (_("Delivery"), weeks_in_words(terms.first_week, terms.last_week)),
        (_("Tooling cost"), money(terms.tooling_cost)),
        (_("Moulds"), str(ToolingOwner(terms.moulds_by).label)),
        (_("Lasts"), str(ToolingOwner(terms.lasts_by).label)),
        (_("Sample, days"), "–" if terms.sample_days is None else grouped(terms.sample_days)),
        (_("Sample cost"), money(terms.sample_cost)),
        (
            _("Payment"),
            in_a_row(
                [
                    _("%(share)s%% deposit") % {"share": payment.deposit},
                    _("%(share)s%% before shipping") % {"share": payment.before_shipping},
                    _("%(share)s%% %(days)s days after delivery")
                    % {"share": payment.after_delivery, "days": payment.days},
                ]
            ),
        ),
        (_("Valid until"), date_format(terms.valid_until, "DATE_FORMAT")),
    ]
    return [*found, (_("Notes"), terms.note)] if terms.note else found


def changes_between(old: QuoteVersion, new: QuoteVersion) -> list[tuple[str, str, str]]:
    """Return (label, before, after) of what two versions say differently; none while sealed."""
    if not old.terms or not new.terms:
        return []
    before = _by_label(facts(QuoteTerms.from_document(old.terms)))
    after = _by_label(facts(QuoteTerms.from_document(new.terms)))
    return [
        (label, before.get(label, "–"), after.get(label, "–"))
        for label in dict.fromkeys([*before, *after])
        if before.get(label) != after.get(label)
    ]


def _by_label(rows: list[tuple[str, str]]) -> dict[str, str]:
    """Return the words of each label; those of several price breaks together."""
    found: dict[str, str] = {}
    for label, words in rows:
        found[label] = f"{found[label]}; {words}" if label in found else words
    return found


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version with what it changes against the one before."""

    version: QuoteVersion
    changes: list[tuple[str, str, str]]

    @property
    def sentence(self) -> str:
        if not self.version.terms:
            return _("Sealed")
        terms = QuoteTerms.from_document(self.version.terms)
        return _("%(pairs)s at %(price)s") % {
            "pairs": pairs(terms.pairs),
            "price": money(terms.unit_price),
        }


def versions_of(quote: Quote) -> list[ShownVersion]:
    """Return all versions, the newest first."""
    rows = list(quote.versions.prefetch_related("files").order_by("number"))
    shown = [
        ShownVersion(row, changes_between(rows[place - 1], row) if place else [])
        for place, row in enumerate(rows)
    ]
    return shown[::-1]


def order_changes(quote: Quote, facts_now: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """Return what the order asks for now that it did not when the quote was given, in words."""
    if facts_now is None or quote.state != QuoteState.CONFIRM_AGAIN:
        return []
    return order_facts.in_words(order_facts.changes_between(quote.asked, facts_now))


def history(quote: Quote) -> list[Event]:
    rows = quote.log.order_by("-at", "-pk")
    return [
        Event(at=row.at, title=_title(row), detail=_detail(row), tone=_tone(row)) for row in rows
    ]


def _title(row: QuoteEvent) -> str:
    words = {
        QuoteEventKind.SUBMITTED: _("The factory handed it in"),
        QuoteEventKind.REVISED: _("The factory revised it (version %(number)s)"),
        QuoteEventKind.WISHED: _("The brand asked for a revision"),
        QuoteEventKind.UNANSWERED: _("The order was changed: to be confirmed again"),
        QuoteEventKind.ACCEPTED: _("The brand accepted it"),
        QuoteEventKind.DECLINED: _("The brand declined it"),
        QuoteEventKind.EXPIRED: _("Its validity ended"),
        QuoteEventKind.OPENED: _("It was opened"),
        QuoteEventKind.BROKEN: _("It could not be opened: it is not what was handed in"),
        QuoteEventKind.CORRECTION: _("The factory proposed a correction"),
        QuoteEventKind.CORRECTED: _("The brand agreed to the correction"),
        QuoteEventKind.UNCORRECTED: _("The brand did not agree to the correction"),
    }
    kind = QuoteEventKind(row.kind)
    if kind == QuoteEventKind.CONFIRMED and not row.side:
        return _("The order asks for the same again: it stands")
    if kind == QuoteEventKind.CONFIRMED:
        return _("The factory confirmed it unchanged")
    if kind == QuoteEventKind.WITHDRAWN:
        return _("The factory withdrew it") if row.side else _("The conversation ended")
    return words[kind] % {"number": row.version}


def _detail(row: QuoteEvent) -> str:
    changes = order_facts.in_words(row.changes) if row.changes else []
    said = [f"{label}: {before} → {after}" for label, before, after in changes]
    return "\n".join(filter(None, [*said, row.note]))


def _tone(row: QuoteEvent) -> str:
    good = {QuoteEventKind.ACCEPTED, QuoteEventKind.CONFIRMED, QuoteEventKind.CORRECTED}
    bad = {QuoteEventKind.DECLINED, QuoteEventKind.EXPIRED, QuoteEventKind.BROKEN}
    return "ok" if row.kind in good else "bad" if row.kind in bad else ""
