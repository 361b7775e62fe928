"""The other participants as one of them reads them: what they bring, what either has said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from matchmaking.docking.choices import WISHES, PreferenceKind
from matchmaking.docking.presentation import days
from matchmaking.docking.states import EventPhase
from matchmaking.listings.disclosure import Depth, offer_card, order_card
from matchmaking.listings.market_versions import version_on_market

if TYPE_CHECKING:
    from matchmaking.docking.models import Preference, Registration
    from matchmaking.docking.suggestions import Suggestion
    from matchmaking.listings.disclosure import OfferCard, OrderCard


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """One other participant. ``theirs`` is a wish of the other side; its "no" is never here."""

    registration: Registration
    orders: Sequence[OrderCard]
    offers: Sequence[OfferCard]
    mine: Preference | None
    asks_me: bool
    suggestion: Suggestion | None
    phase: EventPhase

    @property
    def name(self) -> str:
        return self.registration.company.name

    @property
    def choice(self) -> str:
        return self.mine.kind if self.mine else ""

    @property
    def is_wish(self) -> bool:
        return self.choice in WISHES

    @property
    def status(self) -> str:
        """Say how far a meeting has come; the same for who said no and for who said nothing."""
        if self.is_wish and self.asks_me:
            return _("You both want to meet.")
        if self.asks_me and not self.choice and self.phase != EventPhase.PREFERENCES:
            return _("Asked to meet you; not answered in time.")
        if self.asks_me and not self.choice:
            return _("Asks to meet you.")
        if self.is_wish:
            if self.phase == EventPhase.PREFERENCES:
                return _("Asked; not answered yet.")
            return _("Not answered in time.")
        return ""

    @property
    def tone(self) -> str:
        if self.is_wish and self.asks_me:
            return "ok"
        return "warn" if self.asks_me and not self.choice else "neutral"

    @property
    def hours(self) -> str:
        """Say to which hours the wish is narrowed."""
        row = self.mine
        if row is None:
            return ""
        found = []
        if row.earliest:
            found.append(_("not before %(hour)s") % {"hour": days.hour(row.earliest)})
        if row.latest:
            found.append(_("not after %(hour)s") % {"hour": days.hour(row.latest)})
        if row.after:
            found.append(_("after %(company)s") % {"company": row.after.company.name})
        return ", ".join(found)


def row_of(
    registration: Any,
    *,
    mine: Mapping[int, Preference],
    asking: frozenset[int],
    suggestions: Mapping[int, Suggestion],
) -> PartnerRow:
    """Return a participant's row; posts are read as strangers read them on the market."""
    return PartnerRow(
        registration=registration,
        orders=[
            order_card(version_on_market(order), Depth.STRANGER)
            for order in registration.orders_on_market
        ],
        offers=[
            offer_card(version_on_market(offer), Depth.STRANGER)
            for offer in registration.offers_on_market
        ],
        mine=mine.get(registration.pk),
        asks_me=registration.pk in asking,
        suggestion=suggestions.get(registration.company_id),
        phase=EventPhase(registration.event.phase),
    )


def kind_choices() -> list[tuple[str, str]]:
    return [("", _("No word")), *((kind.value, str(kind.label)) for kind in PreferenceKind)]
