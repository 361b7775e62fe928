"""The public market: bands only, the same for every reader."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from matchmaking.core.formatting import listed
from matchmaking.listings import market_charts, market_steps, queries
from matchmaking.listings.disclosure import Depth
from matchmaking.listings.forms import MarketFilterForm
from matchmaking.listings.models import Side
from matchmaking.listings.post_kinds import OFFER, ORDER, PostKind
from matchmaking.listings.queries import Cursor
from matchmaking.listings.services.figures import latest_figures


@dataclass(frozen=True, slots=True)
class MarketPages:
    """The words of one list of the market."""

    title: Promise
    lead: Promise
    none: Promise
    none_fits: Promise
    one: Promise
    icon: str


PAGES = {
    ORDER.name: MarketPages(
        title=gettext_lazy("Open orders"),
        lead=gettext_lazy(
            "What brands need made, in bands. Names and figures open step by step between "
            "parties that fit."
        ),
        none=gettext_lazy("No open orders at the moment"),
        none_fits=gettext_lazy("No order fits these filters"),
        one=gettext_lazy("Open order"),
        icon="order",
    ),
    OFFER.name: MarketPages(
        title=gettext_lazy("Free capacity"),
        lead=gettext_lazy(
            "What factories have free, in bands. Names and figures open step by step between "
            "parties that fit."
        ),
        none=gettext_lazy("No free capacity at the moment"),
        none_fits=gettext_lazy("No capacity fits these filters"),
        one=gettext_lazy("Capacity offer"),
        icon="factory",
    ),
}


@require_safe
def market_list(request: HttpRequest, kind: PostKind) -> HttpResponse:
    """List the posts of one kind on the market, narrowed by the address."""
    form = MarketFilterForm(request.GET)
    page = queries.market_page(kind, form.filters, _cursor(request))
    context = {
        "pages": PAGES[kind.name],
        "side": kind.side.value,
        "form": form,
        "cards": page.cards,
        "count": queries.posts_that_fit(kind, form.filters).count(),
        "is_filtered": any(form.filters_chosen),
        "next_url": _url(request, after=page.after),
        "previous_url": _url(request, before=page.before),
        "save_url": _save_url(request, kind.side),
        "list_url": request.path,
        **_addresses(),
    }
    return render(request, f"listings/market_{kind.side}.html", context)


@require_safe
def market_post(request: HttpRequest, kind: PostKind, code: uuid.UUID) -> HttpResponse:
    """Show one post of the market as strangers see it; 404 when it is not there.

    Areas above may say below it what the post is to the reader; else the next step stands there.
    """
    post = get_object_or_404(queries.open_posts(kind), code=code)
    pages = PAGES[kind.name]
    context = {
        "pages": pages,
        "card": kind.card(post, Depth.STRANGER),
        "title": listed(kind.categories(post)),
        "list_url": reverse(f"listings:market-{kind.side}"),
        "post": post,
        "step": market_steps.next_step(
            post, kind, user=request.user, company=getattr(request, "company", None)
        ),
    }
    return render(request, f"listings/market_{kind.name}.html", context)


@require_safe
def market_figures(request: HttpRequest) -> HttpResponse:
    """Show the public figures of the market, the same for every reader."""
    market = latest_figures(at=timezone.now())
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


def _cursor(request: HttpRequest) -> Cursor:
    return Cursor(after=_code(request, "after"), before=_code(request, "before"))


def _code(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


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
