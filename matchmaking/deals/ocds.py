"""Published results as an OCDS 1.1 release package (Open Contracting Data Standard).

The first release carries the sums of the board. Each further one is an order with a deal that
both sides confirmed: one award for each factory that makes a part of it, a contract where one
is recorded. These carry no figure, no name and no number of ours, since a deal's figures are
its two firms' own; a kind of shoe stands in one only where the board shows it as a row.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from matchmaking.core.association import association
from matchmaking.core.links import absolute
from matchmaking.core.localized import is_english
from matchmaking.core.trade_day import trade_day
from matchmaking.deals import results
from matchmaking.deals.results import Stage
from matchmaking.deals.states import BINDING_STATES

if TYPE_CHECKING:
    from decimal import Decimal

    from matchmaking.deals.models import Intention, ResultsBoard
    from matchmaking.deals.results import Results
    from matchmaking.listings.models import CategoryFamily

SALT = "deals.ocds"
DIGITS = 20


def release_package(board: ResultsBoard, *, at: dt.datetime) -> dict[str, Any]:
    """Return the package of a board; the same results give the same identifiers."""
    rows = results.of_board(board)
    found = results.count(rows)
    alone, _rest = results.published_rows(found.by_family)
    orders: defaultdict[int | str, list[Intention]] = defaultdict(list)
    binding = rows.filter(state__in=BINDING_STATES)
    for row in binding.select_related("category__family").order_by("pk"):
        # Without an order on the site each deal is a process of its own.
        orders[row.order_id or f"deal {row.pk}"].append(row)
    moment = _moment(at)
    releases = [_sums_release(board, found, set(alone), moment)]
    releases += [_order_release(key, deals, set(alone), moment) for key, deals in orders.items()]
    return {
        "uri": absolute(reverse("deals:board-ocds", args=[board.code])),
        "version": "1.1",
        "publishedDate": moment,
        "publisher": {"name": association().name or "hand-in-hand"},
        "publicationPolicy": absolute(reverse("deals:method")),
        "releases": sorted(releases, key=lambda release: str(release["ocid"])),
    }


def _sums_release(
    board: ResultsBoard, found: Results, alone: set[CategoryFamily | None], moment: str
) -> dict[str, Any]:
    confirmed = found.whole[Stage.CONFIRMED]
    key = _key("board", str(board.code))
    rows = [
        (family, stages[Stage.CONFIRMED])
        for family, stages in found.by_family.items()
        if family in alone and stages[Stage.CONFIRMED].intentions
    ]
    items = [
        _item(str(place), family) | {"quantity": sums.pairs, "unit": _pair()}
        for place, (family, sums) in enumerate(
            sorted(rows, key=lambda row: (-row[1].pairs, _family_name(row[0]))), start=1
        )
    ]
    others = confirmed.pairs - sum(sums.pairs for _family, sums in rows)
    if others:
        name = _("All others") if rows else _("Shoes")
        items.append(
            {"id": str(len(items) + 1), "description": name, "quantity": others, "unit": _pair()}
        )
    tender: dict[str, Any] = {
        "id": key,
        "title": board.title,
        "description": _sentence(found),
        "status": "complete" if board.until else "active",
        "mainProcurementCategory": "goods",
        "value": {"amount": _number(confirmed.yuan), "currency": "CNY"},
    }
    return _release(key, moment, ["tender"]) | {
        "tender": tender | ({"items": items} if items else {})
    }


def _sentence(found: Results) -> str:
    parts = []
    for stage, name in (
        (Stage.ANNOUNCED, _("announced")),
        (Stage.CONFIRMED, _("confirmed by both")),
        (Stage.CONTRACTED, _("contracted")),
        (Stage.DELIVERED, _("delivered")),
    ):
        sums = found.whole[stage]
        parts.append(
            _(
                "%(stage)s: %(firms)s firms, %(intentions)s intentions, %(pairs)s pairs, %(yuan)s yuan"
            )
            % {
                "stage": name,
                "firms": sums.firms,
                "intentions": sums.intentions,
                "pairs": sums.pairs,
                "yuan": f"{sums.yuan:.2f}",
            }
        )
    return "; ".join(parts)


def _order_release(
    key: int | str, deals: list[Intention], alone: set[CategoryFamily | None], moment: str
) -> dict[str, Any]:
    name = _key("order", str(key))
    # Row numbers count what everybody makes, and codes lead to pages: neither leaves the site.
    awards = sorted(
        (_award(_key("deal", str(deal.code)), deal, alone) for deal in deals),
        key=lambda award: str(award["id"]),
    )
    contracts = sorted(
        (_contract(_key("deal", str(deal.code))) for deal in deals if deal.contracted_at),
        key=lambda contract: str(contract["id"]),
    )
    for place, award in enumerate(awards, start=1):
        award["title"] = _("Part %(place)s of %(count)s") % {"place": place, "count": len(awards)}
    return _release(name, moment, ["award", "contract"] if contracts else ["award"]) | {
        "awards": awards,
        **({"contracts": contracts} if contracts else {}),
    }


def _award(key: str, deal: Intention, alone: set[CategoryFamily | None]) -> dict[str, Any]:
    family = deal.category.family if deal.category else None
    return {
        "id": key,
        "status": "active",
        "items": [_item("1", family if family in alone else None)],
    }


def _contract(key: str) -> dict[str, Any]:
    return {"id": f"{key}-contract", "awardID": key, "status": "active"}


def _release(key: str, moment: str, tags: list[str]) -> dict[str, Any]:
    return {
        "ocid": f"{settings.OCID_PREFIX}-{key}",
        "id": f"{key}-{moment[:10]}",
        "date": moment,
        "tag": tags,
        "initiationType": "tender",
        "language": "en" if is_english() else "zh",
    }


def _item(number: str, family: CategoryFamily | None) -> dict[str, Any]:
    return {"id": number, "description": _family_name(family)}


def _family_name(family: CategoryFamily | None) -> str:
    return str(family) if family is not None else _("Shoes")


def _pair() -> dict[str, str]:
    return {"name": _("pair")}


def _key(kind: str, value: str) -> str:
    return salted_hmac(SALT, f"{kind} {value}", algorithm="sha256").hexdigest()[:DIGITS]


def _moment(at: dt.datetime) -> str:
    """Return midnight of the trade's day: a finer time would tell when a deal was made."""
    midnight = dt.datetime.combine(trade_day(at), dt.time(), timezone.get_default_timezone())
    return midnight.isoformat()


def _number(yuan: Decimal) -> float:
    return float(yuan)
