"""An intention as one of its sides reads it: whose turn it is, what it may do, what happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cn2an
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.core.formatting import money, pairs, weeks_in_words
from matchmaking.deals.services.fulfilment import delivered_pairs
from matchmaking.deals.states import IntentionState, WithdrawReason
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from decimal import Decimal

    from accounts.models import Company
    from matchmaking.deals.models import Intention, IntentionTerms

TONES = {
    IntentionState.PROPOSED: "warn",
    IntentionState.CONFIRMED: "ok",
    IntentionState.CONTRACTED: "ok",
    IntentionState.DELIVERED: "brand",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of the timeline."""

    at: dt.datetime
    title: str
    detail: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentionCard:
    """An intention as ``side`` reads it; None is the association."""

    intention: Intention
    side: MatchSide | None
    delivered: int
    confirmed_sides: frozenset[str]
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def partner(self) -> Company | None:
        return self.intention.company(self.side.other) if self.side else None

    @property
    def url(self) -> str:
        return reverse("deals:intention-detail", args=[self.intention.code])

    @property
    def title(self) -> str:
        if self.partner:
            return _("Deal with %(company)s") % {"company": self.partner.name}
        return f"{self.intention.brand.name} – {self.intention.factory.name}"

    @property
    def sentence(self) -> str:
        return sentence(self.intention.standing)

    @property
    def tone(self) -> str:
        return TONES.get(IntentionState(self.intention.state), "neutral")

    @property
    def is_my_turn(self) -> bool:
        return bool(self.side) and self.intention.is_live and self.side not in self.confirmed_sides

    @property
    def waits_for_partner(self) -> bool:
        is_open = self.intention.is_live and len(self.confirmed_sides) < len(MatchSide)
        return bool(self.side) and is_open and not self.is_my_turn

    @property
    def may_revise(self) -> bool:
        return bool(self.side) and self.intention.is_live and not self._is(IntentionState.DELIVERED)

    @property
    def may_withdraw(self) -> bool:
        return self.may_revise

    @property
    def has_more_steps(self) -> bool:
        return self.may_revise or self.intention.confirmed is not None

    @property
    def may_keep(self) -> bool:
        return self.is_my_turn and self.intention.has_revision

    @property
    def may_hold_longer(self) -> bool:
        return self.side == MatchSide.OFFER and self.intention.held_until is not None

    @property
    def may_contract(self) -> bool:
        waits = self.intention.has_revision
        return bool(self.side) and self._is(IntentionState.CONFIRMED) and not waits

    @property
    def may_deliver(self) -> bool:
        return bool(self.side) and self._is(IntentionState.CONTRACTED)

    def _is(self, state: IntentionState) -> bool:
        return self.intention.state == state

    @property
    def headline(self) -> str:
        """Say in a sentence where it stands and whose turn it is."""
        intention = self.intention
        if self.is_my_turn and intention.has_revision:
            return _("Other figures wait for your answer.")
        if self.is_my_turn:
            return _("These figures wait for your confirmation.")
        if self.waits_for_partner and intention.has_revision:
            return _("Your other figures wait for the other side.")
        if self.waits_for_partner and intention.terms:
            until = intention.terms.proposed_at + dt.timedelta(days=settings.INTENTION_DAYS)
            return _("Waiting for the other side, until %(day)s.") % {"day": _day(until)}
        if intention.held_until is not None:
            return _("Both sides have confirmed; the weeks are held until %(day)s.") % {
                "day": _day(intention.held_until)
            }
        if self._is(IntentionState.CONFIRMED) and intention.offer_id and intention.hold_id is None:
            return _("Both sides have confirmed; the hold of the weeks has ended.")
        return {
            IntentionState.PROPOSED: _("Proposed, not yet confirmed by both."),
            IntentionState.CONFIRMED: _("Both sides have confirmed; the weeks are held."),
            IntentionState.CONTRACTED: _("The contract is signed; the weeks are booked."),
            IntentionState.DELIVERED: _("All of it is delivered."),
            IntentionState.WITHDRAWN: _("Withdrawn: it no longer counts."),
            IntentionState.LAPSED: _("Lapsed: nobody confirmed it in time."),
        }[IntentionState(intention.state)]


def card_of(intention: Intention, side: MatchSide | None) -> IntentionCard:
    terms = intention.terms
    sides = terms.confirmations.values_list("side", flat=True) if terms else ()
    return IntentionCard(
        intention=intention,
        side=side,
        delivered=delivered_pairs(intention),
        confirmed_sides=frozenset(sides),
        changes=changes_of(intention),
    )


def changes_of(intention: Intention) -> list[tuple[str, str, str]]:
    """Return (label, confirmed, proposed) of each figure that a waiting revision changes."""
    old, new = intention.confirmed, intention.terms
    if not intention.has_revision or old is None or new is None:
        return []
    rows = [
        (_("Pairs"), pairs(old.pairs), pairs(new.pairs)),
        (_("Price a pair"), money(old.unit_price), money(new.unit_price)),
        (_("Amount"), money(old.amount), money(new.amount)),
        (_("Delivery"), _weeks(old), _weeks(new)),
        (_("Note"), old.note or "–", new.note or "–"),
    ]
    return [row for row in rows if row[1] != row[2]]


def sentence(terms: IntentionTerms) -> str:
    """Return the figures in one line: "60,000 pairs at ¥46.50, ¥2,790,000.00"."""
    return _("%(pairs)s at %(price)s, %(amount)s") % {
        "pairs": pairs(terms.pairs),
        "price": money(terms.unit_price),
        "amount": money(terms.amount),
    }


def amount_in_words(amount: Decimal) -> str:
    """Return yuan as contracts write them, "贰佰柒拾玖万元整", whatever the reader's language."""
    return str(cn2an.an2cn(str(amount), "rmb"))


def history(intention: Intention) -> list[Event]:
    found = [*_of_versions(intention), *_of_progress(intention)]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _of_versions(intention: Intention) -> list[Event]:
    found = []
    for terms in intention.versions.prefetch_related("confirmations").order_by("number"):
        company = intention.company(terms.side)
        values = {"company": company.name, "number": terms.number}
        title = _("%(company)s proposed these figures (version %(number)s)") % values
        found.append(
            Event(at=terms.proposed_at, title=title, detail=f"{sentence(terms)} · {_weeks(terms)}")
        )
        for yes in terms.confirmations.all():
            if yes.side == terms.side:
                continue
            values = {"company": intention.company(yes.side).name, "name": yes.name}
            said = _("%(company)s confirmed them (%(name)s)") % values
            note = _("Given to the association") if yes.is_on_behalf else ""
            found.append(Event(at=yes.confirmed_at, title=said, detail=note, tone="ok"))
    return found


def _of_progress(intention: Intention) -> list[Event]:
    found = []
    if intention.contracted_at:
        number = intention.contract_number
        detail = _("Number %(number)s") % {"number": number} if number else ""
        title = _("The contract was recorded")
        found.append(Event(at=intention.contracted_at, title=title, detail=detail, tone="ok"))
    for delivery in intention.deliveries.order_by("pk"):
        day = date_format(delivery.delivered_on, "DATE_FORMAT")
        title = _("%(pairs)s delivered on %(day)s") % {"pairs": pairs(delivery.pairs), "day": day}
        found.append(Event(at=delivery.recorded_at, title=title, tone="ok"))
    if intention.ended_at:
        found.append(_end(intention))
    return found


def _end(intention: Intention) -> Event:
    at: dt.datetime = intention.ended_at  # type: ignore[assignment]
    if intention.state == IntentionState.LAPSED:
        return Event(at=at, title=_("Lapsed without a confirmation"), tone="bad")
    values = {
        "company": intention.company(intention.ended_side).name,
        "reason": WithdrawReason(intention.end_reason).label,
    }
    title = _("%(company)s withdrew: %(reason)s") % values
    return Event(at=at, title=title, detail=intention.end_note, tone="bad")


def _weeks(terms: IntentionTerms) -> str:
    return weeks_in_words(terms.first_week, terms.last_week)


def _day(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "MONTH_DAY_FORMAT")
