"""Addresses of posts: the own ones, the public market, the links of mails."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from matchmaking.listings.post_kinds import KINDS, PostKind
from matchmaking.listings.views import market, one_tap_links, orders, posts, searches, texts

app_name = "listings"


def _of(kind: PostKind) -> Iterator[URLPattern]:
    """Yield the addresses that every kind of post has: ``order-list`` below ``orders/``."""
    for name, route, view in (
        ("list", "", posts.post_list),
        ("new", "new/", posts.post_new),
        ("read", "read/", texts.text_read),
        ("detail", "<uuid:code>/", posts.post_detail),
        ("edit", "<uuid:code>/edit/", posts.post_edit),
        ("step", "<uuid:code>/step/", posts.post_step),
        ("close", "<uuid:code>/close/", posts.post_close),
    ):
        yield path(f"{kind.side}/{route}", view, {"kind": kind}, name=f"{kind.name}-{name}")
    folder = f"market/{kind.side}"
    yield path(f"{folder}/", market.market_list, {"kind": kind}, name=f"market-{kind.side}")
    yield path(
        f"{folder}/<uuid:code>/", market.market_post, {"kind": kind}, name=f"market-{kind.name}"
    )


urlpatterns = [
    *(pattern for kind in KINDS for pattern in _of(kind)),
    path("orders/fitting/", orders.order_fitting, name="order-fitting"),
    path("orders/<uuid:code>/copy/", orders.order_copy, name="order-copy"),
    path("orders/<uuid:code>/files/<uuid:file>/", orders.order_file, name="order-file"),
    path("texts/<uuid:code>/", texts.text_detail, name="text-detail"),
    path("texts/<uuid:code>/save/", texts.text_save, name="text-save"),
    path("texts/<uuid:code>/contacts/<int:number>/", texts.text_contact, name="text-contact"),
    path("texts/link/<str:token>/", texts.text_by_link, name="text-by-link"),
    path("market/", market.market_figures, name="market-figures"),
    path("market/searches/", searches.search_list, name="search-list"),
    path("market/searches/new/", searches.search_new, name="search-new"),
    path("market/searches/<uuid:code>/edit/", searches.search_edit, name="search-edit"),
    path("market/searches/<uuid:code>/switch/", searches.search_switch, name="search-switch"),
    path("market/searches/<uuid:code>/delete/", searches.search_delete, name="search-delete"),
    path("posts/renew/<str:token>/", one_tap_links.renew_by_link, name="renew-by-link"),
    path("posts/lower/<str:token>/", one_tap_links.lower_by_link, name="lower-by-link"),
    path("posts/pause/<str:token>/", one_tap_links.pause_by_link, name="pause-by-link"),
    path("posts/confirm/<str:token>/", one_tap_links.confirm_by_link, name="confirm-by-link"),
]
