"""The public market: bands only, the same for every reader."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaking.listings import figures, market_charts, queries
from matchmaking.listings.disclosure import Depth, offer_card, order_card
from matchmaking.listings.forms import MarketFilterForm
from matchmaking.listings.models import Side
from matchmaking.listings.queries import Cursor, MarketPage
from matchmaking.listings.services.figures import count_market


@require_safe
def market_orders(request: HttpRequest) -> HttpResponse:
    """List the orders on the market, narrowed by the address."""
    form = MarketFilterForm(request.GET)
    page = queries.market_orders(form.filters, _cursor(request))
    count = queries.orders_that_fit(form.filters).count()
    context = _context(request, form, page, Side.ORDERS)
    return render(request, "listings/market_orders.html", {**context, "count": count})


@require_safe
def market_offers(request: HttpRequest) -> HttpResponse:
    """List the capacity on the market, narrowed by the address."""
    form = MarketFilterForm(request.GET)
    page = queries.market_offers(form.filters, _cursor(request))
    count = queries.offers_that_fit(form.filters).count()
    context = _context(request, form, page, Side.OFFERS)
    return render(request, "listings/market_offers.html", {**context, "count": count})


@require_safe
def market_figures(request: HttpRequest) -> HttpResponse:
    """Show how the coming weeks stand over the whole market, the same for every reader."""
    snapshot = count_market(at=timezone.now())
    market = figures.from_json(snapshot.day, snapshot.figures)
    groups = market_charts.groups(market)
    places = market_charts.places(market)
    show = Side.ORDERS if request.GET.get("show") == Side.ORDERS else Side.OFFERS
    context = {
        "market": market,
        "groups": groups,
        "table": market_charts.table(market, groups),
        "summary": market_charts.summary(market, groups),
        "chart": market_charts.chart_data(market, groups),
        "show": show.value,
        "sides": _sides(request, show),
        "tiles": market_charts.tiles(places, show),
        "places": [place for place in places if not place.is_empty],
        **_addresses(),
    }
    return render(request, "listings/market_figures.html", context)


def _sides(request: HttpRequest, show: Side) -> list[dict[str, Any]]:
    """The map shows one list at a time."""
    names = {Side.OFFERS: _("Pairs free"), Side.ORDERS: _("Pairs asked")}
    return [
        {"label": name, "url": f"{request.path}?show={side}#by-place", "current": side == show}
        for side, name in names.items()
    ]


@require_safe
def market_order(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show one order on the market as strangers see it; 404 when it is not there."""
    order = get_object_or_404(queries.open_orders(), code=code)
    context = {"card": order_card(order, Depth.STRANGER)}
    return render(request, "listings/market_order.html", context)


@require_safe
def market_offer(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show one offer on the market as strangers see it; 404 when it is not there."""
    offer = get_object_or_404(queries.open_offers(), code=code)
    context = {"card": offer_card(offer, Depth.STRANGER)}
    return render(request, "listings/market_offer.html", context)


def _cursor(request: HttpRequest) -> Cursor:
    return Cursor(after=_code(request, "after"), before=_code(request, "before"))


def _code(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _context(
    request: HttpRequest, form: MarketFilterForm, page: MarketPage[Any], side: Side
) -> dict[str, Any]:
    return {
        "side": side.value,
        "form": form,
        "cards": page.cards,
        "is_filtered": any(form.filters_chosen),
        "next_url": _url(request, after=page.after),
        "previous_url": _url(request, before=page.before),
        "save_url": _save_url(request, side),
        **_addresses(),
    }


def _save_url(request: HttpRequest, side: Side) -> str:
    """Return where the filters of this list are saved under a name."""
    query = request.GET.copy()
    for place in ("after", "before"):
        query.pop(place, None)
    query["side"] = side
    return f"{reverse('listings:search-new')}?{query.urlencode()}"


def _addresses() -> dict[str, str]:
    return {
        "orders_url": reverse("listings:market-orders"),
        "offers_url": reverse("listings:market-offers"),
        "figures_url": reverse("listings:market-figures"),
    }


def _url(request: HttpRequest, **cursor: uuid.UUID | None) -> str:
    """Return this list's address with the filters kept and another place to begin."""
    ((name, code),) = cursor.items()
    if code is None:
        return ""
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    query[name] = str(code)
    return f"{request.path}?{query.urlencode()}"
