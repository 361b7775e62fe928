"""Effects on open answers of pausing, closing or changing a post, or blocking a partner."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.consequences import Act
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching import conversations
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.states import AnswerKind, MatchState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matchmaking.core.consequences import Partner
    from matchmaking.listings.models import CapacityOffer


def of_step(act: Act, subject: Any) -> Iterable[str]:
    return _of_partner(subject) if act == Act.BLOCK else _of_post(act, subject)


def _of_post(act: Act, post: ProcessingOrder | CapacityOffer) -> list[str]:
    """Count open answers and conversations about a post, by two queries."""
    side = "order" if isinstance(post, ProcessingOrder) else "offer"
    # Counted, not shown: without the order and the cards that a page loads with it.
    live = conversations.live_of_post(side, post).order_by().prefetch_related(None)
    own = Answer.objects.filter(
        match__in=live.filter(state=MatchState.INTERESTED), side=side, kind=AnswerKind.INTERESTED
    ).count()
    counts = live.aggregate(
        open=Count("pk", filter=Q(state=MatchState.INTERESTED)),
        conversations=Count("pk", filter=Q(state=MatchState.MUTUAL)),
    )
    asked = counts["open"] - own
    said = []
    if asked:
        said.append(_asked(act, asked))
    if own:
        said.append(
            ngettext(
                "You wait for %(count)s answer: that ends, and the other side is told.",
                "You wait for %(count)s answers: these end, and the other sides are told.",
                own,
            )
            % {"count": own}
        )
    if said and act == Act.CHANGE:
        said.append(_("That is so when figures change; a new title or note ends nothing."))
    if counts["conversations"]:
        said.append(
            ngettext(
                "%(count)s conversation goes on.",
                "%(count)s conversations go on.",
                counts["conversations"],
            )
            % {"count": counts["conversations"]}
        )
    return said


def _asked(act: Act, count: int) -> str:
    if act == Act.CHANGE:
        sentence = ngettext(
            "%(count)s company is waiting for your answer: it is told that your figures changed.",
            "%(count)s companies are waiting for your answer: they are told that your figures changed.",
            count,
        )
    else:
        sentence = ngettext(
            "%(count)s company is waiting for your answer: it is told that your post left the market.",
            "%(count)s companies are waiting for your answer: they are told that your post left the market.",
            count,
        )
    return sentence % {"count": count}


def _of_partner(partner: Partner) -> list[str]:
    """Count conversations with the partner. Matches without names are never counted here.

    What one typed must not tell whose the hidden name is.
    """
    named: dict[str, Any]
    try:
        named = {"code": uuid.UUID(partner.number.strip())}
    except ValueError:
        named = {"uscc": partner.number.strip().upper()}
    ongoing = Match.objects.filter(state=MatchState.MUTUAL).filter(
        Q(order__company=partner.company, **{f"offer__company__{k}": v for k, v in named.items()})
        | Q(offer__company=partner.company, **{f"order__company__{k}": v for k, v in named.items()})
    )
    count = ongoing.count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)s conversation with this partner ends, and its contacts close.",
            "%(count)s conversations with this partner end, and their contacts close.",
            count,
        )
        % {"count": count}
    ]
